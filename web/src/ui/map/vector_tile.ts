// SPDX-License-Identifier: MIT
// Reads vector tiles (Mapbox Vector Tile 2.1), as far as those of kiwidump go.

export type Value = string | number | null;

export enum Geometry {
  Point = 1,
  Line = 2,
  Polygon = 3,
}

/** A layer while its features are read: what is behind the numbers of keys and values. */
export interface VectorLayer {
  name: string;
  keys: string[];
  values: Value[];
  extent: number;
}

/** The feature at hand; it is the same object for all of them. */
export interface VectorFeature {
  id: number;
  type: Geometry;
  /** Numbers of keys and values in turn. */
  tags: number[];
  /** x and y in turn. */
  points: number[];
  /** The first point of each stroke. */
  starts: number[];
}

const enum Wire {
  NUMBER = 0,
  LONG = 1,
  BYTES = 2,
  SHORT = 5,
}

const enum Command {
  MOVE = 1,
  LINE = 2,
}

const decoder = new TextDecoder();

class Reader {
  field = 0;
  private wire = 0;

  constructor(private readonly bytes: Uint8Array, private at: number, readonly end: number) {}

  /** Goes on to the next field; false behind the last one. */
  next(): boolean {
    if (this.at >= this.end) return false;
    const head = this.number();
    this.field = head >>> 3;
    this.wire = head & 7;
    return true;
  }

  get more(): boolean {
    return this.at < this.end;
  }

  number(): number {
    let value = 0;
    let byte = 0;
    for (let factor = 1; ; factor *= 128) {
      if (this.at >= this.end) throw new Error("the tile is cut off");
      byte = this.bytes[this.at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  signed(): number {
    const number = this.number();
    return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
  }

  /** What is in a field of bytes. */
  inner(): Reader {
    const length = this.number();
    const begin = this.at;
    this.at += length;
    if (this.at > this.end) throw new Error("the tile is cut off");
    return new Reader(this.bytes, begin, this.at);
  }

  text(): string {
    const inner = this.inner();
    return decoder.decode(this.bytes.subarray(inner.at, inner.end));
  }

  skip(): void {
    if (this.wire === Wire.NUMBER) this.number();
    else if (this.wire === Wire.BYTES) this.inner();
    else this.at += this.wire === Wire.LONG ? 8 : 4;
  }
}

function readValue(reader: Reader): Value {
  let value: Value = null;
  while (reader.next())
    if (reader.field === 1) value = reader.text();
    else if (reader.field === 5) value = reader.number();
    else if (reader.field === 6) value = reader.signed();
    else reader.skip();
  return value;
}

function readGeometry(reader: Reader, feature: VectorFeature): void {
  let x = 0;
  let y = 0;
  while (reader.more) {
    const command = reader.number();
    if ((command & 7) !== Command.MOVE && (command & 7) !== Command.LINE) continue; // a ring ends where it began
    for (let count = command >>> 3; count > 0; count--) {
      if ((command & 7) === Command.MOVE) feature.starts.push(feature.points.length / 2);
      x += reader.signed();
      y += reader.signed();
      feature.points.push(x, y);
    }
  }
}

function readFeature(reader: Reader, feature: VectorFeature): void {
  feature.id = 0;
  feature.tags.length = feature.points.length = feature.starts.length = 0;
  while (reader.next())
    if (reader.field === 1) feature.id = reader.number();
    else if (reader.field === 2) for (const tags = reader.inner(); tags.more; ) feature.tags.push(tags.number());
    else if (reader.field === 3) feature.type = reader.number();
    else if (reader.field === 4) readGeometry(reader.inner(), feature);
    else reader.skip();
}

function readLayer(reader: Reader, begin: (layer: VectorLayer) => (feature: VectorFeature) => void): void {
  const layer: VectorLayer = { name: "", keys: [], values: [], extent: 4096 };
  const features: Reader[] = [];
  while (reader.next())
    if (reader.field === 1) layer.name = reader.text();
    else if (reader.field === 2) features.push(reader.inner());
    else if (reader.field === 3) layer.keys.push(reader.text());
    else if (reader.field === 4) layer.values.push(readValue(reader.inner()));
    else if (reader.field === 5) layer.extent = reader.number();
    else reader.skip();
  const take = begin(layer);
  const feature: VectorFeature = { id: 0, type: Geometry.Point, tags: [], points: [], starts: [] };
  for (const one of features) {
    readFeature(one, feature);
    take(feature);
  }
}

/** Hands out the features of each layer. */
export function readTile(bytes: Uint8Array, begin: (layer: VectorLayer) => (feature: VectorFeature) => void): void {
  const reader = new Reader(bytes, 0, bytes.length);
  while (reader.next())
    if (reader.field === 3) readLayer(reader.inner(), begin);
    else reader.skip();
}
