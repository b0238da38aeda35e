// SPDX-License-Identifier: MIT
// The page: what to open, and the tabs of the disc that is open.

import type { Engine } from "../engine";
import { texts } from "../../texts/en";
import { BytesTab } from "./bytes/bytes_tab";
import { checkTab } from "./check_tab";
import { compareTab } from "./compare_tab";
import { Disc } from "./disc";
import { button, el } from "./dom";
import { exportTab } from "./export_tab";
import { MapTab } from "./map/map_tab";
import { overview } from "./overview";
import type { Page } from "./page";
import { PatchTab } from "./patch_tab";
import { ofDrop, ofFiles, type Given } from "./sources";
import { Tabs, type Tab } from "./tabs";
import { shown, work, workBar } from "./work";

/** Where a demo disc comes from, if there is one. */
export type Demo = () => Promise<Given>;

class App {
  private readonly name = el("span", { class: "disc" });
  private readonly content = el("div", { class: "content" });
  private readonly another = button(texts.open.another, () => this.askAgain(), { hidden: true });
  private disc: Disc | null = null;

  constructor(private readonly engine: Engine, root: HTMLElement, private readonly demo: Demo | null, given: Given | null) {
    root.replaceChildren(el("header", {}, el("h1", {}, texts.title), this.name, this.another), this.content, workBar());
    root.addEventListener("dragover", (event) => event.preventDefault());
    root.addEventListener("drop", (event) => this.onDrop(event));
    this.ask();
    if (given) void this.take(async () => given);
  }

  /** The address speaks of the disc before. */
  private askAgain(): void {
    history.replaceState(null, "", "#");
    this.ask();
  }

  /** Asks for a disc. */
  private ask(): void {
    const file = this.picker({});
    const folder = this.picker({ webkitdirectory: true });
    const buttons = [button(texts.open.file, () => file.click(), { class: "main" }), button(texts.open.folder, () => folder.click())];
    const demo = this.demo;
    if (demo) buttons.push(button(texts.open.demo, () => void this.take(demo), { class: "demo" }));
    const zone = el("div", { class: "drop" }, el("p", { class: "big" }, texts.open.drop), el("p", {}, texts.open.kinds), el("p", { class: "buttons" }, ...buttons), file, folder);
    this.another.hidden = true;
    this.name.textContent = "";
    this.content.replaceChildren(el("main", { class: "welcome" }, el("p", { class: "lead" }, texts.lead), zone, el("p", { class: "privacy" }, texts.privacy)));
  }

  private picker(attributes: Record<string, boolean>): HTMLInputElement {
    const input = el("input", { type: "file", hidden: true, ...attributes });
    input.addEventListener("change", () => void this.take(async () => ofFiles(Array.from(input.files ?? []))));
    return input;
  }

  private onDrop(event: DragEvent): void {
    event.preventDefault();
    const data = event.dataTransfer;
    if (data) void this.take(() => ofDrop(data));
  }

  private async take(give: () => Promise<Given | null>): Promise<void> {
    const place = this.content.firstElementChild;
    if (!(place instanceof HTMLElement)) return;
    await shown(place, async () => {
      const given = await give();
      if (!given) throw new Error(texts.open.nothing);
      const disc = await work(texts.open.working(given.name), (signal, say) => Disc.open(this.engine, given.name, given.sources, { signal, onMessage: say }));
      await this.disc?.close();
      this.disc = disc;
      this.show(disc);
    });
  }

  private show(disc: Disc): void {
    const page: Page = {
      disc,
      showBytes: (file, offset) => {
        bytes.open(file, offset);
        made.show("bytes");
      },
      showMap: (box, mark) => {
        map.mark(mark ? [box] : []);
        map.fit(box);
        made.show("map");
      },
      markMap: (boxes) => {
        map.mark(boxes);
        made.show("map");
      },
      mapBox: () => (map.view.camera.width > 1 ? map.view.camera.box : null),
      remember: (id, state) => history.replaceState(null, "", `#${id}${state === "" ? "" : `=${state}`}`),
    };
    const asked = location.hash;
    const map = new MapTab(page);
    const bytes = new BytesTab(page);
    const tabs: Tab[] = [
      { id: "overview", label: texts.tabs.overview, panel: overview(page) },
      { id: "map", label: texts.tabs.map, panel: map.panel, shown: () => map.shown() },
      { id: "bytes", label: texts.tabs.bytes, panel: bytes.panel, shown: () => bytes.shown() },
      { id: "check", label: texts.tabs.check, panel: checkTab(page) },
      { id: "compare", label: texts.tabs.compare, panel: compareTab(page) },
      { id: "patch", label: texts.tabs.patch, panel: new PatchTab(page).panel },
      { id: "export", label: texts.tabs.export, panel: exportTab(page) },
    ];
    const made = new Tabs(texts.tabs.label, tabs, (id) => page.remember(id, ""));
    this.name.textContent = disc.title;
    this.another.hidden = false;
    this.content.replaceChildren(made.bar, made.panels);
    const [id = "", state = ""] = asked.slice(1).split("=");
    if (id === "map") map.restore(state);
    if (id === "bytes") bytes.restore(state);
    made.show(id);
  }
}

/** Fills an element with the page; what is given is opened at once. */
export function app(engine: Engine, root: HTMLElement, demo: Demo | null, given: Given | null): void {
  new App(engine, root, demo, given);
}
