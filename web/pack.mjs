// SPDX-License-Identifier: MIT
// Puts the page into one file: pack.mjs MAIN.ts PROGRAMS.wasm KIWI.html [DEMO.iso]. Scripts and styles are bundled, the programs packed, and the policy lets
// in what is here and nothing else.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const web = dirname(fileURLToPath(import.meta.url));
const LIMITS = { bytes: 3.5e6, packed: 1.3e6 };

async function bundle(entry) {
  const result = await build({
    entryPoints: [join(web, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    legalComments: "none",
    charset: "utf8",
  });
  // What ends an element ends it everywhere, also within a text of a script.
  return result.outputFiles[0].text.trim().replaceAll("</script", "<\\/script");
}

/** A module without its custom sections: names of functions, and who compiled it. */
function stripped(wasm) {
  const kept = [wasm.subarray(0, 8)];
  for (let at = 8; at < wasm.length; ) {
    const begin = at++;
    let length = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      length |= (wasm[at] & 127) << shift;
      more = wasm[at++] >= 128;
    }
    at += length;
    if (wasm[begin] !== 0) kept.push(wasm.subarray(begin, at));
  }
  return Buffer.concat(kept);
}

function hash(text) {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function packed(bytes) {
  return gzipSync(bytes, { level: 9 }).toString("base64");
}

const [main, programs, page, demo] = process.argv.slice(2);
const script = await bundle(main);
const style = await bundle("src/styles/page.css");
const parts = {
  policy: [
    "default-src 'none'",
    `script-src ${hash(script)} 'wasm-unsafe-eval'`,
    `style-src ${hash(style)}`,
    "worker-src blob:",
    "connect-src 'self'",
    "img-src blob: data:",
    "font-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; "),
  style,
  script,
  programs: packed(readFileSync(programs)),
  demo: demo ? packed(readFileSync(demo)) : "",
  worker: await bundle("engine/worker.ts"),
};
const html = readFileSync(join(web, "src/page.html"), "utf8").replace(/{{(\w+)}}/g, (_, name) => parts[name]);
const size = Buffer.byteLength(html);
const gzip = gzipSync(html, { level: 9 }).length;
writeFileSync(page, html);
console.log(`${page}: ${size} bytes, ${gzip} by gzip`);
if (size > LIMITS.bytes || gzip > LIMITS.packed) {
  console.error(`${page} is larger than ${LIMITS.bytes} bytes or ${LIMITS.packed} by gzip`);
  process.exit(1);
}
