# SPDX-License-Identifier: MIT
"""Writes a map by hand, straight from the layouts of the standard, with whatever choice of optional parts a test wants."""
import struct

NONE4 = b"\xff" * 4
SECTOR = 2048


def angle(degrees):
    return (round(abs(degrees) * 28800) | (degrees < 0) << 23).to_bytes(3, "big")


def position(latitude, longitude):
    return angle(latitude) + b"\0" + angle(longitude) + b"\0"


def words(size):
    assert size % 2 == 0
    return size // 2


def pad(data, unit):
    return data + bytes(-len(data) % unit)


def steps(points):
    return b"".join(struct.pack("bb", *point) for point in points)


# Roads


def node(x, y, points=(), attribute=0):
    return struct.pack(">HHH", attribute | len(points), x, y) + steps(points)


def multilink(nodes, *, connections=8, attribute=0, link_id=None, differential=None, route=None, guidance=None, address=None,
              additional=b"", altitude=b"", regulation=b"", high=0, rest=b"", behind=b""):  # fmt: skip
    """high: bits 31 to 28; rest: at the end of the header; behind: at the end of the record."""
    shape = b"".join(nodes)
    options = b""
    if link_id is not None:
        attribute |= 1 << 11
        options += struct.pack(">IH", link_id, len(nodes) - 2 if differential is None else differential)
    if route is not None:
        attribute |= 1 << 9
        options += route
    if guidance is not None:
        attribute |= 1 << 1
        options += struct.pack(">H", guidance)
    if address is not None:
        options += struct.pack(">H", words(len(address)))
    options += rest
    parts = shape + bytes(connections * len(nodes)) + additional + altitude + regulation + (address or b"") + behind
    header = 16 + len(options)
    management = high << 28 | words(header + len(parts)) << 16 | (address is not None) << 15 | words(header)
    sizes = (words(len(part)) for part in (shape, additional, altitude, regulation))
    return struct.pack(">IHHHHHH", management, len(nodes), *sizes, attribute) + options + parts


def road(classes, *, additional=(), first=False, flags=0xF800, intersections=0xFFFF, level=0x8000):
    """classes: a list of multilinks each, or None; additional: bytes each, or None, before the lists if first."""
    head = 8 + 4 * len(classes) + 4 * len(additional)
    lists = [None if c is None else struct.pack(">H", flags) + b"".join(c) for c in classes]
    places, at = {}, head
    others = [("data", i, data) for i, data in enumerate(additional)]
    chains = [("list", i, data) for i, data in enumerate(lists)]
    body = b""
    for kind, i, data in others + chains if first else chains + others:
        if data is not None:
            places[kind, i] = at
            body += data
            at += len(data)
    result = struct.pack(">HHBBH", words(head), intersections, len(classes), len(additional), level)
    for i, chain in enumerate(classes):
        result += b"\xff\xff\0\0" if chain is None else struct.pack(">HH", words(places["list", i]), len(chain))
    for i, data in enumerate(additional):
        result += b"\xff\xff\0\0" if data is None else struct.pack(">HH", words(places["data", i]), words(len(data)))
    return result + body


# Backgrounds


def graphics(code, points, *, name=None, auxiliary=None, high=0, options=0, scale=0, flags=0xF800, behind=b""):
    """points: the first, then steps; high: bits 15 to 12 of the size; options: of the word with the flags."""
    start, *others = points
    options |= (name is not None) << 12 | (auxiliary is not None) << 11 | scale
    body = struct.pack(">HHHHH", flags | len(others), code, options, *start) + steps(others)
    body += b"".join(struct.pack(">H", word) for word in (name, auxiliary) if word is not None) + behind
    return struct.pack(">H", high << 12 | words(2 + len(body))) + body


def background(units):
    """units: None, or a list of (shape class, records, height flag)."""
    at = 2 + 4 * len(units)
    head, body = struct.pack(">H", words(at)), b""
    for unit in units:
        if unit is None:
            head += b"\xff\xff\0\0"
            continue
        inner, records = 2 + 4 * len(unit), b""
        types = struct.pack(">H", len(unit))
        for shape, items, *height in unit:
            types += struct.pack(">HH", words(inner + len(records)), shape << 14 | bool(height and height[0]) << 13 | len(items))
            records += b"".join(items)
        data = types + records
        head += struct.pack(">HH", words(at), words(len(data)))
        body += data
        at += len(data)
    return head + body


# Names


def text(data):
    data = pad(data, 2)
    return struct.pack(">H", words(len(data))) + data


def name(kind, code, body, *, high=0, flags=0xF800, bits=0x20):
    """bits: 7 altitude, 6 vertical, 5 to 0 priority."""
    return struct.pack(">HHH", high << 12 | words(6 + len(body)), flags | kind << 8 | bits, code) + body


def names(lists, order=None):
    """order: in which the lists lie."""
    at = 2 + 4 * len(lists)
    head, body, places = struct.pack(">H", words(at)), b"", {}
    for i in order or range(len(lists)):
        places[i] = at + len(body)
        body += b"".join(lists[i] or [])
    for i, records in enumerate(lists):
        head += b"\xff\xff\0\0" if records is None else struct.pack(">HH", words(places[i]), len(records))
    return head + body


# Frames


def frame(entries, *, place=(10, 20), code=(0, 0), identifier=0xC000, regions=(), neighbours=(), behind=b"", management=0xFF000000,
          source=100, real=(1356, 1350), magnetic=(0, 0), guidance=(0xFFFFFFFF, 0), order=None, unit=2, slack=0):  # fmt: skip
    """entries: bytes or None. order: in which the data lie; unit: that they begin at multiples of."""
    size = 36 + 4 * len(regions) + 6 * len(entries) + 6 * len(neighbours) + len(behind)
    body, places = b"", {}
    for i in order or range(len(entries)):
        if entries[i] is not None:
            body += bytes(-(size + len(body)) % unit)
            places[i] = size + len(body)
            body += entries[i]
    head = struct.pack(">H", words(size)) + position(*place) + bytes(code)
    head += struct.pack(">HIHHHhhIHH", identifier, management, source, *real, *magnetic, *guidance, len(regions))
    head += b"".join(struct.pack(">HH", *region) for region in regions)
    for i, entry in enumerate(entries):
        head += NONE4 + b"\0\0" if entry is None else struct.pack(">IH", words(places[i]), words(len(entry)))
    return head + b"".join(neighbours) + behind + body + bytes(slack)


def extended(payload, kind=0xAF100100):
    return b"\xff" * 12 + struct.pack(">I", kind) + payload


# The disc


class Level:
    """cells: frames by row and column; one that stands in several is integrated. parts: (type, frames) by row and column."""

    def __init__(self, number=0, cells=None, parts=None, *, parcels=(2, 2), blocks=(1, 1), sets=(1, 1), frames=(3, 0, 0, 0),
                 divisions=((2, 2), (4, 4), (1, 1)), node=8, classes=None, list_type=0, rest=b"", header=0, scales=(5000,)):  # fmt: skip
        self.number, self.cells, self.parts = number, cells or {}, parts or {}
        self.parcels, self.blocks, self.sets, self.frames = parcels, blocks, sets, frames
        self.divisions, self.node, self.classes, self.list_type = divisions, node, classes, list_type
        self.rest, self.header, self.scales = rest, header, scales

    def record(self, offset):
        counts = self.frames[0] << 12 | self.frames[1] << 8 | self.frames[2] << 4 | self.frames[3]
        data = struct.pack(">HH", (self.number & 63) << 10 | self.header, counts)
        data += b"".join(struct.pack(">I", s) for s in (*self.scales, *[0xFFFFFFFF] * 5)[:5])
        for pair in (self.sets, self.blocks, self.parcels, *self.divisions):
            data += bytes(number - 1 for number in pair)
        data += struct.pack(">HH", words(offset), words(self.node))
        if self.classes:
            roads, grounds, texts = self.classes
            data += struct.pack(">H", len(roads) - 1 << 10 | len(grounds) - 1 << 5 | len(texts) - 1)
            data += b"".join(struct.pack(">H", c) for c in (*roads, *grounds, *texts))
        return data + self.rest

    def slots(self, block):
        rows, columns = self.parcels
        for row in range(block[0] * rows, (block[0] + 1) * rows):
            for column in range(block[1] * columns, (block[1] + 1) * columns):
                yield row, column

    def all_blocks(self):
        """By block sets, then in them."""
        for set_row in range(self.sets[0]):
            for set_column in range(self.sets[1]):
                yield [(set_row * self.blocks[0] + row, set_column * self.blocks[1] + column)
                       for row in range(self.blocks[0]) for column in range(self.blocks[1])]  # fmt: skip


class Disc:
    def __init__(self, levels, *, box=(10, 11, 20, 21), sector=32, named=False, size="whole", unused=NONE4 + bytes(14),
                 version=b"FORMAT VERSION KIWI01-22-00\n", volume=None):  # fmt: skip
        """box: south, north, west, east; named: names of files in blocks; size: what the header states."""
        self.levels, self.box, self.sector, self.named, self.size = levels, box, sector, named, size
        self.unused, self.version, self.volume = unused, version, volume or {}

    def address(self, offset):
        return offset // SECTOR << 8 | offset % SECTOR // self.sector

    def reference(self, data, offset, list_type):
        result = struct.pack(">IH", self.address(offset), len(pad(data, self.sector)) // self.sector)
        return result + {0: b"", 1: b"\0\1", 2: b"\0\1", 100: bytes(12)}[list_type]

    def lists(self, level, block, places):
        """Parcel management information of a block."""
        empty = NONE4 + b"\0\0" + bytes({0: 0, 1: 2, 2: 2, 100: 12}[level.list_type])
        main, behind = struct.pack(">BBH", 0, level.list_type, 0xFFFF), b""
        start = 4 + len(empty) * level.parcels[0] * level.parcels[1]
        for cell in level.slots(block):
            if cell in level.parts:
                main += struct.pack(">IH", words(start + len(behind)), 0) + empty[6:]
                kind, frames = level.parts[cell]
                behind += struct.pack(">BBH", kind, level.list_type, 0xFFFF)
                behind += b"".join(empty if f is None else self.reference(f, places[id(f)], level.list_type) for f in frames)
            else:
                data = level.cells.get(cell)
                main += empty if data is None else self.reference(data, places[id(data)], level.list_type)
        return main + behind

    def data_volume(self):
        south, north, west, east = self.box
        data = bytearray(SECTOR)
        data[0:12] = data[64:76] = data[128:140] = b"\xff" * 12
        data[160:160 + len(self.version)] = self.version
        data[224:252] = b"DATA VERSION 07/12/21/01\n".ljust(28, b"\0")
        struct.pack_into(">H", data, 416, 0x8000)
        data[456:472] = position(south, west) + position(north, east)
        struct.pack_into(">HHH", data, 472, self.sector, SECTOR, 0x4000)
        for at, value in self.volume.items():
            data[at:at + len(value)] = value
        return bytes(data)

    def build(self):
        block_size = 18 if self.named else 6
        records = [level.record(0) for level in self.levels]
        sets_at = 30 + sum(map(len, records))
        count = sum(level.sets[0] * level.sets[1] for level in self.levels)
        tables_at = sets_at + 10 * count
        used = {(n, s): any(c in level.cells or c in level.parts for b in blocks for c in level.slots(b))
                for n, level in enumerate(self.levels) for s, blocks in enumerate(level.all_blocks())}  # fmt: skip
        tables = sum(used[n, s] * len(blocks) * block_size for n, level in enumerate(self.levels) for s, blocks in enumerate(level.all_blocks()))
        header_size = tables_at + tables
        at = 2 * SECTOR + len(pad(bytes(header_size), self.sector))
        # Where everything lies: lists first, whose lengths do not depend on places.
        frames = {}
        for level in self.levels:
            for data in (*level.cells.values(), *(f for _, parts in level.parts.values() for f in parts if f is not None)):
                frames[id(data)] = data
        nowhere = dict.fromkeys(frames, 0)
        blocks = []
        for n, level in enumerate(self.levels):
            for s, members in enumerate(level.all_blocks()):
                for block in members if used[n, s] else ():
                    there = any(c in level.cells or c in level.parts for c in level.slots(block))
                    blocks.append((level, block, at if there else None))
                    at += len(pad(self.lists(level, block, nowhere), self.sector)) if there else 0
        places = {}
        for key, data in frames.items():
            places[key] = at
            at += len(pad(data, self.sector))
        return self.join(records, sets_at, tables_at, header_size, used, blocks, frames, places)

    def join(self, records, sets_at, tables_at, header_size, used, blocks, frames, places):
        south, north, west, east = self.box
        sizes = {"whole": header_size, "padded": len(pad(bytes(header_size), self.sector)), "header": 30}
        header = struct.pack(">HHHH", words(sizes[self.size]), 0, self.named, 0)
        header += angle(north) + angle(south) + angle(west) + angle(east)
        count = (tables_at - sets_at) // 10
        header += struct.pack(">HHHHH", words(len(records[0])), 5, 9 if self.named else 3, len(records), count)
        sets, table_at, set_at = b"", tables_at, sets_at
        for n, level in enumerate(self.levels):
            header += level.record(set_at)
            for s, members in enumerate(level.all_blocks()):
                size = len(members) * (18 if self.named else 6) * used[n, s]
                sets += struct.pack(">HII", (level.number & 63) << 10 | s, words(table_at) if size else 0xFFFFFFFF, words(size))
                table_at += size
                set_at += 10
        for level, block, at in blocks:
            data = b"" if at is None else pad(self.lists(level, block, places), self.sector)
            sets += NONE4 + b"\0\0" if at is None else struct.pack(">IH", self.address(at), len(data) // self.sector)
            sets += bytes(12) if self.named else b""
        table = struct.pack(">IH12s", self.address(2 * SECTOR), len(pad(bytes(header_size), self.sector)) // self.sector, b"")
        table = (table + self.unused * 112).ljust(SECTOR, b"\0")
        data = self.data_volume() + table + pad(header + sets, self.sector)
        for level, block, at in blocks:
            data += b"" if at is None else pad(self.lists(level, block, places), self.sector)
        for frame_data in frames.values():
            data += pad(frame_data, self.sector)
        return data
