// SPDX-License-Identifier: MIT
// Discs that come with the page: the demo disc inside it, and the one that python -m kiwi.view serves beside it.

import { unpack } from "./start";
import type { Given } from "./ui/sources";

/** Göteborg's inner city; null if the page was built without it. */
export function demo(): (() => Promise<Given>) | null {
  if (!document.getElementById("demo")?.textContent) return null;
  return async () => {
    const name = "goteborg.iso";
    const blob = new Blob([await unpack("demo")]);
    return { name, sources: [{ path: name, size: blob.size, blob }] };
  };
}

interface Listing {
  name: string;
  files: { path: string; size: number; url: string }[];
}

/** What the page's address says that it is served with, by "?disc". */
export async function served(): Promise<Given | null> {
  if (!new URLSearchParams(location.search).has("disc")) return null;
  const answer = await fetch("disc.json");
  if (!answer.ok) throw new Error(`disc.json: ${answer.status}`);
  const { name, files } = (await answer.json()) as Listing;
  // A worker from a blob has no folder that an address could begin in.
  return { name, sources: files.map((file) => ({ ...file, url: new URL(file.url, location.href).href })) };
}
