// SPDX-License-Identifier: MIT
// Discs of every kind are opened, and what cannot be is said.

import assert from "node:assert/strict";
import { test } from "node:test";
import { disc, isFile, native, open, press, says, tab, text, withDisc, withPage } from "./harness.mjs";

const TABS = ["overview", "map", "bytes", "check", "compare", "patch", "export"];

export function openTests() {
  test("an image: the overview says what --summary says", () =>
    withDisc("agree.iso", async (page) => {
      await page.waitForSelector("#panel-overview dl");
      const summary = native("kiwidump", disc("agree.iso"), "--summary").stdout.toString();
      const shown = await page.$$eval("#panel-overview dl dt, #panel-overview dl dd", (all) => all.map((one) => one.textContent));
      assert.ok(shown.length >= 20);
      for (const words of shown) assert.ok(summary.replace(/\s+/g, " ").includes(words), words);
      assert.match(await text(page, "#panel-overview"), /Göteborg.*ALLDATA\.KWI.*AG01/s);
    }));

  test("pictures of LOADING are pictures", () =>
    withDisc("agree.iso", async (page) => {
      await page.waitForFunction(() => document.querySelector(".gallery img")?.naturalWidth === 32);
    }));

  test("a folder", () =>
    withDisc(
      "files",
      async (page) => {
        await says(page, "#panel-overview dl", "folder");
        assert.match(await text(page, "#panel-overview"), /IDX\/SADSR201\.IDX/);
      },
      { folder: true },
    ));

  test("pictures of what the disc covers are pictures, and what is none is said", () =>
    withDisc(
      "covered",
      async (page) => {
        await page.waitForFunction(() => document.querySelector(".gallery img")?.naturalWidth === 24);
        await says(page, ".gallery", "no picture that a browser can show");
        assert.match(await text(page, ".gallery"), /COVERAGE\/AUC\.BMP: what the disc covers/);
      },
      { folder: true },
    ));

  test("a single file", () => withDisc("ALLDATA.KWI", (page) => says(page, "#panel-overview dl", "Göteborg")));

  test("a damaged disc still shows what can be read", () => withDisc("damaged.iso", (page) => says(page, "#panel-overview dl", "Göteborg")));

  test("a disc that is cut off", () => withDisc("short.iso", (page) => says(page, "#panel-overview", "ALLDATA.KWI")));

  test("what is no disc: the error says what to do, and another can be opened", () =>
    withPage(async (page) => {
      await open(page, "letter.txt");
      await page.waitForSelector("[role=alert]");
      assert.match(await text(page, "[role=alert]"), /KIWI.*Choose the image/s);
      await open(page, "agree.iso");
      await page.waitForSelector("[role=tab]");
      await press(page, "header", "Open another disc");
      await page.waitForSelector(".drop");
    }));

  // The page of stand_in.mjs has none.
  if (isFile)
    test("the demo disc is one click away", () =>
      withPage(async (page) => {
        await page.waitForSelector("button.demo");
        await page.click("button.demo");
        await says(page, "#panel-overview dl", "Göteborg");
      }));

  test("tabs by keyboard", () =>
    withDisc("agree.iso", async (page) => {
      await page.focus("#tab-overview");
      const seen = [];
      for (let i = 0; i < TABS.length; i++) {
        seen.push(await page.evaluate(() => document.activeElement?.id.replace("tab-", "")));
        assert.ok(await page.$eval(`#panel-${seen[i]}`, (panel) => panel.checkVisibility()));
        await page.keyboard.press("ArrowRight");
      }
      assert.deepEqual(seen, TABS);
      await page.keyboard.press("End");
      assert.equal(await page.$eval("[role=tab][aria-selected=true]", (one) => one.id), "tab-export");
    }));

  test("every button and control has a name", () =>
    withDisc("agree.iso", async (page) => {
      for (const id of TABS) await tab(page, id);
      const nameless = await page.$$eval("button, input:not([type=file]), select, textarea, canvas", (all) =>
        all.filter((one) => !(one.textContent?.trim() || one.getAttribute("aria-label") || one.closest("label")?.textContent?.trim())).map((one) => one.outerHTML.slice(0, 80)),
      );
      assert.deepEqual(nameless, []);
    }));

  test("names that are markup stay texts in every tab", () =>
    withDisc("hostile.iso", async (page) => {
      await says(page, "#panel-overview dl", "<h1 onclick");
      for (const id of TABS) await tab(page, id);
      await tab(page, "map");
      await page.type("input[type=search]", "<");
      await says(page, ".results", "<img src=x");
      for (const button of await page.$$(".results button")) await button.click();
      await tab(page, "patch");
      await page.evaluate(() => (document.querySelector("#panel-patch input").value = "<img"));
      await page.$eval("#panel-patch select", (files) => (files.value = "ALLDATA.KWI"));
      await press(page, "#panel-patch", "Find");
      await says(page, "#panel-patch table", "<img");
      assert.equal(await page.evaluate(() => "hacked" in window), false);
      assert.equal(await page.$("img[src=x]"), null);
    }));

  test("a narrow screen: nothing sticks out", () =>
    withDisc(
      "agree.iso",
      async (page) => {
        for (const id of TABS) {
          await page.$eval(`#tab-${id}`, (one) => one.click());
          const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
          assert.ok(wide <= room, `${id}: ${wide} of ${room}`);
        }
      },
      { viewport: { width: 360, height: 640 } },
    ));
}
