// SPDX-License-Identifier: MIT
// Work that takes longer than a moment: what is being done, how long already, a button to stop it; and what went wrong.

import { Stopped } from "../engine";
import { texts } from "../../texts/en";
import { Failure } from "./disc";
import { button, el } from "./dom";

const bar = el("div", { class: "work", role: "status", hidden: true });

/** The place where running work shows. */
export function workBar(): HTMLElement {
  return bar;
}

/** Runs something that can be stopped. While it runs it shows at the bottom of the page. */
export async function work<T>(title: string, task: (signal: AbortSignal, say: (line: string) => void) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const message = el("span", { class: "message" });
  const elapsed = el("span", { class: "elapsed" });
  const begin = performance.now();
  const line = el("div", {}, el("progress", { "aria-label": title }), el("span", {}, title), message, elapsed, button(texts.work.stop, () => controller.abort()));
  const show = setTimeout(() => {
    bar.append(line);
    bar.hidden = false;
  }, 300);
  const tick = setInterval(() => (elapsed.textContent = texts.work.seconds(Math.round((performance.now() - begin) / 1000))), 1000);
  try {
    return await task(controller.signal, (words) => (message.textContent = words));
  } finally {
    clearTimeout(show);
    clearInterval(tick);
    line.remove();
    bar.hidden = bar.childElementCount === 0;
  }
}

export function isStopped(error: unknown): boolean {
  return error instanceof Stopped || (error instanceof DOMException && error.name === "AbortError");
}

/** What went wrong, and what to do about it. */
export function errorBox(error: unknown): HTMLElement {
  if (isStopped(error)) return el("p", { class: "note", role: "status" }, texts.work.stopped);
  const words = error instanceof Error ? error.message : String(error);
  const advice = error instanceof Failure ? texts.errors.advice(error.code) : texts.errors.own;
  return el("div", { class: "error", role: "alert" }, el("p", {}, words), el("p", {}, advice));
}

/** Does something for a panel whose errors show in it. */
export async function shown(panel: HTMLElement, task: () => Promise<void>): Promise<void> {
  for (const old of panel.querySelectorAll(":scope > .error, :scope > .note")) old.remove();
  try {
    await task();
  } catch (error) {
    panel.prepend(errorBox(error));
  }
}
