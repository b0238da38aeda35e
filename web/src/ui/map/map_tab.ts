// SPDX-License-Identifier: MIT
// The tab with the map: the map itself, search, ways, and what the disc says about a place.

import { texts } from "../../../texts/en";
import { button, download, el, setAttribute } from "../dom";
import { number, text, type Json } from "../json";
import type { Box, Page } from "../page";
import { count, place } from "../units";
import { errorBox, isStopped, shown, work } from "../work";
import type { Hit } from "./hit";
import { MapView } from "./map_view";
import { latitudeOf, longitudeOf, project, scaleOf, type Point } from "./projection";
import { card, featureOf } from "./properties";
import { Route } from "./route";
import { search } from "./search";
import { whereIsMap } from "./where";

const words = texts.map;
/** Zoom at which a place that was searched is shown. */
const NEAR = 15.5;

export class MapTab {
  readonly panel: HTMLElement;
  readonly view: MapView;
  private readonly place = el("section", { class: "place" }, el("p", { class: "soft" }, words.hint));
  private readonly status = el("div", { class: "position", role: "status" });
  private readonly route: Route;
  private asking = new AbortController();
  private home: Box | null = null;
  private placed = false;

  constructor(private readonly page: Page) {
    this.view = new MapView(page.disc, {
      onRest: () => this.onRest(),
      onClick: (at, hits) => void this.onClick(at, hits),
      onError: (error) => this.place.replaceChildren(el("p", {}, words.tile), errorBox(error)),
    });
    setAttribute(this.view.canvas, "tabindex", 0);
    setAttribute(this.view.canvas, "role", "application");
    setAttribute(this.view.canvas, "aria-label", words.label);
    this.route = new Route(page.disc, { onRoute: (places, strokes) => this.lay({ places, route: strokes }) });
    const map = el("div", { class: "map" }, this.view.canvas, this.controls(), this.status, el("div", { class: "attribution" }, page.disc.title));
    const side = el("aside", {}, search(page.disc, (hit) => this.choose(hit)), this.route.element, this.place);
    this.panel = el("section", { class: "map-tab" }, map, side);
  }

  /** The tab came to the front: the first time, the map goes where the disc's map is. */
  shown(): void {
    if (!this.placed) void this.showAll();
  }

  fit(box: Box): void {
    this.placed = true;
    this.view.fit(box);
  }

  /** Goes where an address of the page says: zoom/latitude/longitude. */
  restore(state: string): void {
    const [zoom = NaN, latitude = NaN, longitude = NaN] = state.split("/").map(Number);
    if ([zoom, latitude, longitude].some(Number.isNaN)) return;
    this.placed = true;
    this.view.camera.zoom = Math.max(0, Math.min(20, zoom));
    this.view.camera.moveTo(project(longitude, latitude));
    this.view.move();
  }

  /** Boxes that lie on the map until others come. */
  mark(boxes: Box[]): void {
    this.lay({ boxes: boxes.map((box): [Point, Point] => [project(box.west, box.north), project(box.east, box.south)]) });
  }

  private lay(what: Partial<MapView["overlay"]>): void {
    this.view.overlay = { ...this.view.overlay, ...what };
    this.view.redraw();
  }

  private controls(): HTMLElement {
    const { camera } = this.view;
    const zoom = (by: number) => (): void => {
      camera.zoomAt(camera.width / 2, camera.height / 2, by);
      this.view.move();
    };
    return el(
      "div",
      { class: "controls" },
      button("+", zoom(1), { "aria-label": words.zoomIn, title: words.zoomIn }),
      button("−", zoom(-1), { "aria-label": words.zoomOut, title: words.zoomOut }),
      button(words.all, () => void this.showAll()),
      button(words.picture, () => void this.savePicture()),
    );
  }

  private async showAll(): Promise<void> {
    await shown(this.place, async () => {
      this.home ??= await work(words.locating, (signal) => whereIsMap(this.page.disc, this.view.levels, signal));
      if (this.home) this.fit(this.home);
      else this.place.replaceChildren(el("p", { class: "note" }, words.none));
    });
  }

  private async savePicture(): Promise<void> {
    await shown(this.place, async () => download("map.png", await this.view.picture(this.page.disc.title)));
  }

  private onRest(): void {
    const { zoom, center } = this.view.camera;
    const longitude = longitudeOf(center.x);
    const latitude = latitudeOf(center.y);
    this.status.textContent = words.position(this.view.level?.number ?? null, `1:${count(Number(scaleOf(zoom, center.y).toPrecision(2)))}`, place(longitude, latitude));
    if (!this.panel.hidden) this.page.remember("map", `${zoom.toFixed(2)}/${latitude.toFixed(5)}/${longitude.toFixed(5)}`);
  }

  private choose(hit: Json): void {
    const at = project(number(hit, "geometry", "coordinates", 0), number(hit, "geometry", "coordinates", 1));
    const { camera } = this.view;
    this.placed = true;
    camera.zoom = Math.max(camera.zoom, NEAR);
    camera.moveTo(at);
    this.lay({ places: [at], chosen: [] });
    this.view.move();
    this.place.replaceChildren(el("h2", {}, text(hit, "properties", "name")), card(this.page, hit, true));
  }

  private async onClick(at: Point, hits: Hit[]): Promise<void> {
    if (this.route.take(at)) return;
    this.asking.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    this.lay({ chosen: hits[0]?.strokes ?? [] });
    const head = el("h2", {}, `${words.found} (${place(longitudeOf(at.x), latitudeOf(at.y))})`);
    try {
      const level = this.view.level?.number ?? 0;
      const cards: HTMLElement[] = [];
      for (const hit of hits) {
        const feature = await featureOf(this.page.disc, hit, level, signal);
        if (feature !== null) cards.push(this.cardOf(hit, feature, cards.length === 0));
        this.place.replaceChildren(head, ...cards);
      }
      if (cards.length === 0) this.place.replaceChildren(head, el("p", { class: "soft" }, words.nothing));
    } catch (error) {
      if (!isStopped(error)) this.place.replaceChildren(head, errorBox(error));
    }
  }

  private cardOf(hit: Hit, feature: Json, open: boolean): HTMLElement {
    const made = card(this.page, feature, open);
    made.addEventListener("toggle", () => made.hasAttribute("open") && this.lay({ chosen: hit.strokes }));
    return made;
  }
}
