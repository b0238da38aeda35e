// SPDX-License-Identifier: MIT
// What a person gives the page, as sources of a disc: a file, the files of a folder, what is dropped.

import type { Source } from "../engine";

export interface Given {
  name: string;
  sources: Source[];
}

function source(path: string, file: File): Source {
  return { path, size: file.size, blob: file };
}

/** Files of an input; those of a folder have the folder before their names. */
export function ofFiles(files: File[]): Given | null {
  const first = files[0];
  if (!first) return null;
  const folder = first.webkitRelativePath.split("/")[0] ?? "";
  if (folder !== "") return { name: folder, sources: files.map((file) => source(file.webkitRelativePath.slice(folder.length + 1), file)) };
  return { name: first.name, sources: files.map((file) => source(file.name, file)) };
}

/** What was dropped: a folder with all that lies in it, or files. */
export async function ofDrop(data: DataTransfer): Promise<Given | null> {
  const entries = Array.from(data.items, (item) => item.webkitGetAsEntry());
  const first = entries[0];
  if (first?.isDirectory && entries.length === 1) {
    const sources: Source[] = [];
    await gather(first as FileSystemDirectoryEntry, "", sources);
    return sources.length > 0 ? { name: first.name, sources } : null;
  }
  return ofFiles(Array.from(data.files));
}

async function gather(folder: FileSystemDirectoryEntry, path: string, sources: Source[]): Promise<void> {
  const reader = folder.createReader();
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return;
    for (const entry of entries)
      if (entry.isDirectory) await gather(entry as FileSystemDirectoryEntry, `${path}${entry.name}/`, sources);
      else sources.push(source(path + entry.name, await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))));
  }
}
