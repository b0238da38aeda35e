// SPDX-License-Identifier: MIT
// Where the bytes of a file come from: all of them are read at once, wherever they are, as programs want it.

import type { Source } from "../src/engine";

export interface Bytes {
  readonly size: number;
  /** Fills all of `into`, which lies within the size. Throws if it cannot. */
  read(offset: number, into: Uint8Array): void;
}

/** Pieces one after the other. */
export function joined(chunks: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let end = 0;
  for (const chunk of chunks) {
    whole.set(chunk, end);
    end += chunk.length;
  }
  return whole;
}

export function memoryBytes(bytes: Uint8Array): Bytes {
  return { size: bytes.length, read: (offset, into) => into.set(bytes.subarray(offset, offset + into.length)) };
}

/** What only workers have; the types of pages do not know it. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

function blobBytes(blob: Blob): Bytes {
  const reader = new FileReaderSync();
  const read = (offset: number, into: Uint8Array): void => {
    const bytes = new Uint8Array(reader.readAsArrayBuffer(blob.slice(offset, offset + into.length)));
    if (bytes.length !== into.length) throw new Error("the file became shorter");
    into.set(bytes);
  };
  return { size: blob.size, read };
}

/** A file of a server that answers ranges. */
function httpBytes(url: string, size: number): Bytes {
  const read = (offset: number, into: Uint8Array): void => {
    const request = new XMLHttpRequest();
    request.open("GET", url, false);
    request.responseType = "arraybuffer";
    request.setRequestHeader("Range", `bytes=${offset}-${offset + into.length - 1}`);
    request.send();
    const bytes = new Uint8Array(request.response as ArrayBuffer);
    if (request.status !== 206 || bytes.length !== into.length) throw new Error(`the server answered ${request.status}, ${bytes.length} bytes`);
    into.set(bytes);
  };
  return { size, read };
}

export function sourceBytes(source: Source): Bytes {
  if (source.bytes) return memoryBytes(source.bytes);
  if (source.blob) return blobBytes(source.blob);
  if (source.url !== undefined) return httpBytes(source.url, source.size);
  throw new Error(`${source.path} has no bytes`);
}
