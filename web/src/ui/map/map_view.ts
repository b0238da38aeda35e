// SPDX-License-Identifier: MIT
// The canvas of the map. Tiles are drawn into pictures of their own, one in a frame, so that no frame is long; while the map moves, the
// pictures that there are move and stretch with it, and what is missing follows when it rests.

import type { Disc } from "../disc";
import { get } from "../json";
import type { Box } from "../page";
import { Camera } from "./camera";
import { listen } from "./gestures";
import { labelsAt, shapesAt, type Hit } from "./hit";
import { drawLabels, placeLabels, type Label } from "./labels";
import { levelFor, levelsOf, scaleFlag, type Level } from "./levels";
import { drawOverlay, noOverlay, type Overlay } from "./overlay";
import { metresPerPixel, worldSize, type Point } from "./projection";
import { makeRaster } from "./raster";
import { palette } from "./style";
import { EXTENT, type Tile, type TileId } from "./tile";
import { keyOf, TileStore } from "./tile_store";

/** Milliseconds without a move until the map rests. */
const REST = 140;
/** Pictures of tiles that are kept. */
const KEPT = 60;

interface Raster {
  canvas: OffscreenCanvas;
  pixels: number;
  zoom: number;
  tile: Tile;
}

interface Listeners {
  onRest: () => void;
  onClick: (at: Point, hits: Hit[]) => void;
  onError: (error: unknown) => void;
}

export class MapView {
  readonly canvas = document.createElement("canvas");
  readonly camera = new Camera();
  readonly store: TileStore;
  readonly levels: Level[];
  overlay: Overlay = noOverlay();
  private readonly rasters = new Map<string, Raster>();
  private readonly labelCanvas = document.createElement("canvas");
  private labels: Label[] = [];
  private labelled: { center: Point; zoom: number; level: number } | null = null;
  private stale = true;
  private moved = 0;
  private resting = false;
  private frame = 0;
  private fitting: Box | null = null;
  private readonly ground: string;

  constructor(disc: Disc, private readonly listeners: Listeners) {
    this.store = new TileStore(disc, () => this.onTiles(), listeners.onError);
    this.levels = levelsOf(disc.document);
    const around = get(disc.document, "data_volume", "fields", "inside", "name");
    this.ground = around === "sea" ? palette.sea : palette.land;
    listen(this.canvas, { camera: this.camera, onMove: () => this.move(), onClick: (at) => listeners.onClick(this.camera.toWorld(at.x, at.y), this.hits(at)) });
    new ResizeObserver(() => this.resize()).observe(this.canvas);
  }

  get level(): Level | undefined {
    return levelFor(this.levels, Math.round(this.camera.zoom), this.camera.center.y);
  }

  /** Whether all that the view needs is drawn. */
  private get settled(): boolean {
    return this.resting && !this.store.busy && !this.stale && this.frame === 0;
  }

  /** The map has moved: draw it, and say when it rests. */
  move(): void {
    this.moved = performance.now();
    this.resting = false;
    this.request();
  }

  /** Shows a box as large as it can be; if the map has no size yet, as soon as it has one. */
  fit(box: Box): void {
    this.fitting = this.camera.width > 1 ? null : box;
    if (!this.fitting) this.camera.fit(box);
    this.move();
  }

  /** Draws again what lies on the map. */
  redraw(): void {
    this.request();
  }

  /** The map as it is seen, with a line of text in its corner. */
  async picture(line: string): Promise<Blob> {
    const copy = new OffscreenCanvas(this.canvas.width, this.canvas.height);
    const context = copy.getContext("2d");
    if (!context) throw new Error("no canvas");
    context.drawImage(this.canvas, 0, 0);
    const ratio = this.canvas.width / this.camera.width;
    context.font = `${11 * ratio}px ${palette.fonts}`;
    const width = context.measureText(line).width;
    context.fillStyle = "rgb(255 255 255 / 85%)";
    context.fillRect(copy.width - width - 12 * ratio, copy.height - 18 * ratio, width + 12 * ratio, 18 * ratio);
    context.fillStyle = palette.ink;
    context.fillText(line, copy.width - width - 6 * ratio, copy.height - 5 * ratio);
    return copy.convertToBlob({ type: "image/png" });
  }

  private get ratio(): number {
    return Math.min(2, window.devicePixelRatio || 1);
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.canvas;
    if (clientWidth === 0 || clientHeight === 0) return;
    this.camera.width = clientWidth;
    this.camera.height = clientHeight;
    for (const canvas of [this.canvas, this.labelCanvas]) {
      canvas.width = Math.round(clientWidth * this.ratio);
      canvas.height = Math.round(clientHeight * this.ratio);
    }
    this.labelled = null;
    if (this.fitting) this.fit(this.fitting);
    else this.move();
    cancelAnimationFrame(this.frame); // at once: what a frame shows must not be the empty canvas
    this.paint();
  }

  private onTiles(): void {
    this.stale = true;
    this.request();
  }

  private request(): void {
    if (this.frame === 0 && this.camera.width > 1) this.frame = requestAnimationFrame(() => this.paint());
  }

  private paint(): void {
    this.frame = 0;
    const rests = performance.now() - this.moved > REST;
    const level = this.level;
    const context = this.canvas.getContext("2d", { alpha: false });
    if (!context) return;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.fillStyle = this.ground;
    context.fillRect(0, 0, this.camera.width, this.camera.height);
    const more = level ? this.paintTiles(context, level, rests) : false;
    if (level && rests && !more && (this.stale || !this.isLabelled(level))) {
      this.label(level);
      this.stale = false;
    }
    this.paintLabels(context);
    drawOverlay(context, this.camera, this.overlay);
    if (rests && !this.resting) {
      this.resting = true;
      this.listeners.onRest();
    }
    if (more || !rests) this.request();
    this.canvas.setAttribute("aria-busy", String(!this.settled));
  }

  /** The tiles of the view at a whole zoom: the ids of pictures. */
  private visible(level: Level): TileId[] {
    const z = Math.max(0, Math.round(this.camera.zoom));
    const scale = 2 ** z;
    const corner = this.camera.toWorld(0, 0);
    const other = this.camera.toWorld(this.camera.width, this.camera.height);
    const ids: TileId[] = [];
    for (let y = Math.max(0, Math.floor(corner.y * scale)); y <= Math.min(scale - 1, Math.floor(other.y * scale)); y++)
      for (let x = Math.floor(corner.x * scale); x <= Math.floor(other.x * scale); x++) ids.push({ level: level.number, z, x, y });
    const away = (id: TileId): number => Math.hypot((id.x + 0.5) / scale - this.camera.center.x, (id.y + 0.5) / scale - this.camera.center.y);
    return ids.sort((a, b) => away(a) - away(b));
  }

  /** The tile whose features a picture is drawn of. */
  private dataOf(id: TileId, level: Level): TileId {
    const up = Math.max(0, id.z - level.tileZoom);
    const scale = 2 ** (id.z - up);
    const x = Math.floor(id.x / 2 ** up);
    return { level: id.level, z: id.z - up, x: ((x % scale) + scale) % scale, y: Math.floor(id.y / 2 ** up) };
  }

  /** True if there is more to draw than one frame should. */
  private paintTiles(context: CanvasRenderingContext2D, level: Level, rests: boolean): boolean {
    const ids = this.visible(level);
    const wanted = new Map(ids.map((id) => [keyOf(this.dataOf(id, level)), this.dataOf(id, level)]));
    this.store.want([...wanted.values()]);
    let drawn = false;
    let more = false;
    for (const id of ids) {
      const tile = this.store.get(this.dataOf(id, level));
      let raster = this.rasters.get(keyOf(id));
      const fits = raster && raster.tile === tile && (!rests || raster.zoom === this.camera.zoom);
      if (tile && !fits) {
        if (drawn) more = true;
        else {
          raster = this.draw(id, tile, level);
          drawn = true;
        }
      }
      if (raster) this.put(context, id, raster);
      else this.putOthers(context, id);
    }
    return more;
  }

  private draw(id: TileId, tile: Tile, level: Level): Raster {
    const pixels = Math.ceil(worldSize(this.camera.zoom - id.z) * this.ratio);
    const width = EXTENT / 2 ** (id.z - tile.id.z);
    const share = 2 ** (id.z - tile.id.z);
    const inTile = (index: number): number => ((((index % share) + share) % share) * width);
    const canvas = makeRaster(tile, {
      x: inTile(id.x),
      y: inTile(id.y),
      width,
      pixels,
      ratio: this.ratio,
      metresPerPixel: metresPerPixel(this.camera.zoom, this.camera.center.y),
      scaleFlag: scaleFlag(level, this.camera.zoom, this.camera.center.y),
      ground: this.ground,
    });
    const raster = { canvas, pixels, zoom: this.camera.zoom, tile };
    this.rasters.delete(keyOf(id));
    this.rasters.set(keyOf(id), raster);
    for (const oldest of this.rasters.keys()) {
      if (this.rasters.size <= KEPT) break;
      this.rasters.delete(oldest);
    }
    return raster;
  }

  /** Whole pixels, so that no seam shows. */
  private put(context: CanvasRenderingContext2D, id: TileId, raster: Raster): void {
    const size = worldSize(this.camera.zoom - id.z);
    const origin = worldSize(this.camera.zoom);
    const snap = (value: number): number => Math.round(value * this.ratio) / this.ratio;
    const left = snap(id.x * size - this.camera.center.x * origin + this.camera.width / 2);
    const top = snap(id.y * size - this.camera.center.y * origin + this.camera.height / 2);
    const right = snap((id.x + 1) * size - this.camera.center.x * origin + this.camera.width / 2);
    const bottom = snap((id.y + 1) * size - this.camera.center.y * origin + this.camera.height / 2);
    context.drawImage(raster.canvas, 0, 0, raster.pixels, raster.pixels, left, top, right - left, bottom - top);
  }

  /** In place of a picture that is not there yet: what there is of other zooms and levels. */
  private putOthers(context: CanvasRenderingContext2D, id: TileId): void {
    context.save();
    const size = worldSize(this.camera.zoom - id.z);
    const corner = { x: (id.x / 2 ** id.z - this.camera.center.x) * worldSize(this.camera.zoom) + this.camera.width / 2, y: (id.y / 2 ** id.z - this.camera.center.y) * worldSize(this.camera.zoom) + this.camera.height / 2 };
    context.beginPath();
    context.rect(corner.x, corner.y, size, size);
    context.clip();
    for (const [key, raster] of this.rasters) {
      const [, z = 0, x = 0, y = 0] = key.split("/").map(Number);
      const apart = z - id.z;
      if (Math.abs(apart) > 4) continue;
      const same = apart >= 0 ? Math.floor(x / 2 ** apart) === id.x && Math.floor(y / 2 ** apart) === id.y : Math.floor(id.x / 2 ** -apart) === x && Math.floor(id.y / 2 ** -apart) === y;
      if (same) this.put(context, { level: 0, z, x, y }, raster);
    }
    context.restore();
  }

  private tiles(level: Level): Tile[] {
    const tiles = new Set<Tile>();
    for (const id of this.visible(level)) {
      const tile = this.store.get(this.dataOf(id, level));
      if (tile) tiles.add(tile);
    }
    return [...tiles];
  }

  private isLabelled(level: Level): boolean {
    const { labelled, camera } = this;
    return labelled !== null && labelled.zoom === camera.zoom && labelled.level === level.number && labelled.center.x === camera.center.x && labelled.center.y === camera.center.y;
  }

  private label(level: Level): void {
    const context = this.labelCanvas.getContext("2d");
    if (!context) return;
    const flag = scaleFlag(level, this.camera.zoom, this.camera.center.y);
    const seen = new Set<string>();
    const names = this.tiles(level).flatMap((tile) =>
      tile.names.flatMap((name) => {
        const { x, y } = this.camera.toScreen(name.at);
        const id = `${name.file}:${name.offset}`;
        if ((name.flags & flag) === 0 || x < 0 || y < 0 || x > this.camera.width || y > this.camera.height || seen.has(id)) return [];
        seen.add(id);
        return [{ name, x, y }];
      }),
    );
    this.labels = placeLabels(context, names, { width: this.camera.width, height: this.camera.height, metresPerPixel: metresPerPixel(this.camera.zoom, this.camera.center.y) });
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.labelCanvas.width, this.labelCanvas.height);
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    drawLabels(context, this.labels);
    this.labelled = { center: this.camera.center, zoom: this.camera.zoom, level: level.number };
  }

  /** The labels as they were placed; they move with the map until it rests. */
  private paintLabels(context: CanvasRenderingContext2D): void {
    const { labelled, camera } = this;
    if (!labelled || Math.abs(labelled.zoom - camera.zoom) > 0.5) return;
    const factor = 2 ** (camera.zoom - labelled.zoom);
    const middle = camera.toScreen(labelled.center);
    const width = camera.width * factor;
    const height = camera.height * factor;
    context.drawImage(this.labelCanvas, middle.x - width / 2, middle.y - height / 2, width, height);
  }

  private hits(at: Point): Hit[] {
    const level = this.level;
    if (!level) return [];
    const world = this.camera.toWorld(at.x, at.y);
    const flag = scaleFlag(level, this.camera.zoom, this.camera.center.y);
    const found = this.isLabelled(level) ? labelsAt(this.labels, at) : [];
    for (const tile of this.tiles(level)) {
      const inTile = tile.toTile(world);
      if (inTile.x < 0 || inTile.y < 0 || inTile.x >= EXTENT || inTile.y >= EXTENT) continue;
      found.push(...shapesAt(tile, inTile, (7 * EXTENT) / worldSize(this.camera.zoom - tile.id.z), flag));
    }
    return found;
  }
}
