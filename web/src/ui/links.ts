// SPDX-License-Identifier: MIT
// From a byte to where it is shown: in the bytes, and on the map if it belongs to a part of it.

import { texts } from "../../texts/en";
import type { Disc } from "./disc";
import { button, el } from "./dom";
import { get, number, type Json } from "./json";
import type { Box, Page } from "./page";
import { hexadecimal } from "./units";
import { errorBox } from "./work";

/** The part of the map that a byte belongs to, as `--explain` says it; null for a byte of no part. */
export async function partOf(disc: Disc, file: string, offset: number, signal?: AbortSignal): Promise<Box | null> {
  return boxOf(await disc.json(["--explain", String(offset), "--quiet", "--file", file], { signal }));
}

export function boxOf(explanation: Json): Box | null {
  const [west = NaN, south = NaN, east = NaN, north = NaN] = [0, 1, 2, 3].map((index) => number(get(explanation, "parcel"), "bbox", index));
  return [west, south, east, north].some(Number.isNaN) ? null : { west, south, east, north };
}

/** Buttons that lead to a byte and to its place. */
export function links(page: Page, file: string, offset: number, onMap: boolean): HTMLElement {
  const all = el("span", { class: "buttons" });
  if (file === "" || Number.isNaN(offset) || !page.disc.files.some((one) => one.path === file)) return all;
  all.append(button(`${file} 0x${hexadecimal(offset)}`, () => page.showBytes(file, offset), { title: texts.overview.bytes }));
  if (onMap)
    all.append(
      button(texts.map.onMap, () => {
        void partOf(page.disc, file, offset).then(
          (box) => (box ? page.showMap(box, true) : all.append(el("span", { class: "soft" }, texts.links.noPlace))),
          (error: unknown) => all.append(errorBox(error)),
        );
      }),
    );
  return all;
}
