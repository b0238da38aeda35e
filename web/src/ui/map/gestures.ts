// SPDX-License-Identifier: MIT
// Mouse, fingers and keys move the camera.

import type { Camera } from "./camera";
import type { Point } from "./projection";

const STEP = 80;
/** A pointer that moves less than so many pixels has clicked. */
const STILL = 5;

export interface Moves {
  camera: Camera;
  onMove: () => void;
  onClick: (at: Point) => void;
}

export function listen(canvas: HTMLCanvasElement, moves: Moves): void {
  listenToPointers(canvas, moves);
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 20 : event.deltaY;
      moves.camera.zoomAt(event.offsetX, event.offsetY, Math.max(-1, Math.min(1, -pixels / 300)));
      moves.onMove();
    },
    { passive: false },
  );
  canvas.addEventListener("keydown", (event) => onKey(event, moves));
}

function listenToPointers(canvas: HTMLCanvasElement, { camera, onMove, onClick }: Moves): void {
  const pointers = new Map<number, Point>();
  let begin: Point | null = null;
  const at = (event: PointerEvent): Point => ({ x: event.offsetX, y: event.offsetY });
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at(event));
    begin = pointers.size === 1 ? at(event) : null;
  });
  canvas.addEventListener("pointermove", (event) => {
    const old = pointers.get(event.pointerId);
    if (!old) return;
    const now = at(event);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (begin && Math.hypot(now.x - begin.x, now.y - begin.y) > STILL) begin = null;
    if (other) pinch(camera, other, old, now);
    else if (!begin) camera.moveBy(old.x - now.x, old.y - now.y);
    if (other || !begin) pointers.set(event.pointerId, now);
    if (!begin) onMove();
  });
  const end = (event: PointerEvent): void => {
    pointers.delete(event.pointerId);
    if (begin && event.type === "pointerup") onClick(begin);
    begin = null;
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
}

function pinch(camera: Camera, fixed: Point, from: Point, to: Point): void {
  const before = Math.hypot(from.x - fixed.x, from.y - fixed.y);
  const after = Math.hypot(to.x - fixed.x, to.y - fixed.y);
  if (before < 1 || after < 1) return;
  camera.zoomAt((to.x + fixed.x) / 2, (to.y + fixed.y) / 2, Math.log2(after / before));
  camera.moveBy((from.x - to.x) / 2, (from.y - to.y) / 2);
}

function onKey(event: KeyboardEvent, { camera, onMove, onClick }: Moves): void {
  const middle = { x: camera.width / 2, y: camera.height / 2 };
  const actions: Record<string, () => void> = {
    ArrowLeft: () => camera.moveBy(-STEP, 0),
    ArrowRight: () => camera.moveBy(STEP, 0),
    ArrowUp: () => camera.moveBy(0, -STEP),
    ArrowDown: () => camera.moveBy(0, STEP),
    "+": () => camera.zoomAt(middle.x, middle.y, 0.5),
    "-": () => camera.zoomAt(middle.x, middle.y, -0.5),
    Enter: () => onClick(middle),
  };
  const action = actions[event.key === "=" ? "+" : event.key];
  if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  action();
  onMove();
}
