// SPDX-License-Identifier: MIT
// A way between two places that are clicked.

import { texts } from "../../../texts/en";
import type { Disc } from "../disc";
import { button, el, setAttribute } from "../dom";
import { list, number, text, type Json } from "../json";
import { distance, duration } from "../units";
import { shown, work } from "../work";
import { latitudeOf, longitudeOf, project, type Point } from "./projection";

export interface RouteListener {
  onRoute: (places: Point[], strokes: Point[][]) => void;
}

const argument = (at: Point): string => `${latitudeOf(at.y).toFixed(7)},${longitudeOf(at.x).toFixed(7)}`;

export class Route {
  readonly element: HTMLElement;
  private readonly toggle: HTMLButtonElement;
  private readonly status = el("p", { role: "status" });
  private places: Point[] = [];
  private choosing = false;

  constructor(private readonly disc: Disc, private readonly listener: RouteListener) {
    this.toggle = button(texts.route.start, () => this.choose(!this.choosing), { "aria-pressed": "false" });
    this.element = el("div", { class: "route" }, this.toggle, this.status);
  }

  /** Takes a click on the map; false if no way is being chosen. */
  take(at: Point): boolean {
    if (!this.choosing) return false;
    this.places.push(at);
    this.listener.onRoute(this.places, []);
    this.status.textContent = texts.route.to;
    if (this.places.length === 2) void this.find();
    return true;
  }

  private choose(choosing: boolean): void {
    this.choosing = choosing;
    this.places = [];
    this.listener.onRoute([], []);
    this.status.textContent = choosing ? texts.route.from : "";
    this.toggle.textContent = choosing ? texts.route.clear : texts.route.start;
    setAttribute(this.toggle, "aria-pressed", String(choosing));
  }

  private async find(): Promise<void> {
    const [from, to] = this.places;
    if (!from || !to) return;
    this.status.textContent = "";
    await shown(this.element, async () => {
      const way = await work(texts.route.working, (signal) => this.disc.json(["--route", argument(from), argument(to)], { signal }));
      this.listener.onRoute([from, to], strokesOf(way));
      const assumed = text(way, "properties", "time_from") === "road_class" ? ` ${texts.route.assumed}` : "";
      this.status.textContent = texts.route.result(distance(number(way, "properties", "length")), duration(number(way, "properties", "time"))) + assumed;
    });
    this.places = [];
  }
}

function strokesOf(way: Json): Point[][] {
  const coordinates = list(way, "geometry", "coordinates");
  const lines = text(way, "geometry", "type") === "MultiLineString" ? coordinates.map((line) => list(line)) : [coordinates];
  return lines.map((line) => line.map((pair) => project(number(pair, 0), number(pair, 1))));
}
