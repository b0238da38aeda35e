// SPDX-License-Identifier: MIT
// What a program has open, by its numbers: files, folders and the standard streams.

import { Errno, SystemError } from "./errors";
import { Device, File, Folder, NO_DEVICE, Scratch, type Node, type Tree } from "./tree";

/** Takes what a program prints. */
export interface Streams {
  output(bytes: Uint8Array): void;
  message(bytes: Uint8Array): void;
}

export class Open {
  position = 0;

  constructor(readonly node: Node) {}
}

/** Flags of open(), as <fcntl.h> has them. */
const enum Flag {
  ACCESS = 0o3,
  CREATE = 0o100,
  EXCLUSIVE = 0o200,
  TRUNCATE = 0o1000,
  FOLDER = 0o200000,
}

export class Descriptors {
  private readonly open = new Map<number, Open>();

  constructor(
    private readonly tree: Tree,
    private readonly streams: Streams,
  ) {
    for (const name of ["stdin", "stdout", "stderr"]) this.add(new Open(this.node(`/dev/${name}`)));
  }

  /** The thing at a path. */
  node(path: string): Node {
    const node = this.tree.find(path);
    if (!node) throw new SystemError(Errno.NOENT);
    return node;
  }

  at(descriptor: number): Open {
    const open = this.open.get(descriptor);
    if (!open) throw new SystemError(Errno.BADF);
    return open;
  }

  add(open: Open, least = 0): number {
    let number = least;
    while (this.open.has(number)) number++;
    this.open.set(number, open);
    return number;
  }

  openPath(path: string, flags: number): number {
    let node = this.tree.find(path);
    if (node && (flags & Flag.CREATE) !== 0 && (flags & Flag.EXCLUSIVE) !== 0) throw new SystemError(Errno.EXIST);
    node ??= (flags & Flag.CREATE) === 0 ? this.node(path) : this.create(path);
    const writes = (flags & Flag.ACCESS) !== 0;
    if (writes && node instanceof Folder) throw new SystemError(Errno.ISDIR);
    if (writes && node instanceof File && !(node.bytes instanceof Scratch)) throw new SystemError(Errno.ROFS);
    if ((flags & Flag.FOLDER) !== 0 && !(node instanceof Folder)) throw new SystemError(Errno.NOTDIR);
    if ((flags & Flag.TRUNCATE) !== 0 && node instanceof File && node.bytes instanceof Scratch) node.bytes.resize(0);
    return this.add(new Open(node));
  }

  private create(path: string): Node {
    const node = this.tree.file(new Scratch());
    const [folder, name] = this.place(path);
    folder.names.set(name, node);
    return node;
  }

  /** A name in a folder that can be changed. */
  place(path: string): [Folder, string] {
    const place = this.tree.place(path);
    if (!place) throw new SystemError(Errno.NOENT);
    if (!place[0].writable) throw new SystemError(Errno.ROFS);
    return place;
  }

  close(descriptor: number): void {
    this.at(descriptor);
    this.open.delete(descriptor);
  }

  duplicate(from: number, to: number): number {
    const open = this.at(from);
    this.open.set(to, open);
    return to;
  }

  /** How many bytes there were. */
  read(node: Node, offset: number, into: Uint8Array): number {
    if (node instanceof Device) return 0;
    if (node instanceof Folder) throw new SystemError(Errno.ISDIR);
    const length = Math.min(into.length, Math.max(0, node.bytes.size - offset));
    try {
      node.bytes.read(offset, into.subarray(0, length));
    } catch {
      throw new SystemError(Errno.IO);
    }
    return length;
  }

  write(node: Node, offset: number, bytes: Uint8Array): void {
    if (node instanceof Device) this.print(node.descriptor, bytes);
    else if (!(node instanceof File && node.bytes instanceof Scratch)) throw new SystemError(Errno.BADF);
    else if (!node.bytes.write(offset, bytes)) throw new SystemError(Errno.NOSPC);
  }

  private print(descriptor: number, bytes: Uint8Array): void {
    if (descriptor === 1) this.streams.output(bytes);
    else if (descriptor === 2) this.streams.message(bytes);
    else if (descriptor !== NO_DEVICE) throw new SystemError(Errno.BADF);
  }
}
