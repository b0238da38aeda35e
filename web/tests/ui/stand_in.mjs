// SPDX-License-Identifier: MIT
// Serves the page with the native programs behind it, for developing: node web/tests/ui/stand_in.mjs BUILD [PORT]. BUILD is a meson
// build; esbuild is taken from web/node_modules.

import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, open } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

const web = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const build = path.resolve(process.argv[2] ?? "build/demo");
const store = await mkdtemp(path.join(tmpdir(), "kiwi-page-"));
const calls = new Map();
let numbered = 0;

const standIn = {
  name: "stand-in",
  setup(setup) {
    setup.onResolve({ filter: /^\.\/start$/ }, () => ({ path: path.join(web, "tests/ui/standin_engine.ts") }));
  },
};

async function page() {
  const bundle = (entry, plugins) => esbuild.build({ entryPoints: [path.join(web, entry)], bundle: true, write: false, sourcemap: "inline", plugins });
  const script = (await bundle("src/main.ts", [standIn])).outputFiles[0].text;
  const style = (await bundle("src/styles/page.css", [])).outputFiles[0].text;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>kiwi</title><style>${style}</style><body><script>${script.replaceAll("</script", "<\\/script")}</script></body></html>`;
}

const stored = (name) => path.join(store, path.normalize(`/${name}`));

function run(request, response, { program, args }) {
  const id = String(++numbered);
  const child = spawn(path.join(build, program, program), args.map((arg) => (/^\/(discs|out)\//.test(arg) ? stored(arg) : arg)), { stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk) => (stderr += chunk));
  calls.set(id, new Promise((resolve) => child.on("close", (code) => resolve({ code, stderr: stderr.replaceAll(store, "") }))));
  response.writeHead(200, { "x-call": id });
  child.stdout.pipe(response);
  response.on("close", () => child.kill());
}

const routes = {
  "/": async (request, response) => response.writeHead(200, { "content-type": "text/html" }).end(await page()),
  "/store": async (request, response, query) => {
    await mkdir(path.dirname(stored(query.get("path"))), { recursive: true });
    await pipeline(request, createWriteStream(stored(query.get("path"))));
    response.end();
  },
  "/read": async (request, response, query) => {
    const file = await open(stored(query.get("path")));
    const length = Number(query.get("length"));
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, Number(query.get("offset")));
    await file.close();
    response.end(buffer.subarray(0, bytesRead));
  },
  "/run": async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    run(request, response, JSON.parse(Buffer.concat(chunks).toString()));
  },
  "/end": async (request, response, query) => response.end(JSON.stringify(await calls.get(query.get("call")))),
};

createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://localhost");
  const route = routes[url.pathname];
  if (!route) response.writeHead(404).end();
  else
    route(request, response, url.searchParams).catch((error) => {
      console.error(error.message ?? error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
}).listen(Number(process.argv[3] ?? 8014), "127.0.0.1", () => console.log("listening"));
