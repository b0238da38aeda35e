// SPDX-License-Identifier: MIT
// Tiles of features: asks for those that are wanted, a few at a time, stops those that are wanted no more, keeps the last ones.

import type { Disc } from "../disc";
import { isStopped } from "../work";
import { Tile, type TileId } from "./tile";

/** Calls at the same time. */
const AT_ONCE = 2;
/** Milliseconds that one is left to end by itself: to stop a program costs its worker, and what that has read. */
const PATIENCE = 400;
/** Features that are kept. */
const KEPT = 300_000;
/** Features of a tile; one that has more is drawn without them, and that is said. */
const TILE_LIMIT = 80_000;

export function keyOf(id: TileId): string {
  return `${id.level}/${id.z}/${id.x}/${id.y}`;
}

export class TileStore {
  private readonly tiles = new Map<string, Tile>();
  private readonly running = new Map<string, { controller: AbortController; begin: number }>();
  private readonly failed = new Set<string>();
  private wanted: TileId[] = [];
  private weight = 0;

  constructor(private readonly disc: Disc, private readonly onChange: () => void, private readonly onError: (error: unknown) => void) {}

  get busy(): boolean {
    return this.running.size > 0;
  }

  get(id: TileId): Tile | undefined {
    const key = keyOf(id);
    const tile = this.tiles.get(key);
    if (tile) {
      this.tiles.delete(key); // so that it is the youngest
      this.tiles.set(key, tile);
    }
    return tile;
  }

  /** Says which tiles the view needs, the most important first. */
  want(ids: TileId[]): void {
    const keys = new Set(ids.map(keyOf));
    for (const [key, { controller, begin }] of this.running) if (!keys.has(key) && performance.now() - begin > PATIENCE) controller.abort();
    this.wanted = ids.filter((id) => !this.tiles.has(keyOf(id)) && !this.failed.has(keyOf(id)));
    this.next();
  }

  private next(): void {
    for (const id of this.wanted) {
      if (this.running.size >= AT_ONCE) return;
      if (!this.running.has(keyOf(id)) && !this.tiles.has(keyOf(id))) void this.load(id);
    }
  }

  private async load(id: TileId): Promise<void> {
    const key = keyOf(id);
    const controller = new AbortController();
    const begin = performance.now();
    this.running.set(key, { controller, begin });
    try {
      const args = ["--tile", `${id.z}/${id.x}/${id.y}`, "--quiet", "--level", String(id.level), "--limit", String(TILE_LIMIT)];
      const tile = new Tile(id, await this.disc.output(args, { signal: controller.signal }));
      performance.measure("tile", { start: begin, detail: tile.weight });
      this.keep(key, tile);
    } catch (error) {
      if (!isStopped(error)) {
        this.failed.add(key);
        this.onError(error);
      }
    } finally {
      this.running.delete(key);
      this.wanted = this.wanted.filter((one) => keyOf(one) !== key);
      this.next();
      this.onChange();
    }
  }

  private keep(key: string, tile: Tile): void {
    this.tiles.set(key, tile);
    this.weight += tile.weight;
    for (const [oldest, old] of this.tiles) {
      if (this.weight <= KEPT || oldest === key) break;
      this.tiles.delete(oldest);
      this.weight -= old.weight;
    }
  }
}
