// SPDX-License-Identifier: MIT
// A page without a user interface: the engine, and files that are chosen in it.

import { served } from "../../src/given";
import { start } from "../../src/start";
import type { Engine, Source } from "../../src/engine";

declare global {
  interface Window {
    engine: Promise<Engine>;
    sources(): Source[];
    served: typeof served;
    sha256(bytes: Uint8Array): Promise<string>;
  }
}

const input = document.body.appendChild(Object.assign(document.createElement("input"), { type: "file", id: "file", multiple: true }));
window.engine = start();
window.served = served;
window.sources = () => Array.from(input.files ?? [], (file) => ({ path: file.name, size: file.size, blob: file }));
window.sha256 = async (bytes) => Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");
