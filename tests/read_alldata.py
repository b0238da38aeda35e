#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A second, independent reader of the map: shares nothing with libkiwi or the schema, on purpose.

usage: read_alldata.py DISC                         structure checks, TAP
       read_alldata.py DISC INPUT.geojson[.gz]      the same, and compares with the input
       read_alldata.py --features DISC              features as GeoJSON, one per line

DISC is ALLDATA.KWI or the directory that it is in.
"""
import collections
import json
import pathlib
import re
import struct
import sys

sys.dont_write_bytecode = True

import check_goteborg  # noqa: E402
import read_regions  # noqa: E402
from read_regions import TURN, angle, u16, u32  # noqa: E402

NULL32 = 0xFFFFFFFF
ONE_WAY = ("none", "forward", "backward", "closed")
OPAQUE = bytes((0xA1, 0xB2, 0xC3, 0xD4))  # what kiwibuild puts where nobody knows what belongs there


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


def opaque(b, at, size):
    """Whether the bytes are the pattern, from its beginning."""
    return bytes(b[at:at + size]) == (OPAQUE * (size // 4 + 1))[:size]


class Disc:
    """ALLDATA.KWI and the files that it may name."""

    def __init__(self, path):
        path = pathlib.Path(path)
        folder = path if path.is_dir() else path.parent
        self.data = (folder / "ALLDATA.KWI" if path.is_dir() else path).read_bytes()
        self.files = {p.name: p.read_bytes() for p in sorted(folder.glob("MAP/*"))}
        metadata = folder / "METADATA.KWI"
        declared = re.search(rb"CHCD\s*::=\s*([^;]*?)\s*;", metadata.read_bytes()) if metadata.exists() else None
        self.charset = "cp932" if declared and declared[1] == b"SJIS" else "iso-8859-1"


class Level:
    def __init__(self, b, at, map_at, size):
        self.number = (u16(b, at) >> 10 ^ 32) - 32
        self.n_ext = u16(b, at + 2) >> 8 & 15
        self.guidance = u16(b, at + 2) >> 4 & 15, u16(b, at + 2) & 15  # basic and extended frames
        self.scales = [u32(b, at + 4 + 4 * i) for i in range(5)]
        counts = [value + 1 for value in b[at + 24:at + 36]]
        (self.sets_y, self.sets_x, self.blocks_y, self.blocks_x, self.parcels_y, self.parcels_x) = counts[:6]
        self.division = {1: counts[6:8], 2: counts[8:10], 3: counts[10:12]}
        self.sets_at = map_at + 2 * u16(b, at + 36)
        self.node_size = 2 * u16(b, at + 38)
        if size > 40:
            word = u16(b, at + 40)
            self.classes = (word >> 10 & 15) + 1, (word >> 5 & 31) + 1, (word & 31) + 1
            assert not any(b[at + 42 + 2 * sum(self.classes):at + size])
        self.rows = self.sets_y * self.blocks_y * self.parcels_y
        self.columns = self.sets_x * self.blocks_x * self.parcels_x


class Frame:
    def __init__(self, level, row, column, place, size, part=None, division=0):
        self.level, self.row, self.column, self.size = level, row, column, size
        self.name, self.b, self.address = place
        self.part, self.division, self.span = part, division, [1, 1]

    def place(self):
        return self.name, self.address

    def key(self):
        return self.level.number, self.row, self.column, self.part


class Volume:
    def __init__(self, source):
        """source: a Disc, or the bytes of an ALLDATA.KWI that names no other files."""
        self.b = data = getattr(source, "data", source)
        self.files = getattr(source, "files", {})
        self.charset = getattr(source, "charset", "iso-8859-1")
        self.logical, self.sector = u16(data, 472), u16(data, 474)
        self.head_name = self.text_name(data, 2054)
        _, self.head, m = self.address("", data, u32(data, 2048), self.head_name)
        self.map = m
        self.north, self.south, self.west, self.east = (angle(self.head, m + at) for at in (8, 11, 14, 17))
        if self.east <= self.west:
            self.east += TURN
        self.named = u16(self.head, m + 4) & 1
        self.lmr, self.bsmr, self.bmr = (2 * u16(self.head, m + at) for at in (20, 22, 24))
        assert self.bmr == (18 if self.named else 6)
        self.levels = [Level(self.head, m + 30 + i * self.lmr, m, self.lmr)
                       for i in range(u16(self.head, m + 26))]
        self.frames = collections.OrderedDict()
        self.cells = collections.defaultdict(list)  # frames of a cell
        self.list_types = set()
        self.guidance = {}  # by frame: where the parcel management and its own header say that it lies
        for level in self.levels:
            level.height = (self.north - self.south) // level.rows
            level.width = (self.east - self.west) // level.columns
            self.read_level(level)
        for frame in self.frames.values():
            at, b = frame.address, frame.b
            raw, size = u32(b, at + 28), u16(b, at + 32) * self.logical
            if raw != NULL32 and size:
                self.guidance.setdefault(frame.key(), {})["header"] = self.address(frame.name, b, raw), size

    @staticmethod
    def text_name(b, at):
        return b[at:at + 12].split(b"\0")[0].decode("ascii")

    def address(self, from_name, from_bytes, raw, name=""):
        """File name, bytes and offset of an address."""
        offset = (raw >> 8) * self.sector + (raw & 0x3F) * self.logical
        return (name, self.files[name], offset) if name else (from_name, from_bytes, offset)

    def read_level(self, level):
        b = self.head
        for s in range(level.sets_y * level.sets_x):
            at = level.sets_at + s * self.bsmr
            assert u16(b, at) == (level.number & 63) << 10 | s
            table, size = u32(b, at + 2), 2 * u32(b, at + 6)
            if table == NULL32:
                continue
            assert size == level.blocks_y * level.blocks_x * self.bmr
            for block in range(level.blocks_y * level.blocks_x):
                entry = self.map + 2 * table + block * self.bmr
                if u32(b, entry) != NULL32:
                    row = (s // level.sets_x * level.blocks_y + block // level.blocks_x) * level.parcels_y
                    column = (s % level.sets_x * level.blocks_x + block % level.blocks_x) * level.parcels_x
                    name = self.text_name(b, entry + 6) if self.named else ""
                    self.read_block(level, self.address(self.head_name, b, u32(b, entry), name), row, column)

    def slot(self, info, at, kind):
        """Address, size in bytes and place of one slot; the part size must fit."""
        name, b, _ = info
        raw, size = u32(b, at), u16(b, at + 4) * self.logical
        file = self.text_name(b, at + 6) if kind == 100 and size else ""
        if kind in (1, 2):
            assert u16(b, at + 6) * self.logical <= size
        return raw, size, self.address(name, b, raw, file) if size else None

    def read_block(self, level, info, row, column):
        _, b, start = info
        kind = u16(b, start)
        assert kind in (0, 1, 2, 100)
        self.list_types.add(kind)
        length, shared = {0: 6, 1: 8, 2: 8, 100: 18}[kind], {}
        for slot in range(level.parcels_y * level.parcels_x):
            at = start + 4 + length * slot
            place = row + slot // level.parcels_x, column + slot % level.parcels_x
            raw, size, address = self.slot(info, at, kind)
            if not size:
                if raw != NULL32:
                    self.read_divided(level, info, start + 2 * raw, *place)
            elif bytes(b[at:at + length]) in shared:
                self.extend(shared[bytes(b[at:at + length])], *place)
            else:
                shared[bytes(b[at:at + length])] = frame = Frame(level, *place, address, size)
                self.add(frame)
        for slot, told in self.guidance_list(info, start, kind, level.parcels_y * level.parcels_x):
            place = row + slot // level.parcels_x, column + slot % level.parcels_x
            frame, = self.cells[level.number, place[0], place[1]]
            lists = self.guidance.setdefault(frame.key(), {})
            assert lists.setdefault("list", told) == told  # all parcels of an integrated one say the same

    def guidance_list(self, info, start, kind, count):
        """Slots that are used of the list that a head announces: the same layout as those of the map."""
        _, b, _ = info
        if u16(b, start + 2) == 0xFFFF:
            return
        at, length = start + 2 * u16(b, start + 2), {0: 6, 1: 8, 2: 8, 100: 18}[kind]
        for slot in range(count):
            raw, size, address = self.slot(info, at + length * slot, kind)
            assert size or raw == NULL32
            if size:
                yield slot, (address, size)

    def extend(self, frame, row, column):
        """One more slot of an integrated parcel; whether they form a rectangle is checked with the header."""
        assert row >= frame.row and column >= frame.column
        frame.span = [max(frame.span[0], row - frame.row + 1), max(frame.span[1], column - frame.column + 1)]
        self.cells[frame.level.number, row, column].append(frame)

    def read_divided(self, level, info, at, row, column):
        b = info[1]
        kind, list_type = u16(b, at) >> 8, u16(b, at) & 0xFF
        assert kind in (1, 2, 3)
        ny, nx = level.division[kind]
        for i in range(ny * nx):
            length = {0: 6, 1: 8, 2: 8, 100: 18}[list_type]
            raw, size, address = self.slot(info, at + 4 + length * i, list_type)
            assert size or raw == NULL32
            if size:
                self.add(Frame(level, row, column, address, size, (i // nx, i % nx), kind))
        for i, told in self.guidance_list(info, at, list_type, ny * nx):
            self.guidance.setdefault((level.number, row, column, (i // nx, i % nx)), {})["list"] = told

    def other(self, number):
        """Bytes, offset and size that a record of the management header table tells; None if it is not used."""
        at = 2048 + 18 * (number - 1)
        raw, size = u32(self.b, at), u16(self.b, at + 4) * self.logical
        return (*self.address("", self.b, raw, self.text_name(self.b, at + 6))[1:], size) if size else None

    def parameters(self):
        """Class, management record and data of each kind of parameters; offsets and sizes count words."""
        b, start, told = self.other(4)
        header, count, result = 2 * u16(b, start), u16(b, start + 2), {}
        assert header == 4 + 20 * count <= told
        for at in range(start + 4, start + header, 20):
            number, offset, size = u32(b, at + 12), 2 * u16(b, at + 16), 2 * u16(b, at + 18)
            assert header <= offset and offset + size <= told
            record, data = bytes(b[start + offset:start + offset + size]), None
            if number in (0x1201, 0x1202, 0x1203):
                assert b[at:at + 12] == b"\xff" * 12 and size == (12 if number == 0x1201 else 8)
                place, length = 2 * u32(record, 0), 2 * u32(record, 4)
                assert place >= told and place % 4 == 0
                data = bytes(b[start + place:start + place + length])
            result[number] = record, data
        return result

    def add(self, frame):
        self.frames[frame.key()] = frame
        self.cells[frame.level.number, frame.row, frame.column].append(frame)

    def corner(self, frame):
        return self.west + frame.column * frame.level.width, self.south + frame.row * frame.level.height

    def place(self, frame, point):
        west, south = self.corner(frame)
        lon = (west + point[0] * frame.level.width / 4096) / 28800
        return [lon if lon <= 180 else lon - 360, (south + point[1] * frame.level.height / 4096) / 28800]

    def at(self, level, lat, lon):
        """The frame of a level at a position in degrees, or None: first the cell, then its part."""
        east, north = (lon * 28800 - self.west) % TURN, lat * 28800 - self.south
        x, y = east / level.width, north / level.height
        if not (0 <= x < level.columns and 0 <= y < level.rows):
            return None
        for frame in self.cells.get((level.number, int(y), int(x)), ()):
            if frame.part is None:
                return frame
            ny, nx = level.division[frame.division]
            if frame.part == (int(y % 1 * ny), int(x % 1 * nx)):
                return frame
        return None

    def box_in_degrees(self, frame):
        left, bottom, right, top = box(frame)
        return self.place(frame, (left, bottom)) + self.place(frame, (right, top))

    def entry(self, frame, index):
        """Data frame 0 road, 1 background, 2 name: start and size."""
        b = frame.b
        at = frame.address + 36 + 4 * u16(b, frame.address + 34) + 6 * index
        offset = u32(b, at)
        return (None, 0) if offset == NULL32 else (frame.address + 2 * offset, 2 * u16(b, at + 4))

    def roads(self, frame):
        b = frame.b
        start, size = self.entry(frame, 0)
        for i in range(b[start + 4] if start is not None else 0):
            offset, count = u16(b, start + 8 + 4 * i), u16(b, start + 10 + 4 * i) & 0xFFF
            if offset == 0xFFFF:
                continue
            at = start + 2 * offset + 2
            for number in range(count):
                yield from self.multilink(frame, at, i, number)
                at += 2 * (u32(b, at) >> 16 & 0xFFF)
            assert at <= start + size

    @staticmethod
    def optional(b, at):
        """The header of a multilink behind its attribute, field by field."""
        head, attribute, position = u32(b, at), u16(b, at + 14), at + 16
        result = {"link_id": None, "route_number": None, "street_address": 0}
        if attribute & 0x800:
            result["link_id"] = u32(b, position) & 0x3FFFFFFF
            result["differential"] = u16(b, position + 4)
            position += 6
        if attribute & 0x200:
            result["route_number"] = [u16(b, position), u16(b, position + 2)]
            position += 4
        if attribute & 2:
            result["guidance"] = u16(b, position)
            position += 2
        if head & 0x8000:
            result["street_address"] = 2 * (u16(b, position) & 0xFFF)
            position += 2
        end = at + 2 * (head & 0xFF)
        assert position <= end and opaque(b, position, end - position)
        return result

    def multilink(self, frame, at, index, number):
        b = frame.b
        head, attribute = u32(b, at), u16(b, at + 14)
        size, header, nodes = 2 * (head >> 16 & 0xFFF), 2 * (head & 0xFF), u16(b, at + 4) & 0x7FF
        extra = self.optional(b, at)
        if extra["link_id"] is not None:
            assert extra["differential"] == nodes - 2 and bool(attribute & 0x40) == (nodes > 2)
        shape, end = at + header, at + header + 2 * (u16(b, at + 6) & 0xFFF)
        chain = []
        for _ in range(nodes):
            word = u16(b, shape)
            count = word & 0x3FF
            chain.append((word, walk((nz(u16(b, shape + 2)), nz(u16(b, shape + 4))),
                                     steps(b, shape + 6, count))))
            shape += 6 + 2 * count
        assert shape == end
        sections = [2 * (u16(b, at + o) & 0xFFF) for o in (8, 10, 12)] + [extra["street_address"]]
        rest = at + size - sum(sections)
        assert rest - end in (0, nodes * frame.level.node_size) and not any(b[end:rest])
        for length in sections:
            assert opaque(b, rest, length)
            rest += length
        for k in range(nodes - 1):
            word, points = chain[k]
            yield {"kind": "road", "level": frame.level.number, "offset": at, "class": index,
                   "multilink": number, "road_type": attribute >> 12, "toll": bool(attribute & 0x100),
                   "one_way": ONE_WAY[word >> 13 & 3],
                   "planned": bool(word & 0x1000), "tunnel": bool(word & 0x800), "bridge": bool(word & 0x400),
                   "link_id": None if extra["link_id"] is None else extra["link_id"] + k}, \
                points + [chain[k + 1][1][0]]

    @staticmethod
    def pen_parts(moves, start):
        """Lines of a shape whose pen is lifted by a step (0,0)."""
        result, lifted = [[start]], False
        for dx, dy in moves:
            last = result[-1][-1]
            if (dx, dy) == (0, 0) and not lifted:
                lifted = True
            elif lifted:
                result.append([(last[0] + dx, last[1] + dy)])
                lifted = False
            else:
                result[-1].append((last[0] + dx, last[1] + dy))
        return result

    def shapes(self, frame):
        b = frame.b
        start, _ = self.entry(frame, 1)
        for i in range((2 * u16(b, start) - 2) // 4 if start is not None else 0):
            offset = u16(b, start + 2 + 4 * i)
            if offset == 0xFFFF:
                continue
            element = start + 2 * offset
            for t in range(u16(b, element)):
                at = element + 2 * u16(b, element + 2 + 4 * t)
                word = u16(b, element + 4 + 4 * t)
                for _ in range(word & 0xFFF):
                    yield from self.graphics(frame, at, i, word >> 14)
                    at += 2 * (u16(b, at) & 0xFFF)

    def graphics(self, frame, at, element, shape):
        b = frame.b
        head, count, more = u16(b, at), u16(b, at + 2) & 0x7FF, u16(b, at + 6)
        behind = at + 12 + 2 * count + 2 * (more >> 12 & 1) + 2 * (more >> 11 & 1)
        end = at + 2 * (head & 0xFFF)
        assert behind <= end and opaque(b, behind, end - behind) and u16(b, at + 2) >> 11
        assert not head & 0x4000 or end - behind >= 8
        first = nz(u16(b, at + 8)), nz(u16(b, at + 10))
        moves = steps(b, at + 12, count, 1 << (more & 7))
        lines = self.pen_parts(moves, first) if more & 0x400 else [walk(first, moves)]
        for line in lines:
            yield {"kind": "background", "level": frame.level.number, "offset": at, "element": element,
                   "type": u16(b, at + 4), "shape": shape, "exponent": more & 7}, line

    def names(self, frame):
        b = frame.b
        start, _ = self.entry(frame, 2)
        for i in range((2 * u16(b, start) - 2) // 4 if start is not None else 0):
            offset, count = u16(b, start + 2 + 4 * i), u16(b, start + 4 + 4 * i)
            at = start + 2 * offset
            for _ in range(count):
                yield self.name(frame, at)
                at += 2 * (u16(b, at) & 0xFFF)

    def name(self, frame, at):
        b = frame.b
        kind, end = u16(b, at + 2) >> 8 & 7, at + 2 * (u16(b, at) & 0xFFF)
        priority = u16(b, at + 2) & 63
        properties = {"kind": "name", "level": frame.level.number, "offset": at, "string_type": kind,
                      "type": u16(b, at + 4), "angle": u16(b, at + 12) & 0x1FF if kind == 5 else None,
                      "priority": priority - 64 if priority & 32 else priority,
                      "vertical": bool(u16(b, at + 2) & 0x40), "text": None}
        if kind not in (1, 4, 5, 6):
            assert opaque(b, at + 6, end - at - 6)
            return properties, []
        text = at + {1: 12, 4: 10 + 2 * (u16(b, at + 6) & 15), 5: 14, 6: 14}[kind]
        raw = b[text + 2:text + 2 + 2 * u16(b, text)]
        properties["text"] = bytes(raw).rstrip(b"\0").decode(self.charset)
        rest = text + 2 + len(raw) + 2 * (u16(b, at + 6) >> 11 & 1) + 2 * (u16(b, at + 2) >> 7 & 1)
        assert rest + (8 if u16(b, at) & 0x4000 else 0) == end and opaque(b, rest, end - rest)
        return properties, [] if kind == 4 else [(nz(u16(b, at + 8)), nz(u16(b, at + 10)))]

    def contents(self, frame):
        yield from self.roads(frame)
        yield from self.shapes(frame)
        yield from self.names(frame)

    def features(self):
        for frame in self.frames.values():
            for properties, points in self.contents(frame):
                line = [self.place(frame, point) for point in points]
                geometry = {"type": "LineString", "coordinates": line}
                if properties.get("shape") == 2:
                    geometry = {"type": "Polygon", "coordinates": [line]}
                elif len(line) < 2:
                    geometry = {"type": "Point", "coordinates": line[0]} if line else None
                yield {"type": "Feature", "properties": properties, "geometry": geometry}


def box(frame):
    """In units of the frame."""
    if frame.part is None:
        return 0, 0, 4096 * frame.span[1], 4096 * frame.span[0]
    ny, nx = frame.level.division[frame.division]
    row, column = frame.part
    return column * 4096 // nx, row * 4096 // ny, (column + 1) * 4096 // nx, (row + 1) * 4096 // ny


def outside(frame, points):
    left, bottom, right, top = box(frame)
    return [p for p in points if not (left <= p[0] <= right and bottom <= p[1] <= top)]


def signed_area(points):
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:]))


def identifier(frame):
    """The divided/integrated identifier without the adjacency bit."""
    if frame.part:
        return 0x4000 | frame.division << 8 | frame.part[0] << 4 | frame.part[1]
    if frame.span != [1, 1]:
        return 0x8000 | (frame.span[0] - 1) << 4 | (frame.span[1] - 1)
    return 0xC000


def check_headers(tap, volume):
    bad, sizes, holes = [], [], []
    for key, frame in volume.frames.items():
        b, at, level = frame.b, frame.address, frame.level
        west, south = volume.corner(frame)
        west -= TURN if west > TURN // 2 else 0
        kind = identifier(frame) | (0x2000 if adjacency_of(volume, frame) is not None else 0)
        good = (angle(b, at + 2), angle(b, at + 6)) == (south, west) and u16(b, at + 12) == kind
        good = good and (b[at + 10], b[at + 11]) == (frame.row % level.parcels_y,
                                                     frame.column % level.parcels_x)
        bad += [] if good else [key]
        ends = [2 * u16(b, at)] + [volume.entry(frame, i)[0] - at + volume.entry(frame, i)[1]
                                   for i in range(3) if volume.entry(frame, i)[0]]
        padding = b[at + max(ends):at + frame.size]
        good = len(padding) < volume.logical and not any(padding) and max(ends) <= frame.size
        sizes += [] if good else [key]
        covered = [volume.cells[level.number, frame.row + y, frame.column + x]
                   for y in range(frame.span[0]) for x in range(frame.span[1])]
        whole = frame.part is not None or all(cell == [frame] for cell in covered)
        holes += [] if whole and max(frame.span) <= 8 else [key]
    tap.none(bad, f"all {len(volume.frames)} frames tell their place")
    tap.none(sizes, "frames are as long as their parts and zero padded")
    tap.none(holes, "integrated parcels are rectangles of at most 8 x 8")


def adjacency_of(volume, frame):
    """The eight lists of addresses that a header tells; without those in other files, which have none."""
    at, b = frame.address, frame.b
    base = at + 36 + 4 * u16(b, at + 34) + 6 * (3 + frame.level.n_ext)
    end = at + 2 * u16(b, at)
    if base == end:
        return None
    result = []
    for i in range(8):
        first, size = u32(b, base + 6 * i), u16(b, base + 6 * i + 4)
        if size or first == NULL32:
            entries = [(first, size)]
        else:
            parts = at + 2 * (first >> 16)
            entries = [(u32(b, parts + 6 * k), u16(b, parts + 6 * k + 4)) for k in range((first & 15) + 1)]
        result.append([(frame.name, volume.address(frame.name, b, raw)[2]) for raw, size in entries if size])
    return result


def touching(volume, frame, dy, dx):
    """Frames that share a side, or at a corner the one that holds the point just beyond it."""
    left, bottom, right, top = box(frame)
    seen, found = set(), []
    for row in range(frame.row - 1, frame.row + frame.span[0] + 1):
        for column in range(frame.column - 1, frame.column + frame.span[1] + 1):
            for other in volume.cells.get((frame.level.number, row, column), ()):
                if other is frame or other.key() in seen:
                    continue
                seen.add(other.key())
                oy, ox = (other.row - frame.row) * 4096, (other.column - frame.column) * 4096
                l2, b2, r2, t2 = (v + o for v, o in zip(box(other), (ox, oy, ox, oy)))
                fits_y = (b2 <= top < t2 if dy > 0 else b2 < bottom <= t2) if dy else b2 < top and t2 > bottom
                fits_x = (l2 <= right < r2 if dx > 0 else l2 < left <= r2) if dx else l2 < right and r2 > left
                found += [other] if fits_y and fits_x else []
    return found


def check_adjacency(tap, volume):
    """More than 16 frames along one side cannot be told, nor can frames in another file."""
    moves = ((1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1))
    bad, levels = [], collections.defaultdict(set)
    for key, frame in volume.frames.items():
        told = adjacency_of(volume, frame)
        levels[frame.level.number].add(told is not None)
        for (dy, dx), addresses in zip(moves, told or ()):
            wanted = touching(volume, frame, dy, dx)
            wanted = [f.place() for f in wanted if f.name == frame.name] if len(wanted) <= 16 else []
            if sorted(wanted) != sorted(addresses):
                bad.append((key, dy, dx))
    tap.none(bad, "adjacency entries lead to the frames that touch")
    tap.none([n for n, kinds in levels.items() if len(kinds) > 1], "all frames of a level have adjacency, or none")


def guidance_parts(b, at, counts):
    """Data of the basic and extended frames of a route guidance frame, and where they end."""
    basic, extended = counts
    assert 2 * u16(b, at) == 20 + 6 * (basic + extended)
    parts, end = [], at + 2 * u16(b, at)
    for i in range(basic + extended):
        offset, size = u32(b, at + 20 + 6 * i), 2 * u16(b, at + 24 + 6 * i)
        assert at + 2 * offset == end  # back to back, as kiwibuild writes them
        parts.append(bytes(b[end:end + size]))
        end += size
    return parts[:basic], parts[basic:], end


def check_guidance(tap, volume):
    """Chapter 8: each frame belongs to its parcel and is filled to the end; who leads there agrees."""
    bad, differ, places = [], [], []
    for key, told in volume.guidance.items():
        frame = volume.frames[key]
        differ += [key] if len({(a[0], a[2], size) for a, size in told.values()}) > 1 else []
        (name, b, at), size = next(iter(told.values()))
        places.append((name, at, size))
        basic, extended, end = guidance_parts(b, at, frame.level.guidance)
        good = b[at + 2:at + 12] == frame.b[frame.address + 2:frame.address + 12]  # position, place in the block
        good = good and all(opaque(part, 0, len(part)) for part in basic)
        good = good and all(u32(part, 12) == i and opaque(part, 16, len(part) - 16) for i, part in enumerate(extended))
        good = good and not any(b[end:at + size]) and 0 <= at + size - end < volume.logical
        bad += [] if good else [key]
    places += [(f.name, f.address, f.size) for f in volume.frames.values()]
    places.sort()
    tap.none(bad, f"all {len(volume.guidance)} frames of route guidance are those of their parcels")
    tap.none(differ, "lists and headers lead to the same frames of route guidance")
    tap.none([a for a, b in zip(places, places[1:]) if a[0] == b[0] and a[1] + a[2] > b[1]],
             "frames of map and route guidance do not overlap")


def check_other_data(tap, volume):
    """Chapters 12, 33 and 34, as far as they are known."""
    if volume.other(4):
        parameters = volume.parameters()
        tap.check(list(parameters)[:3] == [0x1201, 0x1202, 0x1203] and all(
            opaque(record, 0, len(record)) if data is None else data and opaque(data, 0, len(data))
            for record, data in parameters.values()), "parameters of the standard's kinds, and those of a maker")
    for number, head in ((5, 0), (6, 14), (7, 6)):
        if volume.other(number):
            b, at, told = volume.other(number)
            size = 2 * (u32(b, at) if number == 7 else u16(b, at)) if head else len(bytes(b[at:at + told]).rstrip(b"\0"))
            tap.check(head <= size <= told < size + volume.logical and opaque(b, at + head, size - head)
                      and not any(b[at + size:at + told]), f"record {number} leads to {size} bytes")


def runs_back(frame, points):
    """Whether an area passes part of the frame's border in both directions, as clipping may leave it."""
    left, bottom, right, top = box(frame)
    for axis, lines in ((0, (left, right)), (1, (bottom, top))):
        for line in lines:
            there, back = [], []
            for a, b in zip(points, points[1:]):
                if a[axis] == b[axis] == line and a != b:
                    low, high = sorted((a[1 - axis], b[1 - axis]))
                    (there if a[1 - axis] < b[1 - axis] else back).append((low, high))
            if any(max(a, c) < min(b, d) for a, b in there for c, d in back):
                return True
    return False


def check_shapes(tap, volume, copies):
    leaving, open_areas, clockwise, slivers = [], [], [], []
    kinds, ends = collections.Counter(), collections.defaultdict(collections.Counter)
    for key, frame in volume.frames.items():
        for properties, points in volume.contents(frame):
            kinds[properties["level"], properties["kind"]] += 1
            leaving += [(key, properties["offset"])] if outside(frame, points) else []
            if properties.get("link_id") is not None:
                for x, y in (points[0], points[-1]):
                    ends[frame.level.number, properties["link_id"]][frame.column * 4096 + x,
                                                                    frame.row * 4096 + y] += 1
            if properties.get("shape") == 2:
                open_areas += [properties["offset"]] if points[0] != points[-1] else []
                clockwise += [properties["offset"]] if signed_area(points) <= 0 else []
                slivers += [properties["offset"]] if runs_back(frame, points) else []
    odd = [link for link, count in ends.items() if sum(n % 2 for n in count.values()) > 2 * copies]
    tap.none(leaving, "no point leaves its frame")
    tap.none(odd, "the pieces of a cut link meet in the same point")
    tap.none(open_areas, "areas are closed")
    tap.none(clockwise, "areas run counter-clockwise")
    tap.none(slivers, "areas do not run back along the border of their frame")
    for (level, kind), count in sorted(kinds.items()):
        print(f"# level {level}: {count} {kind} records")


def check_structure(tap, source, copies=1):
    """source: a Disc or bytes. copies: how often the map is repeated; then link ids are not unique."""
    volume = Volume(source)
    data = volume.b
    tap.check(data[160:187] == b"FORMAT VERSION KIWI01-22-00" and volume.sector == 2048
              and volume.logical in (32, 64, 128, 256), "Data Volume")
    records = [bytes(data[2066 + 18 * i:2084 + 18 * i]) for i in range(47)]
    tap.check(all(r == b"\xff\xff\xff\xff" + bytes(14) or (u32(r, 0) != NULL32 and u16(r, 4)) for r in records),
              "records of the header table are used, or null")
    tap.check(len(data) % 2048 == 0, "the file is padded to sectors")
    for level in volume.levels:
        keys = [k for k in volume.frames if k[0] == level.number]
        print(f"# level {level.number}: sets {level.sets_y}x{level.sets_x} "
              f"blocks {level.blocks_y}x{level.blocks_x} parcels "
              f"{level.parcels_y}x{level.parcels_x}, cell {level.height} x {level.width} eighths, "
              f"{len(keys)} frames, {len({k[1:3] for k in keys if k[3]})} divided and "
              f"{sum(volume.frames[k].span != [1, 1] for k in keys)} integrated parcels")
    places = sorted((f.name, f.address, f.size) for f in volume.frames.values())
    tap.check(all(name != other or a + size <= b
                  for (name, a, size), (other, b, _) in zip(places, places[1:])), "frames do not overlap")
    check_headers(tap, volume)
    check_adjacency(tap, volume)
    check_guidance(tap, volume)
    check_other_data(tap, volume)
    check_shapes(tap, volume, copies)
    read_regions.check(tap, volume, box)
    return volume


def main():
    arguments = [a for a in sys.argv[1:] if a != "--features"]
    if len(arguments) not in (1, 2):
        sys.exit(__doc__)
    disc = Disc(arguments[0])
    if "--features" in sys.argv:
        for feature in Volume(disc).features():
            print(json.dumps(feature))
        return 0
    tap = check_goteborg.Tap()
    volume = check_structure(tap, disc)
    if len(arguments) == 2:
        check_goteborg.check(tap, check_goteborg.read_input(arguments[1]), volume.features())
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
