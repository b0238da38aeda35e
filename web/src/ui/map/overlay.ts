// SPDX-License-Identifier: MIT
// What lies on the map without being of it: what was chosen, a way, places.

import type { Camera } from "./camera";
import type { Point } from "./projection";

export interface Overlay {
  /** A feature that was chosen: its strokes. */
  chosen: Point[][];
  route: Point[][];
  places: Point[];
  /** Outlines, such as of parcels that differ. */
  boxes: [Point, Point][];
}

export function noOverlay(): Overlay {
  return { chosen: [], route: [], places: [], boxes: [] };
}

export function drawOverlay(context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D, camera: Camera, overlay: Overlay): void {
  context.lineJoin = "round";
  context.lineCap = "round";
  strokes(context, camera, overlay.route, "#ffffff", 8);
  strokes(context, camera, overlay.route, "#2b6fd6", 5);
  strokes(context, camera, overlay.chosen, "#d6249f", 4);
  for (const [corner, other] of overlay.boxes) {
    const a = camera.toScreen(corner);
    const b = camera.toScreen(other);
    context.strokeStyle = "#d6249f";
    context.lineWidth = 2;
    context.fillStyle = "rgb(214 36 159 / 12%)";
    context.fillRect(a.x, a.y, b.x - a.x, b.y - a.y);
    context.strokeRect(a.x, a.y, b.x - a.x, b.y - a.y);
  }
  for (const place of overlay.places) pin(context, camera.toScreen(place));
}

function strokes(context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D, camera: Camera, all: Point[][], colour: string, width: number): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  for (const stroke of all)
    stroke.forEach((point, index) => {
      const { x, y } = camera.toScreen(point);
      if (index === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
  context.stroke();
}

function pin(context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D, { x, y }: Point): void {
  context.beginPath();
  context.moveTo(x, y);
  context.bezierCurveTo(x - 4, y - 10, x - 9, y - 13, x - 9, y - 19);
  context.arc(x, y - 19, 9, Math.PI, 0);
  context.bezierCurveTo(x + 9, y - 13, x + 4, y - 10, x, y);
  context.fillStyle = "#d6249f";
  context.strokeStyle = "#ffffff";
  context.lineWidth = 2;
  context.fill();
  context.stroke();
  context.beginPath();
  context.arc(x, y - 19, 3.5, 0, 2 * Math.PI);
  context.fillStyle = "#ffffff";
  context.fill();
}
