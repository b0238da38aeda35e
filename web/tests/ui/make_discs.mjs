// SPDX-License-Identifier: MIT
// Makes the discs of the tests of the page, with kiwibuild and kiwidump of a meson build.

import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");
const testdata = (name) => path.join(root, "testdata", name);

/** Names that would do something if they were markup. */
const HOSTILE = ["<img src=x onerror=hacked=1>", "<script>hacked=1</script>", "<b onmouseover=hacked=1>Town</b>"];

function hostile(into, make) {
  const line = (name, coordinates) => ({ type: "Feature", properties: { highway: "primary", name }, geometry: { type: "LineString", coordinates } });
  const features = [
    line(HOSTILE[0], [[11.95, 57.7], [11.96, 57.7], [11.97, 57.705]]),
    line(HOSTILE[1], [[11.95, 57.705], [11.96, 57.7], [11.965, 57.695]]),
    { type: "Feature", properties: { place: "town", name: HOSTILE[2] }, geometry: { type: "Point", coordinates: [11.96, 57.7] } },
  ];
  writeFileSync(into("hostile.geojson"), JSON.stringify({ type: "FeatureCollection", features }));
  make("hostile.iso", "--title", "<h1 onclick=hacked=1>Title</h1>", into("hostile.geojson"));
}

/** The same town with another name for a street. */
function renamed(into, make) {
  const town = gunzipSync(readFileSync(testdata("goteborg.geojson.gz"))).toString().replaceAll("Kungsgatan", "Kungens gata");
  writeFileSync(into("renamed.geojson.gz"), gzipSync(town));
  make("renamed.iso", "--title", "Renamed", into("renamed.geojson.gz"), testdata("kattegat.geojson.gz"), testdata("kattegat_places.geojson"));
}

/** Bytes in the middle of the map that say nonsense. */
function damaged(into, kiwidump) {
  copyFileSync(into("agree.iso"), into("damaged.iso"));
  const document = JSON.parse(execFileSync(kiwidump, [into("agree.iso")]).toString());
  const map = document.files.find((file) => file.kind === "alldata").extents[0];
  const bytes = readFileSync(into("damaged.iso"));
  bytes.fill(0xff, map.offset + 1600000, map.offset + 1600400);
  writeFileSync(into("damaged.iso"), bytes);
  copyFileSync(into("agree.iso"), into("short.iso"));
  truncateSync(into("short.iso"), 2_000_000);
}

/** Pictures of what the disc covers: one that is good, and one that is none. */
function covered(into) {
  const [width, height] = [24, 16];
  const picture = Buffer.alloc(54 + 3 * width * height, 0x80);
  picture.fill(0, 0, 54);
  picture.write("BM");
  picture.writeUInt32LE(picture.length, 2);
  picture.writeUInt32LE(54, 10);
  picture.writeUInt32LE(40, 14);
  picture.writeInt32LE(width, 18);
  picture.writeInt32LE(height, 22);
  picture.writeUInt16LE(1, 26);
  picture.writeUInt16LE(24, 28);
  cpSync(into("files"), into("covered"), { recursive: true });
  mkdirSync(into("covered/COVERAGE"));
  writeFileSync(into("covered/COVERAGE/AUC.BMP"), picture);
  writeFileSync(into("covered/COVERAGE/BAD.BMP"), "not a picture");
}

export function makeDiscs(build, folder) {
  const into = (name) => path.join(folder, name);
  const kiwibuild = path.join(build, "kiwibuild/kiwibuild");
  const kiwidump = path.join(build, "kiwidump/kiwidump");
  const make = (name, ...args) => execFileSync(kiwibuild, ["--quiet", "-o", into(name), ...args], { stdio: "inherit" });
  mkdirSync(folder, { recursive: true });
  execFileSync(path.join(root, "tools/demo-disc"), ["--agree", kiwibuild, into("agree.iso")], { stdio: "inherit" });
  execFileSync(kiwidump, [into("agree.iso"), "--quiet", "--extract", into("files")], { stdio: "ignore" });
  cpSync(into("files/ALLDATA.KWI"), into("ALLDATA.KWI"));
  writeFileSync(into("letter.txt"), "This is not a disc.\n".repeat(500));
  covered(into);
  hostile(into, make);
  renamed(into, make);
  damaged(into, kiwidump);
}
