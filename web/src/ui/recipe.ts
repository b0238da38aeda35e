// SPDX-License-Identifier: MIT
// A recipe for kiwipatch that replaces a text where it was found.

import type { Disc } from "./disc";
import { list, text, type Json } from "./json";

/** A file that is larger has no hash: the browser hashes only what it holds in memory. */
const LARGEST = 64 * 1024 * 1024;

export interface Hit {
  file: string;
  /** Empty if it is in none. */
  module: string;
  /** In the module, or in the file. */
  at: number;
  encoding: string;
  text: string;
  replacement: string;
}

/** What it is for is said by version and hash. */
export async function recipeFor(disc: Disc, hit: Hit): Promise<Json> {
  return {
    kiwipatch: 1,
    id: "my-patch",
    title: `"${hit.replacement}" instead of "${hit.text}"`,
    for: await target(disc, hit),
    steps: [{ step: "text", at: hit.at, find: hit.text, replace: hit.replacement, encoding: hit.encoding, pad: "centre" }],
  };
}

async function target(disc: Disc, hit: Hit): Promise<Json> {
  const module = list(disc.document, "loading", "modules").find((one) => text(one, "name") === hit.module);
  if (module) return { file: hit.file, module: hit.module, version: text(module, "version"), sha256: text(module, "sha256") };
  const file = disc.files.find((one) => one.path === hit.file);
  if (!file || file.size > LARGEST) throw new Error(`${hit.file}: more than 64 MiB; make the recipe by hand`);
  const hash = await crypto.subtle.digest("SHA-256", await disc.bytes(file, 0, file.size));
  return { file: hit.file, sha256: Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("") };
}
