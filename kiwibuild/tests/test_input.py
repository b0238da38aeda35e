#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What kiwibuild reads: test_input.py KIWIBUILD KIWIDUMP OSMIUM SOURCE_ROOT. Prints TAP.

OSM files are written here as XML, by hand, and osmium makes the other forms of them.
"""
import collections
import gzip
import json
import math
import pathlib
import random
import resource
import struct
import subprocess
import sys
import tempfile
import zlib
from xml.sax.saxutils import quoteattr

KIWIBUILD, KIWIDUMP, OSMIUM = sys.argv[1:4]
ROOT = pathlib.Path(sys.argv[4])
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

import check_goteborg  # noqa: E402

tap = check_goteborg.Tap()


def run(*command, **options):
    return subprocess.run([*map(str, command)], capture_output=True, check=False, timeout=600, **options)


def build(source, disc, *options, **more):
    """Builds a disc; the exit code and what was said."""
    result = run(KIWIBUILD, source, "-o", disc, *options, **more)
    return result.returncode, result.stderr.decode()


def features(disc, *options):
    result = run(KIWIDUMP, disc, "--features", *options)
    return [json.loads(line) for line in result.stdout.splitlines()]


def texts(disc):
    return sorted({f["properties"]["text"] for f in features(disc, "--level", "0", "--kind", "name")})


def area(disc, kind):
    """Square units of backgrounds of a type on level 0."""
    total = 0
    for feature in features(disc, "--level", "0", "--kind", "background", "--type", str(kind)):
        geometry = feature["geometry"]
        if not geometry["type"].endswith("Polygon"):
            continue
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        for polygon in polygons:
            for number, ring in enumerate(polygon):
                points = check_goteborg.to_units(ring)
                size = abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:]))) / 2
                total += -size if number else size
    return total


def links(disc):
    """Pairs of places that the road graph connects."""
    return {tuple(sorted(map(tuple, (f["geometry"]["coordinates"][0], f["geometry"]["coordinates"][-1]))))
            for f in features(disc, "--kind", "route")}


# OpenStreetMap's XML

class Osm:
    """A file of OpenStreetMap that is put together."""

    def __init__(self):
        self.nodes, self.ways, self.relations = {}, [], []

    def node(self, number, longitude, latitude, **tags):
        self.nodes[number] = (longitude, latitude, tags)
        return number

    def square(self, first, west, south, size):
        """Nodes of a square, counter-clockwise; returns a closed list of them."""
        corners = [(0, 0), (size, 0), (size, size), (0, size)]
        numbers = [self.node(first + i, west + x, south + y) for i, (x, y) in enumerate(corners)]
        return numbers + numbers[:1]

    def way(self, number, nodes, **tags):
        self.ways.append((number, nodes, tags))

    def relation(self, number, members, **tags):
        self.relations.append((number, members, tags))

    @staticmethod
    def tags(tags):
        return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())

    def parts(self):
        head = 'version="1" timestamp="2026-01-01T00:00:00Z"'
        nodes = [f'<node id="{n}" lat="{y:.7f}" lon="{x:.7f}" {head}>{self.tags(t)}</node>' for n, (x, y, t) in self.nodes.items()]
        ways = [f'<way id="{n}" {head}>' + "".join(f'<nd ref="{r}"/>' for r in refs) + f"{self.tags(t)}</way>"
                for n, refs, t in self.ways]
        relations = [f'<relation id="{n}" {head}>'
                     + "".join(f'<member type="{kind}" ref="{r}" role="{role}"/>' for kind, r, role in members)
                     + f"{self.tags(t)}</relation>" for n, members, t in self.relations]
        return nodes, ways, relations

    def text(self, order=(0, 1, 2)):
        parts = self.parts()
        return '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n' + "\n".join(
            line for i in order for line in parts[i]) + "\n</osm>\n"

    def write(self, path, **options):
        path.write_text(self.text(**options))
        return path


def town():
    """Streets, a bridge over one of them, a lake with an island, a wood, a town."""
    osm = Osm()
    for i in range(5):
        osm.node(10 + i, 11.97 + i / 500, 57.70)
        osm.node(20 + i, 11.974, 57.696 + i / 500)  # 22 is where 12 is
    osm.way(1, [10, 11, 12, 13, 14], highway="residential", name="Lower Street")
    osm.way(2, [20, 21, 22, 23, 24], highway="primary", name="The Bridge", bridge="yes", ref="E 6;E 20")
    osm.node(30, 11.972, 57.704)
    osm.way(3, [11, 30], highway="residential", name="Side Street")
    osm.node(40, 11.975, 57.705, place="town", name="Småköping")
    ring = osm.square(50, 11.98, 57.70, 0.008)
    island = osm.square(60, 11.982, 57.702, 0.002)
    osm.way(4, ring[:3])
    osm.way(5, ring[2:][::-1])
    osm.way(6, island)
    osm.relation(1, [("way", 6, "inner"), ("way", 5, "outer"), ("way", 4, "outer")], type="multipolygon", natural="water")
    osm.way(7, osm.square(70, 11.97, 57.706, 0.003), landuse="forest")
    osm.way(8, osm.square(80, 11.975, 57.706, 0.003), highway="footway", name="Round Walk")
    return osm


def osmium(source, target):
    result = run(OSMIUM, "cat", source, "-o", target, "--overwrite")
    tap.check(result.returncode == 0, f"osmium writes {target.name}", result.stderr.decode().strip())
    return target


def same_disc(one, other):
    return (one / "ALLDATA.KWI").read_bytes() == (other / "ALLDATA.KWI").read_bytes()


def forms_of_osm(folder):
    osm = town()
    source = osm.write(folder / "town.osm")
    code, said = build(source, folder / "town")
    tap.check(code == 0 and not said, "OSM XML is built without a word", said)
    for name in ("town.osm.pbf", "town.osm.gz"):
        code, said = build(osmium(source, folder / name), folder / "other")
        tap.check(code == 0 and same_disc(folder / "town", folder / "other"), f"{name} makes the same disc", said)
    for name in ("town.osm", "town.osm.pbf"):
        content = (folder / name).read_bytes()
        result = run(KIWIBUILD, "-", "-o", folder / "other", input=content)
        tap.check(result.returncode == 0 and same_disc(folder / "town", folder / "other"), f"{name} on a pipe", result.stderr.decode())
    for order in ((2, 1, 0), (1, 0, 2)):
        code, said = build(osm.write(folder / "order.osm", order=order), folder / "other")
        tap.check(code == 0 and same_disc(folder / "town", folder / "other"), f"objects in the order {order}", said)
    (folder / "utf16.osm").write_text(osm.text().replace("UTF-8", "UTF-16"), encoding="utf-16")
    code, said = build(folder / "utf16.osm", folder / "other")
    tap.check(code == 0 and same_disc(folder / "town", folder / "other"), "XML in UTF-16", said)
    result = run(OSMIUM, "add-locations-to-ways", folder / "town.osm.pbf", "-o", folder / "located.osm.pbf", "--overwrite")
    code, said = build(folder / "located.osm.pbf", folder / "other")
    tap.check(result.returncode == 0 and code == 0 and same_disc(folder / "town", folder / "other"), "places at the ways", said)


def meaning_of_osm(folder):
    disc = folder / "town"
    tap.check(texts(disc) == ["E 20", "E 6", "Lower Street", "Round Walk", "Side Street", "Småköping", "The Bridge"], "names",
              str(texts(disc)))
    roads = features(disc, "--level", "0", "--kind", "road")
    count = {name: len({f["properties"]["link_id"] for f in roads if f["properties"][key] == value}) for name, key, value in
             (("all", "level", 0), ("bridge", "bridge", True), ("walk", "road_type", 8))}
    # Lower Street has a node where Side Street begins, the bridge has none where it is above it.
    tap.check(count == {"all": 5, "bridge": 1, "walk": 1}, "nodes join by id, never by place", str(count))
    crossing = [pair for pair in links(disc) if any(abs(x - 11.974) < 1e-4 and abs(y - 57.70) < 1e-4 for x, y in pair)]
    tap.check(not crossing, "the road graph has no node at the bridge", str(crossing))
    unit = check_goteborg.UNIT_X * check_goteborg.UNIT_Y
    for kind, wanted in ((290, 0.008 ** 2 - 0.002 ** 2), (321, 0.003 ** 2)):
        got = area(disc, kind) * unit
        tap.check(abs(got / wanted - 1) < 0.002, f"the area of type {kind}", f"{got / wanted:.5f}")


def rings_in_any_order(folder):
    """Two islands, one with a pond, of strands that are turned and shuffled."""
    wanted = 0.02 ** 2 - 0.004 ** 2 - 0.006 ** 2 + 0.002 ** 2
    for seed in range(6):
        dice = random.Random(seed)
        osm, members, number = Osm(), [], 100
        for first, west, south, size in ((10, 11.97, 57.69, 0.02), (20, 11.972, 57.692, 0.004), (30, 11.98, 57.70, 0.006),
                                         (40, 11.982, 57.702, 0.002)):
            ring = osm.square(first, west, south, size)
            cut = dice.randint(1, 3)
            for strand in (ring[:cut + 1], ring[cut:]):
                osm.way(number, strand[::dice.choice((1, -1))])
                members.append(("way", number, dice.choice(("outer", "inner", ""))))
                number += 1
        dice.shuffle(members)
        osm.relation(1, members, type="multipolygon", natural="water")
        code, said = build(osm.write(folder / "rings.osm"), folder / "rings")
        got = area(folder / "rings", 290) * check_goteborg.UNIT_X * check_goteborg.UNIT_Y
        tap.check(code == 0 and abs(got / wanted - 1) < 0.002, f"rings in order {seed}", f"{got / wanted:.5f} {said}")


def gaps_of_osm(folder):
    """What is not there is counted; what is sound is built."""
    street = {"highway": "residential"}
    for name, change, wanted in (
            ("a missing node", lambda o: o.way(90, [10, 11, 999, 13, 14], name="Gap", **street), "ways lack nodes"),
            ("an area with one", lambda o: o.way(90, [70, 71, 999, 70], natural="wood"), "areas lack nodes"),
            ("a way of one node", lambda o: o.way(90, [10], **street), "ways have fewer than two nodes"),
            ("a way of none", lambda o: o.way(90, [], **street), "ways have fewer than two nodes"),
            ("a missing member", lambda o: o.relation(90, [("way", 999, "outer")], type="multipolygon", natural="water"),
             "relations have ways that are not whole in the file"),
            ("an open ring", lambda o: o.relation(90, [("way", 4, "outer")], type="multipolygon", natural="water"),
             "relations have rings that are open"),
            ("no members", lambda o: o.relation(90, [], type="multipolygon", natural="water"), "relations of areas have no ring"),
            ("a node off the earth", lambda o: o.node(90, 200.0, 91.0, place="town", name="X"), "nodes are not on the earth"),
            ("a way twice", lambda o: o.way(1, [10, 11], name="Again", **street), "objects with tags stand twice"),
    ):
        osm = town()
        change(osm)
        code, said = build(osm.write(folder / "gap.osm"), folder / "gap")
        lines = said.splitlines()
        tap.check(code == 0 and wanted in said and "the first: " in said and "gap.osm: " in said, f"{name}: said", said.strip())
        tap.check({"Lower Street", "The Bridge"} <= set(texts(folder / "gap")), f"{name}: the rest is built", str(len(lines)))
    text = town().text()
    node = '<node id="10" lat="57.8" lon="12.0"/>'
    (folder / "gap.osm").write_text(text.replace("</osm>", node + "</osm>"))
    code, said = build(folder / "gap.osm", folder / "gap")
    tap.check(code == 0 and "nodes stand twice" in said and "node 10" in said and same_disc(folder / "gap", folder / "town"),
              "a node twice: the first one counts", said.strip())
    (folder / "gap.osm").write_text(text.replace('<way id="3" ', '<way id="3" visible="false" '))
    code, said = build(folder / "gap.osm", folder / "gap")
    tap.check(code == 0 and "marked as deleted: 1" in said and "Side Street" not in texts(folder / "gap"), "a deleted way", said.strip())
    result = run(KIWIBUILD, folder / "town.osm", folder / "town.osm.pbf", "-o", folder / "gap")
    tap.check(result.returncode == 0 and same_disc(folder / "gap", folder / "town") and b"objects with tags stand twice" in result.stderr,
              "the same objects in two files", result.stderr.decode().strip())


def nothing_left(folder):
    """What was left out is said although nothing is built."""
    (folder / "left.osm").write_text('<osm><node id="1" lat="95" lon="11"><tag k="place" v="town"/><tag k="name" v="X"/></node></osm>')
    code, said = build(folder / "left.osm", folder / "left")
    tap.check(code == 3 and "nodes are not on the earth: 1" in said and "nothing that the profile knows" in said, "why nothing is left is said", said.strip())


def broken_xml(folder):
    text = town().text()
    for name, content, wanted in (
            ("cut off", text[:2000], ("line ", "the file ends too early")),
            ("not well-formed", text.replace("</way>", "</wax>", 1), ("line ", "column ", "mismatched tag")),
            ("another root", "<html><body/></html>", ("line 1, column 1", "<html>")),
            ("changes", '<osmChange version="0.6"/>', ("file of changes",)),
            ("an entity", '<!DOCTYPE osm [<!ENTITY a "x">]><osm/>', ("DOCTYPE",)),
            ("no id", '<osm>\n<node lat="1" lon="1"/></osm>', ("line 2, column 1", "without an id")),
            ("a wrong id", '<osm><node id="1x" lat="1" lon="1"/></osm>', ('"1x" is no id',)),
            ("a wrong place", '<osm><node id="1" lat="north" lon="1"/></osm>', ('"north" is no latitude',)),
            ("a wrong member", '<osm><relation id="1"><member type="area" ref="1"/></relation></osm>', ('the type "area"',)),
            ("nothing", "<osm/>", ("nothing that the profile knows",)),
    ):
        (folder / "broken.osm").write_text(content)
        code, said = build(folder / "broken.osm", folder / "broken")
        tap.check(code == 3 and said.count("\n") == 1 and all(w in said for w in wanted) and not (folder / "broken").exists(),
                  f"XML refused: {name}", said.strip())


# PBF

def varint(number):
    result = b""
    while number > 127:
        result += bytes([number & 127 | 128])
        number >>= 7
    return result + bytes([number])


def field(number, value):
    """A field of a message: bytes, or a number."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def blocks_of(content):
    """Offset, head and blob of each block."""
    at, result = 0, []
    while at < len(content):
        length = struct.unpack(">I", content[at:at + 4])[0]
        head = content[at + 4:at + 4 + length]
        place, size, shift = head.rindex(b"\x18") + 1, 0, 0
        while True:
            size |= (head[place] & 127) << shift
            shift += 7
            place += 1
            if head[place - 1] < 128:
                break
        result.append((at, 4 + length, size))
        at += 4 + length + size
    return result


def block(kind, data):
    blob = field(2, len(data)) + field(3, zlib.compress(data))
    head = field(1, kind) + field(3, len(blob))
    return struct.pack(">I", len(head)) + head + blob


def many_blocks(folder):
    """Göteborg's first streets as a PBF file of some 24 blocks."""
    osm = Osm()
    for i in range(23):
        osm.node(2 * i + 1, 11.97, 57.7 + i / 1000)
        osm.node(2 * i + 2, 11.98, 57.7 + i / 1000)
        osm.way(i + 1, [2 * i + 1, 2 * i + 2], highway="residential", name=f"Street {i}")
    source = osm.write(folder / "many.osm")
    osmium(source, folder / "many.osm.pbf")
    content = (folder / "many.osm.pbf").read_bytes()
    first = blocks_of(content)[0]
    header = content[:first[1] + first[2]]
    result = header
    for i in range(23):  # osmium puts 8,000 objects into a block; here each has a street and its nodes
        strings = b"".join(field(1, text) for text in (b"", b"highway", b"residential", b"name", f"Street {i}".encode()))
        def zigzag(number):
            return varint(number * 2 if number >= 0 else -number * 2 - 1)
        nodes = field(1, zigzag(2 * i + 1) + zigzag(1)) + field(8, zigzag(577000000 + i * 10000) + zigzag(0)) \
            + field(9, zigzag(119700000) + zigzag(100000))
        way = field(1, i + 1) + field(2, varint(1) + varint(3)) + field(3, varint(2) + varint(4)) + field(8, zigzag(2 * i + 1) + zigzag(1))
        result += block(b"OSMData", field(1, strings) + field(2, field(2, nodes)) + field(2, field(3, way)))
    (folder / "many.osm.pbf").write_bytes(result)
    code, said = build(folder / "many.osm.pbf", folder / "many")
    build(source, folder / "many2")
    tap.check(code == 0 and not said and same_disc(folder / "many", folder / "many2"), "24 blocks, written here", said)
    result = run(OSMIUM, "fileinfo", "-e", folder / "many.osm.pbf")
    tap.check(result.returncode == 0 and b"Number of ways: 23" in result.stdout, "which osmium reads, too", result.stderr.decode())
    return bytearray((folder / "many.osm.pbf").read_bytes())


def broken_pbf(folder):
    content = many_blocks(folder)
    found = blocks_of(content)
    tap.check(len(found) == 24, "there are 24 blocks", str(len(found)))

    def refused(name, damaged, *wanted):
        (folder / "broken.osm.pbf").write_bytes(damaged)
        code, said = build(folder / "broken.osm.pbf", folder / "broken")
        tap.check(code == 3 and said.count("\n") == 1 and all(w in said for w in wanted) and not (folder / "broken").exists(),
                  f"PBF refused: {name}", said.strip())

    chosen = random.Random(1).sample(range(1, 24), 10)
    first = found[min(chosen)][0]
    for name, where in (("contents", lambda at, head, size: at + head + size // 2), ("types", lambda at, head, size: at + 6),
                        ("lengths of heads", lambda at, head, size: at + 1), ("sizes", lambda at, head, size: at + head - 1)):
        damaged = content[:]
        for number in chosen:
            damaged[where(*found[number])] ^= 0x55
        refused(f"10 of 24 blocks have damaged {name}", damaged, f"10 of 24 blocks are damaged, the first at byte {first}: ")
    at, head, size = found[9]
    refused("cut off in a block", content[:at + head + size // 2], "1 of 10 blocks", f"byte {at}: the file ends within it")
    refused("cut off in a head", content[:at + 7], "1 of 10 blocks", f"byte {at}: the file ends within it")
    refused("wrong magic", b"\0\0\0\x0d\x0a\x09OXMHeader" + content[15:], "byte 4", "OSMHeader")
    refused("empty", b"", "it is empty")
    header = content[:found[1][0]]
    refused("a feature of the format that is not known",
            block(b"OSMHeader", field(4, b"OsmSchema-V0.6") + field(4, b"HistoricalInformation")) + content[found[1][0]:],
            '"HistoricalInformation"')
    strings = field(1, b"".join(field(1, t) for t in (b"", b"a")))
    for name, data, wanted in (
            ("a text that is not there", strings + field(2, field(3, field(1, 1) + field(2, b"\x07") + field(3, b"\x01"))), "not in the table"),
            ("more keys than values", strings + field(2, field(3, field(1, 1) + field(2, b"\x01\x01") + field(3, b"\x01"))), "differ in length"),
            ("more ids than places", strings + field(2, field(2, field(1, b"\x02\x02") + field(8, b"\x02") + field(9, b"\x02"))), "differ in length"),
            ("a member of no kind", strings + field(2, field(4, field(1, 1) + field(8, b"\x01") + field(9, b"\x02") + field(10, b"\x05"))), "member"),
            ("an endless number", strings + field(2, field(2, field(1, b"\xff" * 11))), "differ in length"),
            ("a group that ends early", strings + b"\x12\x7f\x00", "ends too early"),
            ("a granularity", strings + field(17, 1 << 40), "granularity"),
    ):
        refused(name, header + block(b"OSMData", data), "1 of 2 blocks", wanted)
    for number, name in ((4, "LZMA"), (6, "LZ4"), (7, "Zstandard")):
        blob = field(2, 5) + field(number, b"12345")
        head = field(1, b"OSMData") + field(3, len(blob))
        refused(name, header + struct.pack(">I", len(head)) + head + blob, name)
    refused("a bomb", header + struct.pack(">I", 13) + field(1, b"OSMData") + b"\x18\x09" + field(2, 1 << 30) + field(3, b"x"), "blocks are damaged")


def other_files(folder):
    for name, content, wanted in (("x.osm.bz2", b"BZh91AY", "bzip2"), ("x.o5m", b"\xff\xe0\x04o5m2", "o5m"), ("x.zip", b"PK\3\4", "zip"),
                                  ("x.gpkg", b"SQLite format 3\0", "GeoPackage"), ("x.geojson", '{"a": 1}'.encode("utf-16"), "UTF-16"),
                                  ("y.geojson", '{"a": 1}'.encode("utf-16-le"), "UTF-16"),
                                  ("z.geojson", '{"a": 1}'.encode("utf-32"), "UTF-32"), ("w.geojson", '{"a": 1}'.encode("utf-32-be"), "UTF-32"),
                                  ("z.osm.gz", gzip.compress(town().text().encode())[:-200], "gzip: the file ends too early")):
        (folder / name).write_bytes(content)
        code, said = build(folder / name, folder / "other_file")
        tap.check(code == 3 and said.count("\n") == 1 and wanted in said and not (folder / "other_file").exists(), f"{name} is said", said.strip())


UNITS = {level: (112.5 / 3600 / 4096 * 2 ** level, 75 / 3600 / 4096 * 2 ** level) for level in (0, 2, 4)}
IDENTITY = {"file", "offset", "link_id", "multilink", "link", "pieces"}  # which record and link it was, not what it is


def positions(coordinates):
    if isinstance(coordinates[0], (int, float)):
        yield coordinates
    else:
        for inner in coordinates:
            yield from positions(inner)


def as_built(disc):
    """What the features of a disc are, with their vertices in units of their level; where a ring begins is no matter."""
    found = collections.Counter()
    for one in features(disc, "--merge"):
        properties = {k: v for k, v in one["properties"].items() if k not in IDENTITY}
        x_unit, y_unit = UNITS[properties["level"]]
        vertices = [(round(p[0] / x_unit), round(p[1] / y_unit)) for p in positions(one["geometry"]["coordinates"])]
        if one["geometry"]["type"].endswith("Polygon"):
            vertices = sorted(set(vertices))
        found[json.dumps(properties, sort_keys=True), one["geometry"]["type"], tuple(vertices)] += 1
    return found


def streets(disc):
    """Where the streets of the index that are roads are, by name."""
    found = collections.defaultdict(list)
    for one in features(disc, "--kind", "address"):
        if one["properties"]["link_id"] != 0x3FFFFFFF:
            found[one["properties"]["name"]].append(one["geometry"]["coordinates"])
    return dict(found)


def features_of_discs(folder):
    """What kiwidump prints becomes the same disc again, by the codes that it prints."""
    for name, source, allowed in (("town", ROOT / "testdata/small/town.geojson", 0), ("backgrounds", ROOT / "testdata/small/backgrounds.geojson", 0),
                                  ("goteborg", ROOT / "testdata/goteborg.geojson.gz", 3)):
        build(source, folder / "first", "-q")
        printed = run(KIWIDUMP, folder / "first", "--features", "--merge").stdout
        (folder / "printed.geojsonl").write_bytes(printed)
        code, said = build(folder / "printed.geojsonl", folder / "second")
        one, two = as_built(folder / "first"), as_built(folder / "second")
        other = (one - two) + (two - one)
        tap.check(code == 0 and not said and sum(other.values()) <= allowed and len(one) >= 10, f"{name}: features become a disc with the same features",
                  f"{sum(one.values())} features, {sum(other.values())} differ {said}")
        one, two = streets(folder / "first"), streets(folder / "second")
        far = [name for name, places in two.items() for place in places
               if min(math.dist(place, other) for other in one.get(name, [(0, 0)])) > 0.02]
        tap.check(two.keys() <= one.keys() and len(two) >= 0.995 * len(one) and not far, f"{name}: and the same streets in the index", f"{len(one)} {sorted(one.keys() ^ two.keys())[:5]} {far[:5]}")
        check = run(KIWIDUMP, folder / "second", "--check", "-q")
        tap.check(check.returncode == 0, f"{name}: and a sound one", check.stdout.decode()[:300])
    plain = {"kind": "road", "level": 0, "type": 6, "road_type": 6, "display_class": 8}
    street = {"highway": "residential"}
    for name, change, wanted in (("a level", {"level": 3}, "are on a level that is not written"), ("a kind", {"kind": "poi"}, "made anew"),
                                 ("a class", {"display_class": 99}, "have a code that is none"), ("a flag", {"bridge": "perhaps"}, "have a code that is none"),
                                 ("a direction", {"one_way": "sideways"}, "have a code that is none"), ("no code", {"road_type": None}, "have a code that is none")):
        lines = [{"type": "Feature", "properties": p, "geometry": {"type": "LineString", "coordinates": [[11.97, 57.7 + i / 100], [11.975, 57.7]]}}
                 for i, p in enumerate((plain, {**plain, **change}, street))]
        (folder / "codes.geojsonl").write_text("\n".join(map(json.dumps, lines)))
        code, said = build(folder / "codes.geojsonl", folder / "codes")
        roads = len(features(folder / "codes", "--level", "0", "--kind", "road"))
        tap.check(code == 0 and wanted in said and ": 1; the first: " in said and "feature 2" in said and roads == 2, f"{name} that is not understood",
                  f"{roads} {said.strip()}")


STREET = '{"type":"Feature","properties":{"highway":"residential","name":"%s"},"geometry":{"type":"LineString","coordinates":[[11.97,57.7],[11.975,57.701]]}}'


def collection(*members, more=""):
    return '{"type":"FeatureCollection",%s"features":[%s]}' % (more, ",".join(members))


def feature_with(geometry, **properties):
    return json.dumps({"type": "Feature", "properties": properties, "geometry": geometry})


def kinds_of_geojson(folder):
    """Other forms and empty things: the street is built, and what is passed over is said."""
    street = STREET % "First Street"
    water = {"natural": "water"}
    crs = '"crs":{"type":"name","properties":{"name":"%s"}},'
    nothing = "features have no place: their geometry is null or empty"
    for name, text, said_wanted in (
            ("type behind the features", '{"features":[%s],"type":"FeatureCollection"}' % street, ""),
            ("several collections", collection(street) + "\n" + collection(STREET % "Second Street"), ""),
            ("one feature over several lines", json.dumps(json.loads(street), indent=2), ""),
            ("a text sequence without line feeds", "\x1e" + street + "\x1e" + street, ""),
            ("escapes in keys", collection(street.replace("highway", "h\\u0069ghway")), ""),
            ("CRS84", collection(street, more=crs % "urn:ogc:def:crs:OGC:1.3:CRS84"), ""),
            ("EPSG:4326", collection(street, more=crs % "EPSG:4326"), ""),
            ("crs null", collection(street, more='"crs":null,'), ""),
            ("a height", collection(street.replace("57.701]", "57.701,12.5]")), ""),
            ("geometry null", collection(feature_with(None, **water), street), nothing + ": 1"),
            ("no geometry", collection('{"type":"Feature","properties":null}', street), nothing + ": 1"),
            ("empty line", collection(feature_with({"type": "LineString", "coordinates": []}, highway="path"), street), nothing + ": 1"),
            ("empty point", collection(feature_with({"type": "Point", "coordinates": []}, place="town", name="X"), street), nothing + ": 1"),
            ("empty areas", collection(*[feature_with({"type": t, "coordinates": c}, **water) for t, c in
                                         (("Polygon", []), ("Polygon", [[]]), ("MultiPolygon", []), ("MultiPolygon", [[]]))], street), nothing + ": 4"),
            ("empty collection", collection(feature_with({"type": "GeometryCollection", "geometries": []}, **water), street), nothing + ": 1"),
            ("one position", collection(feature_with({"type": "LineString", "coordinates": [[12, 57]]}, highway="path"), street), "lines have a single position: 1"),
            ("a short ring", collection(feature_with({"type": "Polygon", "coordinates": [[[12, 57], [12, 58], [12, 57]]]}, **water), street),
             "rings have fewer than four positions: 1"),
            ("an unknown tag", collection(feature_with({"type": "Point", "coordinates": [12, 57]}, colour="red"), street), "no tag that the profile knows: 1"),
            ("a property that is an object", collection(feature_with({"type": "Point", "coordinates": [12, 57]}, place="town", name="X", meta={"a": 1}), street),
             "properties are objects, and no tags: 1"),
    ):
        (folder / "kind.geojson").write_text(text)
        code, said = build(folder / "kind.geojson", folder / "kind")
        tap.check(code == 0 and "First Street" in texts(folder / "kind") and (said_wanted in said if said_wanted else not said), f"GeoJSON: {name}", said.strip())
    for name, properties in (
            ("hstore", {"highway": "primary", "other_tags": '"name"=>"Old \\"Road\\"","ref"=>"7"'}),
            ("JSON", {"highway": "primary", "other_tags": json.dumps({"name": 'Old "Road"', "ref": "7"})}),
            ("all tags", {"osm_id": "1", "all_tags": '"highway"=>"primary", "name"=>"Old \\"Road\\"","ref"=>"7"'}),
            ("an object", {"tags": {"highway": "primary", "name": 'Old "Road"', "ref": 7}}),
            ("lists", {"highway": "primary", "name": ['Old "Road"'], "ref": ["7"]}),
    ):
        (folder / "kind.geojson").write_text(collection(feature_with({"type": "LineString", "coordinates": [[11.97, 57.7], [11.975, 57.701]]}, **properties)))
        code, said = build(folder / "kind.geojson", folder / "kind")
        tap.check(code == 0 and texts(folder / "kind") == ["7", 'Old "Road"'] and not said, f"tags hidden as {name}", said.strip())


def refused_geojson(folder):
    street = STREET % "First Street"
    good = collection(street)
    utf8 = collection(STREET % "Östra gatan")
    for name, content, wanted in (
            ("text behind it", good + "x", ("line 1, column %d: " % (len(good) + 1),)),
            ("a list behind it", good + "\n[]", ("line 2, column 1: ",)),
            ("cut off", good[:-30], ("line 1, column ", "ends too early")),
            ("cut off between features", good[:-2] + ",", ("line 1, column ", "ends too early")),
            ("Latin-1", utf8.encode("latin-1"), ("line 1, column ", "UTF-8")),
            ("a comment", good.replace("[{", "[ // all\n{"), ("line 1, column ", "comment")),
            ("a comma before a bracket", good.replace("57.701]]", "57.701],]"), ("line 1, column ", "comma before a closing bracket")),
            ("a comma behind the features", good.replace("}]}", "},]}"), ("line 1, column ", "comma")),
            ("NaN", good.replace("57.701", "NaN"), ("line 1, column ", "NaN")),
            ("Infinity", good.replace("57.701", "-Infinity"), ("line 1, column ", "number")),
            ("single quotes", good.replace('"', "'"), ("line 1, column 2: ", "quotes")),
            ("no quotes", good.replace('"name"', "name"), ("line 1, column ", "name")),
            ("a key twice", good.replace('"name":', '"name":"Other","name":'), ("line 1, column ", "stands twice")),
            ("features twice", good[:-1] + ',"features":[]}', ("line 1, column ", "stands twice")),
            ("another system", collection(street, more='"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3006"}},'), ("EPSG::3006", "WGS 84")),
            ("metres of another system", collection(street.replace("11.97,57.7]", "319180,6399617]"), more='"crs":{"type":"name","properties":{"name":"EPSG:3006"}},'),
             ("in EPSG:3006", "WGS 84")),
            ("another datum", good[:-1] + ',"crs":{"type":"name","properties":{"name":"EPSG:4301"}}}', ("EPSG:4301", "WGS 84")),
            ("metres", good.replace("11.97,57.7]", "319180,6399617]"), ("feature 1", "longitude, latitude")),
            ("text as a number", good.replace("11.975", '"11.975"'), ("feature 1", "longitude, latitude")),
            ("no GeoJSON", '{"type":"Topology","objects":{}}', ("line 1: is not GeoJSON",)),
            ("Overpass JSON", '{"version":0.6,"elements":[]}', ("Overpass JSON",)),
            ("NUL", collection(street.replace("First", "Fi\\u0000rst")), ("feature 1", "NUL")),
    ):
        (folder / "refused.geojson").write_bytes(content if isinstance(content, bytes) else content.encode())
        code, said = build(folder / "refused.geojson", folder / "refused")
        tap.check(code == 3 and said.count("\n") == 1 and all(w in said for w in wanted) and not (folder / "refused").exists(), f"GeoJSON refused: {name}",
                  said.strip())


def seas(folder):
    """Coastlines have the sea on their right. The map is 0.4 by 0.2 degrees, from 11.0, 57.0; areas are in degrees squared."""
    west, south, east, north = 11.0, 57.0, 11.4, 57.2
    island = [(11.1, 57.1), (11.13, 57.1), (11.13, 57.12), (11.1, 57.12)]  # counter-clockwise: land inside
    box, land = 0.4 * 0.2, 0.03 * 0.02

    def map_with(name, coasts, wanted, words=""):
        osm = Osm()
        osm.way(1, [osm.node(1, west, south), osm.node(2, west, south + 0.001)], highway="service")
        osm.way(2, [osm.node(3, east, north), osm.node(4, east, north - 0.001)], highway="service")
        for number, points in enumerate(coasts):
            nodes = [osm.node(100 * (number + 1) + i, *point) for i, point in enumerate(points)]
            osm.way(10 + number, nodes, natural="coastline")
        code, said = build(osm.write(folder / "sea.osm"), folder / "sea")
        found = area(folder / "sea", 289) / (32 * 4096) / (48 * 4096)
        tap.check(code == 0 and abs(found - wanted) < 2e-6 and words in said and (words or not said), f"the sea: {name}", f"{found} {said.strip()}")
        tap.check(run(KIWIDUMP, folder / "sea", "--check").returncode == 0, f"the sea: {name}: checked")

    def closed(points):
        return points + points[:1]

    coast = [(11.2, north), (11.22, 57.1), (11.2, south)]  # southwards: the sea is in the west
    in_the_west = 0.2 * 0.2 + 0.02 * 0.1 * 2 / 2
    map_with("an island", [closed(island)], box - land)
    map_with("an inland sea", [closed(island[::-1])], land)
    map_with("the west", [coast], in_the_west)
    map_with("the east", [coast[::-1]], box - in_the_west)
    map_with("the west, with an island", [closed(island), coast], in_the_west - land)
    map_with("an island that is in no sea", [closed(island), coast[::-1]], box - in_the_west)
    map_with("in pieces, in any order", [coast[1:], island[2:] + island[:1], coast[:2], island[:3]], in_the_west - land)
    strait = [(11.3, south), (11.3, north)]  # northwards: the sea is in the east
    map_with("two coasts, land between", [coast, strait], in_the_west + 0.1 * 0.2)
    map_with("two coasts, sea between", [coast[::-1], strait[::-1]], box - in_the_west - 0.1 * 0.2)
    map_with("a corner", [[(west, 57.1), (11.1, north)]], box - 0.1 * 0.1 / 2)
    map_with("a bay", [[(11.1, south), (11.1, 57.1), (11.2, 57.1), (11.2, south)]], 0.01)
    map_with("a coast that ends", [[(11.2, north), (11.2, 57.01)]], 0.04, "end inside of the map; the sea goes from there to the nearest edge: 1; the first: 57.01000,11.20000")
    map_with("there and back", [coast, coast[::-1]], 0)

    profile = json.loads((ROOT / "kiwibuild/profiles/osm.json").read_text())
    profile["backgrounds"] = [item for item in profile["backgrounds"] if item["value"] != "coastline" or item["shape"] == "sea"]
    (folder / "sea.json").write_text(json.dumps(profile))
    osm = Osm()
    osm.node(1, west, south, place="town", name="Town")
    osm.way(1, [osm.node(10 + i, *point) for i, point in enumerate([(west, 57.1), (11.1, north)])], natural="coastline")
    code, said = build(osm.write(folder / "sea.osm"), folder / "sea", "--profile", folder / "sea.json")
    found = area(folder / "sea", 289) / (32 * 4096) / (48 * 4096)
    tap.check(code == 0 and not said and abs(found - 0.1 * 0.2 + 0.1 * 0.1 / 2) < 2e-6,
              "the sea: a coast that is not drawn as a line is part of the map", f"{code} {found} {said.strip()}")  # fmt: skip


def memory(folder):
    """A large collection does not stand in memory: 40,000 features that nothing knows, of 60 MB, in 40 MB."""
    line = feature_with({"type": "LineString", "coordinates": [[11.97 + i / 1000, 57.7] for i in range(60)]}, colour="red")
    with open(folder / "large.geojson", "w") as file:
        file.write('{"type":"FeatureCollection","features":[%s' % (STREET % "First Street"))
        file.writelines("," + line for _ in range(40000))
        file.write("]}")
    if b"__asan" in pathlib.Path(KIWIBUILD).read_bytes():
        most = resource.RLIM_INFINITY  # its shadow takes all there is
    else:
        most = 40 << 20
    code, said = build(folder / "large.geojson", folder / "large", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)))
    size = (folder / "large.geojson").stat().st_size
    tap.check(code == 0 and "profile knows: 40000; " in said and size > 50e6, "GeoJSON is not held in memory", f"{size} {said.strip()}")


def goteborg(folder):
    """The same streets from OpenStreetMap's format: nodes are where coordinates are equal."""
    with gzip.open(ROOT / "testdata/goteborg.geojson.gz", "rt") as file:
        source = json.load(file)
    osm, numbers = Osm(), {}
    for number, one in enumerate(source["features"]):
        tags = {k: str(v) for k, v in one["properties"].items() if v is not None}
        for line in check_goteborg.lines_of(one["geometry"]):
            nodes = [numbers.setdefault(tuple(p[:2]), len(numbers) + 1) for p in line]
            for place, node in zip(line, nodes):
                osm.nodes[node] = (place[0], place[1], {})
            osm.way(len(osm.ways) + 1, nodes, **tags)
    osmium(osm.write(folder / "goteborg.osm"), folder / "goteborg.osm.pbf")
    code, said = build(folder / "goteborg.osm.pbf", folder / "goteborg_pbf", "-q")
    build(ROOT / "testdata/goteborg.geojson.gz", folder / "goteborg_json", "-q")
    tap.check(code == 0 and same_disc(folder / "goteborg_pbf", folder / "goteborg_json"), "Göteborg from PBF is Göteborg from GeoJSON", said)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        forms_of_osm(folder)
        meaning_of_osm(folder)
        rings_in_any_order(folder)
        gaps_of_osm(folder)
        nothing_left(folder)
        broken_xml(folder)
        broken_pbf(folder)
        other_files(folder)
        kinds_of_geojson(folder)
        refused_geojson(folder)
        seas(folder)
        memory(folder)
        features_of_discs(folder)
        goteborg(folder)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
