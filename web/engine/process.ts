// SPDX-License-Identifier: MIT
// Runs a program: an instance of the compiled module of its own for each call, so that none finds what another left.

import type { Call } from "../src/engine";
import { joined } from "./bytes";
import type { Streams } from "./descriptors";
import { encode, Memory } from "./memory";
import { Exit, readLayout, System } from "./system";
import type { Tree } from "./tree";

interface Exports {
  memory: WebAssembly.Memory;
  __wasm_call_ctors(): void;
  main(count: number, addresses: number): number;
  malloc(size: number): number;
  free(address: number): void;
  fflush(file: number): number;
  layout(): number;
  search_open(path: number): number;
  search(text: number, limit: number): number;
}

/** An instance that can be called. */
class Instance {
  readonly exports: Exports;
  readonly memory: Memory;

  constructor(module: WebAssembly.Module, tree: Tree, streams: Streams) {
    const system = new System(tree, streams);
    this.exports = new WebAssembly.Instance(module, system.imports(module)).exports as unknown as Exports;
    this.memory = system.memory = new Memory(this.exports.memory);
    this.exports.__wasm_call_ctors();
    system.layout = readLayout(this.memory, this.exports.layout());
  }

  /** The address of a text, in memory that whoever asks for it frees. */
  text(written: string): number {
    const text = encode(written);
    const address = this.exports.malloc(text.length + 1);
    this.memory.put(address, text);
    return address;
  }

  /** Arguments as main() wants them: addresses of texts, and zero. */
  arguments(args: string[]): number {
    const texts = args.map((arg) => this.text(arg));
    const addresses = this.exports.malloc(4 * (texts.length + 1));
    for (const [i, address] of [...texts, 0].entries()) this.memory.view.setUint32(addresses + 4 * i, address, true);
    return addresses;
  }
}

/** Returns the exit code; throws if the program comes to no end of its own. */
export function runProgram(module: WebAssembly.Module, tree: Tree, program: Call["program"], args: string[], streams: Streams): number {
  const instance = new Instance(module, tree, streams);
  const { exports } = instance;
  try {
    const code = exports.main(args.length + 1, instance.arguments([program, ...args]));
    exports.fflush(0);
    return code;
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    return error.code;
  }
}

/** Searches a disc again and again (search.c): its index stays open. */
export class Searcher {
  private readonly instance: Instance;
  private chunks: Uint8Array[] = [];

  constructor(module: WebAssembly.Module, tree: Tree, readonly path: string) {
    this.instance = new Instance(module, tree, { output: (bytes) => this.chunks.push(bytes.slice()), message: () => {} });
    this.call((text) => this.instance.exports.search_open(text), path);
  }

  run(text: string, limit: number): Uint8Array {
    this.chunks = [];
    this.call((address) => this.instance.exports.search(address, limit), text);
    return joined(this.chunks);
  }

  private call(search: (address: number) => number, written: string): void {
    const address = this.instance.text(written);
    const good = search(address);
    this.instance.exports.free(address);
    if (good === 0) throw new Error(`${this.path} cannot be searched`);
  }
}
