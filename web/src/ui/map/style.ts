// SPDX-License-Identifier: MIT
// How the map looks, from the table of kiwidump's pictures (web/style/make_style.c writes style.json).

import table from "./style.json";

export interface LineStyle {
  stroke: string;
  width: number;
  dash: number[];
}

export interface RoadStyle {
  type: number;
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

const types = new Map<number, number[]>(Object.entries(table.types).map(([type, numbers]) => [Number(type), numbers]));
const roadTypes = new Map<number, number>(roads.map((road, index) => [road.type, index]));

function lineNumber(name: string): number {
  return table.lines.findIndex((line) => line.class === name);
}

function textNumber(name: string): number {
  return table.texts.findIndex((style) => style.class === name);
}

export const OTHER_GROUND = grounds.length - 1;
export const RAIL = lineNumber("rail");
export const SLEEPERS = lineNumber("sleepers");
export const SHIELD = textNumber("shield");
export const STREET = textNumber("street");
/** Texts up to this one are places, the more important the larger. */
export const DISTRICT = textNumber("district");

const numbersOf = (type: number): number[] => types.get(type) ?? table.other;

export const groundOf = (type: number): number => numbersOf(type)[0] ?? OTHER_GROUND;
export const lineOf = (type: number): number => numbersOf(type)[1] ?? 0;
export const textOf = (type: number): number => numbersOf(type)[2] ?? STREET;
export const roadOf = (type: number): number => roadTypes.get(type) ?? table.unknownRoad;

/** Factor of widths at so many metres in a pixel: they grow slower than the map. */
export function widthFactor(metres: number): number {
  return Math.max(0.22, Math.min(60, (palette.roadScale / metres) ** 0.7));
}

/** Factor of texts: they grow near by. */
export function textFactor(metres: number): number {
  return Math.max(1, Math.min(1.6, (1.5 / metres) ** 0.25)) * 1.15;
}
