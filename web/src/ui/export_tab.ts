// SPDX-License-Identifier: MIT
// The tab that takes data off the disc: features in the formats of kiwidump, and records.

import { texts } from "../../texts/en";
import { button, download, el, field, select } from "./dom";
import { list, number, show, get } from "./json";
import { boxArgument } from "./map/projection";
import type { Page } from "./page";
import { count, size } from "./units";
import { shown, work } from "./work";

const words = texts.export;

export function exportTab(page: Page): HTMLElement {
  const result = el("div");
  const what = select([
    ["features", words.features],
    ["records", words.records],
  ]);
  const format = select([
    ["geojson", words.geojson],
    ["geojsonl", words.geojsonl],
    ["csv", words.csv],
    ["gpx", words.gpx],
  ]);
  const kind = select([
    ["", words.allKinds],
    ["road", words.roads],
    ["background", words.backgrounds],
    ["name", words.names],
    ["address", words.addresses],
    ["poi", words.places],
  ]);
  const levels = list(page.disc.document, "levels").map((level): [string, string] => [show(get(level, "level")), words.level(number(level, "level"))]);
  const level = select([["", words.allLevels], ...levels]);
  const area = select([
    ["view", words.view],
    ["all", words.disc],
  ]);
  const formatField = field(words.format, format);
  what.addEventListener("change", () => (formatField.hidden = what.value === "records"));
  const save = (): Promise<void> =>
    shown(result, async () => {
      const records = what.value === "records";
      const args = records ? ["--records"] : ["--features", "--format", format.value];
      if (kind.value !== "" && !(records && (kind.value === "address" || kind.value === "poi"))) args.push("--kind", kind.value);
      if (level.value !== "") args.push("--level", level.value);
      const box = area.value === "view" ? page.mapBox() : null;
      if (area.value === "view" && !box) throw new Error(words.noView);
      if (box) args.push("--bbox", boxArgument(box));
      await saveOutput(page, [...args, "--quiet"], records ? "records.ndjson" : `features.${format.value}`, result);
    });
  const form = el("div", { class: "toolbar" }, field(words.what, what), formatField, field(words.kind, kind), field(words.levels, level), field(words.area, area), button(words.save, () => void save(), { class: "main" }));
  return el("section", {}, el("h2", {}, words.title), el("p", {}, words.says), form, result, report(page), sample(page));
}

/** What a report on a disc needs, to be read before it is sent. */
function report(page: Page): HTMLElement {
  const lines = el("pre");
  const place = el("section");
  const show = (): Promise<void> =>
    shown(place, async () => {
      lines.textContent = await work(words.reporting, (signal) => page.disc.text(["--report"], { signal }));
      keep.hidden = false;
    });
  const keep = button(words.save, () => download("report.txt", new Blob([lines.textContent ?? ""])), { hidden: true });
  place.append(el("h2", {}, words.report), el("p", {}, words.reportSays), el("p", { class: "buttons" }, button(words.reportNow, () => void show()), keep), lines);
  return place;
}

/** A small file with some of the disc, for those who are to look into a fault. */
function sample(page: Page): HTMLElement {
  const about = el("pre");
  const place = el("section");
  const save = (): Promise<void> =>
    shown(place, async () => {
      // The program wants the name of a file; what it writes into this one is handed out here.
      const made = await work(words.sampling, (signal, say) => page.disc.run(["--sample", "/dev/stdout"], { signal, onMessage: say }));
      about.textContent = made.stderr.trim();
      download(words.sampleName(page.disc.name), new Blob([made.stdout]));
    });
  place.append(el("h2", {}, words.sample), el("p", {}, words.sampleSays), el("p", {}, button(words.sampleNow, () => void save())), about);
  return place;
}

/** The browser keeps the parts of what is saved where it has room, not the page. */
async function saveOutput(page: Page, args: string[], name: string, result: HTMLElement): Promise<void> {
  let parts: Blob[] = [];
  let bytes = 0;
  await work(words.working, async (signal, say) => {
    const onOutput = (chunk: Uint8Array): void => {
      parts.push(new Blob([chunk]));
      bytes += chunk.length;
      if (parts.length >= 256) parts = [new Blob(parts)];
      say(size(bytes));
    };
    await page.disc.run(args, { signal, onOutput });
  });
  download(name, new Blob(parts));
  result.replaceChildren(el("p", { class: "note", role: "status" }, bytes === 0 ? words.empty : words.saved(name, count(bytes))));
}
