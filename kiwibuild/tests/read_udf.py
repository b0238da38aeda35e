# SPDX-License-Identifier: MIT
"""Reads UDF from the text of ECMA-167 and OSTA UDF 1.02, and believes nothing: each descriptor's tag, checksum and place are looked at."""
import binascii
import struct

SECTOR = 2048


class Volume:
    """What the image says of its files: {path: (size, [(offset, length)])}; folders have None."""

    def __init__(self, path):
        self.file = open(path, "rb")  # pylint: disable=consider-using-with
        self.size = self.file.seek(0, 2)
        self.problems, self.entries, self.ids = [], {}, []
        anchors = [self.descriptor(sector, 2, sector) for sector in (256, self.size // SECTOR - 1)]
        self.expect(anchors[0][16:] == anchors[1][16:], "the anchors say the same")
        main, reserve = (struct.unpack_from("<II", anchors[0], at) for at in (16, 24))
        self.partition, self.blocks, file_set, self.integrity_place, self.name = self.sequence(*main)
        self.expect(self.sequence(*reserve) == (self.partition, self.blocks, file_set, self.integrity_place, self.name), "the reserve is the same")
        descriptor = self.descriptor(self.partition + file_set, 256, file_set)
        self.folder(struct.unpack_from("<I", descriptor, 404)[0], "", None)
        self.integrity()

    def expect(self, good, what):
        if not good:
            self.problems.append(what)

    def read(self, sector, length):
        self.file.seek(sector * SECTOR)
        return self.file.read(length)

    def check(self, data, tag, location):
        """Whether a descriptor begins there."""
        if len(data) < 16 or struct.unpack_from("<HH", data) != (tag, 2):
            self.problems.append(f"block {location}: no tag {tag}")
            return False
        crc, length, place = struct.unpack_from("<HHI", data, 8)
        self.expect(place == location, f"tag {tag} at {location}: says {place}")
        self.expect(sum(data[:16]) - data[4] & 0xFF == data[4], f"tag {tag} at {location}: checksum")
        self.expect(binascii.crc_hqx(data[16:16 + length], 0) == crc, f"tag {tag} at {location}: CRC")
        return True

    def descriptor(self, sector, tag, location):
        data = self.read(sector, SECTOR)
        return data if self.check(data, tag, location) else None

    def sequence(self, length, start):
        found = {}
        for sector in range(start, start + length // SECTOR):
            data = self.read(sector, SECTOR)
            tag = struct.unpack_from("<H", data)[0]
            self.check(data, tag, sector)
            if tag == 8:
                break
            found[tag] = data
        self.expect(sorted(found) == [1, 4, 5, 6, 7], f"descriptors {sorted(found)}")
        self.expect(found[6][217:236] == b"*OSTA UDF Compliant" and found[5][25:31] == b"+NSR02", "UDF")
        name = found[6][85:84 + found[6][211]].decode("latin-1")
        start, count = struct.unpack_from("<II", found[5], 188)
        return start, count, struct.unpack_from("<I", found[6], 252)[0], struct.unpack_from("<I", found[6], 436)[0], name

    def extents(self, entry):
        """Of a file entry with short addresses."""
        attributes, length = struct.unpack_from("<II", entry, 168)
        extents = []
        for at in range(176 + attributes, 176 + attributes + length, 8):
            size, block = struct.unpack_from("<II", entry, at)
            self.expect(size < 1 << 30 and block + -(-size // SECTOR) <= self.blocks, f"extent {size} at {block}")
            extents.append(((self.partition + block) * SECTOR, size))
        self.expect(all(size % SECTOR == 0 for _, size in extents[:-1]), "extents are whole blocks")
        return extents

    def open(self, block, kind):
        entry = self.descriptor(self.partition + block, 261, block)
        extents = self.extents(entry)
        size, blocks = struct.unpack_from("<QQ", entry, 56)
        self.expect(entry[27] == kind and size == sum(length for _, length in extents), f"entry at {block}")
        self.expect(blocks == sum(-(-length // SECTOR) for _, length in extents), f"blocks of the entry at {block}")
        self.ids.append(struct.unpack_from("<Q", entry, 160)[0])
        return size, extents, struct.unpack_from("<H", entry, 48)[0]

    def folder(self, block, path, parent):
        size, extents, links = self.open(block, 4)
        start = extents[0][0] // SECTOR
        data, at, folders = self.read(start, size), 0, 1
        while at < size:
            flags, length = data[at + 18], data[at + 19]
            entry = struct.unpack_from("<I", data, at + 24)[0]
            self.check(data[at:], 257, start + at // SECTOR - self.partition)
            name = data[at + 38:at + 38 + length]
            if flags & 8:
                self.expect(at == 0 and flags == 10 and entry == (block if parent is None else parent), f"{path}: parent")
            else:
                inner = path + name[1:].decode("utf-16-be" if name[0] == 16 else "latin-1")
                folders += flags & 2 > 0
                self.expect(inner not in self.entries, f"{inner} once")
                self.entries[inner] = None
                if flags & 2:
                    self.folder(entry, inner + "/", block)
                else:
                    self.entries[inner] = self.open(entry, 5)[:2]
            at += 38 + length + 3 & ~3
        self.expect(links == folders, f"{path}: {links} links")

    def integrity(self):
        data = self.descriptor(self.integrity_place, 9, self.integrity_place)
        files = sum(value is not None for value in self.entries.values())
        self.expect(struct.unpack_from("<II", data, 120) == (files, len(self.entries) + 1 - files), "counts of files and folders")
        self.expect(len(set(self.ids)) == len(self.ids) and struct.unpack_from("<Q", data, 40)[0] > max(self.ids), "unique ids")
        self.expect(struct.unpack_from("<I", data, 84)[0] == self.blocks, "size of the partition")
