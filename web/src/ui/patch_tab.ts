// SPDX-License-Identifier: MIT
// The tab that patches a copy: find a text, say what shall stand there, see the plan, save what was changed.

import { texts } from "../../texts/en";
import type { Result } from "../engine";
import { decode } from "./disc";
import { button, download, el, field, select, table } from "./dom";
import { folderPicker, writeInto } from "./folder";
import { get, list, number, parse, text, type Json } from "./json";
import { links } from "./links";
import type { Page } from "./page";
import { Blocks, provenRule, stepsFor } from "./patch_blocks";
import { changesOf, patchedFile, type Change } from "./patched";
import { recipeFor, type Hit } from "./recipe";
import { hexadecimal } from "./units";
import { shown, work } from "./work";

const words = texts.patch;

export class PatchTab {
  readonly panel: HTMLElement;
  private readonly hits = el("div");
  private readonly recipe = el("textarea", { rows: 14, cols: 90, spellcheck: "false", class: "mono" });
  private readonly planned = el("div");
  private readonly blocks = new Blocks();
  private readonly rules = el("div");
  private readonly wanted = el("input", { type: "text", value: words.example });
  private readonly replacement = el("input", { type: "text" });
  private readonly file: HTMLSelectElement;

  constructor(private readonly page: Page) {
    const loading = text(page.disc.document, "loading", "file");
    this.file = select(page.disc.files.map((one) => [one.path, one.path]));
    this.file.value = loading || (page.disc.files[0]?.path ?? "");
    const find = el("form", { class: "toolbar" }, field(words.text, this.wanted), field(words.file, this.file), el("button", { type: "submit", class: "main" }, words.find), field(words.replacement, this.replacement));
    find.addEventListener("submit", (event) => {
      event.preventDefault();
      void shown(this.hits, () => this.find());
    });
    const load = el("input", { type: "file", hidden: true, accept: ".json" });
    load.addEventListener("change", () => void shown(this.planned, async () => void (this.recipe.value = (await load.files?.[0]?.text()) ?? "")));
    const buttons = el(
      "p",
      { class: "buttons" },
      button(words.plan, () => void shown(this.planned, () => this.plan()), { class: "main" }),
      button(words.load, () => load.click()),
      button(words.save, () => download(words.recipeName, new Blob([this.recipe.value], { type: "application/json" }))),
      load,
    );
    this.panel = el("section", {}, el("p", { class: "note" }, words.warning), el("h2", {}, words.first), find, this.hits, el("h2", {}, words.second), field(words.recipe, this.recipe), this.checkValues(), el("h2", {}, words.third), buttons, this.planned);
  }

  private checkValues(): HTMLElement {
    const find = button(words.rule, () => void shown(this.rules, () => this.rule()));
    return el("details", {}, el("summary", {}, words.blocks.title), el("p", {}, words.blocks.says), this.blocks.element, el("p", {}, find), this.rules);
  }

  private patch(args: string[], title: string): Promise<Result> {
    return work(title, (signal, say) => this.page.disc.patch(args, { signal, onMessage: say }));
  }

  private async find(): Promise<void> {
    const result = await this.patch(["find", `--text=${this.wanted.value}`, `--file=${this.file.value}`, this.page.disc.path], words.finding);
    const lines = decode(result.stdout).split("\n").filter((line) => line !== "");
    if (lines.length === 0) this.hits.replaceChildren(el("p", { class: "note", role: "status" }, words.nowhere));
    else this.hits.replaceChildren(table([words.where, words.around, ""], lines.map((line) => this.hit(line))));
  }

  private hit(line: string): (string | HTMLElement)[] {
    const found = /^(?:(.*?) module 0x([0-9A-F]+), )?(?:(.*?) )?file 0x([0-9A-F]+)(?:, image 0x[0-9A-F]+)?, (\S+) +\|(.*)\|$/s.exec(line);
    if (!found) return [line, "", ""];
    const offset = Number.parseInt(found[4] ?? "", 16);
    const hit: Omit<Hit, "replacement"> = { file: this.file.value, module: found[1] ?? "", at: found[2] === undefined ? offset : Number.parseInt(found[2], 16), encoding: found[5] ?? "", text: this.wanted.value };
    const where = hit.module === "" ? hit.encoding : `${hit.module}, ${hit.encoding}`;
    const use = button(words.use, () => void shown(this.hits, () => this.use({ ...hit, replacement: this.replacement.value })));
    const block = button(words.blocks.begin, () => this.beginBlock(hit.at));
    return [where, el("code", {}, found[6] ?? ""), el("span", { class: "buttons" }, links(this.page, hit.file, offset, false), use, block)];
  }

  private beginBlock(offset: number): void {
    this.blocks.begin(offset);
    const details = this.blocks.element.closest("details");
    if (details) details.open = true;
  }

  private async use(hit: Hit): Promise<void> {
    this.recipe.value = JSON.stringify(await recipeFor(this.page.disc, hit), null, 1);
    this.recipe.focus();
    this.recipe.scrollIntoView({ block: "nearest" });
  }

  /** The recipe as a file that kiwipatch can open. */
  private async withRecipe<T>(task: (path: string) => Promise<T>): Promise<T> {
    const bytes = new TextEncoder().encode(this.recipe.value);
    const path = await this.page.disc.engine.open(words.recipeName, [{ path: words.recipeName, size: bytes.length, bytes }]);
    try {
      return await task(path);
    } finally {
      await this.page.disc.engine.close(path);
    }
  }

  private async plan(): Promise<void> {
    const result = await this.withRecipe((path) => this.patch(["plan", this.page.disc.path, path], words.planning));
    const plan = parse(decode(result.stdout));
    this.planned.replaceChildren(...this.planOf(plan));
  }

  private planOf(plan: Json): HTMLElement[] {
    const changes = changesOf(plan);
    const rows = list(plan, "changes").map((change) => [
      links(this.page, text(change, "file"), number(change, "file_offset"), false),
      bytesOf(text(change, "old")),
      bytesOf(text(change, "new")),
      el("span", {}, text(change, "why"), text(change, "record") === "" ? "" : ` (${text(change, "record")})`),
    ]);
    const risk = text(plan, "risk") || text(plan, "warning");
    return [
      el("h2", {}, text(plan, "title")),
      ...(risk === "" ? [] : [el("p", { class: "error" }, risk)]),
      table([words.where, words.old, words.new, words.why], rows),
      el("p", { class: "soft" }, words.hash(text(plan, "plan"))),
      el("p", { class: "buttons" }, button(words.download, () => void shown(this.planned, () => this.save(plan, changes)), { class: "main" }), ...this.folderButton(plan, changes), button(words.saveIps, () => void shown(this.planned, () => this.export("ips"))), button(words.saveBps, () => void shown(this.planned, () => this.export("bps")))),
      el("p", {}, words.command),
      el("pre", {}, words.commands(this.page.disc.name, risk === "" ? "" : text(plan, "id"))),
    ];
  }

  private async save(plan: Json, changes: Change[]): Promise<void> {
    const saved = await work(words.saving, () => patchedFile(this.page.disc, get(plan, "target"), changes));
    download(saved.name, saved.content);
    this.planned.append(el("p", { class: "note", role: "status" }, words.saved(saved.name)));
  }

  private folderButton(plan: Json, changes: Change[]): HTMLElement[] {
    const choose = folderPicker();
    if (!choose) return [];
    const save = async (): Promise<void> => {
      const folder = await choose();
      const name = await work(words.saving, async (signal) => {
        const { name, content } = await patchedFile(this.page.disc, get(plan, "target"), changes);
        await writeInto(folder, name, content, signal);
        return name;
      });
      this.planned.append(el("p", { class: "note", role: "status" }, words.written(name, folder.name)));
    };
    return [button(words.saveFolder, () => void shown(this.planned, save))];
  }

  private async export(format: "ips" | "bps"): Promise<void> {
    const result = await this.withRecipe((path) => this.patch(["export", "--format", format, this.page.disc.path, path, "-"], words.saving));
    download(`patch.${format}`, new Blob([result.stdout]));
  }

  private async rule(): Promise<void> {
    const module = text(parseOrNull(this.recipe.value), "for", "module");
    const args = ["checksum", ...(module === "" ? [] : ["--module", module]), this.page.disc.path];
    const blocks = this.blocks.all;
    for (const { at, length } of blocks) args.splice(1, 0, "--block", `${at},${length}`);
    const result = await this.patch(args, words.proving);
    const said = decode(result.stdout) || result.stderr;
    const rule = provenRule(said);
    this.rules.replaceChildren(el("pre", { role: "status" }, said));
    if (rule !== "" && blocks.length > 0) this.rules.append(button(words.blocks.use, () => void shown(this.rules, async () => this.addSteps(stepsFor(blocks, rule))), { class: "main" }));
  }

  /** In place of the steps of that kind which the recipe has. */
  private addSteps(steps: Json[]): void {
    const recipe = parseOrNull(this.recipe.value);
    if (recipe === null || typeof recipe !== "object" || Array.isArray(recipe)) throw new Error(words.blocks.noRecipe);
    const others = list(recipe, "steps").filter((step) => text(step, "step") !== "checksum");
    this.recipe.value = JSON.stringify({ ...recipe, steps: [...others, ...steps] }, null, 1);
    this.rules.append(el("p", { class: "note", role: "status" }, words.blocks.added));
  }
}

function parseOrNull(written: string): Json {
  try {
    return parse(written);
  } catch {
    return null;
  }
}

/** Hex digits in pairs, and the characters that they are. */
function bytesOf(digits: string): HTMLElement {
  const bytes = (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  const characters = bytes.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·")).join("");
  return el("span", { class: "mono" }, bytes.map((byte) => hexadecimal(byte, 2)).join(" "), el("br"), characters);
}
