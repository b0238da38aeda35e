// SPDX-License-Identifier: MIT
// A file with the changes of a plan in it. Nothing is copied in memory: the browser puts it together of pieces of the original.

import type { Source } from "../engine";
import { texts } from "../../texts/en";
import type { Disc } from "./disc";
import { list, number, text, type Json } from "./json";

export interface Change {
  offset: number;
  old: Uint8Array;
  new: Uint8Array;
}

export function changesOf(plan: Json): Change[] {
  return list(plan, "changes")
    .map((change) => ({ offset: number(change, "offset"), old: bytesOf(text(change, "old")), new: bytesOf(text(change, "new")) }))
    .sort((a, b) => a.offset - b.offset);
}

/** The image or file that a plan is about, changed; refused if the old bytes do not stand there. */
export async function patchedFile(disc: Disc, target: Json, changes: Change[]): Promise<{ name: string; content: Blob }> {
  const folder = text(target, "container") === "directory";
  const source = disc.sources.find((one) => !folder || one.path === text(target, "file"));
  if (!source) throw new Error(texts.patch.noSource);
  const path = folder ? `${disc.path}/${source.path}` : disc.path;
  const original = source.blob ?? new Blob([source.bytes ?? (await disc.engine.read(path, 0, source.size))]);
  const pieces: Blob[] = [];
  let at = 0;
  for (const change of changes) {
    const there = await disc.engine.read(path, change.offset, change.old.length);
    const equal = change.old.length === change.new.length && change.offset >= at && there.length === change.old.length && there.every((byte, index) => byte === change.old[index]);
    if (!equal) throw new Error(texts.patch.changed(change.offset));
    pieces.push(original.slice(at, change.offset), new Blob([change.new]));
    at = change.offset + change.new.length;
  }
  pieces.push(original.slice(at));
  const content = new Blob(pieces);
  if (content.size !== source.size) throw new Error(texts.patch.changed(at));
  return { name: nameOf(source, folder), content };
}

/** A file of a folder keeps its name: it takes the place of the one in a copy. */
function nameOf(source: Source, folder: boolean): string {
  const name = source.path.split("/").pop() ?? source.path;
  const dot = name.lastIndexOf(".");
  return folder || dot <= 0 ? name : `${name.slice(0, dot)}-patched${name.slice(dot)}`;
}

function bytesOf(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
