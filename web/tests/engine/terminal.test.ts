// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { test } from "node:test";
import { Terminal } from "../../engine/terminal";

function shown(...writes: (string | number[])[]): { text: string; said: string[] } {
  const said: string[] = [];
  const terminal = new Terminal((line) => said.push(line));
  for (const write of writes) terminal.add(typeof write === "string" ? new TextEncoder().encode(write) : new Uint8Array(write));
  return { text: terminal.text, said };
}

test("lines are said when they end", () => {
  assert.deepEqual(shown("one\ntwo\nth", "ree\n"), { text: "one\ntwo\nthree\n", said: ["one", "two", "three"] });
});

test("progress is said, and does not stay", () => {
  const { text, said } = shown("\r 10 %  5 MB/s", "\r 90 %  5 MB/s", "\r                \r", "kiwidump: nothing found\n");
  assert.equal(text, "kiwidump: nothing found\n");
  assert.deepEqual(said, ["10 %  5 MB/s", "90 %  5 MB/s", "kiwidump: nothing found"]);
});

test("a letter that comes in two pieces is whole", () => {
  assert.equal(shown([0x68, 0xc3], [0xb6, 0x73, 0x74, 0x0a]).text, "höst\n");
});
