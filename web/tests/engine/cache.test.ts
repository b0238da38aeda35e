// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bytes } from "../../engine/bytes";
import { BLOCK, Cache } from "../../engine/cache";

/** A file whose bytes can be told by their offsets, and which counts what is asked of it. */
class Counted implements Bytes {
  readonly asked: number[] = [];

  constructor(readonly size: number) {}

  static byte(offset: number): number {
    return (Math.floor(offset / BLOCK) * 31 + offset * 7) & 255;
  }

  read(offset: number, into: Uint8Array): void {
    this.asked.push(offset);
    for (let i = 0; i < into.length; i++) into[i] = Counted.byte(offset + i);
  }
}

function check(bytes: Bytes, offset: number, length: number): void {
  const into = new Uint8Array(length);
  bytes.read(offset, into);
  assert.deepEqual([...into], Array.from({ length }, (_, i) => Counted.byte(offset + i)));
}

test("a read across blocks takes each of them once", () => {
  const file = new Counted(3 * BLOCK + 5);
  const bytes = new Cache(4).over(file);
  check(bytes, BLOCK - 3, 7);
  check(bytes, 3 * BLOCK, 5);
  check(bytes, BLOCK + 9, 11);
  assert.deepEqual(file.asked, [0, BLOCK, 3 * BLOCK]);
});

test("what was used last is kept", () => {
  const file = new Counted(4 * BLOCK);
  const bytes = new Cache(2).over(file);
  for (const block of [0, 1, 0, 2, 0, 1]) check(bytes, block * BLOCK + 1, 2);
  assert.deepEqual(file.asked.map((offset) => offset / BLOCK), [0, 1, 2, 1]);
});

test("files do not get each other's blocks", () => {
  const cache = new Cache(8);
  const one = new Counted(BLOCK + 1);
  const other = new Counted(2 * BLOCK);
  const [first, second] = [cache.over(one), cache.over(other)];
  for (let round = 0; round < 2; round++) {
    check(first, BLOCK, 1);
    check(second, BLOCK, 2);
    check(second, 0, 2);
  }
  assert.deepEqual([one.asked, other.asked], [[BLOCK], [BLOCK, 0]]);
});

test("a read that fails leaves nothing wrong behind", () => {
  let fails = true;
  const bytes = new Cache(2).over({
    size: 10,
    read: (_, into) => {
      if (fails) throw new Error("scratch");
      into.fill(9);
    },
  });
  assert.throws(() => bytes.read(0, new Uint8Array(4)), /scratch/);
  fails = false;
  const into = new Uint8Array(4);
  bytes.read(0, into);
  assert.deepEqual([...into], [9, 9, 9, 9]);
});

test("offsets beyond 4 GiB are right", () => {
  const file = new Counted(5 * 2 ** 30);
  const bytes = new Cache(2).over(file);
  check(bytes, 4 * 2 ** 30 + 12345, 3);
  assert.deepEqual(file.asked, [4 * 2 ** 30]);
});
