// SPDX-License-Identifier: MIT
// The tab with bytes: any file of the disc, what the byte at the cursor is, the records that it lies in.

import { texts } from "../../../texts/en";
import { button, el, field, select } from "../dom";
import { get, list, number, show, text, type Json } from "../json";
import { boxOf } from "../links";
import { boxArgument } from "../map/projection";
import type { Page } from "../page";
import { hexadecimal, readNumber } from "../units";
import { errorBox, isStopped } from "../work";
import { Chunks, type Field } from "./annotation";
import { HexView } from "./hex_view";
import { recordTree } from "./record_tree";

const words = texts.bytes;
/** Milliseconds that the cursor rests until it is explained. */
const PAUSE = 150;
/** Degrees by which a box is smaller, so that it does not touch the neighbours. */
const INSIDE = 1e-6;

export class BytesTab {
  readonly panel: HTMLElement;
  private readonly view = new HexView((offset) => this.onCursor(offset), (offset) => this.say(offset));
  private readonly files: HTMLSelectElement;
  private readonly offset = el("input", { type: "text", size: 14, spellcheck: "false" });
  private readonly status = el("div", { class: "status mono", role: "status" });
  private readonly explained = el("section");
  private readonly trees = el("section");
  private chunks: Chunks | null = null;
  private asking = new AbortController();
  private timer = 0;

  constructor(private readonly page: Page) {
    this.files = select(page.disc.files.map((file) => [file.path, file.path]));
    this.files.addEventListener("change", () => this.open(this.files.value, 0));
    const go = el("form", { class: "toolbar" }, field(words.file, this.files), field(words.offset, this.offset), el("button", { type: "submit" }, words.go));
    go.addEventListener("submit", (event) => this.onGo(event));
    const left = el("div", { class: "left" }, go, this.view.element, this.status);
    this.panel = el("section", { class: "bytes-tab" }, left, el("aside", {}, this.explained, this.trees));
  }

  /** The tab came to the front: the first time, the first file is opened. */
  shown(): void {
    const first = this.page.disc.files[0];
    if (this.chunks) this.remember();
    else if (first) this.open(first.path, 0);
    this.view.redraw();
  }

  open(path: string, offset: number): void {
    const file = this.page.disc.files.find((one) => one.path === path);
    if (!file) return;
    if (this.chunks?.file === file) {
      this.view.goTo(offset, true);
      return;
    }
    this.chunks?.close();
    this.files.value = path;
    this.chunks = new Chunks(this.page.disc, file, () => this.onChunk(), (error) => this.explained.replaceChildren(errorBox(error)));
    this.trees.replaceChildren(recordTree(this.page.disc, words.tree(path), ["--file", path], (name, at) => this.open(name, at)));
    this.view.show(this.chunks, offset);
  }

  /** Goes where an address of the page says: file@offset. */
  restore(state: string): void {
    const at = state.lastIndexOf("@");
    const offset = readNumber(state.slice(at + 1));
    if (at > 0 && !Number.isNaN(offset)) this.open(decodeURIComponent(state.slice(0, at)), offset);
  }

  private remember(): void {
    if (this.chunks && !this.panel.hidden) this.page.remember("bytes", `${encodeURIComponent(this.chunks.file.path)}@0x${hexadecimal(this.view.cursor)}`);
  }

  private onGo(event: Event): void {
    event.preventDefault();
    const offset = readNumber(this.offset.value);
    if (Number.isNaN(offset)) this.status.textContent = words.wrongOffset;
    else this.view.goTo(offset, true);
    if (!Number.isNaN(offset)) this.view.element.focus();
  }

  private onChunk(): void {
    this.view.redraw();
    this.say(this.view.cursor);
  }

  private onCursor(offset: number): void {
    this.offset.value = `0x${hexadecimal(offset)}`;
    this.say(offset);
    this.remember();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.explain(offset), PAUSE);
  }

  /** The field of a byte in one line. */
  private say(offset: number): void {
    const fields = this.view.fieldAt(offset);
    const byte = this.view.byteAt(offset);
    const all = fields ? [fields, ...fields.shared].map(sentence).join(" · ") : "";
    this.status.textContent = `0x${hexadecimal(offset)} = ${offset}: ${byte === undefined ? "" : hexadecimal(byte, 2)}  ${all}`;
  }

  private async explain(offset: number): Promise<void> {
    const path = this.chunks?.file.path;
    if (path === undefined) return;
    this.asking.abort();
    this.asking = new AbortController();
    try {
      const answer = await this.page.disc.json(["--explain", String(offset), "--quiet", "--file", path], { signal: this.asking.signal });
      this.explained.replaceChildren(...this.answer(answer));
    } catch (error) {
      if (!isStopped(error)) this.explained.replaceChildren(errorBox(error));
    }
  }

  private answer(answer: Json): HTMLElement[] {
    const parts: HTMLElement[] = [el("h2", {}, text(answer, "path") || text(answer, "kind") || words.nothing)];
    parts.push(...list(answer, "fields").map((one) => this.field(one)));
    if (text(answer, "reason") !== "") parts.push(el("p", {}, text(answer, "reason")));
    const box = boxOf(answer);
    if (box) {
      const level = String(number(answer, "parcel", "level"));
      const inner = boxArgument({ west: box.west + INSIDE, south: box.south + INSIDE, east: box.east - INSIDE, north: box.north - INSIDE });
      parts.push(
        el("p", {}, button(texts.map.onMap, () => this.page.showMap(box, true))),
        recordTree(this.page.disc, words.parcelTree, ["--level", level, "--bbox", inner], (name, at) => this.open(name, at)),
      );
    }
    parts.push(el("h2", {}, words.records), ...list(answer, "records").map((record) => this.record(record)).reverse());
    return parts;
  }

  private field(one: Json): HTMLElement {
    const meaning = [text(one, "meaning"), words.certainty(text(one, "certainty"))].filter((part) => part !== "").join(" ");
    return el("div", { class: "card" }, el("p", {}, el("b", {}, text(one, "name")), ` = ${show(get(one, "value"))}`), el("p", { class: "soft" }, meaning));
  }

  private record(record: Json): HTMLElement {
    const offset = number(record, "offset");
    const go = button(`0x${hexadecimal(offset)}`, () => this.view.goTo(offset, true), { class: "link" });
    return el("div", { class: "card" }, el("p", {}, el("b", {}, text(record, "record")), " ", go, ` ${words.length(number(record, "length"))}`), el("p", {}, text(record, "meaning")), el("p", { class: "soft" }, text(record, "path")));
  }
}

function sentence(one: Field): string {
  return [one.path, one.value === "" ? "" : `= ${one.value}`, one.meaning === "" ? "" : `(${one.meaning})`].filter((part) => part !== "").join(" ");
}
