// SPDX-License-Identifier: MIT
// Files of the host as the engine sees those of a browser: for tests in node.

import { webcrypto } from "node:crypto";
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Bytes } from "../../engine/bytes";
import { BLOCK, Cache } from "../../engine/cache";
import { runProgram, Searcher } from "../../engine/process";
import { Terminal } from "../../engine/terminal";
import { Tree } from "../../engine/tree";
import type { Call, Result } from "../../src/engine";

// Which node 18 has, but not as a browser has it.
(globalThis as { crypto?: unknown }).crypto ??= webcrypto;

/** As many as a worker has. */
const BLOCKS = 32;

export class HostFile implements Bytes {
  private readonly descriptor: number;
  readonly size: number;
  /** Bytes that were asked for. */
  bytesRead = 0;

  constructor(path: string) {
    this.descriptor = openSync(path, "r");
    this.size = fstatSync(this.descriptor).size;
  }

  read(offset: number, into: Uint8Array): void {
    for (let done = 0; done < into.length; ) {
      const got = readSync(this.descriptor, into, done, Math.min(into.length - done, BLOCK), offset + done);
      if (got === 0) throw new Error("the file became shorter");
      done += got;
    }
    this.bytesRead += into.length;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** Runs programs on files of the host, which have the same paths there. */
export class Host {
  private readonly tree = new Tree();
  private readonly cache = new Cache(BLOCKS);
  readonly files: HostFile[] = [];

  constructor(
    private readonly module: WebAssembly.Module,
    paths: string[],
  ) {
    for (const path of paths) this.add(path);
  }

  private add(path: string): void {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path)) this.add(join(path, name));
      return;
    }
    const file = new HostFile(path);
    this.files.push(file);
    this.tree.add(path, this.cache.over(file));
  }

  run(program: Call["program"], args: string[]): Result {
    const chunks: Uint8Array[] = [];
    const terminal = new Terminal(() => {});
    const code = runProgram(this.module, this.tree, program, args, {
      output: (bytes) => chunks.push(bytes.slice()),
      message: (bytes) => terminal.add(bytes),
    });
    return { code, stdout: Buffer.concat(chunks), stderr: terminal.text };
  }

  searcher(path: string): Searcher {
    return new Searcher(this.module, this.tree, path);
  }

  close(): void {
    for (const file of this.files) file.close();
  }
}
