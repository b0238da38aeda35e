#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the roads and names of a disc with the GeoJSON that it was built from.

usage: kiwidump DISC --features | check_goteborg.py INPUT.geojson[.gz] [FEATURES]

FEATURES (default: standard input) are GeoJSON features, one per line, with or without the RS of RFC 8142.
Properties read: kind (road, name), level, link_id, one_way, bridge, tunnel, planned, toll,
road_type, text. Prints TAP.

Ways are told apart by their link ids: the links of a way count up, and one id is left out between two ways.
"""
import collections
import gzip
import json
import math
import sys
import unicodedata

UNIT_X = 112.5 / 3600 / 4096  # degrees of one coordinate unit on level 0
UNIT_Y = 75 / 3600 / 4096
TOLERANCE = 1.0 + 1e-6  # coordinate units
SIMPLIFIED = 3  # units: two for leaving out vertices, one for rounding
FORWARD = {"yes", "true", "1"}
BACKWARD = {"-1", "reverse"}
PLANNED = {"construction", "proposed"}


class Tap:
    """Says why on failure only, and on one line, as TAP wants it."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def check(self, good, name, note=""):
        self.count += 1
        self.failed += not good
        note = "" if good or not note else " # " + " | ".join(str(note).splitlines())[:2000]
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}{note}")

    def equal(self, got, wanted, name):
        self.check(got == wanted, name, f"got {got!r}, wanted {wanted!r}")

    def none(self, bad, name):
        """A check that nothing is bad; shows the first few that are."""
        self.check(not bad, name, f"{len(bad)} bad, first: {bad[:3]}" if bad else "")

    def end(self):
        print(f"1..{self.count}")
        return self.failed != 0


def lines_of(geometry):
    """Parts of a geometry as lists of points; a ring is a closed line."""
    if not geometry:
        return []
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind == "LineString":
        return [coordinates]
    if kind in ("Polygon", "MultiLineString"):
        return coordinates
    if kind == "MultiPolygon":
        return [ring for polygon in coordinates for ring in polygon]
    return []


def read_input(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as source:
        features = json.load(source)["features"]
    ways, others = [], set()
    for feature in features:
        tags = feature["properties"]
        if "place" in tags:
            others.add(on_disc(tags.get("name")))
        if "highway" in tags:
            ways += [(tags, to_units(line)) for line in lines_of(feature["geometry"])]
    return ways, others


def on_disc(text):
    """As it reads in the charset of the disc: letters that it does not have lose their marks."""
    plain = (c if ord(c) < 256 else unicodedata.normalize("NFD", c)[0] for c in text or "")
    return text and "".join(plain).encode("iso-8859-1", "replace").decode("iso-8859-1")


def read_features(source):
    for line in source:
        line = line.lstrip("\x1e").strip()
        if line:
            yield json.loads(line)


def road_line(geometry):
    """The positions of a road, which is written as a point where both ends are one."""
    return [geometry["coordinates"]] * 2 if geometry["type"] == "Point" else geometry["coordinates"]


def to_units(line):
    """Near 180 degrees longitudes go on beyond it."""
    return [((point[0] + 360 if point[0] < -170 else point[0]) / UNIT_X, point[1] / UNIT_Y) for point in line]


def distance(point, a, b):
    """Of a point from the segment a-b."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    part = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / square if square else 0
    part = min(1, max(0, part))
    return math.hypot(a[0] + part * dx - point[0], a[1] + part * dy - point[1])


def segments(line):
    return list(zip(line, line[1:]))


def nearest(point, parts):
    return min(distance(point, a, b) for a, b in parts)


def length(line):
    """Metres, on a sphere that is flat within each segment."""
    total = 0
    for (ax, ay), (bx, by) in segments(line):
        east = (bx - ax) * UNIT_X * math.cos(math.radians((ay + by) / 2 * UNIT_Y))
        total += math.hypot(east, (by - ay) * UNIT_Y)
    return total * 111195


def same_direction(line, parts):
    """Whether the longest segment of a line goes the way that the input goes there."""
    a, b = max(segments(line), key=lambda s: math.dist(*s))
    if math.dist(a, b) < 3:
        return True
    middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    reach = nearest(middle, parts) + 0.5
    near = [(p, q) for p, q in parts if distance(middle, p, q) <= reach]
    return any((b[0] - a[0]) * (q[0] - p[0]) + (b[1] - a[1]) * (q[1] - p[1]) > 0 for p, q in near)


def runs(ids):
    """Ascending ids cut where one is left out."""
    result = []
    for number in sorted(ids):
        if result and number == result[-1][-1] + 1:
            result[-1].append(number)
        else:
            result.append([number])
    return result


def one_way_of(value):
    if isinstance(value, dict):
        value = value.get("name", value.get("value"))
    return {None: "none", 0: "none", False: "none", 1: "forward", 2: "backward", 3: "closed"}.get(value,
                                                                                                  value)


def expected_one_way(tags):
    """Motorways and roundabouts have one direction unless they say otherwise."""
    value = tags.get("oneway")
    implied = value is None and (tags["highway"] == "motorway" or tags.get("junction") in ("roundabout", "circular"))
    return "forward" if value in FORWARD or implied else "backward" if value in BACKWARD else "none"


def is_set(tags, key):
    return tags.get(key, "no") not in ("", "no")


def check_geometry(tap, ways, found):
    far_vertices, far_points, wrong_way = [], [], []
    for (tags, line), pieces in zip(ways, found):
        out = [s for piece in pieces for s in segments(piece[1])]
        parts = segments(line)
        far_vertices += [(tags.get("name"), p) for p in line if nearest(p, out) > TOLERANCE]
        far_points += [(tags.get("name"), p) for piece in pieces for p in piece[1]
                       if nearest(p, parts) > TOLERANCE]
        wrong_way += [tags.get("name") for piece in pieces if not same_direction(piece[1], parts)]
    tap.none(far_vertices, "every input vertex lies within one unit of its way on the disc")
    tap.none(far_points, "every point on the disc lies within one unit of its input way")
    tap.none(wrong_way, "every piece runs in the direction of digitisation")


def check_lengths(tap, ways, found):
    wanted = sum(length(line) for _, line in ways)
    got = sum(length(piece[1]) for pieces in found for piece in pieces)
    tap.check(abs(got / wanted - 1) < 0.001, "total length is right within 0.1 %",
              f"{wanted / 1000:.3f} km in, {got / 1000:.3f} km out, {100 * (got / wanted - 1):+.4f} %")


def check_attributes(tap, ways, found):
    bad = collections.defaultdict(list)
    for (tags, _), pieces in zip(ways, found):
        expected = {
            "one_way": expected_one_way(tags),
            "bridge": is_set(tags, "bridge"),
            "tunnel": is_set(tags, "tunnel"),
            "toll": tags.get("toll") == "yes",
            "planned": tags["highway"] in PLANNED,
        }
        for properties, _ in pieces:
            for key, value in expected.items():
                got = properties.get(key, False)
                got = one_way_of(got) if key == "one_way" else bool(got)
                if got != value:
                    bad[key].append((tags.get("name"), properties["link_id"], got))
    for key in ("one_way", "bridge", "tunnel", "toll", "planned"):
        tap.none(bad[key], f"{key} is right on every piece of every way")


ON_FOOT = {"pedestrian", "footway", "path", "steps", "cycleway", "bridleway", "corridor", "elevator"}


def names_of(tags):
    """Of streets: a platform's name is none, nor is one that only repeats its letter."""
    if tags["highway"] == "platform" or not tags.get("name") or (tags["highway"] in ON_FOOT and tags["name"] == tags.get("ref")):
        return []
    return [tags["name"]]


def references_of(tags):
    """Numbers of roads, one for each value."""
    if tags["highway"] == "platform" or tags["highway"] in ON_FOOT:
        return []
    return [value.strip() for value in tags.get("ref", "").split(";") if value.strip()]


def check_names(tap, ways, others, texts):
    for key, values in (("name", names_of), ("ref", references_of)):
        wanted = {on_disc(value) for tags, _ in ways for value in values(tags)}
        tap.none(sorted(wanted - texts),
                 f"every one of {len(wanted)} distinct values of {key} is on the disc")
        others = others | wanted
    tap.none(sorted(texts - others), "no other text is")


def check_coarse(tap, level, pieces, links):
    """Simplified lines stay near; the distance counts units of the level."""
    scale, far, count, fine_count = 1 << level, [], 0, 0
    for link, lines in pieces.items():
        fine = [s for _, line in links.get(link, ()) for s in segments(line)]
        points = [p for line in lines for p in line]
        far += [link for p in points if fine and nearest(p, fine) > SIMPLIFIED * scale]
        rough = [s for line in lines for s in segments(line)]
        far += [link for a, _ in fine if nearest(a, rough) > SIMPLIFIED * scale]
        count, fine_count = count + len(points), fine_count + len(fine)
    tap.none(far, f"the lines of level {level} lie within {SIMPLIFIED} of its units of those of level 0")
    print(f"# level {level}: {count} points for {fine_count} steps of level 0")


def check(tap, source, features):
    ways, others = source
    links, texts = collections.defaultdict(list), set()
    coarse = collections.defaultdict(lambda: collections.defaultdict(list))
    for feature in features:
        properties = feature["properties"]
        if properties["kind"] == "road":
            if properties["level"] == 0:
                links[properties["link_id"]].append((properties, to_units(road_line(feature["geometry"]))))
            else:
                line = to_units(road_line(feature["geometry"]))
                coarse[properties["level"]][properties["link_id"]].append(line)
        elif properties["kind"] == "name" and properties["level"] == 0:
            texts.add(properties["text"])
    found = [[piece for link in run for piece in links[link]] for run in runs(links)]
    tap.check(len(found) == len(ways), "as many ways as in the input",
              f"{len(ways)} in, {len(found)} out, {len(links)} links")
    check_lengths(tap, ways, found)
    if len(found) == len(ways):
        check_geometry(tap, ways, found)
        check_attributes(tap, ways, found)
    check_names(tap, ways, others, texts)
    for level, pieces in sorted(coarse.items()):
        tap.none(sorted(pieces.keys() - links.keys()), f"the {len(pieces)} links of level {level} are on level 0")
        check_coarse(tap, level, pieces, links)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    tap = Tap()
    wanted = read_input(sys.argv[1])
    if len(sys.argv) == 3:
        with open(sys.argv[2], encoding="utf-8") as source:
            check(tap, wanted, read_features(source))
    else:
        sys.stdin.reconfigure(encoding="utf-8")
        check(tap, wanted, read_features(sys.stdin))
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
