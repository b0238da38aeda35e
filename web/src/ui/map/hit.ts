// SPDX-License-Identifier: MIT
// Which features lie under a point of the map.

import type { Label } from "./labels";
import type { Point } from "./projection";
import type { Shape, Tile } from "./tile";

export interface Hit {
  file: string;
  offset: number;
  /** A point of it, in the world. */
  at: Point;
  /** Degrees that it may lie beside that point: tiles round. */
  near: number;
  /** Its outline or line in the world, to be marked; empty for a name. */
  strokes: Point[][];
}

const MOST = 6;

export function labelsAt(labels: Label[], at: Point): Hit[] {
  return labels.filter((label) => covers(label, at)).map(({ name }) => ({ file: name.file, offset: name.offset, at: name.at, near: name.near, strokes: [] }));
}

function covers(label: Label, at: Point): boolean {
  const x = at.x - label.x;
  const y = at.y - label.y;
  const along = x * Math.cos(label.angle) + y * Math.sin(label.angle);
  const across = y * Math.cos(label.angle) - x * Math.sin(label.angle);
  return Math.abs(along) <= label.width / 2 && Math.abs(across) <= label.height / 2;
}

/** Lines that are nearer than reach, the nearest first, then the areas that it lies in, the one on top first. */
export function shapesAt(tile: Tile, at: Point, reach: number, flag: number): Hit[] {
  const due = tile.shapes.filter((shape) => (shape.flags & flag) !== 0);
  const near = due
    .filter((shape) => !shape.area)
    .map((shape) => ({ shape, distance: distanceTo(shape, at) }))
    .filter(({ distance }) => distance <= reach)
    .sort((a, b) => a.distance - b.distance)
    .map(({ shape }) => shape);
  const around = due.filter((shape) => shape.area && inside(shape, at)).reverse();
  return [...near, ...around].slice(0, MOST).map((shape) => hitOf(tile, shape));
}

function hitOf(tile: Tile, shape: Shape): Hit {
  const strokes = strokesOf(shape).map((stroke) => stroke.map((point) => tile.toWorld(point.x, point.y)));
  return { file: shape.file, offset: shape.offset, at: strokes[0]?.[0] ?? { x: 0, y: 0 }, near: tile.unit, strokes };
}

function strokesOf(shape: Shape): Point[][] {
  return shape.starts.map((start, index) => {
    const points: Point[] = [];
    for (let i = start; i < (shape.starts[index + 1] ?? shape.points.length / 2); i++) points.push({ x: shape.points[2 * i] ?? 0, y: shape.points[2 * i + 1] ?? 0 });
    return points;
  });
}

function distanceTo(shape: Shape, at: Point): number {
  let least = Infinity;
  for (const stroke of strokesOf(shape))
    for (let i = 1; i < stroke.length; i++) least = Math.min(least, toSegment(at, stroke[i - 1] ?? at, stroke[i] ?? at));
  return least;
}

function toSegment(at: Point, a: Point, b: Point): number {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : Math.max(0, Math.min(1, ((at.x - a.x) * dx + (at.y - a.y) * dy) / length));
  return Math.hypot(at.x - a.x - share * dx, at.y - a.y - share * dy);
}

/** By the even-odd rule over all strokes, as areas are filled. */
function inside(shape: Shape, at: Point): boolean {
  let odd = false;
  for (const stroke of strokesOf(shape))
    stroke.forEach((a, i) => {
      const b = stroke[(i + 1) % stroke.length] ?? a;
      if (a.y > at.y !== b.y > at.y && at.x < a.x + ((at.y - a.y) / (b.y - a.y)) * (b.x - a.x)) odd = !odd;
    });
  return odd;
}
