# SPDX-License-Identifier: MIT
"""Reads the roads of level 0 of an ALLDATA.KWI with nothing but struct: what kiwi is compared with. Knows one file and intact discs only."""
import mmap
import struct
import sys

SLOT_SIZES = {0: 6, 1: 8, 2: 8}  # by list type (6.3)
NULL = 0xFFFFFFFF


def lists(data, at, header):
    """Where the parcel lists of level 0 begin (6.1, 6.2), and how many slots one has by parcel type."""
    level_size, set_size, block_size, levels = struct.unpack_from(">HHHH", data, header + 20)
    for record in range(header + 30, header + 30 + 2 * level_size * levels, 2 * level_size):
        number, *counts, sets = struct.unpack_from(">H22x12BH", data, record)
        if number >> 10:
            continue
        rows_by_columns = [(a + 1) * (b + 1) for a, b in zip(counts[::2], counts[1::2])]
        for i in range(rows_by_columns[0]):
            table, size = struct.unpack_from(">2xII", data, header + 2 * (sets + set_size * i))
            for j in range(rows_by_columns[1] if size else 0):
                address, size = struct.unpack_from(">IH", data, header + 2 * (table + block_size * j))
                if address != NULL:
                    yield at(address), rows_by_columns[2:]


def frames(data):
    """Where the map frames of level 0 begin, each once; a divided parcel has a list of its own (6.3)."""
    logical, sector = struct.unpack_from(">HH", data, 472)

    def at(address):
        return (address >> 8) * sector + (address & 63) * logical

    for root, slots in lists(data, at, at(*struct.unpack_from(">I", data, 2048))):
        waiting, seen = [root], set()
        while waiting:
            record = waiting.pop()
            kind, = struct.unpack_from(">H", data, record)
            for i in range(slots[kind >> 8 & 3]):
                address, size = struct.unpack_from(">IH", data, record + 4 + SLOT_SIZES[kind & 255] * i)
                if size and address not in seen:
                    seen.add(address)
                    yield at(address)
                elif not size and address != NULL:
                    waiting.append(root + 2 * address)


def coordinate(word):
    return (word & 0x1FFF) + (word >> 13) * 4096


def links(data, multilink, header_size):
    """Road type, one-way code and points of each link of a chain (7.2.2.1.1)."""
    count, kind = (word & mask for word, mask in zip(struct.unpack_from(">H8xH", data, multilink + 4), (0x7FF, 0xF000)))
    at, points = multilink + header_size, []
    for _ in range(count):
        attribute, x, y = struct.unpack_from(">HHH", data, at)
        x, y = coordinate(x), coordinate(y)
        if points:
            points.append((x, y))
            yield kind >> 12, one_way, points
        points, one_way = [(x, y)], attribute >> 13 & 3
        steps = struct.unpack_from(f">{2 * (attribute & 0x3FF)}b", data, at + 6)
        for dx, dy in zip(steps[::2], steps[1::2]):
            x, y = x + dx, y + dy
            points.append((x, y))
        at += 6 + len(steps)


def roads(data):
    for frame in frames(data):
        regions, = struct.unpack_from(">H", data, frame + 34)
        offset, size = struct.unpack_from(">IH", data, frame + 36 + 4 * regions)
        road = frame + 2 * offset
        for i in range(data[road + 4] if size else 0):
            offset, count = struct.unpack_from(">HH", data, road + 8 + 4 * i)
            at = road + 2 * offset + 2
            for _ in range(count & 0xFFF if offset != 0xFFFF else 0):
                sizes, = struct.unpack_from(">I", data, at)
                yield from links(data, at, (sizes & 255) * 2)
                at += (sizes >> 16 & 0xFFF) * 2


def main(path):
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        count = points = 0
        for _, _, line in roads(data):
            count += 1
            points += len(line)
    print(count, points)


if __name__ == "__main__":
    main(sys.argv[1])
