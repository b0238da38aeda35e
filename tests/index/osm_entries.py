# SPDX-License-Identifier: MIT
"""What the index should have of an OpenStreetMap XML file, worked out from its tags by another road than kiwibuild's; and whether
kiwidump --find has it at its place. As a program: osm_entries.py KIWIDUMP DISC FILE.osm PROFILE prints shares and what is missing."""
import collections
import json
import math
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
sys.dont_write_bytecode = True

from check_goteborg import on_disc  # noqa: E402

RANGE = 100  # metres that a range of houses is long at most, by docs/design/index.md
ROUNDING = 5  # metres
FAR = 2000  # metres from a house to its street at most


class Osm:
    """Nodes, ways and relations with their tags."""

    def __init__(self, path):
        self.nodes, self.objects, self.members = {}, [], {}
        self.way_nodes = {}
        for _, item in xml.etree.ElementTree.iterparse(path):
            tags = {tag.get("k"): tag.get("v") for tag in item.findall("tag")}
            number = int(item.get("id", 0))
            if item.tag == "node":
                self.nodes[number] = float(item.get("lon")), float(item.get("lat"))
            elif item.tag == "way":
                self.way_nodes[number] = [int(node.get("ref")) for node in item.findall("nd")]
            elif item.tag == "relation":
                self.members[number] = [(m.get("type"), int(m.get("ref")), m.get("role")) for m in item.findall("member")]
            else:
                continue
            if tags:
                self.objects.append((item.tag, number, tags))
            item.clear()

    def line(self, way):
        return [self.nodes[node] for node in self.way_nodes.get(way, ()) if node in self.nodes]

    def points(self, kind, number):
        if kind == "node":
            return [self.nodes[number]]
        if kind == "way":
            return self.line(number)
        return [point for type_, way, _ in self.members[number] if type_ == "way" for point in self.line(way)]


def metres(a, b):
    return math.hypot((a[0] - b[0]) * math.cos(math.radians(a[1])), a[1] - b[1]) * 111320


def to_segment(p, a, b):
    scale = math.cos(math.radians(p[1]))
    ax, ay, bx, by = (a[0] - p[0]) * scale, a[1] - p[1], (b[0] - p[0]) * scale, b[1] - p[1]
    dx, dy = bx - ax, by - ay
    part = max(0, min(1, -(ax * dx + ay * dy) / (dx * dx + dy * dy))) if dx or dy else 0
    return math.hypot(ax + part * dx, ay + part * dy) * 111320


def to_line(p, line):
    return min((to_segment(p, a, b) for a, b in zip(line, line[1:])), default=math.inf)


def middle(points):
    xs, ys = zip(*points)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def covers(points, p):
    slack = ROUNDING / 111320 / math.cos(math.radians(p[1]))
    return all(min(axis) - slack <= value <= max(axis) + slack for axis, value in zip(zip(*points), p))


def house_numbers(text):
    """Those at both ends of each part of a list; [] if some part is none."""
    numbers = []
    for part in re.split("[,;]", text):
        ends = re.match(r"\s*(\d+)[^-\d]*(?:-\s*(\d+))?", part)
        if not ends:
            return []
        numbers += [int(end) for end in ends.groups() if end]
    return numbers


def streets(osm, profile):
    classes = profile["roads"]["highway"]
    for kind, number, tags in osm.objects:
        if kind != "way" or "highway" not in tags or "name" not in tags:
            continue
        road = profile["roads"]["default"] if tags["highway"] in profile["planned"]["highway"] else classes.get(tags["highway"])
        if not road or road.get("unnamed") or (road.get("unnumbered") and tags["name"] == tags.get("ref")) or len(osm.line(number)) < 2:
            continue
        yield number, tags["name"], osm.line(number)


def associated(osm):
    """Streets of houses that do not say theirs, by relations and by interpolation lines."""
    found = {}
    for kind, number, tags in osm.objects:
        if kind == "way" and "addr:interpolation" in tags and "addr:street" in tags:
            found.update({("node", node): tags["addr:street"] for node in osm.way_nodes[number]})
    for kind, number, tags in osm.objects:
        if kind == "relation" and tags.get("type") == "associatedStreet" and "name" in tags:
            found.update({(type_, ref): tags["name"] for type_, ref, role in osm.members[number] if role != "street"})
    return found


def addresses(osm):
    by_relation = associated(osm)
    for kind, number, tags in osm.objects:
        if "addr:housenumber" not in tags:
            continue
        street = tags.get("addr:street") or tags.get("addr:place") or by_relation.get((kind, number))
        yield f"{kind} {number}", street, tags["addr:housenumber"], osm.points(kind, number)


def interpolated(osm):
    """Houses between the ends of lines of two nodes: number and place."""
    tags_of = {(kind, number): tags for kind, number, tags in osm.objects}
    steps = {"all": 1, "even": 2, "odd": 2}
    for kind, number, tags in osm.objects:
        ends = [tags_of.get(("node", node), {}) for node in osm.way_nodes.get(number, ())] if kind == "way" else []
        if len(ends) != 2 or tags.get("addr:interpolation") not in steps:
            continue
        street = tags.get("addr:street") or ends[0].get("addr:street")
        first, last = (int(end["addr:housenumber"]) for end in ends)
        (ax, ay), (bx, by) = osm.line(number)
        step = math.copysign(steps[tags["addr:interpolation"]], last - first)
        for i in range(1, int((last - first) / step)):
            part = i * step / (last - first)
            yield f"way {number}", street, str(int(first + i * step)), [(ax + (bx - ax) * part, ay + (by - ay) * part)]


def points_of_interest(osm, profile):
    pois = profile["points_of_interest"]
    for kind, number, tags in osm.objects:
        for tag, values in pois["tags"].items():
            category = pois["categories"].get(values.get(tags.get(tag, "no"), values.get("*") if tags.get(tag, "no") != "no" else None))
            if category and osm.points(kind, number):
                others = [value for key, value in tags.items() if key.endswith("_name") or key.startswith("name:")]
                name = tags.get("name") or next(iter(others), None) or tags.get("brand") or category["title"]
                yield f"{kind} {number}", name, category["code"], osm.points(kind, number)


class Found:
    """What kiwidump --find says of everything."""

    def __init__(self, kiwidump, disc):
        output = subprocess.run([kiwidump, str(disc), "--find", ""], capture_output=True, check=True).stdout
        self.entries = collections.defaultdict(list)
        for line in output.decode("utf-8").splitlines():
            feature = json.loads(line)
            self.entries[feature["properties"]["kind"], feature["properties"]["name"]].append(feature)

    def of(self, kind, name):
        return self.entries.get((kind, on_disc(name)), [])


def place_of(row):
    return row["longitude"], row["latitude"]


def missing_streets(osm, profile, found):
    for number, name, line in streets(osm, profile):
        rows = [row for entry in found.of("street", name) for row in entry["properties"]["ranges"]]
        yield f"way {number}, {name}", any(metres(place_of(row), line[0]) <= ROUNDING for row in rows)


def holds(row, number):
    if row["first"] is None:
        return False
    return min(row["first"], row["last"]) <= number <= max(row["first"], row["last"]) and (row["first"] - number) % 2 == 0


def missing_addresses(osm, profile, found):
    lines = collections.defaultdict(list)
    for _, name, line in streets(osm, profile):
        lines[name].append(line)
    for what, street, text, points in [*addresses(osm), *interpolated(osm)]:
        numbers = house_numbers(text)
        if not street or not numbers or not points:
            yield f"{what}, {street} {text}", False
            continue
        place = middle(points)
        away = min((to_line(place, line) for line in lines[street]), default=math.inf)
        size = metres((min(p[0] for p in points), min(p[1] for p in points)), (max(p[0] for p in points), max(p[1] for p in points)))
        allowed = (away + RANGE if away < FAR else 0) + size + ROUNDING
        rows = [row for entry in found.of("street", street) for row in entry["properties"]["ranges"]]
        good = all(any(holds(row, n) and metres(place_of(row), place) <= allowed for row in rows) for n in numbers)
        yield f"{what}, {street} {text}", good


def missing_places(osm, profile, found):
    for kind, number, tags in osm.objects:
        if kind == "node" and tags.get("place") in profile["places"]["place"] and "name" in tags:
            hits = found.of("place", tags["name"])
            yield f"node {number}, {tags['name']}", any(metres(hit["geometry"]["coordinates"], osm.nodes[number]) <= ROUNDING for hit in hits)


def missing_pois(osm, profile, found):
    for what, name, code, points in points_of_interest(osm, profile):
        hits = [hit for hit in found.of("poi", name) if hit["properties"]["category"] == code]
        yield f"{what}, {name}, {code}", any(covers(points, hit["geometry"]["coordinates"]) for hit in hits)


CHECKS = {"streets": missing_streets, "addresses": missing_addresses, "places": missing_places, "points of interest": missing_pois}


def compare(osm, profile, found):
    """Of each kind how many there are, and what is missing."""
    for kind, check in CHECKS.items():
        results = list(check(osm, profile, found))
        yield kind, len(results), [what for what, good in results if not good]


def main():
    kiwidump, disc, file, profile = sys.argv[1:]
    with open(profile, encoding="utf-8") as source:
        profile = json.load(source)
    for kind, count, missing in compare(Osm(file), profile, Found(kiwidump, disc)):
        print(f"{kind}: {count - len(missing)} of {count} ({100 * (1 - len(missing) / max(count, 1)):.2f} %)")
        for what in missing[:40]:
            print(f"  {what}")


if __name__ == "__main__":
    main()
