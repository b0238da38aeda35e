# SPDX-License-Identifier: MIT
"""A second, independent reader of route planning: shares nothing with libkiwi or the schema, on purpose."""

import struct

NULL = 0xFFFFFFFF
TURN = 360 * 28800


def u16(b, at):
    return struct.unpack_from(">H", b, at)[0]


def u32(b, at):
    return struct.unpack_from(">I", b, at)[0]


def angle(b, at):
    raw = int.from_bytes(b[at : at + 3], "big")
    return -(raw & 0x7FFFFF) if raw & 0x800000 else raw  # eighths of a second


class Region:
    """box: south, north, west, east in eighths of a second; None of a dummy record."""

    def __init__(self, b, record, sizes, unit, sector):
        north, south, west, east = (angle(b, record + 3 * i) for i in range(4))
        east += TURN if east < west else 0
        self.box = None if b[record : record + 12] == b"\xff" * 12 else (south, north, west, east)
        raw = u32(b, record + 18)
        if raw == NULL:
            return
        self.b, self.at = b, (raw >> 8) * sector + (raw & 0x3F) * unit
        self.node_size, self.cost_size = sizes

    def frame(self, number):
        offset = u32(self.b, self.at + 8 + 6 * number)
        return None if offset == NULL else self.at + 2 * offset

    def nodes(self):
        """Number of further upper levels, longitude and latitude in eighths, and the unit of both."""
        start, coordinates = self.frame(0), self.frame(7)
        first, count = start + 2 * u16(self.b, start), u16(self.b, start + 2)
        height, width = angle(self.b, coordinates + 2), angle(self.b, coordinates + 5)
        grid, table = (coordinates + 2 * u16(self.b, coordinates + at) for at in (10, 14))
        for i in range(count):
            word = u32(self.b, table + 4 * i)
            cell = grid + 6 * (word >> 24)
            y = angle(self.b, cell) + (word & 0xFFF) * height / 4096
            x = angle(self.b, cell + 3) + (word >> 12 & 0xFFF) * width / 4096
            yield u32(self.b, first + self.node_size * i) >> 27 & 7, x, y, max(width, height) / 4096

    def costs(self):
        """First and last link id, and number of upper levels."""
        start = self.frame(2)
        assert u16(self.b, start + 2) == 0  # none with travel time
        for i in range(u16(self.b, start + 4)):
            at = start + 2 * u16(self.b, start) + self.cost_size * i
            first = u32(self.b, at)
            yield (first, first + u16(self.b, at + 4)), u16(self.b, at + 6) >> 13


def read(volume):
    """Level -> regions, the coarsest level first; the dummy level is left out. Empty without route planning."""
    name = volume.text_name(volume.b, 2072)
    if u32(volume.b, 2066) == NULL:
        return {}
    _, b, head = volume.address("", volume.b, u32(volume.b, 2066), name)
    _, _, at = volume.address(name, b, u32(b, head + 8))
    levels = {}
    for i in range(b[head + 46]):
        record = head + 50 + 2 * u16(b, head + 48) * i
        number, count, size = u16(b, record) >> 10, u16(b, record + 2), 2 * u16(b, record + 4)
        sizes = 2 * u16(b, record + 6), 2 * u16(b, record + 10)
        if number < 32:
            levels[number] = [Region(b, at + size * k, sizes, volume.logical, volume.sector) for k in range(count)]
        at += size * count
    return levels


def touch(a, b):
    return a[0] <= b[1] and b[0] <= a[1] and any(a[2] <= b[3] + turn and b[2] + turn <= a[3] for turn in (-TURN, 0, TURN))


def check_frames(tap, volume, levels, box):
    """Frames of the map name the regions that they touch, the finest level first."""
    wrong, named = [], 0
    for key, frame in volume.frames.items():
        at = frame.address + 36
        found = [(u16(frame.b, at + 4 * i) >> 10, u16(frame.b, at + 4 * i + 2)) for i in range(u16(frame.b, at - 2))]
        left, bottom, right, top = box(frame)
        west, south = volume.corner(frame)
        width, height = frame.level.width, frame.level.height
        here = (south + bottom * height // 4096, south - -top * height // 4096,
                west + left * width // 4096, west - -right * width // 4096)  # fmt: skip
        wanted = [(number, i) for number in sorted(levels) if number >= frame.level.number
                  for i, region in enumerate(levels[number]) if region.box and touch(here, region.box)]  # fmt: skip
        named += len(found)
        wrong += [] if found == wanted else [(key, found, wanted)]
    tap.none(wrong, f"frames name the {named} regions that they touch")


def near(nodes, x, y, unit):
    return any(abs(x - nx) <= unit + other and abs(y - ny) <= unit + other
               for i in (-1, 0, 1) for k in (-1, 0, 1) for nx, ny, other in nodes.get((x // 8 + i, y // 8 + k), ()))  # fmt: skip


def check_upper(tap, levels):
    """Nodes and links that say they are on the level above are there, and no others."""
    numbers = sorted(levels)
    for lower, upper in zip(numbers, numbers[1:]):
        places, above, below = {}, set(), {}
        total = 0
        for region in filter(lambda region: region.box, levels[upper]):
            for _, x, y, unit in region.nodes():
                places.setdefault((x // 8, y // 8), []).append((x, y, unit))
                total += 1
            above |= {link for link, _ in region.costs()}
        nodes = [node for region in levels[lower] if region.box for node in region.nodes()]
        said = [node for node in nodes if node[0]]
        lost = [node for node in said if not near(places, *node[1:])]
        tap.none(lost, f"{len(said)} of {len(nodes)} nodes of level {lower} are nodes of level {upper}")
        tap.check(len(said) == total, f"so are all {total} nodes of level {upper}", f"{len(said)}")
        for region in filter(lambda region: region.box, levels[lower]):
            below.update(region.costs())
        wrong = [link for link, count in below.items() if count != (link in above)]
        tap.none(wrong, f"links of level {lower} tell whether level {upper} has them")
    tap.check(all(not node[0] for region in levels[numbers[-1]] if region.box for node in region.nodes()),
              "no node is on a level above the highest")  # fmt: skip


def check(tap, volume, box):
    levels = read(volume)
    if levels:
        check_frames(tap, volume, levels, box)
        check_upper(tap, levels)
    else:
        tap.none([key for key, frame in volume.frames.items() if u16(frame.b, frame.address + 34)],
                 "without route planning frames name no regions")  # fmt: skip
