// SPDX-License-Identifier: MIT
// An image of 8 GB whose files lie beyond 4 GiB; most of it is a hole.

import { closeSync, copyFileSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";
import { made } from "./discs";

const SECTOR = 2048;
const AWAY = 5 * 2 ** 30;
const SIZE = 8e9;

/** A number as ISO 9660 has it in directories: twice, little-endian and big-endian. */
function bothEndian(number: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(number, 0);
  bytes.writeUInt32BE(number, 4);
  return bytes;
}

/** Where words begin that UDF is found by; without them the directories of ISO 9660 count. */
function udfMarks(bytes: Buffer): number[] {
  return ["BEA01", "NSR02", "NSR03", "TEA01"].map((word) => bytes.indexOf(word)).filter((at) => at >= 0);
}

/** The image with its largest file, ALLDATA.KWI, moved behind 5 GiB. */
export function sparseImage(image: string, extent: { offset: number; length: number }): string {
  return made("sparse.iso", (path) => {
    const bytes = readFileSync(image);
    const data = bytes.subarray(extent.offset, extent.offset + extent.length);
    const entry = Buffer.concat([bothEndian(extent.offset / SECTOR), bothEndian(extent.length)]);
    const moved = bothEndian((extent.offset + AWAY) / SECTOR);
    copyFileSync(image, path);
    truncateSync(path, SIZE);
    const file = openSync(path, "r+");
    writeSync(file, data, 0, data.length, extent.offset + AWAY);
    writeSync(file, Buffer.alloc(data.length), 0, data.length, extent.offset);
    for (let at = bytes.indexOf(entry); at >= 0; at = bytes.indexOf(entry, at + 1)) writeSync(file, moved, 0, moved.length, at);
    for (const at of udfMarks(bytes)) writeSync(file, Buffer.alloc(5), 0, 5, at);
    closeSync(file);
  });
}
