// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryBytes } from "../../engine/bytes";
import { File, Folder, Scratch, Tree } from "../../engine/tree";

const bytes = memoryBytes(new Uint8Array([1, 2, 3]));

test("files are found by their paths, folders come with them", () => {
  const tree = new Tree();
  tree.add("/discs/1/KIWI/ALLDATA.KWI", bytes);
  assert.ok(tree.find("/discs//1/./KIWI/ALLDATA.KWI") instanceof File);
  assert.ok(tree.find("discs/1/KIWI/") instanceof Folder);
  assert.equal(tree.find("/discs/1/KIWI/ALLDATA.KWI/x"), undefined);
  assert.equal(tree.find("/discs/2"), undefined);
  tree.remove("/discs/1");
  assert.equal(tree.find("/discs/1/KIWI"), undefined);
});

test("no path leads upwards", () => {
  const tree = new Tree();
  tree.add("/discs/1/file", bytes);
  assert.equal(tree.find("/discs/1/../1/file"), undefined);
  assert.throws(() => tree.add("/discs/1/../../tmp/x", bytes));
});

test("names that objects have are names like others", () => {
  const tree = new Tree();
  tree.add("/discs/1/__proto__", bytes);
  tree.add("/discs/1/constructor", bytes);
  assert.ok(tree.find("/discs/1/__proto__") instanceof File);
  assert.equal(tree.find("/discs/1/toString"), undefined);
});

test("a name is there once, and no file is a folder", () => {
  const tree = new Tree();
  tree.add("/discs/1/A", bytes);
  assert.throws(() => tree.add("/discs/1/A", bytes), /twice/);
  assert.throws(() => tree.add("/discs/1/A/B", bytes), /is a file/);
  assert.throws(() => tree.add("/", bytes), /no path/);
});

test("what programs write grows, and has an end", () => {
  const file = new Scratch();
  assert.ok(file.write(100_000, new Uint8Array([7, 8])));
  assert.equal(file.size, 100_002);
  const into = new Uint8Array(3);
  file.read(99_999, into);
  assert.deepEqual([...into], [0, 7, 8]);
  assert.ok(file.resize(100_001));
  assert.ok(file.resize(100_002));
  file.read(99_999, into);
  assert.deepEqual([...into], [0, 7, 0], "what was cut off is gone");
  assert.equal(file.write(2 ** 40, new Uint8Array(1)), false);
  assert.equal(file.size, 100_002);
});
