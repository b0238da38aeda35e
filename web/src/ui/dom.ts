// SPDX-License-Identifier: MIT
// Makes elements. Texts only ever become text nodes, so that nothing of a disc is markup.

type Value = string | number | boolean | undefined;
type Child = Node | string | null;

/** An element with attributes and children; attributes that are false or undefined are left out, true is an empty one. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, Value> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children.filter((child): child is Node | string => child !== null));
  return element;
}

export function setAttribute(element: Element, name: string, value: Value): void {
  if (value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

export function button(label: string, action: () => void, attributes: Record<string, Value> = {}): HTMLButtonElement {
  const element = el("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", action);
  return element;
}

/** A labelled control of a form. */
export function field<T extends HTMLElement>(label: string, control: T): HTMLLabelElement {
  return el("label", { class: "field" }, el("span", {}, label), control);
}

export function select(options: [value: string, label: string][], attributes: Record<string, Value> = {}): HTMLSelectElement {
  return el("select", attributes, ...options.map(([value, label]) => el("option", { value }, label)));
}

/** Rows of a table below its heads. */
export function table(heads: string[], rows: Child[][], attributes: Record<string, Value> = {}): HTMLElement {
  const head = el("thead", {}, el("tr", {}, ...heads.map((text) => el("th", { scope: "col" }, text))));
  const body = el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((cell) => el("td", {}, cell)))));
  return el("div", { class: "table", tabindex: 0 }, el("table", attributes, head, body));
}

/** Names and values, in a list of definitions. */
export function definitions(pairs: [name: string, value: Child][]): HTMLElement {
  return el("dl", {}, ...pairs.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/** Has the browser save a file. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
