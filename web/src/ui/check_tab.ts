// SPDX-License-Identifier: MIT
// The tab that says whether the disc is whole, and whether it is read as it was meant.

import { texts } from "../../texts/en";
import { button, el, table } from "./dom";
import { list, number, text, type Json } from "./json";
import { links } from "./links";
import type { Page } from "./page";
import { count } from "./units";
import { shown, work } from "./work";

const words = texts.check;
const MOST = "500";

export function checkTab(page: Page): HTMLElement {
  const checked = el("div");
  const proven = el("div");
  const check = (): Promise<void> =>
    shown(checked, async () => {
      const answer = await work(words.checking, (signal, say) => page.disc.json(["--check", "--limit", MOST], { signal, onMessage: say }));
      checked.replaceChildren(verdict(answer), findings(page, answer), account(answer));
    });
  const prove = (): Promise<void> =>
    shown(proven, async () => {
      const answer = await work(words.proving, (signal, say) => page.disc.json(["--prove"], { signal, onMessage: say }));
      proven.replaceChildren(proofs(page, answer));
    });
  return el(
    "section",
    {},
    el("section", {}, el("h2", {}, words.check), el("p", {}, words.checkSays), button(words.checkNow, () => void check(), { class: "main" }), checked),
    el("section", {}, el("h2", {}, words.prove), el("p", {}, words.proveSays), button(words.proveNow, () => void prove(), { class: "main" }), proven),
  );
}

function verdict(answer: Json): HTMLElement {
  const errors = number(answer, "errors");
  const said = words.result(errors, number(answer, "warnings"), number(answer, "notes"));
  return el("p", { class: errors > 0 ? "error" : "note", role: "status" }, said);
}

function findings(page: Page, answer: Json): HTMLElement {
  const found = list(answer, "findings");
  if (found.length === 0) return el("div");
  const rows = found.map((finding) => [
    text(finding, "severity"),
    el("span", {}, what(finding), el("br"), el("span", { class: "soft" }, text(finding, "path"))),
    links(page, text(finding, "file"), number(finding, "offset"), true),
  ]);
  return table([words.severity, words.finding, ""], rows, { class: "findings" });
}

function what(finding: Json): string {
  const field = text(finding, "field");
  return `${field === "" ? "" : `${field}: `}${words.expected(text(finding, "expected"), text(finding, "found"))}`;
}

/** How much of each file is what. */
function account(answer: Json): HTMLElement {
  const kinds = ["field", "padding", "reserved", "unknown"] as const;
  const rows = list(answer, "account").map((file) => {
    const size = Math.max(1, number(file, "size"));
    const bar = el("span", { class: "bar", role: "img", "aria-label": kinds.map((kind) => `${words.kinds[kind]} ${number(file, kind)}`).join(", ") });
    for (const kind of kinds) {
      const part = el("span", { class: kind });
      part.style.width = `${(100 * (number(file, kind) || 0)) / size}%`;
      bar.append(part);
    }
    return [text(file, "file"), bar, ...kinds.map((kind) => count(number(file, kind) || 0))];
  });
  return el("div", {}, el("h2", {}, words.account), table([words.file, "", ...kinds.map((kind) => words.kinds[kind])], rows));
}

function proofs(page: Page, answer: Json): HTMLElement {
  const rows = list(answer, "proofs").map((proof) => {
    const examples = el("div", {}, ...list(proof, "examples").map((example) => links(page, text(example, "file"), number(example, "offset"), true)));
    const name = text(proof, "verdict");
    const share = number(proof, "all") > 0 ? words.share(count(number(proof, "good")), count(number(proof, "all"))) : "";
    return [el("span", { class: `verdict ${name}` }, words.verdict(name)), text(proof, "says"), share, examples];
  });
  return table([words.proof, "", words.cases, words.fails], rows);
}
