// SPDX-License-Identifier: MIT
// A worker: has the discs, and runs one program after the other. Only here may a browser's file be read at once.

import { sourceBytes } from "./bytes";
import { Cache } from "./cache";
import { runProgram, Searcher } from "./process";
import type { Answer, Order } from "./protocol";
import { Terminal } from "./terminal";
import { Tree } from "./tree";

/** Megabytes of discs that a worker keeps. */
const BLOCKS = 32;

const cache = new Cache(BLOCKS);
const tree = new Tree();
let module: WebAssembly.Module;
/** Of the disc that was searched last. */
let searcher: Searcher | null = null;

function answer(what: Answer, transfer: Transferable[] = []): void {
  (self as unknown as { postMessage(what: Answer, transfer: Transferable[]): void }).postMessage(what, transfer);
}

function run(order: Extract<Order, { kind: "run" }>): void {
  const terminal = new Terminal((line) => answer({ kind: "message", line }));
  const output = (bytes: Uint8Array): void => {
    const chunk = bytes.slice();
    answer({ kind: "output", chunk }, [chunk.buffer]);
  };
  try {
    const code = runProgram(module, tree, order.program, order.args, { output, message: (bytes) => terminal.add(bytes) });
    answer({ kind: "done", code, stderr: terminal.text });
  } catch (error) {
    answer({ kind: "failed", error: `${order.program} failed: ${error instanceof Error ? error.message : String(error)}` });
  }
}

function search(order: Extract<Order, { kind: "search" }>): void {
  try {
    if (searcher?.path !== order.path) searcher = new Searcher(module, tree, order.path);
    const chunk = searcher.run(order.text, order.limit);
    answer({ kind: "output", chunk }, [chunk.buffer]);
    answer({ kind: "done", code: 0, stderr: "" });
  } catch (error) {
    searcher = null;
    answer({ kind: "failed", error: String(error) });
  }
}

self.onmessage = (event: MessageEvent<Order>) => {
  const order = event.data;
  if (order.kind === "module") module = order.module;
  else if (order.kind === "open") for (const source of order.sources) tree.add(source.path, source.bytes ? sourceBytes(source) : cache.over(sourceBytes(source)));
  else if (order.kind === "close") {
    tree.remove(order.path);
    if (searcher?.path === order.path) searcher = null;
  } else if (order.kind === "search") search(order);
  else run(order);
};
