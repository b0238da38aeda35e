// SPDX-License-Identifier: MIT
// Which names have room, and where they come to stand: kind by kind and, of a kind, the most important first.

import { DISTRICT, palette, SHIELD, textFactor, textStyles, type TextStyle } from "./style";
import type { Name } from "./tile";

/** Width of a cell of the grid that knows which pixels are taken. */
const CELL = 4;
/** So much smaller is a place for each step of priority below the highest to be seen, down to a share. */
const PRIORITY_STEP = 0.08;
const SMALLEST = 0.6;

export interface Label {
  name: Name;
  x: number;
  y: number;
  width: number;
  height: number;
  size: number;
  /** Radians. */
  angle: number;
}

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Pixels of the view that have a label already. */
class Room {
  private readonly columns: number;
  private readonly rows: number;
  private readonly taken: Uint8Array;

  constructor(width: number, height: number) {
    this.columns = Math.ceil(width / CELL);
    this.rows = Math.ceil(height / CELL);
    this.taken = new Uint8Array(this.columns * this.rows);
  }

  /** Takes the cells of a label if none is taken or outside. */
  take(label: Label): boolean {
    const cells = this.cells(label);
    if (!cells || cells.some((cell) => this.taken[cell] === 1)) return false;
    for (const cell of cells) this.taken[cell] = 1;
    return true;
  }

  private cells(label: Label): number[] | null {
    const cos = Math.cos(label.angle);
    const sin = Math.sin(label.angle);
    const cells: number[] = [];
    for (let along = -label.width / 2; along <= label.width / 2; along += CELL * 0.7)
      for (let across = -label.height / 2; across <= label.height / 2; across += CELL * 0.7) {
        const column = Math.floor((label.x + along * cos - across * sin) / CELL);
        const row = Math.floor((label.y + along * sin + across * cos) / CELL);
        if (column < 0 || row < 0 || column >= this.columns || row >= this.rows) return null;
        cells.push(row * this.columns + column);
      }
    return cells;
  }
}

function fontOf(style: TextStyle, size: number): string {
  return `${style.italic ? "italic " : ""}${style.bold ? "600 " : ""}${size.toFixed(1)}px ${palette.fonts}`;
}

/** Radians to turn a text that runs along a line so that it can be read from below; angles count clockwise from north. */
function turnOf(angle: number | null): number {
  if (angle === null) return 0;
  let turn = angle - 90;
  while (turn > 90) turn -= 180;
  while (turn <= -90) turn += 180;
  return (turn * Math.PI) / 180;
}

const widths = new Map<string, number>();

function widthOf(context: Context, style: TextStyle, text: string): number {
  const key = `${style.class}/${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    context.font = fontOf(style, 100);
    width = context.measureText(text).width / 100;
    if (widths.size > 50_000) widths.clear();
    widths.set(key, width);
  }
  return width;
}

/** Labels of names that stand at pixels of the view. */
export function placeLabels(context: Context, names: { name: Name; x: number; y: number }[], view: { width: number; height: number; metresPerPixel: number }): Label[] {
  const factor = textFactor(view.metresPerPixel);
  const room = new Room(view.width, view.height);
  const highest = new Map<number, number>();
  for (const { name } of names) highest.set(name.style, Math.max(name.priority, highest.get(name.style) ?? -Infinity));
  const seen = new Map<string, Label[]>();
  const placed: Label[] = [];
  const ordered = [...names].sort((a, b) => a.name.style - b.name.style || b.name.priority - a.name.priority);
  for (const { name, x, y } of ordered) {
    const style = textStyles[name.style];
    if (!style) continue;
    const below = (highest.get(name.style) ?? 0) - name.priority;
    const share = name.style <= DISTRICT ? Math.max(SMALLEST, 1 - PRIORITY_STEP * below) : 1;
    const size = style.size * factor * share;
    const shield = name.style === SHIELD;
    const label: Label = { name, x, y, size, width: widthOf(context, style, name.text) * size + (shield ? 8 : 4), height: size + (shield ? 7 : 3), angle: turnOf(name.angle) };
    const same = seen.get(name.text) ?? [];
    if (same.some((other) => Math.hypot(other.x - x, other.y - y) < style.distance * factor) || !room.take(label)) continue;
    seen.set(name.text, [...same, label]);
    placed.push(label);
  }
  return placed;
}

export function drawLabels(context: Context, labels: Label[]): void {
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const label of labels) {
    const style = textStyles[label.name.style];
    if (!style) continue;
    context.save();
    context.translate(label.x, label.y);
    context.rotate(label.angle);
    context.font = fontOf(style, label.size);
    if (label.name.style === SHIELD) drawShield(context, label);
    else {
      context.strokeStyle = palette.halo;
      context.lineWidth = palette.haloWidth;
      context.strokeText(label.name.text, 0, 0);
      context.fillStyle = style.fill;
      context.fillText(label.name.text, 0, 0);
    }
    context.restore();
  }
}

function drawShield(context: Context, label: Label): void {
  context.fillStyle = /^E ?\d/.test(label.name.text) ? palette.europeanShield : palette.shield;
  context.beginPath();
  context.roundRect(-label.width / 2, -label.height / 2, label.width, label.height, 3);
  context.fill();
  context.fillStyle = palette.shieldText;
  context.fillText(label.name.text, 0, 0);
}
