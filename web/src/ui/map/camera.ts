// SPDX-License-Identifier: MIT
// Which part of the world the map shows.

import type { Box } from "../page";
import { boxOf, project, worldSize, type Point } from "./projection";

const NEAREST = 20;

export class Camera {
  center: Point = { x: 0.5, y: 0.5 };
  zoom = 1;
  width = 1;
  height = 1;

  private get farthest(): number {
    return Math.max(0, Math.log2(this.height / worldSize(0)));
  }

  toScreen(point: Point): Point {
    const size = worldSize(this.zoom);
    let x = point.x - this.center.x;
    x -= Math.round(x);
    return { x: x * size + this.width / 2, y: (point.y - this.center.y) * size + this.height / 2 };
  }

  toWorld(x: number, y: number): Point {
    const size = worldSize(this.zoom);
    return { x: this.center.x + (x - this.width / 2) / size, y: this.center.y + (y - this.height / 2) / size };
  }

  moveBy(x: number, y: number): void {
    const size = worldSize(this.zoom);
    this.moveTo({ x: this.center.x + x / size, y: this.center.y + y / size });
  }

  moveTo(center: Point): void {
    this.center = { x: center.x - Math.floor(center.x), y: Math.max(0, Math.min(1, center.y)) };
  }

  /** Changes the zoom so that what is at a pixel stays there. */
  zoomAt(x: number, y: number, by: number): void {
    const before = this.toWorld(x, y);
    this.zoom = Math.max(this.farthest, Math.min(NEAREST, this.zoom + by));
    const after = this.toWorld(x, y);
    this.moveTo({ x: this.center.x + before.x - after.x, y: this.center.y + before.y - after.y });
  }

  fit(box: Box): void {
    const corner = project(box.west, box.north);
    const other = project(box.east < box.west ? box.east + 360 : box.east, box.south);
    const across = Math.max(1e-7, (other.x - corner.x) / Math.max(1, this.width - 40));
    const down = Math.max(1e-7, (other.y - corner.y) / Math.max(1, this.height - 40));
    this.zoom = Math.max(this.farthest, Math.min(18, Math.log2(1 / (worldSize(0) * Math.max(across, down)))));
    this.moveTo({ x: (corner.x + other.x) / 2, y: (corner.y + other.y) / 2 });
  }

  get box(): Box {
    const corner = this.toWorld(0, 0);
    const other = this.toWorld(this.width, this.height);
    return boxOf(corner.x, Math.max(0, corner.y), other.x, Math.min(1, other.y));
  }
}
