#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes an OSM PBF file with many copies of another one side by side, each with ids of its own.

usage: copies.py COUNT INPUT OUTPUT

Objects stay sorted by kind and id, as in the file of a country. Only what moves is taken apart
(https://wiki.openstreetmap.org/wiki/PBF_Format): the first id of each list of differences, and the offsets of blocks.
"""
import math
import struct
import sys
import zlib

NODE, DENSE, WAY, RELATION = 1, 2, 3, 4  # fields of a group
ID_LISTS = {DENSE: 1, WAY: 8, RELATION: 9}  # nodes of its own, nodes, members of all kinds: all are moved alike
LATITUDES, LONGITUDES = 8, 9
GRANULARITY, LATITUDE_OFFSET, LONGITUDE_OFFSET = 17, 19, 20


def varint(value):
    out = bytearray()
    value &= (1 << 64) - 1
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def unzigzag(value):
    return value >> 1 ^ -(value & 1)


def zigzag(value):
    return value * 2 if value >= 0 else -value * 2 - 1


def fields(data):
    """Number, value and bytes of each field of a message."""
    at = 0
    while at < len(data):
        start = at
        key, at = read_varint(data, at)
        value, at = read_varint(data, at)
        if key & 7 == 2:
            value, at = data[at:at + value], at + value
        elif key & 7:
            sys.exit(f'a field of kind {key & 7}, which PBF files do not have')
        yield key >> 3, value, data[start:at]


def with_length(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def number_field(number, value):
    return varint(number << 3) + varint(value)


def sums(packed):
    total = at = 0
    while at < len(packed):
        value, at = read_varint(packed, at)
        total += unzigzag(value)
        yield total


class Object:
    """A way, a relation or a run of dense nodes, as bytes between its ids."""

    def __init__(self, kind, message):
        self.kind, self.rest, self.own, self.list = kind, b'', None, None
        self.extent = [[], []]
        for number, value, raw in fields(message):
            if number == ID_LISTS[kind] and value:
                first, at = read_varint(value, 0)
                self.list = unzigzag(first), value[at:]
                self.highest = max(sums(value))
            elif number == 1 and kind != DENSE:
                self.own = self.highest = value
            else:
                self.rest += raw
            if kind == DENSE and number in (LATITUDES, LONGITUDES):
                places = list(sums(value))
                self.extent[number - LATITUDES] = [min(places), max(places)]

    def moved(self, shift):
        out = b'' if self.own is None else number_field(1, self.own + shift)
        if self.list:
            out += with_length(ID_LISTS[self.kind], varint(zigzag(self.list[0] + shift)) + self.list[1])
        return with_length(self.kind, out + self.rest)


class Block:
    """A PrimitiveBlock."""

    def __init__(self, data):
        self.rest, self.groups, self.granularity, self.offsets = b'', [], 100, [0, 0]
        for number, value, raw in fields(data):
            if number == 2:
                self.groups.append([Object(kind, message) for kind, message, _ in fields(value)])
            elif number in (LATITUDE_OFFSET, LONGITUDE_OFFSET):
                self.offsets[number - LATITUDE_OFFSET] = value - (value >> 63 << 64)
            else:
                self.rest += raw
                self.granularity = value if number == GRANULARITY else self.granularity

    def objects(self):
        return (item for group in self.groups for item in group)

    def moved(self, kind, shift, north, east):
        """The block with its groups of one kind, or nothing."""
        groups = b''.join(with_length(2, b''.join(item.moved(shift) for item in group))
                          for group in self.groups if group[0].kind == kind)
        return groups and (self.rest + groups + number_field(LATITUDE_OFFSET, self.offsets[0] + north) +
                           number_field(LONGITUDE_OFFSET, self.offsets[1] + east))


def read_blobs(path):
    """Type and content of each blob."""
    with open(path, 'rb') as file:
        while size := file.read(4):
            head = {number: value for number, value, _ in fields(file.read(struct.unpack('>I', size)[0]))}
            blob = {number: value for number, value, _ in fields(file.read(head[3]))}
            yield head[1].decode(), blob[1] if 1 in blob else zlib.decompress(blob[3])


def write_blob(file, kind, content):
    blob = number_field(2, len(content)) + with_length(3, zlib.compress(content))
    head = with_length(1, kind.encode()) + number_field(3, len(blob))
    file.write(struct.pack('>I', len(head)) + head + blob)


def extent(blocks, axis):
    """From the first to the last node of an axis, in 10^-9 degrees."""
    places = [block.offsets[axis] + block.granularity * value
              for block in blocks for item in block.objects() for value in item.extent[axis]]
    return min(places), max(places)


def main():
    if len(sys.argv) != 4 or not sys.argv[1].isdigit():
        sys.exit(__doc__.split('\n\n')[1])
    count, side = int(sys.argv[1]), math.isqrt(int(sys.argv[1]) - 1) + 1
    blobs = list(read_blobs(sys.argv[2]))
    blocks = [Block(content) for kind, content in blobs if kind == 'OSMData']
    ids = 1 << max(item.highest for block in blocks for item in block.objects()).bit_length()
    step = [high - low + 10 ** 6 for low, high in (extent(blocks, 0), extent(blocks, 1))]
    with open(sys.argv[3], 'wb') as file:
        # without its box, which would be wrong
        write_blob(file, 'OSMHeader', b''.join(raw for number, _, raw in fields(blobs[0][1]) if number != 1))
        for kind in (DENSE, WAY, RELATION):
            for copy in range(count):
                moves = copy * ids, copy // side * step[0], copy % side * step[1]
                for content in filter(None, (block.moved(kind, *moves) for block in blocks)):
                    write_blob(file, 'OSMData', content)


main()
