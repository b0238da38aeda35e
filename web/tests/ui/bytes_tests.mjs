// SPDX-License-Identifier: MIT
// Bytes: coloured as --annotate says, explained as --explain does, with their tree of records.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { disc, native, press, says, tab, text, withDisc } from "./harness.mjs";

const ALLDATA = "#bytes=ALLDATA.KWI@0x1820";

export function bytesTests() {
  test("the bytes of a file on an image are those of the file", () =>
    withDisc(
      "agree.iso",
      async (page) => {
        await page.waitForFunction(() => /^[0-9A-F]{2}$/.test(document.querySelector(".hex [aria-current]")?.textContent ?? ""));
        const cells = await page.$$eval(".hex .byte[data-offset]", (all) => all.map((one) => [Number(one.dataset.offset), one.textContent]));
        const bytes = readFileSync(disc("ALLDATA.KWI"));
        assert.ok(cells.length > 300);
        for (const [offset, digits] of cells) assert.equal(digits, bytes[offset].toString(16).toUpperCase().padStart(2, "0"));
      },
      { hash: ALLDATA },
    ));

  test("the byte at the cursor is what --explain says", () =>
    withDisc(
      "agree.iso",
      async (page) => {
        const explained = JSON.parse(native("kiwidump", disc("agree.iso"), "--explain", "0x1820").stdout);
        await says(page, "#panel-bytes aside", explained.path);
        const aside = await text(page, "#panel-bytes aside");
        for (const record of explained.records) assert.ok(aside.includes(record.record) && aside.includes(record.meaning), record.record);
        for (const field of explained.fields) assert.ok(aside.includes(field.name) && aside.includes(field.meaning), field.name);
      },
      { hash: ALLDATA },
    ));

  test("colours begin where the lines of --annotate begin", () =>
    withDisc(
      "agree.iso",
      async (page) => {
        await page.waitForSelector(".hex .colour-0");
        const shown = await page.$$eval(".hex .byte[data-offset]", (all) => all.map((one) => [Number(one.dataset.offset), one.className.replace(" chosen", "")]));
        const begins = shown.filter(([, colour], index) => index > 0 && shown[index - 1][1] !== colour).map(([offset]) => offset);
        const last = shown[shown.length - 1][0];
        const annotated = native("kiwidump", disc("agree.iso"), "--annotate", "--file", "ALLDATA.KWI", "--offset", "0x1000", "--length", "4096").stdout.toString();
        const fields = new Set(annotated.split("\n").map((line) => Number.parseInt(line.slice(0, 10), 16)));
        for (const offset of begins.filter((one) => one < 0x2000 && one <= last)) assert.ok(fields.has(offset), `a field begins at ${offset}`);
        assert.ok(begins.length > 20);
      },
      { hash: ALLDATA },
    ));

  test("keys move the cursor, an offset is gone to, a wrong one is said", () =>
    withDisc(
      "agree.iso",
      async (page) => {
        await page.waitForSelector(".hex [aria-current]");
        await page.focus(".hex");
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("ArrowRight");
        await page.waitForFunction(() => location.hash === "#bytes=ALLDATA.KWI@0x1831");
        await page.$eval("#panel-bytes .toolbar input", (input) => (input.value = "3506175"));
        await press(page, "#panel-bytes .toolbar", "Go");
        await page.waitForFunction(() => location.hash === "#bytes=ALLDATA.KWI@0x357FFF");
        await page.waitForSelector(".hex [data-offset='3506175']");
        await page.$eval("#panel-bytes .toolbar input", (input) => (input.value = "here"));
        await press(page, "#panel-bytes .toolbar", "Go");
        await says(page, "#panel-bytes .status", "An offset is a number");
      },
      { hash: ALLDATA },
    ));

  test("a file that is chosen shows its records as a tree", () =>
    withDisc("agree.iso", async (page) => {
      await tab(page, "bytes");
      await page.select("#panel-bytes select", "LOADING.KWI");
      await page.$eval("#panel-bytes aside > section:last-child details", (details) => (details.open = true));
      await says(page, "#panel-bytes aside > section:last-child", "loading");
    }));
}
