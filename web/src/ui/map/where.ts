// SPDX-License-Identifier: MIT
// Where the map of a disc is: the box that is shown first.

import type { Disc } from "../disc";
import { get, list, number, parse, type Json } from "../json";
import type { Box } from "../page";
import type { Level } from "./levels";

/** Features that are looked at where nothing else says where the map is. */
const SAMPLE = "3000";
/** Share of places on each side that a first look may leave out. */
const FRINGE = 0.02;

/** The regions of route planning, else where the first features of the coarsest level lie, else the box of the levels. */
export async function whereIsMap(disc: Disc, levels: Level[], signal: AbortSignal): Promise<Box | null> {
  const coarsest = levels[levels.length - 1];
  if (!coarsest) return null;
  const regions = list(disc.document, "regions").flatMap(boxesOf);
  if (regions.length > 0) return around(regions);
  const longitudes: number[] = [];
  const latitudes: number[] = [];
  const take = (line: string): void => gather(get(parse(line), "geometry", "coordinates"), longitudes, latitudes);
  await disc.lines(["--features", "--quiet", "--kind", "road,name", "--level", String(coarsest.number), "--limit", SAMPLE], take, { signal });
  if (longitudes.length > 0) return { west: low(longitudes), east: high(longitudes), south: low(latitudes), north: high(latitudes) };
  const boxes = list(disc.document, "levels").flatMap(boxesOf);
  return boxes.length > 0 ? around(boxes) : null;
}

function boxesOf(json: Json): Box[] {
  const [west, south, east, north] = [0, 1, 2, 3].map((index) => number(json, "bbox", index));
  const box = { west: west ?? NaN, south: south ?? NaN, east: east ?? NaN, north: north ?? NaN };
  return Object.values(box).some(Number.isNaN) ? [] : [box];
}

function around(boxes: Box[]): Box {
  return {
    west: Math.min(...boxes.map((box) => box.west)),
    south: Math.min(...boxes.map((box) => box.south)),
    east: Math.max(...boxes.map((box) => box.east)),
    north: Math.max(...boxes.map((box) => box.north)),
  };
}

function gather(json: Json, longitudes: number[], latitudes: number[]): void {
  if (!Array.isArray(json)) return;
  const [longitude, latitude] = json;
  if (typeof longitude === "number" && typeof latitude === "number") {
    longitudes.push(longitude);
    latitudes.push(latitude);
  } else for (const part of json) gather(part, longitudes, latitudes);
}

const sorted = (numbers: number[]): number[] => numbers.sort((a, b) => a - b);
const low = (numbers: number[]): number => sorted(numbers)[Math.floor(numbers.length * FRINGE)] ?? 0;
const high = (numbers: number[]): number => sorted(numbers)[Math.ceil(numbers.length * (1 - FRINGE)) - 1] ?? 0;
