// SPDX-License-Identifier: MIT
// Says how long the page takes with a disc: measure.mjs DISC [SEARCH]. KIWI_PAGE is the page, as for the tests. Prints milliseconds.

import path from "node:path";
import { close, launch, mapRests, says, tab, withPage } from "./harness.mjs";

const [name = "agree.iso", wanted = "kungsgatan"] = process.argv.slice(2);
const print = (what, ms) => console.log(`${what.padEnd(40)} ${ms.map((one) => one.toFixed(0)).join(" / ")}`);
const summary = (all) => [all[all.length >> 1] ?? NaN, all[Math.floor(all.length * 0.95)] ?? NaN, all[all.length - 1] ?? NaN];

const times = (page, mark) => page.evaluate((kind) => performance.getEntriesByName(kind).map((one) => one.duration).sort((a, b) => a - b), mark);

async function frames(page) {
  await page.evaluate(() => {
    globalThis.frames_ = [];
    const measure = (last) => requestAnimationFrame((now) => (globalThis.frames_.push(now - last), measure(now)));
    measure(performance.now());
  });
  await page.mouse.move(600, 500);
  await page.mouse.down();
  for (let i = 0; i < 60; i++) {
    await page.mouse.move(600 - 8 * i, 500 - 5 * i);
    await new Promise((resolve) => setTimeout(resolve, 16));
  }
  await page.mouse.up();
  await mapRests(page);
  return page.evaluate(() => globalThis.frames_.sort((a, b) => a - b));
}

await launch();
await withPage(async (page) => {
  await page.waitForSelector(".welcome input[type=file]");
  const input = await page.$(".welcome input:not([webkitdirectory])");
  const begin = performance.now();
  await input.uploadFile(path.resolve(name));
  await says(page, "#panel-overview", "Files");
  print("from drop to overview", [performance.now() - begin]);
  await page.click("#tab-map");
  await mapRests(page);
  print("from drop to the first map", [performance.now() - begin]);
  await page.type("input[type=search]", wanted, { delay: 250 });
  await page.waitForSelector(".results button:not([disabled])");
  print("a key of search (median / 95 % / longest)", summary(await times(page, "search")));
  await page.keyboard.press("Enter");
  await mapRests(page);
  const dragged = await frames(page);
  print("tiles (median / 95 % / longest)", summary(await times(page, "tile")));
  print("frames while dragged (same)", summary(dragged));
  await tab(page, "overview");
});
await close();
