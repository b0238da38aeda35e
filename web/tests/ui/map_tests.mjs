// SPDX-License-Identifier: MIT
// The map: drawn, moved, searched, clicked, with ways on it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { disc, mapRests, native, press, saved, says, tab, text, withDisc } from "./harness.mjs";

const TOWN = "#map=15.00/57.70000/11.96000";

/** How many colours the middle of the map has. */
function colours(page) {
  return page.evaluate(() => {
    const canvas = document.querySelector(".map canvas");
    const { data } = canvas.getContext("2d").getImageData(canvas.width / 4, canvas.height / 4, canvas.width / 2, canvas.height / 2);
    return new Set(new Uint32Array(data.buffer)).size;
  });
}

function lines(output) {
  return output.stdout.toString().trim().split("\n").map((line) => JSON.parse(line));
}

export function mapTests() {
  test("the first look is where the map is, and something is drawn", () =>
    withDisc("agree.iso", async (page) => {
      await tab(page, "map");
      await mapRests(page);
      assert.ok((await colours(page)) > 100);
      assert.match(await page.evaluate(() => location.hash), /^#map=1\d\.\d\d\/57\.\d+\/1[12]\.\d+$/);
    }));

  test("a folder and a damaged disc have a map, too", async () => {
    for (const [name, folder] of [["files", true], ["damaged.iso", false]])
      await withDisc(
        name,
        async (page) => {
          await mapRests(page);
          assert.ok((await colours(page)) > 100, name);
        },
        { folder, hash: TOWN },
      );
  });

  test("keys move it, the address follows, and leads back", () =>
    withDisc(
      "agree.iso",
      async (page) => {
        await mapRests(page);
        await page.focus(".map canvas");
        for (const key of ["ArrowRight", "ArrowRight", "+"]) await page.keyboard.press(key);
        await page.waitForFunction(() => location.hash.startsWith("#map=15.50/"));
        assert.notEqual(await page.evaluate(() => location.hash.split("/")[2]), "11.96000");
      },
      { hash: TOWN },
    ));

  test("search as one types finds what --find finds, and goes there", () =>
    withDisc("agree.iso", async (page) => {
      await tab(page, "map");
      await page.type("input[type=search]", "kungsg");
      await says(page, ".results", "Kungsgatan");
      const found = lines(native("kiwidump", disc("agree.iso"), "--find", "kungsg", "--limit", "20"));
      const shown = await page.$$eval(".results button span:first-child", (all) => all.map((one) => one.textContent));
      assert.deepEqual(shown, found.map((hit) => hit.properties.name));
      await page.keyboard.press("Enter");
      const [longitude, latitude] = found[0].geometry.coordinates;
      await page.waitForFunction((end) => location.hash.endsWith(end), {}, `/${latitude.toFixed(5)}/${longitude.toFixed(5)}`);
      await page.evaluate(() => (document.querySelector("input[type=search]").value = ""));
      await page.type("input[type=search]", "zzzz");
      await says(page, ".search", "Nothing on the disc");
    }));

  test("a click shows the feature, which leads to its bytes", () =>
    withDisc(
      "agree.iso",
      async (page) => {
        await mapRests(page);
        const canvas = await (await page.$(".map canvas")).boundingBox();
        // Linnéstaden, Haga: a street is never far.
        for (let y = 0; y < 200 && !(await page.$(".place .card")); y += 20) {
          await page.mouse.click(canvas.x + canvas.width / 2, canvas.y + canvas.height / 3 + y);
          await says(page, ".place h2", "At this place");
        }
        const pairs = await page.$$eval(".place .card[open] dt, .place .card[open] dd", (all) => all.map((one) => one.textContent));
        const value = (name) => pairs[pairs.indexOf(name) + 1];
        const explained = JSON.parse(native("kiwidump", disc("agree.iso"), "--file", value("file"), "--explain", value("offset")).stdout);
        assert.equal(explained.parcel.level, Number(value("level")));
        await press(page, ".place .card[open]", "Show its bytes");
        await says(page, "#panel-bytes .status", `0x${Number(value("offset")).toString(16).toUpperCase()}`);
        await says(page, "#panel-bytes aside", explained.path);
        await press(page, "#panel-bytes aside", "Show on the map");
        await mapRests(page);
      },
      { hash: TOWN },
    ));

  test("a way between two clicks is that of --route", () =>
    withDisc(
      "agree.iso",
      async (page) => {
        await mapRests(page);
        const canvas = await (await page.$(".map canvas")).boundingBox();
        await press(page, ".route", "Find a way");
        await page.mouse.click(canvas.x + 200, canvas.y + 200);
        await page.mouse.click(canvas.x + 600, canvas.y + 500);
        await says(page, ".route", "min.");
        const place = (x, y) => {
          const size = 512 * 2 ** 15;
          const world = { x: 0.5 + 11.96 / 360 + (x - canvas.width / 2) / size, y: 0.5 - Math.log(Math.tan(Math.PI / 4 + (57.7 * Math.PI) / 360)) / (2 * Math.PI) + (y - canvas.height / 2) / size };
          return `${(Math.atan(Math.exp((0.5 - world.y) * 2 * Math.PI)) * 360) / Math.PI - 90},${(world.x - 0.5) * 360}`;
        };
        const way = JSON.parse(native("kiwidump", disc("agree.iso"), "--route", place(200, 200), place(600, 500)).stdout);
        const { length } = way.properties;
        const shown = length < 1000 ? `${Math.round(length)} m` : `${(length / 1000).toFixed(1)} km`;
        assert.ok((await text(page, ".route")).includes(shown), `${await text(page, ".route")} says ${shown}`);
      },
      { hash: TOWN },
    ));

  test("a picture is a PNG of the map", () =>
    withDisc(
      "agree.iso",
      async (page) => {
        await mapRests(page);
        const { name, content } = await saved(page, () => press(page, ".controls", "Save picture"));
        assert.equal(name, "map.png");
        assert.equal(content.subarray(1, 4).toString(), "PNG");
      },
      { hash: TOWN },
    ));

  test("while it is dragged it is drawn", () =>
    withDisc(
      "agree.iso",
      async (page) => {
        await mapRests(page);
        await page.evaluate(() => {
          window.frames_ = [];
          const measure = (last) => requestAnimationFrame((now) => (window.frames_.push(now - last), measure(now)));
          measure(performance.now());
        });
        await page.mouse.move(500, 400);
        await page.mouse.down();
        for (let i = 0; i < 40; i++) await page.mouse.move(500 - 8 * i, 400 - 3 * i);
        await page.mouse.up();
        await mapRests(page);
        const frames = await page.evaluate(() => window.frames_);
        console.log(`# frames: ${frames.length}, longest ${Math.max(...frames).toFixed(0)} ms`);
        assert.ok(frames.length > 5);
      },
      { hash: TOWN },
    ));
}
