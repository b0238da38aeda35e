// SPDX-License-Identifier: MIT
// The blocks of files that were read last. A browser needs about a millisecond for a read, whatever its length.

import type { Bytes } from "./bytes";

/** 64 KiB: a whole disc takes twice as long; 4 MiB: the first picture does. */
export const BLOCK = 1 << 20;

export class Cache {
  /** In the order in which they were used; the key of a block is unique among all files. */
  private readonly blocks = new Map<number, Uint8Array>();
  private nextKey = 0;

  constructor(private readonly limit: number) {}

  /** The same bytes through the cache. */
  over(bytes: Bytes): Bytes {
    const first = this.nextKey;
    this.nextKey += Math.ceil(bytes.size / BLOCK);
    return { size: bytes.size, read: (offset, into) => this.read(bytes, first, offset, into) };
  }

  private read(bytes: Bytes, first: number, offset: number, into: Uint8Array): void {
    for (let done = 0; done < into.length; ) {
      const number = Math.floor((offset + done) / BLOCK);
      const begin = offset + done - number * BLOCK;
      const length = Math.min(BLOCK - begin, into.length - done);
      into.set(this.block(bytes, first, number).subarray(begin, begin + length), done);
      done += length;
    }
  }

  private block(bytes: Bytes, first: number, number: number): Uint8Array {
    const key = first + number;
    let block = this.blocks.get(key);
    this.blocks.delete(key);
    if (!block) {
      block = this.room(Math.min(BLOCK, bytes.size - number * BLOCK));
      bytes.read(number * BLOCK, block);
    }
    this.blocks.set(key, block);
    return block;
  }

  /** Takes over the memory of the block that was not used for the longest time. */
  private room(length: number): Uint8Array {
    const oldest = this.blocks.size >= this.limit ? this.blocks.entries().next().value as [number, Uint8Array] : undefined;
    if (!oldest) return new Uint8Array(length);
    this.blocks.delete(oldest[0]);
    return oldest[1].length === length ? oldest[1] : new Uint8Array(length);
  }
}
