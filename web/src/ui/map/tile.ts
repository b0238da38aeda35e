// SPDX-License-Identifier: MIT
// A vector tile of kiwidump, made ready to be drawn: batches of paths by style, names, and shapes to find what is clicked.

import type { Point } from "./projection";
import { groundOf, lineOf, OTHER_GROUND, RAIL, roadOf, textOf } from "./style";
import { Geometry, readTile, type Value, type VectorFeature, type VectorLayer } from "./vector_tile";

/** Units that a tile is wide, in which its points count (tiles/tile.h of kiwidump). */
export const EXTENT = 8192;
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
  flags: number;
  /** x and y in turn. */
  points: Int32Array;
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
  /** In the world, and degrees that it may lie beside that. */
  at: Point;
  near: number;
}

/** Properties of features by their names, whatever numbers their keys have. */
class Properties {
  private readonly values = new Map<string, Value>();

  constructor(private readonly layer: VectorLayer) {}

  take(feature: VectorFeature): void {
    this.values.clear();
    for (let i = 0; i < feature.tags.length; i += 2) this.values.set(this.layer.keys[feature.tags[i] ?? 0] ?? "", this.layer.values[feature.tags[i + 1] ?? 0] ?? null);
  }

  text(key: string): string {
    const value = this.values.get(key);
    return typeof value === "string" ? value : "";
  }

  number(key: string, otherwise: number): number {
    const value = this.values.get(key);
    return typeof value === "number" ? value : otherwise;
  }

  has(key: string): boolean {
    return this.values.has(key);
  }
}

export class Tile {
  readonly shapes: Shape[] = [];
  readonly names: Name[] = [];
  readonly batches = new Map<string, Batch>();
  private readonly scale: number;

  constructor(readonly id: TileId, bytes: Uint8Array) {
    this.scale = 2 ** id.z;
    readTile(bytes, (layer) => {
      if (layer.extent !== EXTENT) throw new Error(`a tile of ${layer.extent} units`);
      const properties = new Properties(layer);
      return (feature) => {
        properties.take(feature);
        if (feature.type === Geometry.Point) this.addName(feature, properties);
        else this.addShape(feature, properties, layer.name);
      };
    });
  }

  get weight(): number {
    return this.shapes.length + this.names.length;
  }

  /** Degrees that a unit is wide. */
  get unit(): number {
    return 360 / this.scale / EXTENT;
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

  private addName(feature: VectorFeature, properties: Properties): void {
    const written = properties.text("text").trim();
    if (written === "") return;
    this.names.push({
      file: properties.text("file"),
      offset: feature.id,
      text: written,
      style: textOf(properties.text("class")),
      angle: properties.has("angle") ? properties.number("angle", 0) : null,
      priority: properties.number("priority", 0),
      flags: properties.number("display_scale_flags", ALL_SCALES),
      at: this.toWorld(feature.points[0] ?? 0, feature.points[1] ?? 0),
      near: this.unit,
    });
  }

  private addShape(feature: VectorFeature, properties: Properties, name: string): void {
    const { layer, style } = place(name, properties);
    const shape: Shape = {
      file: properties.text("file"),
      offset: feature.id,
      area: feature.type === Geometry.Polygon,
      flags: properties.number("display_scale_flags", ALL_SCALES),
      points: Int32Array.from(feature.points),
      starts: feature.starts.slice(),
    };
    this.shapes.push(shape);
    if (layer !== Layer.Area || style !== OTHER_GROUND) this.draw(shape, layer, style);
  }

  private draw(shape: Shape, layer: Layer, style: number): void {
    const key = `${layer}/${style}/${shape.flags}`;
    let batch = this.batches.get(key);
    if (!batch) {
      batch = { layer, style, flags: shape.flags, path: new Path2D() };
      this.batches.set(key, batch);
    }
    const { points, starts } = shape;
    const { path } = batch;
    for (let stroke = 0; stroke < starts.length; stroke++) {
      const start = starts[stroke] ?? 0;
      const end = starts[stroke + 1] ?? points.length / 2;
      path.moveTo(points[2 * start] ?? 0, points[2 * start + 1] ?? 0);
      for (let i = start + 1; i < end; i++) path.lineTo(points[2 * i] ?? 0, points[2 * i + 1] ?? 0);
      if (shape.area) path.closePath();
    }
  }
}

function place(name: string, properties: Properties): { layer: Layer; style: number } {
  const kind = properties.text("class");
  if (name === "area") return { layer: Layer.Area, style: groundOf(kind) };
  if (name === "road") {
    const height = properties.text("height");
    return { layer: height === "bridge" ? Layer.Bridge : height === "tunnel" ? Layer.Tunnel : Layer.Road, style: roadOf(kind) };
  }
  const style = lineOf(kind);
  return { layer: style === RAIL ? Layer.Rail : Layer.Line, style };
}
