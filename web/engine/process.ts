// SPDX-License-Identifier: MIT
// Runs a program: an instance of the compiled module of its own for each call, so that none finds what another left.

import type { Call } from "../src/engine";
import type { Streams } from "./descriptors";
import { encode, Memory } from "./memory";
import { Exit, readLayout, System } from "./system";
import type { Tree } from "./tree";

interface Exports {
  memory: WebAssembly.Memory;
  __wasm_call_ctors(): void;
  main(count: number, addresses: number): number;
  malloc(size: number): number;
  fflush(file: number): number;
  layout(): number;
}

/** Arguments as main() wants them: addresses of texts, and zero. */
function putArguments(exports: Exports, memory: Memory, args: string[]): number {
  const texts = args.map(encode);
  const addresses = exports.malloc(4 * (texts.length + 1));
  for (const [i, text] of texts.entries()) {
    const address = exports.malloc(text.length + 1);
    memory.put(address, text);
    memory.view.setUint32(addresses + 4 * i, address, true);
  }
  memory.view.setUint32(addresses + 4 * texts.length, 0, true);
  return addresses;
}

/** Returns the exit code; throws if the program comes to no end of its own. */
export function runProgram(module: WebAssembly.Module, tree: Tree, program: Call["program"], args: string[], streams: Streams): number {
  const system = new System(tree, streams);
  const exports = new WebAssembly.Instance(module, system.imports(module)).exports as unknown as Exports;
  system.memory = new Memory(exports.memory);
  exports.__wasm_call_ctors();
  system.layout = readLayout(system.memory, exports.layout());
  try {
    const code = exports.main(args.length + 1, putArguments(exports, system.memory, [program, ...args]));
    exports.fflush(0);
    return code;
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    return error.code;
  }
}
