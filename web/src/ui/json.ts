// SPDX-License-Identifier: MIT
// Reads values out of JSON that may have anything in it: what is not there, or is of another kind, has a harmless stand-in.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export function parse(text: string): Json {
  return JSON.parse(text) as Json;
}

/** The value behind keys and indexes; null if there is none. */
export function get(json: Json, ...path: (string | number)[]): Json {
  let value: Json = json;
  for (const step of path) {
    if (Array.isArray(value) && typeof step === "number") value = value[step] ?? null;
    else if (value !== null && typeof value === "object" && !Array.isArray(value) && Object.hasOwn(value, step)) value = value[step] ?? null;
    else return null;
  }
  return value;
}

export function text(json: Json, ...path: (string | number)[]): string {
  const value = get(json, ...path);
  return typeof value === "string" ? value : "";
}

/** A number; NaN if there is none. */
export function number(json: Json, ...path: (string | number)[]): number {
  const value = get(json, ...path);
  return typeof value === "number" ? value : NaN;
}

export function list(json: Json, ...path: (string | number)[]): Json[] {
  const value = get(json, ...path);
  return Array.isArray(value) ? value : [];
}

export function entries(json: Json, ...path: (string | number)[]): [string, Json][] {
  const value = get(json, ...path);
  return value !== null && typeof value === "object" && !Array.isArray(value) ? Object.entries(value) : [];
}

/** A value as people read it: texts bare, a code with its name, other objects as names and values. */
export function show(json: Json): string {
  if (typeof json === "string") return json;
  if (Array.isArray(json)) return json.map(show).join(", ");
  if (json === null || typeof json !== "object") return String(json);
  const { value, name, ...others } = json;
  const code = [value, name].flatMap((part) => (part === undefined || part === null ? [] : [show(part)]));
  return [code.join(" "), ...Object.entries(others).map(([key, one]) => `${key} ${show(one ?? null)}`)].filter((part) => part !== "").join(", ");
}
