// SPDX-License-Identifier: MIT
// The engine in Debian's chromium, in a page from file://: the same outputs, large files, stopping, memory, and no request to anywhere.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { ElementHandle, Page } from "puppeteer-core";
import { session, type Session } from "../browser";
import { goteborg, native, town } from "./discs";
import { sparseImage } from "./sparse";

const BARE = process.env["KIWI_BARE_PAGE"] ?? "";
const MEGABYTE = 1 << 20;

interface Printed {
  code: number;
  sha256: string;
  length: number;
  stderr: string;
}

let chromium: Session;
let page: Page;
let errors: string[];

before(async () => {
  chromium = await session();
  ({ page, errors } = await chromium.open(pathToFileURL(BARE).href));
});

after(async () => {
  await chromium.close();
});

async function open(...files: string[]): Promise<string> {
  const input = (await page.$("#file")) as ElementHandle<HTMLInputElement>;
  await input.uploadFile(...files);
  return page.evaluate(async (name) => (await window.engine).open(name, window.sources()), basename(files[0] ?? ""));
}

function run(args: string[]): Promise<Printed> {
  return page.evaluate(async (args) => {
    const { code, stdout, stderr } = await (await window.engine).run({ program: "kiwidump", args }).result;
    return { code, sha256: await window.sha256(stdout), length: stdout.length, stderr };
  }, args);
}

async function compare(disc: string, ...args: string[]): Promise<void> {
  const path = await open(disc);
  const found = await run([...args, path]);
  const wanted = native("kiwidump", [...args, disc]);
  const sha256 = createHash("sha256").update(wanted.stdout).digest("hex");
  assert.deepEqual(found, { code: wanted.code, sha256, length: wanted.stdout.length, stderr: wanted.stderr.replaceAll(disc, path) }, args.join(" "));
  await page.evaluate(async (path) => (await window.engine).close(path), path);
}

/** What the document says about a file's first extent. */
function extentOf(image: string, name: string): { offset: number; length: number } {
  const document = JSON.parse(native("kiwidump", [image]).stdout.toString()) as { files: { path: string; extents: { offset: number; length: number }[] }[] };
  const extent = document.files.find((file) => file.path === name)?.extents[0];
  assert.ok(extent, `${name} has an extent`);
  return extent;
}

test("the programs print in a page from file:// what the native ones print", async () => {
  for (const args of [[], ["--records"], ["--features"], ["--check"], ["--find", "a"], ["--route", "57.714,11.992", "57.6925,11.9855"]]) await compare(town(), ...args);
  await compare(goteborg(), "--features", "--kind", "road");
  await compare(goteborg(), "--find", "Avenyn");
});

test("a file of 8 GB is read beyond 4 GiB", async () => {
  const image = sparseImage(town(), extentOf(town(), "ALLDATA.KWI"));
  assert.ok(extentOf(image, "ALLDATA.KWI").offset > 2 ** 32);
  for (const args of [[], ["--features"], ["--records"]]) await compare(image, ...args);
});

test("bytes of a file are read while a program runs, and a program that is stopped ends at once", async () => {
  const path = await open(goteborg());
  const [bytes, ended, code] = await page.evaluate(async (path) => {
    const engine = await window.engine;
    const running = engine.run({ program: "kiwidump", args: ["--records", path], onOutput: () => {} });
    const ended = running.result.catch((error: Error) => error.name);
    const bytes = Array.from(await engine.read(path, 0x8000, 6));
    running.stop();
    const { code } = await engine.run({ program: "kiwidump", args: [path] }).result;
    return [bytes, await ended, code];
  }, path);
  assert.deepEqual(bytes, [...readFileSync(goteborg()).subarray(0x8000, 0x8006)]);
  assert.deepEqual([ended, code], ["Stopped", 0]);
});

/** Memory of all processes that draw pages, now and at most so far. */
async function memory(): Promise<{ now: number; most: number }> {
  const session = await chromium.browser.target().createCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const found = processInfo
    .filter((one) => one.type === "renderer")
    .map((one) => readFileSync(`/proc/${one.id}/status`, "utf8"))
    .map((status) => ["VmRSS", "VmHWM"].map((name) => 1024 * Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1])));
  return { now: Math.max(...found.map((one) => one[0] ?? 0)), most: Math.max(...found.map((one) => one[1] ?? 0)) };
}

test("a worker needs at most 256 MB for whatever disc", async () => {
  await page.close();
  ({ page, errors } = await chromium.open(pathToFileURL(BARE).href));
  await page.evaluate(async () => void (await window.engine));
  const before = await memory();
  const image = sparseImage(town(), extentOf(town(), "ALLDATA.KWI"));
  for (const disc of [goteborg(), image]) for (const args of [[], ["--features"], ["--find", "a"]]) await compare(disc, ...args);
  const after = await memory();
  console.log(`# memory of the page: ${Math.round(before.now / MEGABYTE)} MB before, ${Math.round(after.most / MEGABYTE)} MB at most`);
  assert.ok(after.most - before.now <= 256 * MEGABYTE, `${after.most - before.now} bytes more`);
});

test("nothing was asked of any other place, and nothing was refused", async () => {
  assert.deepEqual(errors, []);
  assert.deepEqual(chromium.requests, []);
  const other = await chromium.browser.newPage();
  await other.goto("http://kiwi.example/").catch(() => null);
  assert.deepEqual(chromium.requests, ["http://kiwi.example/"], "the proxy sees who asks");
});
