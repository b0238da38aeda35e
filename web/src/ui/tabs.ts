// SPDX-License-Identifier: MIT
// Tabs as the ARIA practices describe them: arrow keys go from one to the next, Home and End to the ends.

import { el, setAttribute } from "./dom";

export interface Tab {
  id: string;
  label: string;
  panel: HTMLElement;
  /** Called when the tab comes to the front. */
  shown?: () => void;
}

export class Tabs {
  readonly bar: HTMLElement;
  readonly panels: HTMLElement;
  private readonly buttons: HTMLButtonElement[];
  private current = 0;

  constructor(label: string, private readonly tabs: Tab[], private readonly onChange: (id: string) => void) {
    this.buttons = tabs.map((tab, index) => this.makeButton(tab, index));
    this.bar = el("div", { class: "tabs", role: "tablist", "aria-label": label }, ...this.buttons);
    this.bar.addEventListener("keydown", (event) => this.onKey(event));
    this.panels = el("main", {}, ...tabs.map((tab) => tab.panel));
    this.mark();
  }

  get id(): string {
    return this.tabs[this.current]?.id ?? "";
  }

  show(id: string): void {
    const index = this.tabs.findIndex((tab) => tab.id === id);
    if (index < 0) return;
    this.current = index;
    this.mark();
    this.onChange(id);
    this.tabs[index]?.shown?.();
  }

  private makeButton(tab: Tab, index: number): HTMLButtonElement {
    const made = el("button", { type: "button", role: "tab", id: `tab-${tab.id}`, "aria-controls": `panel-${tab.id}` }, tab.label);
    made.addEventListener("click", () => this.show(tab.id));
    setAttribute(tab.panel, "id", `panel-${tab.id}`);
    setAttribute(tab.panel, "role", "tabpanel");
    setAttribute(tab.panel, "aria-labelledby", `tab-${tab.id}`);
    tab.panel.classList.add("panel");
    tab.panel.hidden = index !== 0;
    return made;
  }

  private mark(): void {
    this.tabs.forEach((tab, index) => {
      const here = index === this.current;
      tab.panel.hidden = !here;
      const made = this.buttons[index];
      if (!made) return;
      setAttribute(made, "aria-selected", String(here));
      made.tabIndex = here ? 0 : -1;
    });
  }

  private onKey(event: KeyboardEvent): void {
    const last = this.tabs.length - 1;
    const steps: Record<string, number> = {
      ArrowRight: this.current === last ? 0 : this.current + 1,
      ArrowLeft: this.current === 0 ? last : this.current - 1,
      Home: 0,
      End: last,
    };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.show(this.tabs[next]?.id ?? "");
    this.buttons[next]?.focus();
  }
}
