// SPDX-License-Identifier: MIT
// The features of a box, made ready to be drawn: batches of paths by style, and names.

import { get, list, number, parse, text, type Json } from "../json";
import { project, type Point } from "./projection";
import { groundOf, lineOf, OTHER_GROUND, RAIL, roadOf, SHIELD, STREET, textOf } from "./style";

/** Units that a tile is wide, in which its points count. */
export const EXTENT = 4096;
/** A feature without flags is drawn at all scales. */
const ALL_SCALES = 31;

export interface TileId {
  level: number;
  z: number;
  x: number;
  y: number;
}

/** What is drawn together, from the lowest to the highest. */
export enum Layer {
  Area,
  Line,
  Tunnel,
  Road,
  Rail,
  Bridge,
}

export interface Shape {
  file: string;
  offset: number;
  area: boolean;
  layer: Layer;
  flags: number;
  /** x and y in turn. */
  points: Float32Array;
  /** The first point of each stroke. */
  starts: number[];
}

export interface Batch {
  layer: Layer;
  style: number;
  flags: number;
  path: Path2D;
}

export interface Name {
  file: string;
  offset: number;
  text: string;
  style: number;
  angle: number | null;
  priority: number;
  flags: number;
  /** In the world. */
  at: Point;
}

export class Tile {
  readonly shapes: Shape[] = [];
  readonly names: Name[] = [];
  readonly batches = new Map<string, Batch>();
  private readonly scale: number;

  constructor(readonly id: TileId) {
    this.scale = 2 ** id.z;
  }

  get weight(): number {
    return this.shapes.length + this.names.length;
  }

  /** Takes a line of `--features`. */
  add(line: string): void {
    const feature = parse(line);
    const coordinates = get(feature, "geometry", "coordinates");
    const properties = get(feature, "properties");
    if (!Array.isArray(coordinates) || coordinates.length === 0) return;
    if (text(properties, "kind") === "name") this.addName(properties, coordinates);
    else this.addShape(properties, coordinates, text(feature, "geometry", "type").endsWith("Polygon"));
  }

  /** From the world into the tile; the shorter way round. */
  toTile(point: Point): Point {
    const x = point.x * this.scale - this.id.x;
    return { x: (x - this.scale * Math.round((x - 0.5) / this.scale)) * EXTENT, y: (point.y * this.scale - this.id.y) * EXTENT };
  }

  /** From the tile into the world. */
  toWorld(x: number, y: number): Point {
    return { x: (this.id.x + x / EXTENT) / this.scale, y: (this.id.y + y / EXTENT) / this.scale };
  }

  private addName(properties: Json, coordinates: Json[]): void {
    const written = text(properties, "text").trim();
    const [longitude, latitude] = coordinates;
    if (written === "" || typeof longitude !== "number" || typeof latitude !== "number") return;
    const style = textOf(number(properties, "type"));
    const street = text(properties, "string_type") === "linear_c" && style !== SHIELD;
    const angle = number(properties, "angle");
    this.names.push({
      file: text(properties, "file"),
      offset: number(properties, "offset"),
      text: written,
      style: street ? STREET : style,
      angle: street && !Number.isNaN(angle) ? angle : null,
      priority: number(properties, "priority") || 0,
      flags: flagsOf(properties),
      at: project(longitude, latitude),
    });
  }

  private addShape(properties: Json, coordinates: Json[], area: boolean): void {
    const strokes = strokesOf(coordinates);
    const points = new Float32Array(2 * strokes.reduce((sum, stroke) => sum + stroke.length, 0));
    const starts: number[] = [];
    let at = 0;
    for (const stroke of strokes) {
      starts.push(at / 2);
      for (const [longitude, latitude] of stroke) {
        const point = this.toTile(project(longitude, latitude));
        points[at++] = point.x;
        points[at++] = point.y;
      }
    }
    const { layer, style } = place(properties, area);
    const shape: Shape = { file: text(properties, "file"), offset: number(properties, "offset"), area, layer, flags: flagsOf(properties), points, starts };
    this.shapes.push(shape);
    if (layer !== Layer.Area || style !== OTHER_GROUND) this.draw(shape, style);
  }

  private draw(shape: Shape, style: number): void {
    const key = `${shape.layer}/${style}/${shape.flags}`;
    const batch = this.batches.get(key) ?? { layer: shape.layer, style, flags: shape.flags, path: new Path2D() };
    this.batches.set(key, batch);
    shape.starts.forEach((start, index) => {
      const end = shape.starts[index + 1] ?? shape.points.length / 2;
      for (let i = start; i < end; i++) {
        const x = shape.points[2 * i] ?? 0;
        const y = shape.points[2 * i + 1] ?? 0;
        if (i === start) batch.path.moveTo(x, y);
        else batch.path.lineTo(x, y);
      }
      if (shape.area) batch.path.closePath();
    });
  }
}

function flagsOf(properties: Json): number {
  const flags = number(properties, "display_scale_flags");
  return Number.isNaN(flags) ? ALL_SCALES : flags;
}

function place(properties: Json, area: boolean): { layer: Layer; style: number } {
  const type = number(properties, "type");
  if (text(properties, "kind") === "road") {
    const layer = get(properties, "bridge") === true ? Layer.Bridge : get(properties, "tunnel") === true ? Layer.Tunnel : Layer.Road;
    return { layer, style: roadOf(type) };
  }
  if (area) return { layer: Layer.Area, style: groundOf(type) };
  const style = lineOf(type);
  return { layer: style === RAIL ? Layer.Rail : Layer.Line, style };
}

/** Lists of places, however deep they lie in the coordinates of a geometry. */
function strokesOf(coordinates: Json[]): [number, number][][] {
  const first = coordinates[0];
  if (!Array.isArray(first)) return [];
  if (typeof first[0] !== "number") return coordinates.flatMap((part) => (Array.isArray(part) ? strokesOf(part) : []));
  const stroke = coordinates.flatMap((pair): [number, number][] => {
    const [longitude, latitude] = list(pair);
    return typeof longitude === "number" && typeof latitude === "number" ? [[longitude, latitude]] : [];
  });
  return stroke.length > 0 ? [stroke] : [];
}
