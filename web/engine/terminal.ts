// SPDX-License-Identifier: MIT
// Standard error as a terminal would show it: a line that is written over again and again is how far a program is.

export class Terminal {
  private readonly decoder = new TextDecoder();
  private line = "";
  private shown = "";

  constructor(private readonly onMessage: (line: string) => void) {}

  add(bytes: Uint8Array): void {
    let progress = "";
    const pieces = (this.line + this.decoder.decode(bytes, { stream: true })).split(/(?<=[\r\n])/);
    this.line = "";
    for (const [i, piece] of pieces.entries())
      if (piece.endsWith("\n")) this.end(piece.slice(0, -1));
      else if (!piece.endsWith("\r")) {
        this.line = piece;
        if (pieces[i - 1]?.endsWith("\r")) progress = piece.trim();
      }
    if (progress !== "") this.onMessage(progress);
  }

  /** All lines that stayed. */
  get text(): string {
    return this.shown + this.line.trimEnd();
  }

  private end(line: string): void {
    this.shown += `${line}\n`;
    this.onMessage(line);
  }
}
