// SPDX-License-Identifier: MIT
// The files and folders that programs see: the discs, which nothing can change, and a place for files of a moment.

import type { Bytes } from "./bytes";

/** A file that programs make and write, in memory. */
export class Scratch implements Bytes {
  private room = new Uint8Array(0);
  private length = 0;

  get size(): number {
    return this.length;
  }

  read(offset: number, into: Uint8Array): void {
    into.set(this.room.subarray(offset, offset + into.length));
  }

  /** False if there is no room for it. */
  write(offset: number, bytes: Uint8Array): boolean {
    if (offset + bytes.length > this.length && !this.resize(offset + bytes.length)) return false;
    this.room.set(bytes, offset);
    return true;
  }

  /** False if there is no room for it. */
  resize(length: number): boolean {
    if (length > Scratch.LIMIT) return false;
    if (length > this.room.length) {
      const larger = new Uint8Array(Math.min(Scratch.LIMIT, Math.max(length, 2 * this.room.length, 65536)));
      larger.set(this.room.subarray(0, this.length));
      this.room = larger;
    }
    if (length < this.length) this.room.fill(0, length, this.length);
    this.length = length;
    return true;
  }

  private static readonly LIMIT = 64 << 20;
}

export class File {
  constructor(
    readonly inode: number,
    readonly bytes: Bytes,
  ) {}
}

/** Standard input and output, and nothing. */
export class Device {
  constructor(
    readonly inode: number,
    readonly descriptor: number,
  ) {}
}

export class Folder {
  readonly names = new Map<string, Node>();

  constructor(
    readonly inode: number,
    readonly writable: boolean,
  ) {}
}

export type Node = File | Device | Folder;

export const NO_DEVICE = -1;

/** The parts of a path; undefined if one of them leads upwards, which nothing here needs. */
export function parts(path: string): string[] | undefined {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  return names.includes("..") ? undefined : names;
}

export class Tree {
  private inodes = 0;
  readonly root = this.folder(false);

  constructor() {
    const devices = this.folder(false);
    for (const [descriptor, name] of [[0, "stdin"], [1, "stdout"], [2, "stderr"], [NO_DEVICE, "null"]] as const)
      devices.names.set(name, new Device(++this.inodes, descriptor));
    this.root.names.set("dev", devices);
    this.root.names.set("tmp", this.folder(true));
  }

  folder(writable: boolean): Folder {
    return new Folder(++this.inodes, writable);
  }

  file(bytes: Bytes): File {
    return new File(++this.inodes, bytes);
  }

  find(path: string): Node | undefined {
    let node: Node | undefined = this.root;
    for (const name of parts(path) ?? [""]) node = node instanceof Folder ? node.names.get(name) : undefined;
    return node;
  }

  /** The folder that a path's last name is in, and that name. */
  place(path: string): [Folder, string] | undefined {
    const names = parts(path);
    const name = names?.pop();
    if (!names || name === undefined) return undefined;
    const folder = this.find(names.join("/"));
    return folder instanceof Folder ? [folder, name] : undefined;
  }

  /** Makes a file known, with the folders above it. */
  add(path: string, bytes: Bytes): void {
    const names = parts(path);
    const name = names?.pop();
    if (!names || name === undefined) throw new Error(`${path} is no path`);
    let folder = this.root;
    for (const part of names) {
      const there = folder.names.get(part) ?? this.folder(false);
      if (!(there instanceof Folder)) throw new Error(`${path}: ${part} is a file`);
      folder.names.set(part, there);
      folder = there;
    }
    if (folder.names.has(name)) throw new Error(`${path} is there twice`);
    folder.names.set(name, this.file(bytes));
  }

  remove(path: string): void {
    const place = this.place(path);
    place?.[0].names.delete(place[1]);
  }
}
