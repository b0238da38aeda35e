// SPDX-License-Identifier: MIT
// The small discs that outputs are compared on, made by the native kiwibuild.

import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Result } from "../../src/engine";

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; web/test sets it`);
  return value;
}

/** Of the source tree; and a folder for what the tests of one file make: others run at the same time. */
export const ROOT = variable("KIWI_ROOT");
const WORK = join(variable("KIWI_WORK"), basename(process.argv[1] ?? ""));
const NATIVE = variable("KIWI_NATIVE");

export function native(program: string, args: string[]): Result {
  const done = spawnSync(join(NATIVE, program, program), args, { maxBuffer: 1 << 28 });
  if (done.error || done.status === null) throw new Error(`${program} ${args.join(" ")}: ${String(done.error ?? done.signal)}`);
  return { code: done.status, stdout: done.stdout, stderr: done.stderr.toString() };
}

/** The compiled programs of the page. */
export function compiled(): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(variable("KIWI_PROGRAMS")));
}

/** Makes what is not there yet. */
export function made(name: string, make: (path: string) => void): string {
  const path = join(WORK, name);
  if (!existsSync(path)) {
    mkdirSync(WORK, { recursive: true });
    make(path);
  }
  return path;
}

function build(name: string, input: string, ...options: string[]): string {
  return made(name, (path) => execFileSync(join(NATIVE, "kiwibuild/kiwibuild"), ["--quiet", ...options, "-o", path, resolve(ROOT, input)]));
}

function files(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).sort();
}

/** A text of the source tree, changed, as a file. */
function changed(name: string, input: string, from: string | RegExp, to: string): string {
  return made(name, (path) => writeFileSync(path, readFileSync(join(ROOT, input), "utf8").replace(from, to)));
}

/** The town with another name in it. */
export function otherTown(): string {
  return build("other.iso", changed("other.geojson", "testdata/small/town.geojson", '"Bron"', '"Nya bron"'));
}

/** A recipe for every disc that kiwibuild makes, and one that finds nothing. */
export function recipes(): string[] {
  const spec = "SUPERMETA::=KIWIBUILD:1.00 ;\r\n";
  return ["SUPERMETA", "NOT THERE"].map((find) =>
    made(`${find.replace(" ", "_")}.json`, (path) =>
      writeFileSync(
        path,
        JSON.stringify({
          kiwipatch: 1,
          id: "word",
          title: "Another word",
          author: "libkiwi",
          licence: "MIT",
          for: { file: "SPEC.KWI", sha256: createHash("sha256").update(spec).digest("hex") },
          steps: [{ step: "text", why: "an example", find, replace: "HYPERMETA", encoding: "ascii", pad: "space" }],
        }),
      ),
    ),
  );
}

export function town(): string {
  return build("town.iso", "testdata/small/town.geojson");
}

export function goteborg(): string {
  return build("goteborg.iso", "testdata/goteborg.geojson.gz");
}

/** Images and folders of every kind, whole ones. */
export function wholeDiscs(): string[] {
  const small = ["town", "south_west", "null_island", "one_way", "backgrounds"];
  const images = small.map((name) => build(`${name}.iso`, `testdata/small/${name}.geojson`));
  const layouts = files("testdata/layouts").map((file) => {
    const name = basename(file, ".json");
    const source = name === "shift_jis" ? "japan" : "variants";
    return build(`layout_${name}`, `testdata/small/${source}.geojson`, "--layout", join(ROOT, "testdata/layouts", file));
  });
  return [...images, build("town", "testdata/small/town.geojson"), ...layouts];
}

/** Inputs that are not what they should be: those of the fuzz tests, and a disc with bytes overwritten. */
export function damagedDiscs(): string[] {
  const corpus = ["image", "file"].flatMap((kind) => files(`tests/corpus/${kind}`).map((name) => join(ROOT, "tests/corpus", kind, name)));
  const damages = [0, 1, 2, 3].map((number) =>
    made(`damaged_${number}`, (path) => {
      cpSync(build("town", "testdata/small/town.geojson"), path, { recursive: true });
      const victim = join(path, "ALLDATA.KWI");
      const bytes = readFileSync(victim);
      for (let at = 97 * (number + 1); at < bytes.length; at += 1 + Math.floor(bytes.length / (5 + 7 * number))) bytes[at] = (bytes[at] ?? 0) ^ (0xff >> number);
      writeFileSync(victim, bytes);
    }),
  );
  return [...corpus, ...damages];
}
