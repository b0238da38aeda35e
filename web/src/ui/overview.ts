// SPDX-License-Identifier: MIT
// The first tab: what disc this is, in the words of the summary, its files, levels and modules.

import { texts } from "../../texts/en";
import type { DiscFile } from "./disc";
import { button, definitions, el, table } from "./dom";
import { entries, get, list, number, show, text, type Json } from "./json";
import type { Page } from "./page";
import { count, size } from "./units";
import { shown, work } from "./work";

const words = texts.overview;
/** Pictures that are shown. */
const PICTURES = 60;
const LARGEST_PICTURE = 4_000_000;

export function overview(page: Page): HTMLElement {
  const summary = el("section", {}, el("h2", {}, page.disc.title));
  const panel = el("section", {}, summary, files(page), levels(page), modules(page), pictures(page), everything(page.disc.document));
  if (page.disc.notes.trim() !== "") summary.append(el("details", { class: "notes" }, el("summary", {}, words.notes), el("pre", {}, page.disc.notes.trim())));
  void shown(summary, async () => {
    const lines = await work(words.counting, (signal) => page.disc.text(["--summary"], { signal }));
    summary.querySelector("h2")?.after(definitions(rows(lines)));
  });
  return panel;
}

/** The rows of the summary: a word and what it is; a row goes on where the word is missing. The commands at its end are not for a page. */
function rows(summary: string): [string, string][] {
  const found: [string, string][] = [];
  for (const line of summary.split("\n")) {
    const row = /^(\S.*?)(?: {2,}|$)(.*)$/.exec(line);
    const last = found[found.length - 1];
    if (/^\S.*:$/.test(line)) break;
    if (row?.[1]) found.push([row[1], row[2] ?? ""]);
    else if (last && line.trim() !== "") last[1] += ` ${line.trim()}`;
  }
  return found;
}

function files(page: Page): HTMLElement {
  const rows = page.disc.files.map((file) => [
    file.path,
    size(file.size),
    words.kinds[file.kind] ?? (file.kind || words.unknownKind),
    button(words.bytes, () => page.showBytes(file.path, 0), { "aria-label": `${words.bytes}: ${file.path}` }),
  ]);
  return el("section", {}, el("h2", {}, words.files), table([words.path, words.size, words.kind, ""], rows));
}

function levels(page: Page): HTMLElement {
  const found = list(page.disc.document, "levels");
  if (found.length === 0) return el("p", { class: "note" }, words.wantsLevels);
  const rows = found.map((level) => {
    const scales = entries(level, "fields").filter(([name, value]) => name.startsWith("display_scale_") && typeof value === "number");
    return [
      show(get(level, "level")),
      scales.map(([, value]) => `1:${count(Number(value))}`).join(", "),
      `${show(get(level, "columns"))} × ${show(get(level, "rows"))}`,
      `${number(level, "cell_width").toFixed(4)}° × ${number(level, "cell_height").toFixed(4)}°`,
      button(words.bytes, () => page.showBytes(mapFile(page), number(level, "offset"))),
    ];
  });
  return el("section", {}, el("h2", {}, words.levels), table([words.level, words.scale, words.grid, words.cell, ""], rows));
}

/** The file that offsets of the document without a file of their own count in. */
function mapFile(page: Page): string {
  return page.disc.files.find((file) => file.kind === "alldata")?.path ?? page.disc.files[0]?.path ?? "";
}

function modules(page: Page): HTMLElement {
  const loading = get(page.disc.document, "loading");
  const found = list(loading, "modules");
  if (found.length === 0) return el("div");
  const rows = found.map((module) => [
    text(module, "name"),
    text(module, "version"),
    text(module, "identification", "module_kind", "name"),
    text(module, "management", "title"),
    size(number(module, "size") || 0),
    button(words.bytes, () => page.showBytes(text(loading, "file"), number(module, "offset"))),
  ]);
  return el("section", {}, el("h2", {}, words.modules), table([words.module, words.version, words.moduleKind, words.moduleTitle, words.size, ""], rows));
}

interface Picture {
  name: string;
  file: DiscFile;
  offset: number;
  size: number;
}

/** Pictures in the modules of LOADING.KWI, where the document says that they lie. */
function inModules(page: Page): Picture[] {
  const loading = get(page.disc.document, "loading");
  const file = page.disc.files.find((one) => one.path === text(loading, "file"));
  if (!file) return [];
  return list(loading, "modules").flatMap((module) =>
    list(module, "pictures").map((picture) => ({
      name: words.picture(text(module, "name"), number(picture, "width"), number(picture, "height")),
      file,
      offset: number(picture, "offset"),
      size: number(picture, "size") || 0,
    })),
  );
}

/** Pictures of what the disc covers, which are files. */
function ofCoverage(page: Page): Picture[] {
  const files = page.disc.files.filter((file) => file.kind === "coverage" && /\.bmp$/i.test(file.path) && file.size <= LARGEST_PICTURE);
  return files.map((file) => ({ name: words.coverage(file.path), file, offset: 0, size: file.size }));
}

function pictures(page: Page): HTMLElement {
  const found = [...ofCoverage(page), ...inModules(page)];
  if (found.length === 0) return el("div");
  return el("section", {}, el("h2", {}, words.pictures), el("div", { class: "gallery" }, ...found.slice(0, PICTURES).map((picture) => figure(page, picture))));
}

function figure(page: Page, { name, file, offset, size }: Picture): HTMLElement {
  const image = el("img", { alt: name });
  image.addEventListener("error", () => image.replaceWith(el("p", { class: "note" }, words.noPicture)));
  const made = el("figure", {}, image, el("figcaption", {}, name, " ", button(words.bytes, () => page.showBytes(file.path, offset))));
  void shown(made, async () => {
    image.src = URL.createObjectURL(new Blob([await page.disc.bytes(file, offset, size)], { type: "image/bmp" }));
  });
  return made;
}

function everything(document: Json): HTMLElement {
  return el("section", {}, el("details", {}, el("summary", {}, words.all), tree(document)));
}

/** JSON as a tree that opens branch by branch. */
function tree(json: Json): HTMLElement {
  const branches = Array.isArray(json) ? json.map((value, index): [string, Json] => [String(index), value]) : entries(json);
  return el("ul", { class: "tree" }, ...branches.map(([name, value]) => el("li", {}, branch(name, value))));
}

function branch(name: string, value: Json): HTMLElement {
  if (value === null || typeof value !== "object") return el("span", {}, el("b", {}, `${name}: `), show(value));
  const details = el("details", {}, el("summary", {}, name));
  details.addEventListener("toggle", () => details.childElementCount === 1 && details.append(tree(value)), { once: true });
  return details;
}
