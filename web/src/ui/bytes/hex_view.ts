// SPDX-License-Identifier: MIT
// Bytes of a file in rows, as many as are to be seen, coloured by field. A file may have more rows than a page can be high: then the
// scroll bar says where one is by its share, and wheel and keys go row by row.

import { texts } from "../../../texts/en";
import { el, setAttribute } from "../dom";
import { hexadecimal } from "../units";
import { CHUNK, type Chunks, type Field } from "./annotation";

const ROW = 22;
/** Pixels that browsers can surely scroll. */
const HIGHEST = 8_000_000;
const COLOURS = 6;
/** No screen is higher. */
const MOST_ROWS = 300;
const WHEEL_ROWS = 3;

export class HexView {
  readonly element: HTMLElement;
  cursor = 0;
  private readonly rows = el("div", { class: "rows mono" });
  private readonly spacer = el("div", { class: "spacer" });
  private chunks: Chunks | null = null;
  private columns = 16;
  private top = 0;
  private frame = 0;

  constructor(private readonly onCursor: (offset: number) => void, private readonly onPoint: (offset: number) => void) {
    this.element = el("div", { class: "hex", tabindex: 0, role: "application", "aria-label": texts.bytes.label }, this.rows, this.spacer);
    this.element.addEventListener("scroll", () => this.onScroll());
    this.element.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.rows.addEventListener("click", (event) => this.onByte(event, (offset) => this.goTo(offset, false)));
    this.rows.addEventListener("pointermove", (event) => this.onByte(event, this.onPoint));
    new ResizeObserver(() => this.resize()).observe(this.element);
  }

  show(chunks: Chunks, offset: number): void {
    this.chunks = chunks;
    this.resize();
    this.goTo(offset, true);
  }

  /** Puts the cursor on a byte, and its row to the upper third if it is not to be seen or shall be moved. */
  goTo(offset: number, move: boolean): void {
    this.cursor = Math.max(0, Math.min(this.size - 1, offset));
    const row = Math.floor(this.cursor / this.columns);
    if (move || row < this.top || row >= this.top + this.visible - 1) this.scrollTo(row - Math.floor(this.visible / 3));
    this.onCursor(this.cursor);
    this.redraw();
  }

  redraw(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.paint());
  }

  fieldAt(offset: number): Field | undefined {
    return this.chunks?.get(offset).annotation?.at(offset);
  }

  byteAt(offset: number): number | undefined {
    const bytes = this.chunks?.get(offset).bytes;
    return bytes?.[offset % CHUNK];
  }

  private get size(): number {
    return this.chunks?.file.size ?? 0;
  }

  private get count(): number {
    return Math.ceil(this.size / this.columns);
  }

  private get visible(): number {
    return Math.max(1, Math.min(MOST_ROWS, Math.ceil(this.element.clientHeight / ROW)));
  }

  private get height(): number {
    return Math.min(HIGHEST, this.count * ROW);
  }

  private resize(): void {
    if (this.element.clientHeight === 0) return;
    this.columns = this.element.clientWidth < 620 ? 8 : 16;
    this.spacer.style.height = `${Math.max(0, this.height - this.element.clientHeight)}px`;
    this.scrollTo(Math.floor(this.cursor / this.columns) - Math.floor(this.visible / 3));
  }

  private scrollTo(row: number): void {
    const last = Math.max(0, this.count - this.visible + 1);
    this.top = Math.max(0, Math.min(last, row));
    const room = this.element.scrollHeight - this.element.clientHeight;
    this.element.scrollTop = this.count * ROW <= HIGHEST ? this.top * ROW : (this.top / Math.max(1, last)) * room;
    this.redraw();
  }

  /** The scroll bar was moved, or scrollTo() has moved it to where the top is already. */
  private onScroll(): void {
    if (this.element.clientHeight === 0) return;
    const last = Math.max(0, this.count - this.visible + 1);
    const room = Math.max(1, this.element.scrollHeight - this.element.clientHeight);
    const exact = this.count * ROW <= HIGHEST;
    const here = exact ? this.top * ROW : (this.top / Math.max(1, last)) * room;
    if (Math.abs(here - this.element.scrollTop) < 1.5) return;
    this.top = exact ? Math.floor(this.element.scrollTop / ROW) : Math.round((this.element.scrollTop / room) * last);
    this.redraw();
  }

  private onWheel(event: WheelEvent): void {
    if (event.ctrlKey || Math.abs(event.deltaY) < Math.abs(event.deltaX)) return;
    event.preventDefault();
    const rows = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY / ROW : event.deltaY;
    this.scrollTo(this.top + (Math.abs(rows) < 1 ? Math.sign(rows) : Math.round(Math.max(-WHEEL_ROWS * 4, Math.min(WHEEL_ROWS * 4, rows)))));
  }

  private onKey(event: KeyboardEvent): void {
    const page = this.columns * (this.visible - 2);
    const steps: Record<string, number> = {
      ArrowLeft: this.cursor - 1,
      ArrowRight: this.cursor + 1,
      ArrowUp: this.cursor - this.columns,
      ArrowDown: this.cursor + this.columns,
      PageUp: this.cursor - page,
      PageDown: this.cursor + page,
      Home: event.ctrlKey ? 0 : this.cursor - (this.cursor % this.columns),
      End: event.ctrlKey ? this.size - 1 : this.cursor - (this.cursor % this.columns) + this.columns - 1,
    };
    const next = steps[event.key];
    if (next === undefined || next < 0) return;
    event.preventDefault();
    this.goTo(next, false);
  }

  private onByte(event: MouseEvent, action: (offset: number) => void): void {
    const target = event.target instanceof HTMLElement ? event.target.dataset["offset"] : undefined;
    if (target !== undefined) action(Number(target));
  }

  private paint(): void {
    this.frame = 0;
    const rows: HTMLElement[] = [];
    for (let row = this.top; row < Math.min(this.count, this.top + this.visible); row++) rows.push(this.row(row * this.columns));
    this.rows.replaceChildren(...rows);
  }

  private row(offset: number): HTMLElement {
    const row = el("div", { class: "row" }, el("span", { class: "offset" }, hexadecimal(offset, 8)));
    let characters = "";
    const chosen = this.fieldAt(this.cursor);
    for (let at = offset; at < offset + this.columns && at < this.size; at++) {
      const byte = this.byteAt(at);
      row.append(this.cell(at, byte, chosen));
      characters += byte === undefined ? " " : byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·";
    }
    for (let at = Math.max(offset, this.size); at < offset + this.columns; at++) row.append(el("span", { class: "byte" }));
    row.append(el("span", { class: "characters" }, characters));
    return row;
  }

  private cell(offset: number, byte: number | undefined, chosen: Field | undefined): HTMLElement {
    const cell = el("span", { class: `byte ${this.colour(offset)}`, "data-offset": offset }, byte === undefined ? "··" : hexadecimal(byte, 2));
    if (chosen && offset >= chosen.offset && offset < chosen.offset + chosen.length) cell.classList.add("chosen");
    if (offset === this.cursor) setAttribute(cell, "aria-current", "true");
    return cell;
  }

  /** Neighbours differ in colour; bytes of no field are grey. */
  private colour(offset: number): string {
    const annotation = this.chunks?.get(offset).annotation;
    const field = annotation?.at(offset);
    if (!annotation || !field) return "";
    return field.gap ? "gap" : `colour-${annotation.index(offset) % COLOURS}`;
  }
}
