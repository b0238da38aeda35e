// SPDX-License-Identifier: MIT
// The system under the programs: what musl asks of it, answered from a tree of files. emcc's own JavaScript does as much, but reads nothing
// beyond 2 GiB and has no folders of other people's files.

import { Descriptors, type Streams } from "./descriptors";
import { Errno, SystemError } from "./errors";
import { encode, Memory } from "./memory";
import { Device, File, Folder, Scratch, type Node, type Tree } from "./tree";

/** The end of a program by exit(). */
export class Exit extends Error {
  constructor(readonly code: number) {
    super(`exit ${code}`);
  }
}

/** Sizes and places in structures of C, in the order of layout() in programs.c. */
export interface Layout {
  statSize: number;
  device: number;
  mode: number;
  links: number;
  size: number;
  inode: number;
  timeSize: number;
  nanoseconds: number;
}

const LAYOUT: (keyof Layout)[] = ["statSize", "device", "mode", "links", "size", "inode", "timeSize", "nanoseconds"];

export function readLayout(memory: Memory, address: number): Layout {
  return Object.fromEntries(LAYOUT.map((name, i) => [name, memory.view.getInt32(address + 4 * i, true)])) as unknown as Layout;
}

const AT_CURRENT_FOLDER = -100;
const CLOCK_REALTIME = 0;

/** The only variable: where programs look for what they remember, and find nothing. */
const ENVIRONMENT = [encode("HOME=/tmp"), encode("TMPDIR=/tmp")];

/** Commands of fcntl(). */
const enum Control {
  DUPLICATE = 0,
  GET_FLAGS = 3,
  DUPLICATE_CLOSING = 1030,
}

/** Bits of st_mode, and types of a directory's entries. */
function modeOf(node: Node): number {
  if (node instanceof Device) return 0o020666;
  if (node instanceof Folder) return node.writable ? 0o040755 : 0o040555;
  return node.bytes instanceof Scratch ? 0o100644 : 0o100444;
}

function entryType(node: Node): number {
  return node instanceof Folder ? 4 : node instanceof File ? 8 : 2;
}

type Function = (...args: never[]) => number | void;

export class System {
  private readonly descriptors: Descriptors;
  memory!: Memory;
  layout!: Layout;

  constructor(
    private readonly tree: Tree,
    streams: Streams,
  ) {
    this.descriptors = new Descriptors(tree, streams);
  }

  /** What the module imports. Anything that is not here fails as "not implemented". */
  imports(module: WebAssembly.Module): WebAssembly.Imports {
    const known: Record<string, Record<string, Function>> = {
      env: { ...this.calls(this.files(), -1), ...this.calls(this.folders(), -1), ...this.rest() },
      wasi_snapshot_preview1: { ...this.calls(this.wasi(), 1), proc_exit: (code: number) => this.exit(code) },
    };
    const imports: Record<string, Record<string, Function>> = { env: {}, wasi_snapshot_preview1: {} };
    for (const { module: space, name } of WebAssembly.Module.imports(module)) {
      const group = imports[space];
      if (!group) throw new Error(`the module wants ${space}`);
      group[name] = known[space]?.[name] ?? (() => (space === "env" ? -Errno.NOSYS : Errno.NOSYS));
    }
    return imports as WebAssembly.Imports;
  }

  /** Functions that throw SystemError as functions that return its number with that sign. */
  private calls(functions: Record<string, Function>, sign: number): Record<string, Function> {
    const wrap =
      (call: Function): Function =>
      (...args: never[]) => {
        try {
          return call(...args) ?? 0;
        } catch (error) {
          if (error instanceof SystemError) return sign * error.number;
          throw error;
        }
      };
    return Object.fromEntries(Object.entries(functions).map(([name, call]) => [name, wrap(call)]));
  }

  private exit(code: number): never {
    throw new Exit(code);
  }

  private path(folder: number, address: number): string {
    const path = this.memory.text(address);
    if (path.startsWith("/") || folder === AT_CURRENT_FOLDER) return path;
    return `${this.pathOf(this.descriptors.at(folder).node)}/${path}`;
  }

  /** Of a folder that is open; few are asked for, so nobody keeps it. */
  private pathOf(wanted: Node, folder = this.tree.root, path = ""): string {
    if (wanted === folder) return path;
    for (const [name, node] of folder.names) {
      const found = node instanceof Folder ? this.pathOf(wanted, node, `${path}/${name}`) : "";
      if (found !== "") return found;
    }
    return "";
  }

  private files(): Record<string, Function> {
    const { descriptors } = this;
    const openAt = (folder: number, path: number, flags: number): number => descriptors.openPath(this.path(folder, path), flags);
    const status = (folder: number, path: number, into: number): void => this.status(descriptors.node(this.path(folder, path)), into);
    return {
      __syscall_open: (path: number, flags: number) => openAt(AT_CURRENT_FOLDER, path, flags),
      __syscall_openat: openAt,
      __syscall_stat64: (path: number, into: number) => status(AT_CURRENT_FOLDER, path, into),
      __syscall_lstat64: (path: number, into: number) => status(AT_CURRENT_FOLDER, path, into),
      __syscall_fstatat64: status,
      __syscall_newfstatat: status,
      __syscall_fstat64: (descriptor: number, into: number) => this.status(descriptors.at(descriptor).node, into),
      __syscall_dup: (from: number) => descriptors.add(descriptors.at(from)),
      __syscall_dup3: (from: number, to: number) => descriptors.duplicate(from, to),
      __syscall_fcntl64: (descriptor: number, command: number, more: number) => this.control(descriptor, command, more),
      __syscall_ftruncate64: (descriptor: number, length: number | bigint) => this.resize(descriptor, Number(length)),
      __syscall_fallocate: () => 0,
      __syscall_fadvise64_64: () => 0,
      __syscall_fadvise64: () => 0,
      __syscall_fdatasync: () => 0,
      __syscall_fchmod: () => 0,
      __syscall_chmod: () => 0,
      __syscall_ioctl: () => -Errno.NOTTY,
    };
  }

  private folders(): Record<string, Function> {
    const remove = (folder: number, path: number): void => {
      const [parent, name] = this.descriptors.place(this.path(folder, path));
      const node = parent.names.get(name);
      if (!node) throw new SystemError(Errno.NOENT);
      if (node instanceof Folder && node.names.size > 0) throw new SystemError(Errno.NOTEMPTY);
      parent.names.delete(name);
    };
    const make = (folder: number, path: number): void => {
      const [parent, name] = this.descriptors.place(this.path(folder, path));
      if (parent.names.has(name)) throw new SystemError(Errno.EXIST);
      parent.names.set(name, this.tree.folder(true));
    };
    const removeHere = (path: number): void => remove(AT_CURRENT_FOLDER, path);
    return {
      __syscall_getdents64: (descriptor: number, into: number, room: number) => this.entries(descriptor, into, room),
      __syscall_mkdir: (path: number) => make(AT_CURRENT_FOLDER, path),
      __syscall_mkdirat: make,
      __syscall_unlink: removeHere,
      __syscall_rmdir: removeHere,
      __syscall_unlinkat: remove,
      __syscall_rename: (from: number, to: number) => this.rename(AT_CURRENT_FOLDER, from, AT_CURRENT_FOLDER, to),
      __syscall_renameat: (fromFolder: number, from: number, toFolder: number, to: number) => this.rename(fromFolder, from, toFolder, to),
      __syscall_readlink: (path: number) => this.readLink(AT_CURRENT_FOLDER, path),
      __syscall_readlinkat: (folder: number, path: number) => this.readLink(folder, path),
      __syscall_getcwd: (into: number, room: number) => {
        if (room < 2) throw new SystemError(Errno.INVAL);
        this.memory.put(into, encode("/"));
        return 2;
      },
    };
  }

  private rest(): Record<string, Function> {
    const clock = (which: number, into: number): number => {
      this.time(which === CLOCK_REALTIME ? Date.now() : performance.now(), into);
      return 0;
    };
    return {
      clock_gettime: clock,
      __clock_gettime: clock,
      time: (into: number) => {
        const now = Math.floor(Date.now() / 1000);
        if (into !== 0) this.memory.view.setInt32(into, now, true);
        return now;
      },
      getrandom: (into: number, length: number) => {
        for (let done = 0; done < length; done += 65536) crypto.getRandomValues(this.memory.slice(into + done, Math.min(65536, length - done)));
        return length;
      },
      getxattr: () => -1,
      fgetxattr: () => -1,
      fsetxattr: () => -1,
      fremovexattr: () => -1,
      abort: () => {
        throw new Error("the program gave up");
      },
      emscripten_memcpy_big: (to: number, from: number, length: number) => {
        this.memory.all.copyWithin(to, from, from + length);
        return to;
      },
      emscripten_resize_heap: (size: number) => Number(this.memory.grow(size >>> 0)),
      __syscall_getuid32: () => 0,
    };
  }

  private wasi(): Record<string, Function> {
    const { descriptors } = this;
    const put = (address: number, number: number): void => this.memory.view.setUint32(address, number, true);
    return {
      fd_close: (descriptor: number) => descriptors.close(descriptor),
      fd_sync: () => 0,
      fd_read: (descriptor: number, pieces: number, count: number, into: number) => {
        const open = descriptors.at(descriptor);
        const length = this.scatter(open.node, open.position, pieces, count);
        open.position += length;
        put(into, length);
      },
      fd_pread: (descriptor: number, pieces: number, count: number, offset: bigint, into: number) =>
        put(into, this.scatter(descriptors.at(descriptor).node, Number(offset), pieces, count)),
      fd_write: (descriptor: number, pieces: number, count: number, into: number) => {
        const open = descriptors.at(descriptor);
        const length = this.gather(open.node, open.position, pieces, count);
        open.position += length;
        put(into, length);
      },
      fd_pwrite: (descriptor: number, pieces: number, count: number, offset: bigint, into: number) =>
        put(into, this.gather(descriptors.at(descriptor).node, Number(offset), pieces, count)),
      fd_seek: (descriptor: number, offset: bigint, from: number, into: number) => {
        const open = descriptors.at(descriptor);
        if (!(open.node instanceof File)) throw new SystemError(Errno.SPIPE);
        const position = Number(offset) + (from === 0 ? 0 : from === 1 ? open.position : open.node.bytes.size);
        if (position < 0) throw new SystemError(Errno.INVAL);
        open.position = position;
        this.memory.view.setBigInt64(into, BigInt(position), true);
      },
      fd_fdstat_get: (descriptor: number, into: number) => {
        // Only standard error is a terminal: programs show there how far they are, and lay out nothing.
        const node = descriptors.at(descriptor).node;
        const terminal = node instanceof Device && node.descriptor === 2;
        this.memory.slice(into, 24).fill(0);
        this.memory.view.setUint8(into, terminal ? 2 : node instanceof Folder ? 3 : 4);
      },
      environ_sizes_get: (count: number, size: number) => {
        put(count, ENVIRONMENT.length);
        put(size, ENVIRONMENT.reduce((sum, text) => sum + text.length + 1, 0));
      },
      environ_get: (pointers: number, texts: number) => {
        for (const [i, text] of ENVIRONMENT.entries()) {
          put(pointers + 4 * i, texts);
          this.memory.put(texts, text);
          texts += text.length + 1;
        }
      },
    };
  }

  private scatter(node: Node, offset: number, pieces: number, count: number): number {
    let done = 0;
    for (const piece of this.memory.pieces(pieces, count)) {
      const length = this.descriptors.read(node, offset + done, piece);
      done += length;
      if (length < piece.length) break;
    }
    return done;
  }

  private gather(node: Node, offset: number, pieces: number, count: number): number {
    let done = 0;
    for (const piece of this.memory.pieces(pieces, count)) {
      this.descriptors.write(node, offset + done, piece);
      done += piece.length;
    }
    return done;
  }

  private status(node: Node, into: number): void {
    const { layout, memory } = this;
    memory.slice(into, layout.statSize).fill(0);
    memory.view.setUint32(into + layout.device, 1, true);
    memory.view.setUint32(into + layout.mode, modeOf(node), true);
    memory.view.setUint32(into + layout.links, 1, true);
    memory.view.setBigInt64(into + layout.size, BigInt(node instanceof File ? node.bytes.size : 0), true);
    memory.view.setBigUint64(into + layout.inode, BigInt(node.inode), true);
  }

  private time(milliseconds: number, into: number): void {
    const seconds = Math.floor(milliseconds / 1000);
    if (this.layout.timeSize === 8) this.memory.view.setBigInt64(into, BigInt(seconds), true);
    else this.memory.view.setInt32(into, seconds, true);
    this.memory.view.setInt32(into + this.layout.nanoseconds, Math.floor((milliseconds - seconds * 1000) * 1e6), true);
  }

  private control(descriptor: number, command: number, more: number): number {
    const open = this.descriptors.at(descriptor);
    if (command === Control.DUPLICATE || command === Control.DUPLICATE_CLOSING) return this.descriptors.add(open, this.memory.view.getInt32(more, true));
    return command === Control.GET_FLAGS ? 0o2 : 0;
  }

  private resize(descriptor: number, length: number): void {
    const { node } = this.descriptors.at(descriptor);
    if (!(node instanceof File && node.bytes instanceof Scratch)) throw new SystemError(Errno.ROFS);
    if (!node.bytes.resize(length)) throw new SystemError(Errno.NOSPC);
  }

  private rename(fromFolder: number, from: number, toFolder: number, to: number): void {
    const [oldFolder, oldName] = this.descriptors.place(this.path(fromFolder, from));
    const [newFolder, newName] = this.descriptors.place(this.path(toFolder, to));
    const node = oldFolder.names.get(oldName);
    if (!node) throw new SystemError(Errno.NOENT);
    oldFolder.names.delete(oldName);
    newFolder.names.set(newName, node);
  }

  /** There are no links. */
  private readLink(folder: number, path: number): never {
    this.descriptors.node(this.path(folder, path));
    throw new SystemError(Errno.INVAL);
  }

  /** Directory entries: inode, position of the next one, length, type, name (struct dirent, the same everywhere in musl). */
  private entries(descriptor: number, into: number, room: number): number {
    const open = this.descriptors.at(descriptor);
    if (!(open.node instanceof Folder)) throw new SystemError(Errno.NOTDIR);
    const { view } = this.memory;
    let used = 0;
    for (const [name, node] of [...open.node.names].slice(open.position)) {
      const text = encode(name);
      const length = (19 + text.length + 1 + 7) & ~7;
      if (used + length > room) break;
      view.setBigUint64(into + used, BigInt(node.inode), true);
      view.setBigInt64(into + used + 8, BigInt(++open.position), true);
      view.setUint16(into + used + 16, length, true);
      view.setUint8(into + used + 18, entryType(node));
      this.memory.put(into + used + 19, text);
      used += length;
    }
    return used;
  }
}
