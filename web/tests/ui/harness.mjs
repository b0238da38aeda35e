// SPDX-License-Identifier: MIT
// What the tests of the page share: a browser, a page with a disc in it, the native programs to compare with.
// KIWI_PAGE is the page (a path or an address), KIWI_NATIVE a meson build, KIWI_WORK a folder for the discs, which are made if it has none.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";
import { makeDiscs } from "./make_discs.mjs";

const { KIWI_PAGE = "build/kiwi.html", KIWI_NATIVE = "build/release", KIWI_WORK = "build/page/discs" } = process.env;
const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const discs = path.resolve(KIWI_WORK, "ui");
const address = /^https?:/.test(KIWI_PAGE) ? KIWI_PAGE : pathToFileURL(path.resolve(KIWI_PAGE)).href;

export const isFile = address.startsWith("file:");

let browser;

export async function launch() {
  if (!existsSync(discs)) makeDiscs(path.resolve(KIWI_NATIVE), discs);
  browser = await puppeteer.launch({ executablePath: CHROMIUM, protocolTimeout: 600_000, headless: true, args: ["--no-sandbox", "--disable-gpu", "--lang=en"] });
}

export async function close() {
  await browser.close();
}

export function disc(name) {
  return path.join(discs, name);
}

/** What a native program prints. */
export function native(program, ...args) {
  return spawnSync(path.join(KIWI_NATIVE, program, program), args, { maxBuffer: 1 << 30 });
}

/** A page that has done nothing wrong, neither by an error nor by asking for anything elsewhere. */
export async function withPage(task, { hash = "", viewport = { width: 1280, height: 800 } } = {}) {
  const page = await browser.newPage();
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("console", (message) => message.type() === "error" && !/favicon|404/.test(message.text()) && wrong.push(message.text()));
  page.on("request", (request) => {
    const url = request.url();
    if (!/^(blob|data):/.test(url) && !url.startsWith(new URL("/", address).href) && url.split("#")[0] !== address) wrong.push(`a request to ${url}`);
    if (isFile && /^file:/.test(url) && url.split("#")[0] !== address) wrong.push(`a request to ${url}`);
  });
  try {
    await page.setViewport(viewport);
    await page.goto(address + hash);
    await task(page);
    assert.deepEqual(wrong, []);
  } finally {
    await page.close();
  }
}

/** Opens a file, or a folder by its picker. */
export async function open(page, name, folder = false) {
  await page.waitForSelector(".welcome input[type=file]");
  const input = await page.$(`.welcome input[type=file]${folder ? "[webkitdirectory]" : ":not([webkitdirectory])"}`);
  await input.uploadFile(disc(name));
}

export async function withDisc(name, task, options = {}) {
  await withPage(async (page) => {
    await open(page, name, options.folder);
    await page.waitForSelector("[role=tab]");
    await task(page);
  }, options);
}

export async function text(page, selector) {
  return page.$eval(selector, (element) => element.textContent);
}

/** Waits until an element says something. */
export async function says(page, selector, words) {
  const found = (where, what) => document.querySelector(where)?.textContent.includes(what) ?? false;
  await page.waitForFunction(found, { timeout: 30_000 }, selector, words);
}

export async function press(page, selector, label) {
  const pressed = await page.evaluate(
    (where, what) => {
      const button = [...document.querySelectorAll(`${where} button`)].find((one) => one.textContent === what && one.checkVisibility());
      button?.click();
      return button !== undefined;
    },
    selector,
    label,
  );
  assert.ok(pressed, `there is a button "${label}"`);
}

export async function tab(page, id) {
  await page.click(`#tab-${id}`);
}

/** The map rests and all that it needs is drawn. */
export async function mapRests(page) {
  await says(page, ".position", "1:");
  await page.waitForFunction(() => document.querySelector(".map canvas")?.getAttribute("aria-busy") === "false", { timeout: 30_000 });
}

/** What the page has the browser save when it is asked to. */
export async function saved(page, ask) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "kiwi-saved-"));
  const session = await page.createCDPSession();
  await session.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: folder, eventsEnabled: true });
  const done = new Promise((resolve) => session.on("Browser.downloadProgress", (event) => event.state === "completed" && resolve()));
  await ask();
  await done;
  const [name] = readdirSync(folder);
  return { name, content: readFileSync(path.join(folder, name)) };
}
