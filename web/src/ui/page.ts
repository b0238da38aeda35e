// SPDX-License-Identifier: MIT
// What the tabs know of each other: the disc, and how to go from one to another.

import type { Disc } from "./disc";

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

export interface Page {
  readonly disc: Disc;
  /** Shows bytes of a file of the disc. */
  showBytes(file: string, offset: number): void;
  /** Shows a box of the map, and its edge if it shall be marked. */
  showMap(box: Box, mark?: boolean): void;
  /** Shows the map with these boxes marked. */
  markMap(boxes: Box[]): void;
  /** The box that the map shows; null before it was seen. */
  mapBox(): Box | null;
  /** Remembers in the address of the page what is to be seen. */
  remember(id: string, state: string): void;
}
