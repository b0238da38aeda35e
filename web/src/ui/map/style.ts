// SPDX-License-Identifier: MIT
// How the map looks, from the table of kiwidump's pictures (web/style/make_style.c writes style.json).

import table from "./style.json";

export interface LineStyle {
  stroke: string;
  width: number;
  dash: number[];
}

export interface RoadStyle {
  class: string;
  width: number;
  fill: string;
  casing: string | null;
  dash: number[];
}

export interface TextStyle {
  class: string;
  size: number;
  distance: number;
  fill: string;
  bold: boolean;
  italic: boolean;
}

export const palette = table.palette;
export const grounds: { class: string; fill: string }[] = table.grounds;
export const lines: LineStyle[] = table.lines;
export const roads: RoadStyle[] = table.roads;
export const textStyles: TextStyle[] = table.texts;

/** Numbers of styles by the names that tiles have for them. */
function numbers(styles: { class: string }[]): (name: string) => number {
  const known = new Map(styles.map((style, index) => [style.class, index]));
  return (name) => known.get(name) ?? styles.length - 1;
}

export const groundOf = numbers(table.grounds);
export const lineOf = numbers(table.lines);
export const roadOf = numbers(table.roads);
export const textOf = numbers(table.texts);

export const OTHER_GROUND = groundOf("other");
export const RAIL = lineOf("rail");
export const SLEEPERS = lineOf("sleepers");
export const SHIELD = textOf("shield");
/** Texts up to this one are places, the more important the larger. */
export const DISTRICT = textOf("district");

/** Factor of widths at so many metres in a pixel: they grow slower than the map. */
export function widthFactor(metres: number): number {
  return Math.max(0.22, Math.min(60, (palette.roadScale / metres) ** 0.7));
}

/** Factor of texts: they grow near by. */
export function textFactor(metres: number): number {
  return Math.max(1, Math.min(1.6, (1.5 / metres) ** 0.25)) * 1.15;
}
