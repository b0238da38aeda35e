# SPDX-License-Identifier: MIT
"""Reads ISO 9660 and Joliet from the text of ECMA-119, and believes nothing: numbers in both orders, path tables, the order of names."""
import struct

SECTOR = 2048


class Volume:
    """One tree of an image: {path: (size, [(offset, length)])}; folders have None. joliet: that tree."""

    def __init__(self, path, joliet):
        self.file = open(path, "rb")  # pylint: disable=consider-using-with
        self.problems, self.entries, self.folders, self.wide = [], {}, [], joliet
        data = self.read(16 + joliet, SECTOR)
        self.expect(data[:7] == bytes([1 + joliet]) + b"CD001\1", "descriptor")
        self.expect(self.both(data, 80, "I") * SECTOR == self.file.seek(0, 2), "size of the volume")
        self.expect(self.both(data, 128, "H") == SECTOR, "size of a block")
        self.walk(*self.record(data[156:])[:2])
        self.tables(data)

    def expect(self, good, what):
        if not good:
            self.problems.append(what)

    def read(self, sector, length):
        self.file.seek(sector * SECTOR)
        return self.file.read(length)

    def both(self, data, at, kind):
        little, = struct.unpack_from("<" + kind, data, at)
        big, = struct.unpack_from(">" + kind, data, at + struct.calcsize(kind))
        self.expect(little == big, f"{little} and {big} at {at}")
        return little

    def record(self, data):
        self.expect(self.both(data, 28, "H") == 1 and data[0] % 2 == 0 and data[0] >= 33 + data[32], "record")
        return self.both(data, 2, "I"), self.both(data, 10, "I"), data[25], data[33:33 + data[32]]

    def key(self, name):
        """9.3: the part before the dot, the part behind, each filled up."""
        fill = b"\0" if self.wide else b" "
        dot = name.rfind(b"\0." if self.wide else b".", 1)
        dot = len(name) if dot < 0 else dot
        return name[:dot].ljust(256, fill), name[dot:].ljust(256, fill)

    def records(self, start, size):
        self.expect(size % SECTOR == 0, "folders are whole sectors")
        data, at = self.read(start, size), 0
        while at < size:
            length = data[at]
            if length:
                self.expect(at % SECTOR + length <= SECTOR, "records lie in one sector")
                yield self.record(data[at:at + length])
            else:
                self.expect(not any(data[at:-(-(at + 1) // SECTOR) * SECTOR]), "zeros at the end of a sector")
            at = at + length if length else -(-(at + 1) // SECTOR) * SECTOR

    def walk(self, start, size):
        queue, seen = [(start, size, "", (start, size), 1, b"\0")], 0
        while seen < len(queue):
            start, size, path, parent, number, name = queue[seen]
            seen += 1
            self.folders.append((name, start, number))
            records = list(self.records(start, size))
            self.expect(records[0] == (start, size, 2, b"\0") and records[1] == (*parent, 2, b"\1"), f"{path}: head")
            keys = [self.key(record[3]) for record in records[2:]]
            self.expect(keys == sorted(keys), f"{path}: order of names")
            more = False
            for place, length, flags, identifier in records[2:]:
                inner = path + (identifier.decode("utf-16-be") if self.wide else identifier.decode("ascii"))
                extent = (place * SECTOR, length)
                self.expect(inner not in self.entries or more, f"{inner} once")
                if flags & 2:
                    self.entries[inner] = None
                    queue.append((place, length, inner + "/", (start, size), seen, identifier))
                elif more:
                    self.entries[inner] = (self.entries[inner][0] + length, [*self.entries[inner][1], extent])
                else:
                    self.entries[inner] = (length, [extent] if length else [])
                more = flags & 128 > 0

    def tables(self, data):
        size = self.both(data, 132, "I")
        for order, place in (("<", struct.unpack_from("<I", data, 140)[0]), (">", struct.unpack_from(">I", data, 148)[0])):
            table, at, found = self.read(place, size), 0, []
            while at < size:
                start, parent = struct.unpack_from(order + "IH", table, at + 2)
                found.append((table[at + 8:at + 8 + table[at]], start, parent))
                at += 8 + table[at] + table[at] % 2
            self.expect(found == self.folders, f"path table {order}")
