// SPDX-License-Identifier: MIT
// The memory of a program that runs: numbers, texts and structures in it.

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export class Memory {
  private bytes = new Uint8Array(0);
  private numbers = new DataView(this.bytes.buffer);

  constructor(private readonly memory: WebAssembly.Memory) {}

  /** Memory that grew is another buffer. */
  get all(): Uint8Array {
    if (this.bytes.buffer !== this.memory.buffer) {
      this.bytes = new Uint8Array(this.memory.buffer);
      this.numbers = new DataView(this.memory.buffer);
    }
    return this.bytes;
  }

  get view(): DataView {
    return this.all && this.numbers;
  }

  grow(size: number): boolean {
    try {
      this.memory.grow(Math.max(0, Math.ceil((size - this.memory.buffer.byteLength) / 65536)));
      return true;
    } catch {
      return false;
    }
  }

  slice(address: number, length: number): Uint8Array {
    return this.all.subarray(address, address + length);
  }

  text(address: number): string {
    return decoder.decode(this.all.subarray(address, this.all.indexOf(0, address)));
  }

  /** With the zero that ends it. */
  put(address: number, text: Uint8Array): void {
    this.all.set(text, address);
    this.all[address + text.length] = 0;
  }

  /** The pieces of memory that a scattered read or write is about. */
  pieces(address: number, count: number): Uint8Array[] {
    return Array.from({ length: count }, (_, i) => this.slice(this.view.getUint32(address + 8 * i, true), this.view.getUint32(address + 8 * i + 4, true)));
  }
}

export function encode(text: string): Uint8Array {
  return encoder.encode(text);
}
