// SPDX-License-Identifier: MIT
// The page's programs print what the native ones print: every mode, on every small disc, whole or damaged.

import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { test } from "node:test";
import type { Searcher } from "../../engine/process";
import type { Call } from "../../src/engine";
import { compiled, damagedDiscs, native, otherTown, recipes, town, wholeDiscs } from "./discs";
import { Host } from "./host_files";

const module = compiled();

/** Command lines about a disc. */
function kiwidump(disc: string): string[][] {
  return [
    [disc],
    ["--summary", disc],
    ["--records", disc],
    ["--features", disc],
    ["--features", "--merge", "--deleted", disc],
    ["--features", "--format", "csv", disc],
    ["--features", "--format", "gpx", "--kind", "road", disc],
    ["--at", "57.7,11.97", disc],
    ["--annotate", disc],
    ["--explain", "2050", disc],
    ["--explain", "300", "--length", "64", "--file", "ALLDATA.KWI", disc],
    ["--svg", disc],
    ["--tile", "0/0/0", disc],
    ["--tile", "16/34941/19838", "--level", "0", disc],
    ["--find", "a", disc],
    ["--find", "bron", "--match", "prefix", "--format", "geojson", disc],
    ["--route", "57.714,11.992", "57.6925,11.9855", disc],
    ["--check", disc],
    ["--prove", disc],
    ["--diff", disc, otherTown()],
  ];
}

function kiwipatch(disc: string): string[][] {
  return [
    ...recipes().map((recipe) => ["plan", disc, recipe]),
    ["find", "--file", "ALLDATA.KWI", "--text", "bron", "--limit", "5", disc],
    ["find", "--file", "SPEC.KWI", "--hex", "53 55 50", disc],
    ["checksum", "--file", "ALLDATA.KWI", "--block", "0,64", "--block", "64,64", disc],
  ];
}

function compare(host: Host, program: Call["program"], args: string[]): void {
  const [wanted, found] = [native(program, args), host.run(program, args)];
  const what = `${program} ${args.map((arg) => basename(arg)).join(" ")}`;
  assert.deepEqual([found.code, found.stderr], [wanted.code, wanted.stderr], what);
  // Not deepEqual: it would print both when they differ.
  assert.ok(Buffer.compare(wanted.stdout, found.stdout) === 0, `${what}: the outputs differ`);
}

for (const disc of wholeDiscs())
  test(`as the native programs: ${basename(disc)}`, () => {
    const host = new Host(module, [disc, otherTown(), ...recipes()].filter((path, i, all) => all.indexOf(path) === i));
    for (const args of kiwidump(disc)) compare(host, "kiwidump", args);
    for (const args of kiwipatch(disc)) compare(host, "kiwipatch", args);
    host.close();
  });

test("an index that stays open has the same hits", () => {
  let searched = 0;
  for (const disc of [...wholeDiscs(), otherTown(), ...damagedDiscs()]) {
    const host = new Host(module, [statSync(disc).isDirectory() ? disc : dirname(disc)]);
    const searcher = ((): Searcher | null => {
      try {
        return host.searcher(disc);
      } catch {
        return null; // it has no index
      }
    })();
    for (const text of searcher ? ["", "b", "br", "bron", "b", "\u{1F697}", "x".repeat(100)] : []) {
      const wanted = native("kiwidump", [`--find=${text}`, "--limit", "20", disc]);
      assert.equal(Buffer.from(searcher?.run(text, 20) ?? []).toString(), wanted.stdout.toString(), `${basename(disc)}: ${text}`);
      searched++;
    }
    host.close();
  }
  assert.ok(searched > 50, `${searched} searches`);
});

for (const disc of damagedDiscs())
  test(`as the native programs: ${basename(disc)}`, () => {
    // A file knows of those beside it.
    const host = new Host(module, [statSync(disc).isDirectory() ? disc : dirname(disc)]);
    for (const args of [[disc], ["--check", disc], ["--features", disc], ["--records", "--limit", "1000", disc], ["--summary", disc], ["--find", "a", disc]])
      compare(host, "kiwidump", args);
    host.close();
  });

test("usage, versions and what is not there", () => {
  const host = new Host(module, [town()]);
  for (const args of [["--help"], ["--version"], ["--schema"], [], ["--nothing"], ["/not/there.iso"], ["--file", "NO.KWI", town()]]) compare(host, "kiwidump", args);
  for (const args of [["--help"], ["--version"], [], ["nothing"], ["plan", town()], ["plan", town(), "/not/there.json"]]) compare(host, "kiwipatch", args);
  host.close();
});
