#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Discs that are legal, but not as kiwibuild or any disc seen has them: no finding, and what they have is read.

test_by_hand.py KIWIDUMP SOURCE_ROOT: written by by_hand.py, which shares nothing with kiwibuild. TAP.
"""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

KIWIDUMP, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

from by_hand import (NONE4, Disc, Level, background, extended, frame, graphics, multilink, name, names, node, road, steps,  # noqa: E402
                     text)
from check_goteborg import Tap  # noqa: E402

tap = Tap()
EIGHT = [NONE4 + b"\0\0"] * 8

# What most discs have: a road, an area and a name in the cell at the lower left.
ROAD = [(100, 100), (110, 120), (200, 200)]
NODES = [node(100, 100, [(10, 20)]), node(200, 200)]
AREA = [(1000, 1000), (1100, 1000), (1100, 1100), (1000, 1100)]
SQUARE = [(1000, 1000), (100, 0), (0, 100), (-100, 0), (0, -100)]
PLACE = struct.pack(">HHH", 0, 2000, 2500)
USUAL = [("road", ROAD), ("background", AREA), ("name", [(2000, 2500)])]


def chain(**options):
    return multilink(NODES, **options)


def area(**options):
    return graphics(0x122, SQUARE, **options)


def label(kind=1, body=None, **options):
    return name(kind, 0x131, PLACE + text(b"TOWN") if body is None else body, **options)


def roads(*chains, **options):
    return road([list(chains) or [chain()]], **options)


def grounds(*areas):
    return background([[(2, list(areas) or [area()])]])


def texts(*labels):
    return names([list(labels) or [label()]])


def usual(entries=3, **options):
    return frame([roads(), grounds(), texts(), *[None] * (entries - 3)], **options)


def disc(data=None, options=None, **level):
    return Disc([Level(0, {(0, 0): usual() if data is None else data}, **level)], **(options or {}))


def with_road(*chains, wanted=None, node_size=8, **options):
    return disc(frame([roads(*chains, **options), grounds(), texts()]), node=node_size), wanted


def with_ground(*areas, wanted=None):
    return disc(frame([roads(), grounds(*areas), texts()])), wanted


def with_text(*labels, wanted=None):
    return disc(frame([roads(), grounds(), texts(*labels)])), wanted


CASES = {}


def case(title, made, wanted=None):
    made, others = made if isinstance(made, tuple) else (made, None)
    CASES[title] = made, wanted or others or USUAL if wanted != [] else []


def frames():
    case("as usual", disc())
    case("data in another order", disc(usual(order=[2, 0, 1])))
    case("data in reversed order", disc(usual(order=[2, 1, 0])))
    for unit in (4, 32, 64):
        case(f"data at multiples of {unit}", disc(usual(unit=unit)))
    case("a region", disc(usual(regions=[(0x0800, 0)])))
    case("four regions", disc(usual(regions=[(0x0800, 0), (0x1000, 1), (0x1800, 2), (0x2000, 3)])))
    case("a null region", disc(usual(regions=[(0x8000, 0)])))
    for bit in (0xC000, 0xE000):
        case(f"neighbours, {bit:04X}", disc(usual(neighbours=EIGHT, identifier=bit)))
        case(f"no neighbours, {bit:04X}", disc(usual(identifier=bit)))
    case("reserved bits of the identifier", disc(usual(identifier=0xDC00)))
    case("nothing in a frame", disc(frame([None] * 3)), [])
    case("roads alone", disc(frame([roads(), None, None])), USUAL[:1])
    case("backgrounds alone", disc(frame([None, grounds(), None])), USUAL[1:2])
    case("names alone", disc(frame([None, None, texts()])), USUAL[2:])
    case("roads alone and one entry", disc(frame([roads()]), frames=(1, 0, 0, 0)), USUAL[:1])
    case("two entries", disc(frame([roads(), grounds()]), frames=(2, 0, 0, 0)), USUAL[:2])
    for count in (1, 9, 15):
        case(f"{count} empty extended frames", disc(usual(3 + count), frames=(3, count, 0, 0)))
    case("an extended frame", disc(frame([roads(), grounds(), texts(), extended(b"data" * 5), None]), frames=(3, 2, 0, 0)))
    case("an extended frame without a payload", disc(frame([roads(), grounds(), texts(), extended(b"")]), frames=(3, 1, 0, 0)))
    case("extended frames alone", disc(frame([None, None, None, None, extended(b"12")]), frames=(3, 2, 0, 0)), [])
    case("extended frames first", disc(frame([roads(), grounds(), texts(), extended(b"data" * 5)], order=[3, 0, 1, 2]), frames=(3, 1, 0, 0)))
    case("four basic entries", disc(frame([roads(), grounds(), texts(), None]), frames=(4, 0, 0, 0)))
    case("sectors that are not used", disc(usual(slack=96)))
    case("a codes' worth of practical management", disc(usual(management=0x12C0FFFF)))
    case("heights and another scale", disc(usual(source=0xFFFF)))
    case("metres", disc(usual(real=(0x8A02, 0x890A))))
    case("real lengths of 0", disc(usual(real=(0, 0))))
    case("magnetism", disc(usual(magnetic=(-7, 12))))
    case("a size of route guidance that is nowhere", disc(usual(guidance=(0xFFFFFFFF, 7))))


def road_data():
    for count in (0, 1, 0xFFFE):
        case(f"{count} intersections", with_road(intersections=count))
    for level in (0xFC00, 0x0800, 0x8400):
        case(f"level {level:04X} of route planning", with_road(level=level))
    for flags in (0, 0xF80F, 0x8001, 0x0002):
        case(f"flags {flags:04X} of a list", with_road(flags=flags))
    case("sixteen classes", disc(frame([road([None] * 15 + [[chain()]]), grounds(), texts()])))
    case("every other class", disc(frame([road([None, [chain()], None, [multilink([node(300, 300), node(400, 400)])], None]), grounds(), texts()])),
         [("road", ROAD), ("road", [(300, 300), (400, 400)]), *USUAL[1:]])
    case("a class without chains", disc(frame([road([[], [chain()]]), grounds(), texts()])))
    case("a class without chains behind", disc(frame([road([[chain()], []]), grounds(), texts()])))
    case("no class", disc(frame([road([]), grounds(), texts()])), USUAL[1:])
    for first in (False, True):
        for additional in ([b"12"], [None] * 6, [None, b"1234", None, b"123456"], [b"\1" * 40] * 3):
            case(f"additional data {[len(a or b'') for a in additional]}, {'before' if first else 'behind'}", with_road(additional=additional, first=first))
    case("an id", with_road(chain(link_id=12345)))
    for direction in range(1, 4):
        case(f"direction {direction} of an id", with_road(chain(link_id=direction << 30 | 12345)))
    case("an id not fixed", with_road(chain(link_id=0x3FFFFFFF, differential=0)))
    case("a route number", with_road(chain(route=b"E \0\6")))
    case("an offset of guidance", with_road(chain(guidance=0xFFFF)))
    case("a street address", with_road(chain(address=b"123456")))
    case("a street address of no bytes", with_road(chain(address=b"")))
    case("all sections", with_road(chain(link_id=7, route=b"E \0\6", guidance=9, address=b"12", additional=b"1234", altitude=b"123456", regulation=b"12",
                                         attribute=1)))  # fmt: skip
    case("all sections but connections", with_road(chain(connections=0, link_id=7, address=b"12", additional=b"1234", altitude=b"123456")))
    case("no connections", with_road(chain(connections=0)))
    for size in (2, 6, 10, 14, 40):
        case(f"connections of {size} bytes", with_road(chain(connections=size), node_size=size))
    case("a longer header", with_road(chain(rest=b"\0\1\2\3")))
    case("a longer header and an id", with_road(chain(link_id=5, rest=b"\0" * 10)))
    for high in (1, 2, 3, 4, 7):
        case(f"temporal and expansion bits {high:X}", with_road(chain(high=high, behind=b"12345678" if high & 6 else b"", rest=b"12" if high & 1 else b"")))
    case("a deleted chain", with_road(chain(high=8), multilink([node(300, 300), node(400, 400)])),
         [("road", [(300, 300), (400, 400)]), *USUAL[1:]])
    case("all attributes", with_road(chain(attribute=0xF5FC)))
    case("all attributes of a link", with_road(multilink([node(100, 100, [(10, 20)], 0xFC00), node(200, 200)])))
    case("a last node with attributes", with_road(multilink([NODES[0], node(200, 200, (), 0x8000)])))
    case("expansion of several", with_road(*[chain(high=3, behind=bytes([i] * 6), rest=b"12") for i in range(1, 4)]), [USUAL[0]] * 3 + USUAL[1:])
    case("a chain of one node", with_road(chain(), multilink([node(300, 300)])))
    case("a chain of one node with an id", with_road(chain(), multilink([node(300, 300)], link_id=9, differential=0)))
    case("511 nodes", with_road(multilink([node(i, 7) for i in range(511)], connections=0)), [*[("road", [(i, 7), (i + 1, 7)]) for i in range(510)], *USUAL[1:]])
    case("1,023 points", with_road(multilink([node(5, 5, [(1, 1)] * 1023), node(1029, 1029)])), [("road", [(5 + i, 5 + i) for i in range(1025)]), *USUAL[1:]])
    case("steps of nothing", with_road(multilink([node(100, 100, [(0, 0), (10, 20), (0, 0)]), node(200, 200)])),
         [("road", [(100, 100), (100, 100), (110, 120), (110, 120), (200, 200)]), *USUAL[1:]])
    case("a link that leads nowhere", with_road(chain(), multilink([node(300, 300), node(300, 300)])), [*USUAL[:1], ("road", [(300, 300)]), *USUAL[1:]])
    case("at the far edges", with_road(multilink([node(0, 4096), node(4096, 0)])), [("road", [(0, 4096), (4096, 0)]), *USUAL[1:]])
    case("an edge by its index", with_road(multilink([node(0, 0x2000), node(0x2000, 0)])), [("road", [(0, 4096), (4096, 0)]), *USUAL[1:]])


def ground_data():
    case("no unit", disc(frame([roads(), background([]), texts()])), [USUAL[0], USUAL[2]])
    case("32 units", disc(frame([roads(), background([None] * 31 + [[(2, [area()])]]), texts()])))
    case("a unit without types", disc(frame([roads(), background([[], [(2, [area()])]]), texts()])))
    case("a type without records", disc(frame([roads(), background([[(2, []), (2, [area()]), (1, [])]]), texts()])))
    case("a unit of types without records", disc(frame([roads(), background([[(1, [])], [(2, [area()])]]), texts()])))
    case("points", disc(frame([roads(), background([[(0, [graphics(0x201, [(7, 9)])])]]), texts()])), [USUAL[0], ("background", [(7, 9)]), USUAL[2]])
    case("a line", disc(frame([roads(), background([[(1, [graphics(0x123, [(7, 9), (1, 2)])])]]), texts()])), [USUAL[0], ("background", [(7, 9), (8, 11)]), USUAL[2]])
    case("all classes of shapes", disc(frame([roads(), background([[(0, [graphics(0x201, [(7, 9)])]), (1, [graphics(0x123, [(7, 9), (1, 2)])]), (2, [area()])]]), texts()])),
         [USUAL[0], ("background", [(7, 9)]), ("background", [(7, 9), (8, 11)]), *USUAL[1:]])
    for scale in range(8):
        case(f"steps times {1 << scale}", with_ground(graphics(0x122, [(1000, 1000), (8, 0), (0, 8), (-8, 0), (0, -8)], scale=scale), wanted=[
            USUAL[0], ("background", [(1000, 1000), (1000 + (8 << scale), 1000), (1000 + (8 << scale), 1000 + (8 << scale)), (1000, 1000 + (8 << scale))]), USUAL[2]]))
    case("a name's offset", with_ground(area(name=0xFFFF)))
    case("auxiliary data", with_ground(area(auxiliary=3)))
    case("both", with_ground(area(name=12, auxiliary=3)))
    case("underground", with_ground(area(options=1 << 9)))
    case("reserved bits of an option word", with_ground(area(options=0x1F8)))
    case("not drawn", with_ground(area(flags=0)))
    case("an area of frame A", with_ground(area(options=1 << 13, behind=b"12")))
    case("an area of frame B", with_ground(area(options=1 << 14 | 1 << 13, behind=b"1234")))
    case("a building", with_ground(area(options=2 << 14 | 1 << 13, behind=b"123456")))
    for high in range(1, 8):
        case(f"bits {high:X} of a record's size", with_ground(area(high=high, behind=b"\1\2\3\4\5\6\7\10" * bool(high & 6))))
    case("a deleted area", with_ground(area(high=8), graphics(0x122, [(3000, 3000), *SQUARE[1:]])),
         [USUAL[0], ("background", [(x + 2000, y + 2000) for x, y in AREA]), USUAL[2]])
    case("heights", disc(frame([roads(), background([[(2, [area(behind=b"\1" * 10)], True)]]), texts()])))
    case("an area not closed", with_ground(graphics(0x122, SQUARE[:-1])))
    case("a line of one point", disc(frame([roads(), background([[(1, [graphics(0x123, [(7, 9)])])]]), texts()])), [USUAL[0], ("background", [(7, 9)]), USUAL[2]])
    long = [(10, 10)] + [(1, 0), (0, 1)] * 1023 + [(1, 0)]
    points = [(10, 10)]
    for dx, dy in long[1:]:
        points.append((points[-1][0] + dx, points[-1][1] + dy))
    case("2,047 steps", disc(frame([roads(), background([[(1, [graphics(0x123, long)])]]), texts()])), [USUAL[0], ("background", points), USUAL[2]])


def name_data():
    case("no list", disc(frame([roads(), grounds(), names([])])), USUAL[:2])
    case("32 lists", disc(frame([roads(), grounds(), names([None] * 31 + [[label()]])])))
    other = ("name", [(5, 6)])
    for order in ([0, 1], [1, 0]):
        lists = [[label()], [label(1, struct.pack(">HHH", 0, 5, 6) + text(b"OTHER"))]]
        case(f"lists in the order {order}", disc(frame([roads(), grounds(), names(lists, order)])), [*USUAL, other])
    case("a list without records behind", disc(frame([roads(), grounds(), names([[label()], []])])))
    case("a list without records", disc(frame([roads(), grounds(), names([[], [label()]])])))
    case("an empty text", with_text(label(6, PLACE + b"\0\0" + text(b""))))
    case("an odd text", with_text(label(1, PLACE + text(b"ODD"))))
    case("a long text", with_text(label(1, PLACE + text(b"L" * 8000))))
    case("linear B", with_text(label(4, struct.pack(">HHHH", 0x0202, 0xFFFF, 0x4100, 0x0300) + text(b"ROAD")), wanted=USUAL[:2] + [("name", None)]))
    case("linear C", with_text(label(5, PLACE + struct.pack(">H", 90) + text(b"WAY"))))
    case("symbol and text", with_text(label(6, PLACE + struct.pack(">H", 0x6000) + text(b"SYMBOL"))))
    for kind in (0, 2, 3, 7):
        case(f"type {kind} of strings", with_text(label(kind, PLACE + text(b"WHAT")), wanted=[*USUAL[:2], ("name", None)]))
    case("auxiliary data of a name", with_text(label(1, struct.pack(">HHH", 1 << 11, 2000, 2500) + text(b"TOWN") + b"\0\1")))
    case("an altitude", with_text(label(1, PLACE + text(b"TOWN") + b"\0\7", bits=0xA0)))
    case("vertical, with a priority", with_text(label(bits=0x5F)))
    for high in range(1, 8):
        case(f"bits {high:X} of a name's size", with_text(label(1, PLACE + text(b"TOWN") + b"\1\2\3\4\5\6\7\10" * bool(high & 6), high=high)))
    case("a deleted name", with_text(label(high=8), label(1, struct.pack(">HHH", 0, 5, 6) + text(b"X"))), [*USUAL[:2], ("name", [(5, 6)])])
    case("no scale", with_text(label(flags=0)))


def parcels():
    for kind in (1, 2, 100):
        case(f"lists of type {kind}", disc(list_type=kind))
    one = usual()
    for rows, columns in ((1, 1), (1, 2), (3, 2), (8, 8), (1, 8)):
        case(f"{rows} x {columns} in one frame", disc(None, None, parcels=(8, 8)) if rows == columns == 1 else Disc([Level(0, {
            (r, c): one for r in range(rows) for c in range(columns)}, parcels=(8, 8))]), None)
    quarter = [usual(identifier=0x4100 | r << 4 | c) for r in range(2) for c in range(2)]
    case("parts, one of four", Disc([Level(0, {}, {(0, 0): (1, [quarter[0], None, None, None])})]))
    for division, count in (((1, 4), 4), ((4, 1), 4), ((1, 1), 1), ((3, 5), 15), ((16, 16), 256)):
        case(f"parts {division}", Disc([Level(0, {}, {(0, 0): (2, [quarter[0]] + [None] * (count - 1))}, divisions=((2, 2), division, (1, 1)))]))
    case("no parts at all", Disc([Level(0, {(1, 1): usual(code=(1, 1), place=(10.5, 20.5))}, {(0, 0): (1, [None] * 4)})]),
         [(kind, [(x + 4096, y + 4096) for x, y in points]) for kind, points in USUAL])
    case("two divided parcels of other types", Disc([Level(0, {}, {(0, 0): (1, [quarter[0], None, None, None]), (0, 1): (3, [None]), (1, 0): (2, [None] * 16)})]))
    case("names of files in blocks", disc(None, {"named": True}))
    case("names of files everywhere", disc(None, {"named": True}, list_type=100))
    case("several blocks", disc(None, None, blocks=(2, 4)))
    case("several block sets", disc(None, None, sets=(2, 4), blocks=(2, 1)))
    case("one parcel", disc(None, None, parcels=(1, 1)))
    case("256 parcels", disc(None, None, parcels=(1, 256)))
    for size in ("header", "padded"):
        case(f"the {size} in the size of the header", disc(None, {"size": size}))
    for sector in (64, 128, 256):
        case(f"sectors of {sector} bytes", disc(None, {"sector": sector}))
    case("an empty header table", disc(None, {"unused": bytes(18)}))
    case("blanks written as underscores", disc(None, {"version": b"FORMAT_VERSION_KIWI01-22-00"}))
    case("a later edition", disc(None, {"version": b"FORMAT VERSION KIWI01-23-01\n"}))
    case("levels in the data volume", disc(None, {"volume": {492: bytes([0, 1, 1, 1, 0, 0, 0, 1])}}))
    case("an unknown maker", disc(None, {"volume": {0: b"\x0f\x61\x3c\0\x3c\x35\x7d\0\0\0\7\x22MAKER"}}))


def levels():
    classes = ([15, 14, 13], [0x11, 0x12], [0x21])
    case("classes", disc(None, None, classes=classes))
    case("the most classes", disc(None, None, classes=(list(range(16)), list(range(32)), list(range(32)))))
    case("room behind classes", disc(None, None, classes=classes, rest=bytes(20)))
    case("a class that occurs twice", disc(None, None, classes=([1, 2], [11, 27, 11, 27], [3])))
    case("room behind the record", disc(None, None, rest=bytes(12)))
    case("integration and division of other levels", disc(None, None, header=0x25))
    case("no scale of a level", disc(None, None, scales=()))
    case("five scales", disc(None, None, scales=(5000, 10000, 20000, 40000, 80000)))
    case("divisions of 1 x 1", disc(None, None, divisions=((1, 1), (1, 1), (1, 1))))
    case("route guidance that is announced", disc(None, None, frames=(3, 0, 2, 1)))
    case("frames of other levels", Disc([Level(2, {}), Level(0, {(0, 0): usual()})]))
    case("a negative level", Disc([Level(4, {}, parcels=(1, 1)), Level(-3, {(0, 0): usual()})]))
    case("levels with other numbers of frames", Disc([Level(4, {(0, 0): frame([None, None])}, frames=(2, 0, 0, 0)), Level(2, {(0, 0): frame([None] * 5)}, frames=(3, 2, 0, 0)),
                                                     Level(0, {(0, 0): usual(12)}, frames=(3, 9, 0, 0))]))  # fmt: skip
    case("levels with other connections", Disc([Level(4, {(0, 0): frame([None] * 3)}, node=8), Level(2, {(0, 0): frame([None] * 3)}, node=8),
                                               Level(0, {(0, 0): frame([roads(chain(connections=14)), grounds(), texts()])}, node=14)]))  # fmt: skip
    case("levels with other grids", Disc([Level(4, {}, parcels=(1, 1)), Level(2, {}, parcels=(3, 7)), Level(0, {(0, 0): usual()}, parcels=(2, 2))]))


def check(title, made, wanted, folder):
    path = folder / "ALLDATA.KWI"
    path.write_bytes(made.build())
    run = subprocess.run([KIWIDUMP, "--check", str(folder)], capture_output=True, check=False)
    if not run.stdout:
        return tap.check(False, f"{title}: no finding", (run.returncode, run.stderr[-300:]))
    report = json.loads(run.stdout)
    unknown = [e for e in report["account"] if e["accounted"] != e["size"]]
    # That reserved bits are set is worth a note.
    found = [f for f in report["findings"] if not (f["severity"] == "note" and f["field"].startswith("reserved_"))]
    tap.check(run.returncode == 0 and not found and not unknown, f"{title}: no finding",
              (run.returncode, [(f["path"], f["field"], f["expected"], f["found"]) for f in found][:4], unknown, run.stderr[-200:]))
    run = subprocess.run([KIWIDUMP, "--quiet", "--features", "--format", "geojsonseq", str(folder)], capture_output=True, check=False)
    found = [json.loads(line[1:]) for line in run.stdout.splitlines() if line[:1] == b"\x1e"]
    south, north, west, east = made.box
    level = made.levels[-1]
    height = (north - south) / (level.sets[0] * level.blocks[0] * level.parcels[0]) / 4096
    width = (east - west) / (level.sets[1] * level.blocks[1] * level.parcels[1]) / 4096
    got = [(f["properties"]["kind"], f["geometry"] and points_of(f["geometry"])) for f in found]
    expected = [(kind, points and [(west + x * width, south + y * height) for x, y in points]) for kind, points in wanted]
    got, expected = (sorted(features, key=lambda f: (f[0], sorted(f[1] or []))) for features in (got, expected))
    same = len(got) == len(expected) and all(g[0] == e[0] and near(g[1], e[1]) for g, e in zip(got, expected))
    tap.check(same, f"{title}: {len(wanted)} features", (len(got), next(((g, e) for g, e in zip(got, expected) if g[0] != e[0] or not near(g[1], e[1])), "")))


def points_of(geometry):
    coordinates = geometry["coordinates"]
    return {"Point": lambda: [coordinates], "LineString": lambda: coordinates, "Polygon": lambda: coordinates[0][:-1]}[geometry["type"]]()


def near(got, expected):
    if got is None or expected is None:
        return got is None and expected is None
    return len(got) == len(expected) and all(abs(a - b) < 2e-7 for g, e in zip(got, expected) for a, b in zip(g, e))


def main():
    for group in (frames, road_data, ground_data, name_data, parcels, levels):
        group()
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        (folder / "METADATA.KWI").write_text("LANG ::= English ; CHCD ::=ISO 8859-1 ; COOR::=WGS84;")
        for title, (made, wanted) in CASES.items():
            check(title, made, wanted, folder)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
