// SPDX-License-Identifier: MIT
// Mercator as web maps have it: the world is a square from 0 to 1, and at zoom z it is 2^z tiles of TILE pixels wide.

import type { Box } from "../page";

export interface Point {
  x: number;
  y: number;
}

/** Width of a tile in pixels of the page. */
export const TILE = 512;

const LIMIT = 85.05;
const CIRCUMFERENCE = 2 * Math.PI * 6378137;
/** Metres on the screen of a pixel, as display scales count it (extent.c of kiwidump has the same). */
const PIXEL = 0.00028;

export function project(longitude: number, latitude: number): Point {
  const bound = Math.max(-LIMIT, Math.min(LIMIT, latitude));
  return { x: longitude / 360 + 0.5, y: 0.5 - Math.log(Math.tan(Math.PI / 4 + (bound * Math.PI) / 360)) / (2 * Math.PI) };
}

export function longitudeOf(x: number): number {
  const turned = x - Math.floor(x);
  return (turned - 0.5) * 360;
}

export function latitudeOf(y: number): number {
  return (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90;
}

/** Pixels that the world is wide. */
export function worldSize(zoom: number): number {
  return TILE * 2 ** zoom;
}

export function metresPerPixel(zoom: number, y: number): number {
  return (CIRCUMFERENCE * Math.cos((latitudeOf(y) * Math.PI) / 180)) / worldSize(zoom);
}

/** The number below the line of a map's scale. */
export function scaleOf(zoom: number, y: number): number {
  return metresPerPixel(zoom, y) / PIXEL;
}

/** The degrees of a rectangle of the world; west may be greater than east, as for the programs. */
export function boxOf(left: number, top: number, right: number, bottom: number): Box {
  const wide = right - left >= 1;
  return { west: wide ? -180 : longitudeOf(left), south: latitudeOf(bottom), east: wide ? 180 : longitudeOf(right) || 180, north: latitudeOf(top) };
}

/** A box as the programs read it. */
export function boxArgument(box: Box): string {
  return [box.west, box.south, box.east, box.north].map((degrees) => degrees.toFixed(7)).join(",");
}
