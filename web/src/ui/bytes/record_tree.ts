// SPDX-License-Identifier: MIT
// The records of a file, or of a part of the map, as a tree by their paths.

import { texts } from "../../../texts/en";
import type { Disc } from "../disc";
import { button, el } from "../dom";
import { number, parse, text, type Json } from "../json";
import { hexadecimal } from "../units";
import { shown, work } from "../work";

/** Records that are read at first; each "more" reads twice as many. */
const FIRST = 1000;

interface Node {
  name: string;
  record: Json;
  children: Map<string, Node>;
}

export function recordTree(disc: Disc, title: string, args: string[], onChoose: (file: string, offset: number) => void): HTMLElement {
  const place = el("div");
  const details = el("details", {}, el("summary", {}, title), place);
  const load = (limit: number): Promise<void> =>
    shown(place, async () => {
      const root: Node = { name: "", record: null, children: new Map() };
      let records = 0;
      const take = (line: string): void => {
        records++;
        insert(root, parse(line));
      };
      await work(texts.bytes.reading, (signal) => disc.lines(["--records", "--quiet", ...args, "--limit", String(limit)], take, { signal }));
      place.replaceChildren(branches(root, onChoose));
      if (records === limit) place.append(el("p", { class: "soft" }, texts.bytes.first(limit)), button(texts.bytes.more, () => void load(2 * limit)));
    });
  details.addEventListener("toggle", () => void load(FIRST), { once: true });
  return details;
}

function insert(root: Node, record: Json): void {
  let node = root;
  for (const name of text(record, "path").split(".")) {
    const child = node.children.get(name) ?? { name, record: null, children: new Map<string, Node>() };
    node.children.set(name, child);
    node = child;
  }
  node.record = record;
}

function branches(node: Node, onChoose: (file: string, offset: number) => void): HTMLElement {
  return el("ul", { class: "tree" }, ...[...node.children.values()].map((child) => el("li", {}, branch(child, onChoose))));
}

function branch(node: Node, onChoose: (file: string, offset: number) => void): HTMLElement {
  const label = labelOf(node, onChoose);
  if (node.children.size === 0) return label;
  const details = el("details", {}, el("summary", {}, label));
  details.addEventListener("toggle", () => details.append(branches(node, onChoose)), { once: true });
  return details;
}

function labelOf(node: Node, onChoose: (file: string, offset: number) => void): HTMLElement {
  if (node.record === null) return el("span", {}, node.name);
  const offset = number(node.record, "offset");
  const go = button(`0x${hexadecimal(offset)}`, () => onChoose(text(node.record, "file"), offset), { class: "link" });
  return el("span", {}, `${node.name} `, el("span", { class: "soft" }, `${text(node.record, "record")} `), go);
}
