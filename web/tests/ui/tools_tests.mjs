// SPDX-License-Identifier: MIT
// Check, prove, compare, patch and export say and save what the programs do.

import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { disc, native, press, saved, says, tab, text, withDisc } from "./harness.mjs";

const RECIPE = fileURLToPath(new URL("../../../kiwipatch/recipes/demo-agree-text.json", import.meta.url));

export function toolsTests() {
  test("a whole disc has no errors, and all proofs hold", () =>
    withDisc("agree.iso", async (page) => {
      await tab(page, "check");
      await press(page, "#panel-check", "Check the disc");
      await says(page, "#panel-check", "No errors; 0 warnings, 0 notes");
      await press(page, "#panel-check", "Prove the reading");
      await page.waitForSelector(".verdict");
      const proofs = JSON.parse(native("kiwidump", disc("agree.iso"), "--prove").stdout).proofs;
      const shown = await page.$$eval(".verdict", (all) => all.map((one) => one.textContent));
      assert.deepEqual(shown, proofs.map((proof) => proof.verdict.replaceAll("_", " ")));
    }));

  test("findings of a damaged disc lead to their bytes and their place", () =>
    withDisc("damaged.iso", async (page) => {
      await tab(page, "check");
      await press(page, "#panel-check", "Check the disc");
      const { findings, errors } = JSON.parse(native("kiwidump", disc("damaged.iso"), "--check", "--limit", "500").stdout);
      assert.ok(errors > 0);
      await says(page, "#panel-check .error", `${errors} errors`);
      assert.equal(await page.$$eval("#panel-check .findings tbody tr", (rows) => rows.length), findings.length);
      await press(page, "#panel-check tbody", `ALLDATA.KWI 0x${findings[0].offset.toString(16).toUpperCase()}`);
      await says(page, "#panel-bytes .status", `= ${findings[0].offset}:`);
      await tab(page, "check");
      await press(page, "#panel-check tbody", "Show on the map");
      await page.waitForFunction(() => document.querySelector("#panel-map")?.checkVisibility());
    }));

  test("two discs are compared as --diff does", () =>
    withDisc("agree.iso", async (page) => {
      await tab(page, "compare");
      await (await page.$("#panel-compare input[type=file]")).uploadFile(disc("renamed.iso"));
      await says(page, "#panel-compare", "differences to renamed.iso");
      const differences = native("kiwidump", "--diff", disc("agree.iso"), disc("renamed.iso")).stdout.toString().trim().split("\n");
      assert.equal(await page.$$eval("#panel-compare tbody tr", (rows) => rows.length), differences.length);
      assert.match(await text(page, "#panel-compare table"), /Kungsgatan → Kungens gata/);
      await press(page, "#panel-compare", "Mark them on the map");
      await page.waitForFunction(() => document.querySelector("#panel-map")?.checkVisibility());
    }));

  test("a disc is equal to itself", () =>
    withDisc("agree.iso", async (page) => {
      await tab(page, "compare");
      await (await page.$("#panel-compare input[type=file]")).uploadFile(disc("agree.iso"));
      await says(page, "#panel-compare", "are equal");
    }));

  test("a text is found, a recipe made of it, and without a checksum refused with advice", () =>
    withDisc("agree.iso", async (page) => {
      await tab(page, "patch");
      await press(page, "#panel-patch", "Find");
      await says(page, "#panel-patch table", "[ I Agree ]");
      await page.$$eval("#panel-patch .toolbar label:last-child input", ([input]) => (input.value = "Go on"));
      await press(page, "#panel-patch tbody", "Make a recipe");
      await page.waitForFunction(() => document.querySelector("#panel-patch textarea").value.includes('"replace": "Go on"'));
      await press(page, "#panel-patch", "Show the plan");
      await says(page, "#panel-patch [role=alert]", "checksum");
      await says(page, "#panel-patch [role=alert]", "It was refused");
    }));

  test("the patched copy and the patches are those of kiwipatch", () =>
    withDisc("agree.iso", async (page) => {
      const folder = mkdtempSync(path.join(os.tmpdir(), "kiwi-page-"));
      const copy = path.join(folder, "copy.iso");
      copyFileSync(disc("agree.iso"), copy);
      assert.equal(native("kiwipatch", "apply", copy, RECIPE).status, 0);
      await tab(page, "patch");
      await page.$eval("#panel-patch textarea", (area, recipe) => (area.value = recipe), readFileSync(RECIPE, "utf8"));
      await press(page, "#panel-patch", "Show the plan");
      await says(page, "#panel-patch table", "5B 20 49 20 41");
      const patched = await saved(page, () => press(page, "#panel-patch", "Save the patched copy"));
      assert.equal(patched.name, "agree-patched.iso");
      assert.ok(patched.content.equals(readFileSync(copy)));
      for (const format of ["ips", "bps"]) {
        const patch = path.join(folder, `patch.${format}`);
        native("kiwipatch", "export", disc("agree.iso"), RECIPE, patch);
        const mine = await saved(page, () => press(page, "#panel-patch", `Save as ${format.toUpperCase()}`));
        assert.ok(mine.content.equals(readFileSync(patch)), format);
      }
    }));

  test("a patched copy goes into a folder, where nothing is written over", () =>
    withDisc("agree.iso", async (page) => {
      await page.evaluate(() => {
        const files = (globalThis.written = new Map());
        const file = (name) => ({ createWritable: async () => new WritableStream({ write: (chunk) => void files.set(name, files.get(name) + chunk.length) }) });
        const getFileHandle = async (name, options) => {
          if (!files.has(name) && !options?.create) throw new DOMException("there is none", "NotFoundError");
          if (!files.has(name)) files.set(name, 0);
          return file(name);
        };
        globalThis.showDirectoryPicker = async () => ({ name: "copies", getFileHandle });
      });
      await tab(page, "patch");
      await page.$eval("#panel-patch textarea", (area, recipe) => (area.value = recipe), readFileSync(RECIPE, "utf8"));
      await press(page, "#panel-patch", "Show the plan");
      await says(page, "#panel-patch table", "5B 20 49 20 41");
      await press(page, "#panel-patch", "Write it into a folder…");
      await says(page, "#panel-patch", "agree-patched.iso is in copies");
      assert.equal(await page.evaluate(() => globalThis.written.get("agree-patched.iso")), readFileSync(disc("agree.iso")).length);
      await press(page, "#panel-patch", "Write it into a folder…");
      await says(page, "#panel-patch [role=alert]", "nothing is written over");
    }));

  test("check values by clicks: blocks where a text is found, the rule, its steps, and a plan", () =>
    withDisc("agree.iso", async (page) => {
      await tab(page, "patch");
      await press(page, "#panel-patch", "Find");
      await says(page, "#panel-patch table", "[ I Agree ]");
      await page.$$eval("#panel-patch .toolbar label:last-child input", ([input]) => (input.value = "Go on"));
      await press(page, "#panel-patch tbody", "Make a recipe");
      await page.waitForFunction(() => document.querySelector("#panel-patch textarea").value.includes('"replace": "Go on"'));
      await page.$$eval("#panel-patch .toolbar label:first-child input", ([input]) => (input.value = "PBLK"));
      await press(page, "#panel-patch", "Find");
      await says(page, "#panel-patch table", "PBLK");
      await page.$$eval("#panel-patch tbody button", (all) => all.filter((one) => one.textContent === "A block begins here").forEach((one) => one.click()));
      await page.$$eval("#panel-patch .blocks p:last-of-type input", (inputs) => (inputs[1].value = "0x200"));
      const blocks = await page.$$eval("#panel-patch .blocks input", (inputs) => inputs.map((input) => input.value));
      assert.deepEqual(blocks, ["0x100", "0x300", "0x400", "0x100", "0x500", "0x200"]);
      await press(page, "#panel-patch", "Find the rule of check values");
      await says(page, "#panel-patch details", "proven: neg-sum32be,skip=16");
      await press(page, "#panel-patch", "Put these steps into the recipe");
      await press(page, "#panel-patch", "Show the plan");
      await says(page, "#panel-patch > div:last-child table", "47 6F 20 6F 6E");
    }));

  test("the sample is that of --sample", () =>
    withDisc("agree.iso", async (page) => {
      await tab(page, "export");
      const mine = await saved(page, () => press(page, "#panel-export", "Save a sample"));
      assert.equal(mine.name, "agree.iso.sample.gz");
      const wanted = path.join(mkdtempSync(path.join(os.tmpdir(), "kiwi-page-")), "sample.gz");
      assert.equal(native("kiwidump", disc("agree.iso"), "--quiet", "--sample", wanted).status, 0);
      assert.ok(mine.content.equals(readFileSync(wanted)));
    }));

  test("the report is that of --report", () =>
    withDisc("agree.iso", async (page) => {
      await tab(page, "export");
      await press(page, "#panel-export", "Show the report");
      const wanted = native("kiwidump", disc("agree.iso"), "--report").stdout.toString();
      await page.waitForFunction((lines) => document.querySelector("#panel-export pre").textContent === lines, { timeout: 30_000 }, wanted);
    }));

  test("what is exported is what the program prints", () =>
    withDisc("agree.iso", async (page) => {
      await tab(page, "export");
      for (const format of ["geojson", "geojsonl", "csv", "gpx"]) {
        const [, formats, kinds, , areas] = await page.$$("#panel-export select");
        await formats.select(format);
        await kinds.select("name");
        await areas.select("all");
        const mine = await saved(page, () => press(page, "#panel-export", "Save"));
        const wanted = native("kiwidump", disc("agree.iso"), "--features", "--kind", "name", "--format", format).stdout;
        assert.ok(mine.content.equals(wanted), format);
      }
    }));
}
