// SPDX-License-Identifier: MIT
// What the page may ask of the programs: the one door between the user interface and the engine behind it.

/** One file of a disc, read where it is: in the browser's file, at an address, or in memory. */
export interface Source {
  /** Where it lies below its disc, names divided by '/'. */
  path: string;
  size: number;
  blob?: Blob;
  url?: string;
  bytes?: Uint8Array;
}

export interface Result {
  /** The program's exit code; its manual page has the list. */
  code: number;
  /** All that was printed; empty if `onOutput` took it. */
  stdout: Uint8Array;
  stderr: string;
}

export interface Call {
  program: "kiwidump" | "kiwipatch";
  args: string[];
  /** Takes the output as it comes; without it, `Result.stdout` has it all. */
  onOutput?: (chunk: Uint8Array) => void;
  /** Takes each line of the standard error as it comes: progress and messages. */
  onMessage?: (line: string) => void;
}

export interface Running {
  /** Fails with `Stopped` if `stop` ended the call, with another error if the program did not come to its end. */
  result: Promise<Result>;
  stop(): void;
}

/** The error of a call that `stop` ended. */
export class Stopped extends Error {
  override name = "Stopped";
}

export interface Engine {
  /** Makes an image (one source) or a folder (several) known to the programs under a path that it returns, such as /discs/1/disc.iso. */
  open(name: string, sources: Source[]): Promise<string>;
  close(path: string): Promise<void>;
  run(call: Call): Running;
  /** Hits in a disc's index as `kiwidump --find` prints them; fails with `Stopped` if another search took its place. The index stays open. */
  search(path: string, text: string, limit: number): Promise<Uint8Array>;
  /** The files that an opened disc consists of: paths below it, or its own name if it is an image. */
  files(path: string): string[];
  /** Bytes of a source, by its full path. */
  read(path: string, offset: number, length: number): Promise<Uint8Array>;
}
