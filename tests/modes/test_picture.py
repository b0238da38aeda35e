#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--svg: well-formed, the right size, and with what lies in the box."""
import gzip
import json
import math
import pathlib
import random
import re
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

import modes

tap = modes.Tap()
SVG = "{http://www.w3.org/2000/svg}"
CENTRE = "11.94,57.69,11.99,57.715"


def draw(disc, *options, code=0):
    return ElementTree.fromstring(modes.run(disc, "--svg", *options, code=code))


def texts(picture, kind):
    return ["".join(t.itertext()) for t in picture.iter(SVG + "text") if t.get("class") == kind]


def groups(picture, kind):
    return [g for g in picture.iter(SVG + "g") if g.get("class") == kind]


def check_goteborg(disc):
    picture = draw(disc, "--bbox", CENTRE)
    tap.check(picture.tag == SVG + "svg" and picture.get("width") == "1200", "1200 pixels wide", picture.attrib)
    height = float(picture.get("height"))
    tap.check(1110 < height < 1135, "as high as the box is in Mercator's projection", height)
    names = texts(picture, "street")
    tap.check(100 < len(names) < 400 and {"Avenyn", "Vasagatan", "Linnégatan", "Kungsportsavenyn"} & set(names), "street names",
              f"{len(names)}: {names[:5]}")
    on_disc = {f["properties"]["text"] for f in modes.lines(disc, "--features", "--kind", "name", "--level", "0")}
    tap.equal(sorted(set(names) - on_disc), [], "all of them are on the disc")
    shields = ["".join(g.itertext()) for g in picture.iter(SVG + "g") if (g.get("class") or "").startswith("shield")]
    tap.check("E 45" in shields, "route shields", shields[:9])
    roads = groups(picture, "road")
    widths = [float(g.get("stroke-width")) for g in roads]
    tap.check(len(roads) > 15 and max(widths) < 20 and all(len(g) > 0 for g in roads), "roads by class, none of them empty")
    fills = [g.get("stroke") for g in roads]
    tap.check(fills.index("#f9b96f") > fills.index("#ffffff"), "main roads over others", fills)
    drawn = sum(path.get("d").count("M") for g in roads for path in g)
    links = len(modes.lines(disc, "--features", "--kind", "road", "--level", "0", "--bbox", CENTRE))
    tap.check(links <= drawn <= 2.6 * links, "each link is drawn, and its casing", f"{links} links, {drawn} strokes")
    bad = [p.get("d")[:40] for p in picture.iter(SVG + "path") if not re.fullmatch(r"[MLZvh0-9. -]+", p.get("d"))]
    tap.none(bad, "paths are numbers")
    bar = [t.text for t in picture.iter(SVG + "text") if re.fullmatch(r"[125]0* k?m", t.text or "")]
    tap.equal(bar, ["500 m"], "a scale bar")
    tap.equal(modes.run(disc, "--svg", "--bbox", CENTRE), modes.run(disc, "--svg", "--bbox", CENTRE), "two runs are the same")


def place(picture, box, x, y):
    """Longitude and latitude of a pixel."""
    west, _, east, north = box
    scale = float(picture.get("width")) / math.radians(east - west)
    top = math.log(math.tan(math.pi / 4 + math.radians(north) / 2))
    return west + math.degrees(x / scale), math.degrees(2 * math.atan(math.exp(top - y / scale)) - math.pi / 2)


def labels(picture, kind):
    """Text, size, place and angle of the names of a kind."""
    for text in picture.iter(SVG + "text"):
        if text.get("class") == kind and text.get("transform"):
            x, y, angle = re.fullmatch(r"translate\((\S+) (\S+)\)(?: rotate\((\S+)\))?", text.get("transform")).groups()
            yield text.text, float(text.get("font-size")), float(x), float(y), math.radians(float(angle or 0))


def ends(label):
    """The middle and both ends of a name, with the widths of letters in any sans serif."""
    text, size, x, y, angle = label
    half = sum(0.28 if c in "iljtfI.,' " else 0.5 for c in text) * size / 2
    return [(x + share * half * math.cos(angle), y + share * half * math.sin(angle)) for share in (-1, 0, 1)]


def distance(point, line):
    """Metres from a point to a line, both in degrees."""
    north = 111195
    east = north * math.cos(math.radians(point[1]))
    nearest = 1e9
    for a, b in zip(line, line[1:]):
        ax, ay, bx, by = ((p[i] - point[i]) * f for p in (a, b) for i, f in ((0, east), (1, north)))
        square = (bx - ax) ** 2 + (by - ay) ** 2
        share = max(0, min(1, -(ax * (bx - ax) + ay * (by - ay)) / square)) if square else 0
        nearest = min(nearest, math.hypot(ax + share * (bx - ax), ay + share * (by - ay)))
    return nearest


def check_streets(disc):
    """Names stand on the streets of that name in the input, from end to end."""
    streets = {}
    for feature in json.loads(gzip.decompress(modes.GOTEBORG.read_bytes()))["features"]:
        if feature["properties"].get("name") and feature["geometry"]["type"] == "LineString":
            streets.setdefault(feature["properties"]["name"], []).append(feature["geometry"]["coordinates"])
    for box, limit in (((11.94, 57.69, 11.99, 57.715), 0.02), ((11.97, 57.70, 11.972, 57.701), 0)):
        picture = draw(disc, "--bbox", ",".join(map(str, box)))
        west, east = place(picture, box, 0, 0), place(picture, box, 10, 0)
        allowed = 12 * (east[0] - west[0]) / 10 * 111195 * 0.535 + 1  # 12 pixels
        found = [(label[0], ends(label)) for label in labels(picture, "street")]
        far = [text for text, points in found
               if text in streets and any(min(distance(place(picture, box, *point), line) for line in streets[text]) > allowed for point in points)]
        tap.check(len(found) >= 2 and len(far) <= limit * len(found), "names of streets end on their streets", f"{len(far)} of {len(found)}: {far}")


def check_default(folder):
    """What ./demo makes, drawn without a word on where and how near."""
    title = "Göteborg © OpenStreetMap contributors"
    disc = folder / "demo"
    subprocess.run([modes.ROOT / "tools/demo-disc", modes.KIWIBUILD, disc], check=True)
    for options in ((), ("--level", "0"), ("--level", "2"), ("--level", "4")):
        picture = draw(disc, *options)
        sizes = {label[0]: label[1] for label in labels(picture, "place")}
        tap.check(sizes.get("Göteborg", 0) == max(sizes.values()) > 18, f"Göteborg is the largest name {options}", sizes)
        tap.check(len([s for s in sizes.values() if s < 15]) > 0, "smaller places are smaller", sizes)
        tap.check(title in [t.text for t in picture.iter(SVG + "text")], "the title of the disc names whose data it is")
        tap.check(len(groups(picture, "road")) > 4, "and roads")
    tap.check(groups(draw(disc), "sea"), "the sea")
    shields = ["".join(g.itertext()) for g in draw(disc).iter(SVG + "g") if (g.get("class") or "").startswith("shield")]
    tap.check({"E 6", "E 20", "40", "27"} <= set(shields) and not any(";" in s for s in shields), "a shield for each number", shields)
    numbers = {f["properties"]["text"] for f in modes.lines(disc, "--features", "--kind", "name", "--level", "0")
               if f["properties"]["type_name"] == "route_shield"}
    tap.check("E 45" in numbers and not numbers & set("ABCDEFGHJ") | {"20", "24", "37"} & numbers, "letters of platforms are no numbers of roads", numbers)


def check_bridges(folder):
    """One bridge of three links is one line, with its edges another."""
    def way(points, **tags):
        return {"type": "Feature", "properties": dict(tags, highway="primary"), "geometry": {"type": "LineString", "coordinates": points}}

    line = [[11.96 + i * 0.001, 57.7] for i in range(6)]
    source = folder / "bridge.geojson"
    sides = [way([p, [p[0], 57.701]]) for p in line[2:4]]
    features = [way(line[:2]), way(line[1:3], bridge="yes"), way(line[2:5], bridge="yes"), way(line[4:]), *sides]
    source.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    picture = draw(modes.build(source, folder / "bridge"), "--bbox", "11.95,57.695,11.968,57.705", "--level", "0")
    edges = [g for g in groups(picture, "road") if g.get("stroke") == "#7d7568"]
    tap.equal([path.get("d").count("M") for g in edges for path in g], [1], "a bridge of three links has one edge")


def check_hostile_names(folder):
    """What may not stand in XML as it is."""
    source = folder / "names.geojson"
    names = ["]]>", "<b>&", "a\x01b\x1f", "\"'"]
    points = [{"type": "Feature", "properties": {"place": "city", "name": name}, "geometry": {"type": "Point", "coordinates": [11.96 + i * 0.004, 57.7]}}
              for i, name in enumerate(names)]
    source.write_text(json.dumps({"type": "FeatureCollection", "features": points}))
    picture = draw(modes.build(source, folder / "names"), "--bbox", "11.95,57.69,11.98,57.71", "--level", "0")
    tap.equal(sorted(texts(picture, "place")), sorted(["]]>", "<b>&", "a b ", "\"'"]), "names are escaped, control characters are blanks")


def check_hostile_bytes(folder):
    """Names of any bytes, in one charset or the other: what is written is XML, JSON and UTF-8."""
    points = [{"type": "Feature", "properties": {"place": "city", "name": "N" * 24}, "geometry": {"type": "Point", "coordinates": [11.952 + 0.002 * i, 57.7]}}
              for i in range(8)]
    source = folder / "bytes.geojson"
    source.write_text(json.dumps({"type": "FeatureCollection", "features": points}))
    generator, bad, count = random.Random(9), [], 0
    hard = [bytes(range(24)), bytes(range(0x78, 0x90)), b"]]>" * 8, b"\xed\xa0\x80\xed\xbf\xbf" * 4, b"\xef\xbf\xbe\xef\xbf\xbf" * 4,
            b"\xf4\x90\x80\x80" * 6, b"\xc0\xaf\xe0\x80\xaf\xff" * 4, b"<a href='&#0;'>\x7f\x1b[31m&amp"]
    for layout in ((), ("--layout", modes.ROOT / "testdata/layouts/shift_jis.json")):
        disc = modes.build(source, folder / f"bytes{len(layout)}", *layout)
        names = [r for r in modes.lines(disc, "--records", "--type", "character_information") if r["length"] == 26]
        metadata = (disc / "METADATA.KWI").read_bytes()
        for charset in (None, b"UTF-8", b"EUC-JP"):
            if charset:
                (disc / "METADATA.KWI").write_bytes(re.sub(rb"(CHCD\s*::=\s*)[^;]*?(\s*;)", rb"\g<1>" + charset + rb"\2", metadata))
            for turn in range(4):
                data = bytearray((disc / "ALLDATA.KWI").read_bytes())
                for i, record in enumerate(names):
                    text = hard[i % len(hard)] if turn == 0 else bytes(generator.randrange(256) for _ in range(24))
                    data[record["offset"] + 2:record["offset"] + 26] = text[:24].ljust(24, b"x")
                (disc / "ALLDATA.KWI").write_bytes(data)
                count += len(names)
                for options in (["--svg", "--level", "0", "--bbox", "11.95,57.69,11.97,57.71"], ["--features", "--format", "gpx"], ["--features"],
                                ["--features", "--format", "csv"]):
                    output = subprocess.run([modes.KIWIDUMP, "--quiet", *options, disc], capture_output=True, check=False).stdout
                    try:
                        text = output.decode()
                        if options[0] == "--svg" or "gpx" in options:
                            ElementTree.fromstring(output)
                        elif len(options) == 1:
                            all(json.loads(line) for line in text.split("\n") if line)
                    except (ValueError, ElementTree.ParseError) as reason:
                        bad.append((charset, options, str(reason)))
    tap.check(count > 100 and not bad, f"{count} names of any bytes are well-formed in every format", bad[:3])


def check_levels(disc):
    far = draw(disc, "--width", "300")
    near = draw(disc, "--bbox", "11.96,57.70,11.97,57.705", "--width", "300")
    tap.check(len(texts(far, "street")) < 40 and len(groups(far, "road")) < 16, "far away only main roads")
    tap.check(groups(near, "road"), "close by all roads")
    tap.equal(far.get("width"), "300", "--width")
    no_names = draw(disc, "--bbox", CENTRE, "--kind", "road")
    tap.equal(texts(no_names, "street"), [], "--kind")
    for options in (["--width", "99"], ["--width", "20001"], ["--width", "x"]):
        modes.run(disc, "--svg", *options, code=2)
    modes.run(disc, "--svg", "--level", "7", code=3)
    empty = draw(disc, "--bbox", "0,0,1,1", "--level", "0", code=1)
    tap.equal(texts(empty, "street"), [], "a box beside the map is an empty picture")


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        disc = modes.build(modes.GOTEBORG, folder / "goteborg", "--title", "Ö & <Å> \"x\"")
        check_goteborg(disc)
        check_levels(disc)
        check_streets(disc)
        check_default(folder)
        check_bridges(folder)
        check_hostile_names(folder)
        check_hostile_bytes(folder)
        title = [t.text for t in draw(disc, "--bbox", CENTRE).iter(SVG + "text")][-1]
        tap.equal(title, "Ö & <Å> \"x\"", "the title of the disc, escaped")
        for name, small in modes.discs(folder):
            picture = draw(small, "--level", "0")
            tap.check(list(picture.iter(SVG + "path")), f"{name}: a picture")
        land = draw(modes.build(modes.SMALL / "backgrounds.geojson", folder / "land"), "--level", "0")
        tap.check(groups(land, "water") and groups(land, "green") and groups(land, "rail"), "water, green and railway")
        draw(modes.build(modes.ROOT / "testdata/antimeridian.geojson", folder / "antimeridian"))
        tap.check(True, "a map across 180 degrees")
    return tap.end()


if __name__ == "__main__":
    raise SystemExit(main())
