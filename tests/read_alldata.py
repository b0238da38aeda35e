#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A second, independent reader of ALLDATA.KWI: shares nothing with libkiwi or the schema, on purpose.

usage: read_alldata.py ALLDATA.KWI                         structure checks, TAP
       read_alldata.py ALLDATA.KWI INPUT.geojson[.gz]      the same, and compares with the input
       read_alldata.py --features ALLDATA.KWI              features as GeoJSON, one per line
"""
import collections
import json
import struct
import sys

sys.dont_write_bytecode = True

import check_goteborg  # noqa: E402

NULL32 = 0xFFFFFFFF
ONE_WAY = ("none", "forward", "backward", "closed")


def u16(b, at):
    return struct.unpack_from(">H", b, at)[0]


def u32(b, at):
    return struct.unpack_from(">I", b, at)[0]


def angle(b, at):
    raw = int.from_bytes(b[at:at + 3], "big")
    return -(raw & 0x7FFFFF) if raw & 0x800000 else raw  # eighths of a second


def dsa(raw):
    return (raw >> 8) * 2048 + (raw & 0x3F) * 32


def nz(word):
    return (word & 0x1FFF) + (word >> 13) * 4096


def steps(b, at, count, scale=1):
    values = struct.unpack_from(f"{2 * count}b", b, at)
    return [(values[2 * i] * scale, values[2 * i + 1] * scale) for i in range(count)]


def walk(start, moves):
    points = [start]
    for dx, dy in moves:
        points.append((points[-1][0] + dx, points[-1][1] + dy))
    return points


class Level:
    def __init__(self, b, at, map_at):
        self.number = u16(b, at) >> 10
        self.n_ext = u16(b, at + 2) >> 8 & 15
        self.scales = [u32(b, at + 4 + 4 * i) for i in range(5)]
        counts = [value + 1 for value in b[at + 24:at + 36]]
        (self.sets_y, self.sets_x, self.blocks_y, self.blocks_x, self.parcels_y, self.parcels_x) = counts[:6]
        self.division = {1: counts[6:8], 2: counts[8:10], 3: counts[10:12]}
        self.sets_at = map_at + 2 * u16(b, at + 36)
        self.node_size = 2 * u16(b, at + 38)
        word = u16(b, at + 40)
        self.classes = (word >> 10 & 15) + 1, (word >> 5 & 31) + 1, (word & 31) + 1
        self.rows = self.sets_y * self.blocks_y * self.parcels_y
        self.columns = self.sets_x * self.blocks_x * self.parcels_x


class Frame:
    def __init__(self, level, row, column, address, size, part=None, division=0):
        self.level, self.row, self.column, self.address, self.size = level, row, column, address, size
        self.part, self.division = part, division


class Volume:
    def __init__(self, data):
        self.b = data
        self.map = dsa(u32(data, 2048))
        m = self.map
        self.north, self.south, self.west, self.east = (angle(data, m + at) for at in (8, 11, 14, 17))
        if self.east <= self.west:
            self.east += 360 * 28800
        self.lmr, self.bsmr, self.bmr = (2 * u16(data, m + at) for at in (20, 22, 24))
        self.levels = [Level(data, m + 30 + i * self.lmr, m) for i in range(u16(data, m + 26))]
        self.frames = collections.OrderedDict()
        for level in self.levels:
            level.height = (self.north - self.south) // level.rows
            level.width = (self.east - self.west) // level.columns
            self.read_level(level)

    def read_level(self, level):
        for s in range(level.sets_y * level.sets_x):
            at = level.sets_at + s * self.bsmr
            assert u16(self.b, at) == level.number << 10 | s
            table, size = u32(self.b, at + 2), 2 * u32(self.b, at + 6)
            if table == NULL32:
                continue
            assert size == level.blocks_y * level.blocks_x * self.bmr
            for block in range(level.blocks_y * level.blocks_x):
                entry = self.map + 2 * table + block * self.bmr
                if u32(self.b, entry) != NULL32:
                    row = (s // level.sets_x * level.blocks_y + block // level.blocks_x) * level.parcels_y
                    column = (s % level.sets_x * level.blocks_x + block % level.blocks_x) * level.parcels_x
                    self.read_block(level, dsa(u32(self.b, entry)), row, column)

    def read_block(self, level, info, row, column):
        assert u16(self.b, info) == 0 and u16(self.b, info + 2) == 0xFFFF
        for slot in range(level.parcels_y * level.parcels_x):
            at = info + 4 + 6 * slot
            place = row + slot // level.parcels_x, column + slot % level.parcels_x
            address, size = u32(self.b, at), u16(self.b, at + 4)
            if size:
                self.add(Frame(level, *place, dsa(address), size * 32))
            elif address != NULL32:
                self.read_divided(level, info + 2 * address, *place)

    def read_divided(self, level, at, row, column):
        kind = u16(self.b, at) >> 8
        ny, nx = level.division[kind]
        for i in range(ny * nx):
            address, size = u32(self.b, at + 4 + 6 * i), u16(self.b, at + 8 + 6 * i)
            self.add(Frame(level, row, column, dsa(address), size * 32, (i // nx, i % nx), kind))

    def add(self, frame):
        self.frames[(frame.level.number, frame.row, frame.column, frame.part)] = frame

    def corner(self, frame):
        return self.west + frame.column * frame.level.width, self.south + frame.row * frame.level.height

    def place(self, frame, point):
        west, south = self.corner(frame)
        lon = (west + point[0] * frame.level.width / 4096) / 28800
        return [lon if lon <= 180 else lon - 360, (south + point[1] * frame.level.height / 4096) / 28800]

    def entry(self, frame, index):
        """Data frame 0 road, 1 background, 2 name: start and size."""
        at = frame.address + 36 + 4 * u16(self.b, frame.address + 34) + 6 * index
        offset = u32(self.b, at)
        return (None, 0) if offset == NULL32 else (frame.address + 2 * offset, 2 * u16(self.b, at + 4))

    def roads(self, frame):
        start, size = self.entry(frame, 0)
        for i in range(self.b[start + 4] if start else 0):
            offset, count = u16(self.b, start + 8 + 4 * i), u16(self.b, start + 10 + 4 * i) & 0xFFF
            if offset == 0xFFFF:
                continue
            at = start + 2 * offset + 2
            for number in range(count):
                yield from self.multilink(frame, at, i, number)
                at += 2 * (u32(self.b, at) >> 16 & 0xFFF)
            assert at <= start + size

    def multilink(self, frame, at, index, number):
        b = self.b
        head, attribute = u32(b, at), u16(b, at + 14)
        size, header, nodes = 2 * (head >> 16 & 0xFFF), 2 * (head & 0xFF), u16(b, at + 4) & 0x7FF
        link, last = u32(b, at + 16) & 0x3FFFFFFF, nodes - 2
        assert attribute & 0x800 and u16(b, at + 20) == last and bool(attribute & 0x40) == (nodes > 2)
        shape, end = at + header, at + header + 2 * (u16(b, at + 6) & 0xFFF)
        chain = []
        for _ in range(nodes):
            word = u16(b, shape)
            count = word & 0x3FF
            chain.append((word, walk((nz(u16(b, shape + 2)), nz(u16(b, shape + 4))),
                                     steps(b, shape + 6, count))))
            shape += 6 + 2 * count
        assert shape == end and size == end - at + nodes * frame.level.node_size
        assert not any(b[end:at + size])
        for k in range(nodes - 1):
            word, points = chain[k]
            yield {"kind": "road", "level": frame.level.number, "offset": at, "class": index,
                   "multilink": number, "road_type": attribute >> 12, "toll": bool(attribute & 0x100),
                   "one_way": ONE_WAY[word >> 13 & 3],
                   "planned": bool(word & 0x1000), "tunnel": bool(word & 0x800), "bridge": bool(word & 0x400),
                   "link_id": link + k}, points + [chain[k + 1][1][0]]

    def shapes(self, frame):
        start, _ = self.entry(frame, 1)
        for i in range((2 * u16(self.b, start) - 2) // 4):
            offset = u16(self.b, start + 2 + 4 * i)
            if offset == 0xFFFF:
                continue
            element = start + 2 * offset
            for t in range(u16(self.b, element)):
                at = element + 2 * u16(self.b, element + 2 + 4 * t)
                word = u16(self.b, element + 4 + 4 * t)
                for _ in range(word & 0xFFF):
                    count, scale = u16(self.b, at + 2) & 0x7FF, 1 << (u16(self.b, at + 6) & 7)
                    size = 2 * (u16(self.b, at) & 0xFFF)
                    assert size == 12 + 2 * count and u16(self.b, at + 2) >> 11
                    first = nz(u16(self.b, at + 8)), nz(u16(self.b, at + 10))
                    points = walk(first, steps(self.b, at + 12, count, scale))
                    yield {"kind": "background", "level": frame.level.number, "offset": at, "element": i,
                           "type": u16(self.b, at + 4), "shape": word >> 14}, points
                    at += size

    def names(self, frame):
        start, _ = self.entry(frame, 2)
        for i in range((2 * u16(self.b, start) - 2) // 4 if start else 0):
            offset, count = u16(self.b, start + 2 + 4 * i), u16(self.b, start + 4 + 4 * i)
            at = start + 2 * offset
            for _ in range(count):
                kind = u16(self.b, at + 2) >> 8 & 7
                text = at + (14 if kind == 5 else 12)
                raw = self.b[text + 2:text + 2 + 2 * u16(self.b, text)]
                point = nz(u16(self.b, at + 8)), nz(u16(self.b, at + 10))
                yield {"kind": "name", "level": frame.level.number, "offset": at, "string_type": kind,
                       "type": u16(self.b, at + 4), "angle": u16(self.b,
                                                                 at + 12) & 0x1FF if kind == 5 else None,
                       "text": bytes(raw).rstrip(b"\0").decode("iso-8859-1")}, [point]
                at += 2 * (u16(self.b, at) & 0xFFF)

    def features(self):
        for frame in self.frames.values():
            for properties, points in (*self.roads(frame), *self.shapes(frame), *self.names(frame)):
                line = [self.place(frame, point) for point in points]
                geometry = {"type": "LineString", "coordinates": line}
                if properties.get("shape") == 2:
                    geometry = {"type": "Polygon", "coordinates": [line]}
                elif len(line) == 1:
                    geometry = {"type": "Point", "coordinates": line[0]}
                yield {"type": "Feature", "properties": properties, "geometry": geometry}


def box(frame):
    if frame.part is None:
        return 0, 0, 4096, 4096
    ny, nx = frame.level.division[frame.division]
    row, column = frame.part
    return column * 4096 // nx, row * 4096 // ny, (column + 1) * 4096 // nx, (row + 1) * 4096 // ny


def outside(frame, points):
    left, bottom, right, top = box(frame)
    return [p for p in points if not (left <= p[0] <= right and bottom <= p[1] <= top)]


def signed_area(points):
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:]))


def check_headers(tap, volume):
    bad, sizes = [], []
    for key, frame in volume.frames.items():
        b, at, level = volume.b, frame.address, frame.level
        west, south = volume.corner(frame)
        west -= 360 * 28800 if west > 180 * 28800 else 0
        kind = 0x6000 | frame.division << 8 | frame.part[0] << 4 | frame.part[1] if frame.part else 0xE000
        kind &= 0xFFFF if level is not volume.levels[0] else 0xDFFF
        good = (angle(b, at + 2), angle(b, at + 6)) == (south, west) and u16(b, at + 12) == kind
        good = good and (b[at + 10], b[at + 11]) == (frame.row % level.parcels_y,
                                                     frame.column % level.parcels_x)
        bad += [] if good else [key]
        ends = [2 * u16(b, at)] + [volume.entry(frame, i)[0] - at + volume.entry(frame, i)[1]
                                   for i in range(3)
                                   if volume.entry(frame, i)[0]]
        padding = b[at + max(ends):at + frame.size]
        sizes += [] if len(padding) < 32 and not any(padding) and max(ends) <= frame.size else [key]
    tap.none(bad, f"all {len(volume.frames)} frames tell their place")
    tap.none(sizes, "frames are as long as their parts and zero padded")


def adjacency_of(volume, frame):
    """The eight lists of addresses that a header tells."""
    at = frame.address
    base = at + 36 + 4 * u16(volume.b, at + 34) + 6 * (3 + frame.level.n_ext)
    end = at + 2 * u16(volume.b, at)
    if base == end:
        return None
    result = []
    for i in range(8):
        first, size = u32(volume.b, base + 6 * i), u16(volume.b, base + 6 * i + 4)
        if size or first == NULL32:
            result.append([dsa(first)] if size else [])
        else:
            parts = at + 2 * (first >> 16)
            result.append([dsa(u32(volume.b, parts + 6 * k)) for k in range((first & 15) + 1)])
    return result


def check_adjacency(tap, volume):
    """Along a side every frame that touches, at a corner the one that holds the point just beyond it."""
    moves = ((1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1))
    by_cell = collections.defaultdict(list)
    for (number, row, column, _), frame in volume.frames.items():
        by_cell[number, row, column].append(frame)
    bad = []
    for (number, row, column, part), frame in volume.frames.items():
        told = adjacency_of(volume, frame)
        if told is None:
            bad += [] if frame.level is volume.levels[0] else [(number, row, column)]
            continue
        left, bottom, right, top = box(frame)
        for (dy, dx), addresses in zip(moves, told):
            wanted = []
            for other in (f for ry in (-1, 0, 1) for rx in (-1, 0, 1)
                          for f in by_cell.get((number, row + ry, column + rx), [])):
                oy, ox = (other.row - row) * 4096, (other.column - column) * 4096
                l2, b2, r2, t2 = (v + o for v, o in zip(box(other), (ox, oy, ox, oy)))
                fits_y = (b2 <= top < t2 if dy > 0 else b2 < bottom <= t2) if dy else b2 < top and t2 > bottom
                fits_x = (l2 <= right < r2 if dx > 0 else l2 < left <= r2) if dx else l2 < right and r2 > left
                wanted += [other.address] if fits_y and fits_x and other is not frame else []
            if sorted(wanted) != sorted(addresses):
                bad.append((number, row, column, part, dy, dx))
    tap.none(bad, "adjacency entries lead to the frames that touch")


def check_shapes(tap, volume, copies):
    leaving, open_areas, clockwise = [], [], []
    kinds, ends = collections.Counter(), collections.defaultdict(collections.Counter)
    for key, frame in volume.frames.items():
        for properties, points in (*volume.roads(frame), *volume.shapes(frame), *volume.names(frame)):
            kinds[properties["level"], properties["kind"]] += 1
            leaving += [(key, properties["offset"])] if outside(frame, points) else []
            if properties["kind"] == "road":
                for x, y in (points[0], points[-1]):
                    ends[frame.level.number, properties["link_id"]][frame.column * 4096 + x,
                                                                    frame.row * 4096 + y] += 1
            if properties.get("shape") == 2:
                open_areas += [properties["offset"]] if points[0] != points[-1] else []
                clockwise += [properties["offset"]] if signed_area(points) <= 0 else []
    odd = [link for link, count in ends.items() if sum(n % 2 for n in count.values()) > 2 * copies]
    tap.none(leaving, "no point leaves its frame")
    tap.none(odd, "the pieces of a cut link meet in the same point")
    tap.none(open_areas, "areas are closed")
    tap.none(clockwise, "areas run counter-clockwise")
    for (level, kind), count in sorted(kinds.items()):
        print(f"# level {level}: {count} {kind} records")


def check_structure(tap, data, copies=1):
    """copies: how often kiwibuild was told to repeat the map; then link ids are not unique."""
    volume = Volume(data)
    tap.check(data[160:187] == b"FORMAT VERSION KIWI01-22-00" and data[472:476] == b"\0\x20\x08\0",
              "Data Volume")
    tap.check(all(data[2066 + 18 * i:2072 + 18 * i] == b"\xff\xff\xff\xff\0\0" for i in range(47)),
              "header table")
    tap.check(len(data) % 2048 == 0, "the file is padded to sectors")
    for level in volume.levels:
        print(f"# level {level.number}: sets {level.sets_y}x{level.sets_x} "
              f"blocks {level.blocks_y}x{level.blocks_x} parcels "
              f"{level.parcels_y}x{level.parcels_x}, cell {level.height} x {level.width} eighths, "
              f"{sum(k[0] == level.number for k in volume.frames)} frames, "
              f"{len({k[1:3] for k in volume.frames if k[0] == level.number and k[3]})} divided parcels")
    places = sorted((f.address, f.size) for f in volume.frames.values())
    tap.check(all(a + size <= b for (a, size), (b, _) in zip(places, places[1:])), "frames do not overlap")
    check_headers(tap, volume)
    check_adjacency(tap, volume)
    check_shapes(tap, volume, copies)
    return volume


def main():
    arguments = [a for a in sys.argv[1:] if a != "--features"]
    if len(arguments) not in (1, 2):
        sys.exit(__doc__)
    with open(arguments[0], "rb") as source:
        data = source.read()
    if "--features" in sys.argv:
        for feature in Volume(data).features():
            print(json.dumps(feature))
        return 0
    tap = check_goteborg.Tap()
    volume = check_structure(tap, data)
    if len(arguments) == 2:
        check_goteborg.check(tap, check_goteborg.read_input(arguments[1]), volume.features())
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
