// SPDX-License-Identifier: MIT
// Starts the engine from what web/build put into the page: the compiled programs and the worker, as blocks of data.

import { Pool } from "../engine/pool";
import type { Engine } from "./engine";

function block(id: string): string {
  const text = document.getElementById(id)?.textContent;
  if (!text) throw new Error(`the page has no ${id}`);
  return text;
}

/** The bytes of a block that is packed by gzip, in base64. */
export async function unpack(id: string): Promise<Uint8Array> {
  const packed = Uint8Array.from(atob(block(id)), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export async function start(): Promise<Engine> {
  const module = await WebAssembly.compile(await unpack("programs"));
  const worker = URL.createObjectURL(new Blob([block("worker")], { type: "text/javascript" }));
  return new Pool(module, () => new Worker(worker));
}
