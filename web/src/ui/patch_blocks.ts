// SPDX-License-Identifier: MIT
// The check values of a program: blocks that end with one, the rule that they obey, and steps of a recipe that heed it.

import { texts } from "../../texts/en";
import { button, el, field } from "./dom";
import { hexadecimal, readNumber } from "./units";

const words = texts.patch.blocks;

export interface Block {
  at: number;
  length: number;
}

interface Row {
  element: HTMLElement;
  at: HTMLInputElement;
  length: HTMLInputElement;
}

export class Blocks {
  readonly element = el("div", { class: "blocks" });
  private rows: Row[] = [];

  constructor() {
    this.element.append(button(words.add, () => this.add("")));
  }

  /** A block begins at an offset; the one before it ends there, if its length was not given. */
  begin(offset: number): void {
    if (this.rows.some((row) => readNumber(row.at.value) === offset)) return;
    this.add(`0x${hexadecimal(offset)}`);
    this.rows.sort((a, b) => readNumber(a.at.value) - readNumber(b.at.value));
    this.rows.forEach((row, index) => {
      this.element.insertBefore(row.element, this.element.lastElementChild);
      const next = readNumber(this.rows[index + 1]?.at.value ?? "");
      const here = readNumber(row.at.value);
      if ((row.length.value === "" || row.length.dataset["made"]) && next > here) {
        row.length.value = `0x${hexadecimal(next - here)}`;
        row.length.dataset["made"] = "yes";
      }
    });
  }

  /** Those that were written; an error if one of them is none. */
  get all(): Block[] {
    return this.rows
      .filter((row) => row.at.value.trim() !== "" || row.length.value.trim() !== "")
      .map((row) => {
        const block = { at: readNumber(row.at.value), length: readNumber(row.length.value) };
        if (!(block.at >= 0 && block.length > 0)) throw new Error(words.wrong(row.at.value, row.length.value));
        return block;
      });
  }

  private add(at: string): void {
    const row: Row = { element: el("p", { class: "toolbar" }), at: el("input", { type: "text", value: at, size: 10 }), length: el("input", { type: "text", size: 10 }) };
    row.length.addEventListener("input", () => delete row.length.dataset["made"]);
    const remove = button(words.remove, () => {
      row.element.remove();
      this.rows = this.rows.filter((one) => one !== row);
    });
    row.element.append(field(words.at, row.at), field(words.length, row.length), remove);
    this.rows.push(row);
    this.element.insertBefore(row.element, this.element.lastElementChild);
  }
}

/** The rule that `kiwipatch checksum` has proven; empty if it has none. */
export function provenRule(output: string): string {
  return /^proven: (\S+)/m.exec(output)?.[1] ?? "";
}

export function stepsFor(blocks: Block[], rule: string): { step: string; at: number; length: number; rule: string }[] {
  return blocks.map(({ at, length }) => ({ step: "checksum", at, length, rule }));
}
