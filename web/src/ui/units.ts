// SPDX-License-Identifier: MIT
// Numbers as people read them.

const STEPS = ["B", "kB", "MB", "GB", "TB"];

export function size(bytes: number): string {
  let step = 0;
  let value = bytes;
  while (value >= 1000 && step < STEPS.length - 1) {
    value /= 1000;
    step++;
  }
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${STEPS[step]}`;
}

export function count(value: number): string {
  return value.toLocaleString("en");
}

export function hexadecimal(value: number, digits = 0): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}

export function place(longitude: number, latitude: number): string {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}

/** Metres, or kilometres. */
export function distance(metres: number): string {
  return metres < 1000 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(metres < 100_000 ? 1 : 0)} km`;
}

export function duration(seconds: number): string {
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A number that a person wrote, decimal or hexadecimal after 0x; NaN if it is none. */
export function readNumber(written: string): number {
  const trimmed = written.trim();
  if (/^0x[0-9a-f]+$/i.test(trimmed)) return Number.parseInt(trimmed.slice(2), 16);
  return /^[0-9]+$/.test(trimmed) ? Number(trimmed) : NaN;
}
