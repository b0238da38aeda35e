// SPDX-License-Identifier: MIT
// What `--annotate` says about bytes: which field each of them belongs to, with its value and meaning.

import type { Disc, DiscFile } from "../disc";
import { isStopped } from "../work";

/** Bytes that are asked for at once. */
export const CHUNK = 4096;
const KEPT = 64;
/** Columns of a line: offset, bytes, path; then what is divided by blanks. */
const BYTES_COLUMN = 12;
const PATH_COLUMN = 30;

export interface Field {
  offset: number;
  length: number;
  path: string;
  value: string;
  meaning: string;
  /** Bytes of no field: padding, reserved, unknown. */
  gap: boolean;
  /** Other fields in the same bytes. */
  shared: Field[];
}

/** Fields of a window, the bytes of it in turn. */
export class Annotation {
  readonly fields: Field[] = [];
  private readonly ofByte: Int32Array;

  constructor(readonly offset: number) {
    this.ofByte = new Int32Array(CHUNK).fill(-1);
  }

  /** Takes a line of `--annotate`. */
  add(line: string): void {
    const offset = Number.parseInt(line.slice(0, BYTES_COLUMN), 16);
    if (line.startsWith("#") || Number.isNaN(offset)) return;
    const bytes = /^\S*/.exec(line.slice(BYTES_COLUMN))?.[0] ?? "";
    const [path = "", ...rest] = line.slice(PATH_COLUMN).split(/ {2,}/);
    const behind = rest.join("  ");
    const split = behind.lastIndexOf("  ; ");
    const begins = behind.startsWith("; ");
    const value = begins ? "" : split < 0 ? behind : behind.slice(0, split);
    const meaning = begins ? behind.slice(2) : split < 0 ? "" : behind.slice(split + 4);
    const field: Field = { offset, length: lengthOf(bytes), path, value: value.trim(), meaning: meaning.trim(), gap: /\(\w+\)$/.test(path), shared: [] };
    const last = this.fields[this.fields.length - 1];
    if (field.length === 0 && last) last.shared.push(field);
    else if (last && last.path === path && last.offset + last.length === offset && field.value === "" && field.meaning === "") this.grow(last, field.length);
    else {
      this.fields.push(field);
      this.mark(offset, field.length, this.fields.length - 1);
    }
  }

  at(offset: number): Field | undefined {
    return this.fields[this.index(offset)];
  }

  index(offset: number): number {
    return this.ofByte[offset - this.offset] ?? -1;
  }

  private grow(field: Field, by: number): void {
    this.mark(field.offset + field.length, by, this.fields.length - 1);
    field.length += by;
  }

  private mark(offset: number, length: number, index: number): void {
    const from = Math.max(0, offset - this.offset);
    this.ofByte.fill(index, from, Math.max(from, offset - this.offset + length));
  }
}

function lengthOf(bytes: string): number {
  if (bytes === "-") return 0;
  const run = /^..x(\d+)$/.exec(bytes);
  return run ? Number(run[1]) : bytes.length / 2;
}

interface Chunk {
  bytes: Uint8Array | null;
  annotation: Annotation | null;
}

/** Chunks of a file, read when they are looked at. */
export class Chunks {
  private readonly chunks = new Map<number, Chunk>();
  private readonly controller = new AbortController();

  constructor(private readonly disc: Disc, readonly file: DiscFile, private readonly onChunk: () => void, private readonly onError: (error: unknown) => void) {}

  close(): void {
    this.controller.abort();
  }

  get(offset: number): Chunk {
    const number = Math.floor(offset / CHUNK);
    let chunk = this.chunks.get(number);
    if (!chunk) {
      chunk = { bytes: null, annotation: null };
      void this.load(number * CHUNK, chunk);
    }
    this.chunks.delete(number);
    this.chunks.set(number, chunk);
    for (const oldest of this.chunks.keys()) {
      if (this.chunks.size <= KEPT) break;
      this.chunks.delete(oldest);
    }
    return chunk;
  }

  private async load(offset: number, chunk: Chunk): Promise<void> {
    try {
      chunk.bytes = await this.disc.bytes(this.file, offset, CHUNK);
      this.onChunk();
      const annotation = new Annotation(offset);
      const args = ["--annotate", "--quiet", "--file", this.file.path, "--offset", String(offset), "--length", String(CHUNK)];
      await this.disc.lines(args, (line) => annotation.add(line), { signal: this.controller.signal });
      chunk.annotation = annotation;
      this.onChunk();
    } catch (error) {
      if (!isStopped(error)) this.onError(error);
    }
  }
}
