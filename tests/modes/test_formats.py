#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--format csv, gpx and geojsonseq: ogr2ogr reads back what GeoJSON has; text is escaped as each format wants it."""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as etree

import modes

tap = modes.Tap()
ALL = "road,background,name,route,address,poi"
GPX = "{http://www.topografix.com/GPX/1/1}"


def flat(value):
    """A value as text, as formats without types have it; objects and lists stay."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, (dict, list)) else str(value)


def read(path, layer=None):
    """What ogr2ogr makes of a file: geometry and properties, those that are JSON parsed."""
    command = ["ogr2ogr", "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=7", "/vsistdout/", str(path), *([layer] if layer else [])]
    result = subprocess.run(command, capture_output=True, check=False)
    if result.returncode:
        sys.exit(f"Bail out! {command}: {result.stderr.decode()}")
    for item in json.loads(result.stdout)["features"]:
        properties = {}
        for key, value in item["properties"].items():
            text = flat(value)
            properties[key] = json.loads(text) if isinstance(text, str) and text[:1] in "[{" and key in (
                "from", "to", "links", "ranges", "kiwi_from", "kiwi_to", "kiwi_links", "kiwi_ranges") else text
        yield item["geometry"], {key: value for key, value in properties.items() if value is not None}


def segments(geometry):
    """The same as a track: its strokes or outlines."""
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind in ("LineString", "MultiPoint"):
        return [coordinates]
    if kind == "MultiPolygon":
        return [ring for polygon in coordinates for ring in polygon]
    return coordinates


def check(name, disc, *mode):
    """Both formats against GeoJSON."""
    wanted = [(item["geometry"], {key: flat(value) for key, value in item["properties"].items() if flat(value) is not None},
               item.get("id")) for item in modes.lines(*mode, disc)]
    with tempfile.TemporaryDirectory() as folder:
        table, track = pathlib.Path(folder) / "all.csv", pathlib.Path(folder) / "all.gpx"
        modes.run(*mode, "-o", table, disc)
        modes.run(*mode, "--format", "gpx", "-o", track, disc)
        rows = list(read(table))
        columns = table.read_bytes().split(b"\r\n")[0]
        layers = [list(read(track, layer)) for layer in ("waypoints", "routes", "tracks")]
    tap.check(len(wanted) > 0, f"{name}: there are features")
    tap.equal(len(rows), len(wanted), f"{name}: csv has all features")
    tap.equal([geometry for geometry, _ in rows], [geometry for geometry, _, _ in wanted], f"{name}: csv has their coordinates")
    tap.equal([{key: value for key, value in row.items() if key not in ("id", "WKT")} for _, row in rows],
              [properties for _, properties, _ in wanted], f"{name}: csv has their properties")
    tap.equal([row.get("id") for _, row in rows], [identity for _, _, identity in wanted], f"{name}: csv has their ids")
    tap.equal(columns, COLUMNS, f"{name}: csv has the same columns on every disc")
    placed = [(geometry, properties) for geometry, properties, _ in wanted if geometry]
    points = [item for item in placed if item[0]["type"] == "Point"]
    ways = [item for item in placed if item[1]["kind"] == "way"]
    rest = [item for item in placed if item not in points and item not in ways]
    tap.equal([len(layer) for layer in layers], [len(points), len(ways), len(rest)], f"{name}: gpx has all features with a place")
    tap.equal([geometry for geometry, _ in layers[0] + layers[1]], [geometry for geometry, _ in points + ways],
              f"{name}: gpx has the coordinates of points and ways")
    tap.equal([geometry["coordinates"] for geometry, _ in layers[2]], [segments(geometry) for geometry, _ in rest],
              f"{name}: gpx has the coordinates of tracks")
    found = [{key[5:]: value for key, value in properties.items() if key.startswith("kiwi_")}
             for layer in layers for _, properties in layer]
    tap.equal(found, [properties for _, properties in points + ways + rest], f"{name}: gpx has the properties")
    for layer, items in zip(layers, (points, ways, rest)):
        tap.equal([properties.get("name") for _, properties in layer],
                  [properties.get("text", properties.get("name")) for _, properties in items], f"{name}: gpx has names")


def hostile(folder):
    """Names that are not what they should be; as long as the one that was built, so nothing else changes."""
    place = {"type": "Feature", "properties": {"place": "town", "name": "Kontrollnamn"},
             "geometry": {"type": "Point", "coordinates": [12.0, 57.7]}}
    road = {"type": "Feature", "properties": {"highway": "primary"},
            "geometry": {"type": "LineString", "coordinates": [[11.99, 57.7], [12.01, 57.7]]}}
    source = folder / "source.geojson"
    source.write_text(json.dumps({"type": "FeatureCollection", "features": [place, road]}))
    disc = modes.build(source, folder / "hostile.iso")
    built = disc.read_bytes()
    for number, name in enumerate((b'a"b,c;\'d"""e', b"<b>&amp;]]>'", b"a\r\nb\tc\nd  e\r", b"=1+1,\x01\x02\x1b\x7f\x80\xff\\", b" \" , \"\"\n\r\n  ")):
        disc.write_bytes(built.replace(b"Kontrollnamn", name.ljust(12, b".")))
        (item,) = modes.lines("--features", "--kind", "name", "--limit", "1", disc)
        wanted = "".join(c if c in "\t\r\n" or " " <= c != "\x7f" else "\ufffd" for c in item["properties"]["text"])
        table = subprocess.run([modes.KIWIDUMP, "--features", "--kind", "name", "--limit", "1", "--format", "csv", disc],
                               capture_output=True, check=True).stdout
        (row,) = csv.DictReader(table.decode().splitlines(keepends=True), strict=True)
        tap.equal(row["text"], wanted, f"hostile name {number}: csv")
        root = etree.fromstring(subprocess.run([modes.KIWIDUMP, "--features", "--kind", "name", "--limit", "1", "--format", "gpx", disc],
                                               capture_output=True, check=True).stdout)
        tap.equal(root.findtext(f"{GPX}wpt/{GPX}name"), wanted, f"hostile name {number}: gpx")


COLUMNS = modes.run("--find", "", "--format", "csv", "--limit", "0", sys.argv[4]).splitlines()[0].encode()
with tempfile.TemporaryDirectory() as name:
    work = pathlib.Path(name)
    for disc_name, path in modes.discs(work):
        if disc_name in ("town", "backgrounds", "integration_4", "pen_up", "multilink_all"):
            check(disc_name, path, "--features", "--kind", ALL)
            check(f"{disc_name} merged", path, "--features", "--merge")
        if disc_name == "integration_4":
            check("find", path, "--find", "")
            check("route", path, "--route", "57.70,12.00", "57.72,12.03")
            sequence = modes.run("--features", "--format", "geojsonseq", path)
            tap.equal(sequence.replace("\x1e", ""), modes.run("--features", path), "geojsonseq: the same but for the separators")
            tap.check(all(line.startswith("\x1e{") for line in sequence.rstrip("\n").split("\n")), "geojsonseq: every text has one")
    hostile(work)
check("goteborg", sys.argv[4], "--features", "--kind", ALL, "--bbox=11.95,57.69,11.99,57.72")
raise SystemExit(tap.end())
