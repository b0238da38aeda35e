// SPDX-License-Identifier: MIT
// What the page and its workers say to each other.

import type { Call, Source } from "../src/engine";

/** In this order: the module, then discs, then one call at a time. */
export type Order =
  | { kind: "module"; module: WebAssembly.Module }
  | { kind: "open"; path: string; sources: Source[] }
  | { kind: "close"; path: string }
  | { kind: "run"; program: Call["program"]; args: string[] }
  | { kind: "search"; path: string; text: string; limit: number };

export type Answer = { kind: "output"; chunk: Uint8Array } | { kind: "message"; line: string } | { kind: "done"; code: number; stderr: string } | { kind: "failed"; error: string };
