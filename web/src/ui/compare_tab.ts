// SPDX-License-Identifier: MIT
// The tab that compares the disc with a second one: what differs as a list, and on the map.

import { texts } from "../../texts/en";
import { Disc } from "./disc";
import { button, el, table } from "./dom";
import { entries, get, number, parse, show, text, type Json } from "./json";
import { links, partOf } from "./links";
import type { Box, Page } from "./page";
import { ofDrop, ofFiles, type Given } from "./sources";
import { isStopped, shown, work } from "./work";

const words = texts.compare;
const MOST = 1000;
/** Parts of the map that are marked at once. */
const MARKED = 60;
/** What of a path says which part of the map it is about. */
const PART = /^level\[\d+\]\.parcel\[[^\]]*\]/;

export function compareTab(page: Page): HTMLElement {
  const result = el("div");
  const take = (give: () => Promise<Given | null>): Promise<void> =>
    shown(result, async () => {
      const given = await give();
      if (given) await compare(page, given, result);
    });
  const picker = (attributes: Record<string, boolean>): HTMLInputElement => {
    const input = el("input", { type: "file", hidden: true, ...attributes });
    input.addEventListener("change", () => void take(async () => ofFiles(Array.from(input.files ?? []))));
    return input;
  };
  const file = picker({});
  const folder = picker({ webkitdirectory: true });
  const zone = el("div", { class: "drop" }, el("p", { class: "big" }, words.drop), el("p", { class: "buttons" }, button(texts.open.file, () => file.click()), button(texts.open.folder, () => folder.click())), file, folder);
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const data = event.dataTransfer;
    if (data) void take(() => ofDrop(data));
  });
  return el("section", {}, el("h2", {}, words.title), el("p", {}, words.says), zone, result);
}

async function compare(page: Page, given: Given, result: HTMLElement): Promise<void> {
  const other = await work(texts.open.working(given.name), (signal) => Disc.open(page.disc.engine, given.name, given.sources, { signal }));
  try {
    const differences: Json[] = [];
    const take = (line: string): void => void differences.push(parse(line));
    await work(words.working, (signal, say) => page.disc.lines(["--diff", "--limit", String(MOST)], take, { paths: [page.disc.path, other.path], signal, onMessage: say }));
    result.replaceChildren(el("h2", {}, words.result(given.name, differences.length, differences.length === MOST)));
    if (differences.length > 0) result.append(button(words.mark, () => void shown(result, () => mark(page, differences))), list(page, differences));
  } finally {
    await other.close();
  }
}

/** Where a difference lies on this disc, which is the older one; what was added lies nowhere. */
function offsetOf(difference: Json): number {
  if (text(difference, "change") === "added") return NaN;
  const old = number(difference, "old_offset");
  return Number.isNaN(old) ? number(difference, "offset") : old;
}

function pathOf(difference: Json): string {
  return text(difference, "old_path") || text(difference, "path");
}

function list(page: Page, differences: Json[]): HTMLElement {
  const rows = differences.map((difference) => [
    words.change(text(difference, "change")),
    el("span", {}, text(difference, "record"), el("br"), el("span", { class: "soft" }, text(difference, "path"))),
    el("ul", { class: "tree" }, ...entries(difference, "fields").map(([name, value]) => el("li", {}, fieldOf(name, value)))),
    links(page, text(difference, "file"), offsetOf(difference), PART.test(pathOf(difference))),
  ]);
  return table(["", words.record, words.fields, words.here], rows);
}

function fieldOf(name: string, value: Json): HTMLElement {
  const isChange = value !== null && typeof value === "object" && !Array.isArray(value) && "old" in value && "new" in value;
  if (!isChange) return el("span", {}, `${name}: ${show(value)}`);
  return el("span", {}, `${name}: `, el("del", {}, show(get(value, "old"))), " → ", el("ins", {}, show(get(value, "new"))));
}

/** Marks the parts of the map in which something differs. */
async function mark(page: Page, differences: Json[]): Promise<void> {
  const parts = new Map<string, Json>();
  for (const difference of differences) {
    const part = PART.exec(pathOf(difference))?.[0];
    if (part && !Number.isNaN(offsetOf(difference)) && parts.size < MARKED && !parts.has(part)) parts.set(part, difference);
  }
  const boxes: Box[] = [];
  try {
    await work(words.marking, async (signal) => {
      for (const difference of parts.values()) {
        const box = await partOf(page.disc, text(difference, "file"), offsetOf(difference), signal);
        if (box) boxes.push(box);
      }
    });
  } catch (error) {
    if (!isStopped(error)) throw error;
  }
  if (boxes.length === 0) throw new Error(words.nowhere);
  page.markMap(boxes);
}
