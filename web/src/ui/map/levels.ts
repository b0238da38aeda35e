// SPDX-License-Identifier: MIT
// The levels of the map, as the document has them, and which one is made for a zoom.

import { entries, list, number, type Json } from "../json";
import { scaleOf } from "./projection";

/** So much coarser than it is meant for a level is drawn. */
const TOLERANCE = 1.2;
const ALL_SCALES = 31;
const FIRST_SCALE = 16;

export interface Level {
  number: number;
  /** Denominators, the finest first. */
  scales: number[];
  /** The greatest zoom at which tiles are asked for: none is smaller than half a cell. */
  tileZoom: number;
}

export function levelsOf(document: Json): Level[] {
  return list(document, "levels")
    .map((level) => ({
      number: number(level, "level"),
      scales: entries(level, "fields").flatMap(([name, value]) => (name.startsWith("display_scale_") && typeof value === "number" && value > 0 ? [value] : [])),
      tileZoom: Math.max(0, Math.min(16, Math.floor(Math.log2(360 / Math.max(1e-4, number(level, "cell_width") || 1))) + 1)),
    }))
    .filter((level) => !Number.isNaN(level.number))
    .sort((a, b) => a.number - b.number);
}

/** The finest level that is meant for the scale of a zoom, or for one that is not much finer. */
export function levelFor(levels: Level[], zoom: number, y: number): Level | undefined {
  const scale = scaleOf(zoom, y);
  return levels.find((level) => level.scales.length === 0 || (level.scales[level.scales.length - 1] ?? 0) * TOLERANCE >= scale) ?? levels[levels.length - 1];
}

/** The bit of a feature's display_scale_flags that says whether it is drawn at a zoom. */
export function scaleFlag(level: Level, zoom: number, y: number): number {
  const scale = scaleOf(zoom, y);
  const index = level.scales.findIndex((one) => one >= scale);
  if (level.scales.length === 0) return ALL_SCALES;
  return FIRST_SCALE >> (index < 0 ? level.scales.length - 1 : index);
}
