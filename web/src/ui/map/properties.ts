// SPDX-License-Identifier: MIT
// What the disc says about a feature: its properties, and the way to its bytes.

import { texts } from "../../../texts/en";
import type { Disc } from "../disc";
import { button, definitions, el } from "../dom";
import { entries, get, number, parse, show, text, type Json } from "../json";
import type { Page } from "../page";
import type { Hit } from "./hit";
import { boxArgument, latitudeOf, longitudeOf } from "./projection";

/** The feature at an offset, as the disc has it now: what was drawn of it is not kept. */
export async function featureOf(disc: Disc, hit: Hit, level: number, signal: AbortSignal): Promise<Json> {
  const longitude = longitudeOf(hit.at.x);
  const latitude = latitudeOf(hit.at.y);
  const box = { west: longitude - hit.near, south: latitude - hit.near, east: longitude + hit.near, north: latitude + hit.near };
  let found: Json = null;
  const take = (line: string): void => {
    const feature = parse(line);
    if (text(feature, "properties", "file") === hit.file && number(feature, "properties", "offset") === hit.offset) found = feature;
  };
  await disc.lines(["--features", "--quiet", "--level", String(level), "--bbox", boxArgument(box)], take, { signal });
  return found;
}

/** Name and value of each property; what has no value is left out. */
export function card(page: Page, feature: Json, open: boolean): HTMLElement {
  const properties = get(feature, "properties");
  const file = text(properties, "file");
  const offset = number(properties, "offset");
  const pairs = entries(properties).filter(([, value]) => value !== null);
  const details = el("details", { class: "card", open }, el("summary", {}, headOf(properties)), definitions(pairs.map(([name, value]) => [name, show(value)])));
  if (file !== "" && !Number.isNaN(offset)) details.append(button(texts.map.bytes, () => page.showBytes(file, offset)));
  return details;
}

function headOf(properties: Json): string {
  const name = text(properties, "text") || text(properties, "name");
  const kind = `${text(properties, "kind")} ${text(properties, "type_name").replaceAll("_", " ")}`.trim();
  return name === "" ? kind : `${name} (${kind})`;
}
