// SPDX-License-Identifier: MIT
// Search in the disc's own index, as one types.

import { texts } from "../../../texts/en";
import type { Disc } from "../disc";
import { button, el } from "../dom";
import { number, text, type Json } from "../json";
import { errorBox, isStopped } from "../work";

const MOST = 20;
/** Milliseconds after a key until the disc is asked. */
const PAUSE = 30;

export function search(disc: Disc, onChoose: (hit: Json) => void): HTMLElement {
  const input = el("input", { type: "search", placeholder: texts.search.placeholder, "aria-label": texts.search.label, autocomplete: "off", spellcheck: "false" });
  const status = el("p", { class: "soft", role: "status" });
  const results = el("ul", { class: "results" });
  let asked = 0;
  let timer = 0;
  const ask = async (): Promise<void> => {
    const mine = ++asked;
    const wanted = input.value.trim();
    try {
      const hits = wanted === "" ? [] : await find(disc, wanted);
      if (mine !== asked) return;
      results.replaceChildren(...hits.map((hit) => el("li", {}, hitButton(hit, onChoose))));
      status.textContent = wanted === "" ? "" : hits.length === 0 ? texts.search.none : hits.length === MOST ? texts.search.more(MOST) : texts.search.count(hits.length);
    } catch (error) {
      if (!isStopped(error)) results.replaceChildren(el("li", {}, errorBox(error)));
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), PAUSE);
  });
  input.addEventListener("focus", () => void disc.prepareSearch(), { once: true });
  results.addEventListener("keydown", (event) => go(event, results, input));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") results.querySelector("button")?.focus();
    else if (event.key === "Enter") results.querySelector("button")?.click();
  });
  return el("div", { class: "search", role: "search" }, input, status, results);
}

async function find(disc: Disc, wanted: string): Promise<Json[]> {
  const start = performance.now();
  const hits = await disc.search(wanted, MOST);
  performance.measure("search", { start });
  return hits;
}

function hitButton(hit: Json, onChoose: (hit: Json) => void): HTMLElement {
  const kind = text(hit, "properties", "kind");
  const about = [kind, text(hit, "properties", "areas") || text(hit, "properties", "zone_name")].filter((part) => part !== "").join(", ");
  const made = button("", () => onChoose(hit), { disabled: Number.isNaN(number(hit, "geometry", "coordinates", 0)) });
  made.replaceChildren(el("span", {}, text(hit, "properties", "name") || text(hit, "properties", "text")), el("span", { class: "soft" }, about));
  return made;
}

/** Arrow keys go through the results. */
function go(event: KeyboardEvent, results: HTMLElement, input: HTMLElement): void {
  const item = document.activeElement?.closest("li");
  if (!item || !results.contains(item) || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
  event.preventDefault();
  const next = event.key === "ArrowDown" ? item.nextElementSibling : item.previousElementSibling;
  (next?.querySelector("button") ?? (event.key === "ArrowUp" ? input : item.querySelector("button")))?.focus();
}
