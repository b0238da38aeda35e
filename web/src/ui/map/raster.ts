// SPDX-License-Identifier: MIT
// Draws a tile into a canvas of its own: areas, lines, roads by class, bridges above them. Names are not here.

import { palette, grounds, lines, RAIL, roads, SLEEPERS, widthFactor } from "./style";
import { Layer, type Batch, type Tile } from "./tile";

export interface Frame {
  /** The part of the tile: its corner and its width, in the tile's units. */
  x: number;
  y: number;
  width: number;
  /** Pixels that it becomes wide and high, and how many of them are one of the page. */
  pixels: number;
  ratio: number;
  metresPerPixel: number;
  scaleFlag: number;
  ground: string;
}

type Context = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

export function drawTile(context: Context, tile: Tile, frame: Frame): void {
  const scale = frame.pixels / frame.width;
  const pixel = frame.ratio / scale;
  const factor = widthFactor(frame.metresPerPixel) * pixel;
  const due = [...tile.batches.values()].filter((batch) => (batch.flags & frame.scaleFlag) !== 0).sort((a, b) => a.style - b.style);
  const of = (layer: Layer): Batch[] => due.filter((batch) => batch.layer === layer);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = frame.ground;
  context.fillRect(0, 0, frame.pixels, frame.pixels);
  context.setTransform(scale, 0, 0, scale, -frame.x * scale, -frame.y * scale);
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const batch of of(Layer.Area)) {
    context.fillStyle = grounds[batch.style]?.fill ?? frame.ground;
    context.fill(batch.path, "evenodd");
  }
  drawLines(context, of(Layer.Line), pixel);
  drawRoads(context, of(Layer.Tunnel), factor, pixel, "tunnel");
  drawRoads(context, of(Layer.Road), factor, pixel, "road");
  drawLines(context, of(Layer.Rail), pixel);
  drawRoads(context, of(Layer.Bridge), factor, pixel, "bridge");
}

function stroke(context: Context, path: Path2D, colour: string, width: number, dash: number[], pixel: number): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash(dash.map((length) => length * pixel));
  context.stroke(path);
}

function drawLines(context: Context, batches: Batch[], pixel: number): void {
  context.lineCap = "butt";
  for (const batch of batches)
    for (const style of batch.style === RAIL ? [lines[RAIL], lines[SLEEPERS]] : [lines[batch.style]])
      if (style) stroke(context, batch.path, style.stroke, style.width * pixel, style.dash, pixel);
  context.lineCap = "round";
}

/** All edges first, so that where roads of two classes meet none cuts through the other. */
function drawRoads(context: Context, batches: Batch[], factor: number, pixel: number, height: "tunnel" | "road" | "bridge"): void {
  const edge = height === "bridge" ? palette.bridgeEdge : palette.roadEdge;
  for (const batch of batches) {
    const road = roads[batch.style];
    const casing = height === "bridge" ? palette.bridgeCasing : road?.casing;
    const width = (road?.width ?? 0) * factor;
    if (road && casing && width > 1.2 * pixel) stroke(context, batch.path, casing, width + edge * pixel, height === "tunnel" ? [4, 3] : [], pixel);
  }
  for (const batch of batches) {
    const road = roads[batch.style];
    if (!road) continue;
    const width = Math.max(road.width * factor, 0.6 * pixel);
    const thin = width <= 1.2 * pixel && road.casing;
    stroke(context, batch.path, thin ? road.casing ?? road.fill : road.fill, width, road.dash, Math.max(pixel, factor));
  }
}

/** A canvas of its own for each tile, where no page sees it. */
export function makeRaster(tile: Tile, frame: Frame): OffscreenCanvas {
  const canvas = new OffscreenCanvas(frame.pixels, frame.pixels);
  const context = canvas.getContext("2d", { alpha: false });
  if (context) drawTile(context, tile, frame);
  return canvas;
}
