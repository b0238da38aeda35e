// SPDX-License-Identifier: MIT
// Writes a file into a folder that a person chooses, where the browser can (File System Access). A picker for files would empty one that
// is there as soon as it is chosen, and that may be the original; so a folder is asked for, and nothing in it is written over.

import { texts } from "../../texts/en";

export interface FolderHandle {
  readonly name: string;
  getFileHandle(name: string, options?: { create: boolean }): Promise<{ createWritable(): Promise<WritableStream<Uint8Array>> }>;
}

/** Asks for a folder; null where the browser has no such thing. */
export function folderPicker(): (() => Promise<FolderHandle>) | null {
  const { showDirectoryPicker } = window as { showDirectoryPicker?: (options: { mode: "readwrite" }) => Promise<FolderHandle> };
  return showDirectoryPicker ? () => showDirectoryPicker({ mode: "readwrite" }) : null;
}

async function isThere(folder: FolderHandle, name: string): Promise<boolean> {
  return folder.getFileHandle(name).then(
    () => true,
    (error: unknown) => {
      if (error instanceof DOMException && error.name === "NotFoundError") return false;
      throw error;
    },
  );
}

export async function writeInto(folder: FolderHandle, name: string, content: Blob, signal: AbortSignal): Promise<void> {
  if (await isThere(folder, name)) throw new Error(texts.patch.isThere(name, folder.name));
  const file = await folder.getFileHandle(name, { create: true });
  await content.stream().pipeTo(await file.createWritable(), { signal });
}
