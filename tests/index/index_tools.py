# SPDX-License-Identifier: MIT
"""Search files in Python: takes those of kiwibuild apart, moves them to other files, and writes ones of its own."""
import struct

SECTOR = 2048
TABLE = 2048  # of the management header table, in ALLDATA.KWI
ADDRESSES = {"category_definition": 16, "category": 24, "matching_definition": 60, "matching": 68, "next": 88}
NONE = 0xFFFFFFFF


def number(data, at):
    return struct.unpack_from(">I", data, at)[0]


def records(data, at=0):
    """Where the detailed records of a search frame begin."""
    count, size, first = struct.unpack_from(">III", data, at + 4)
    return [at + 2 * first + i * 2 * size for i in range(count)]


def entry(data, record, name):
    """Where the additional address entry of a record lies, or None."""
    address = number(data, record + ADDRESSES[name])
    return None if address in (0, NONE) else record + 2 * address


def target(data, at):
    """Offset and file of an additional address entry."""
    length = 2 * struct.unpack_from(">H", data, at + 4)[0]
    return 2 * number(data, at), data[at + 6 : at + 6 + length].rstrip(b"\0").decode("ascii")


def set_target(data, at, offset, file):
    """Changes an entry; the new name must be as long as the old one, or shorter."""
    length = 2 * struct.unpack_from(">H", data, at + 4)[0]
    assert len(file) <= length, file
    data[at : at + 4] = struct.pack(">I", offset // 2)
    data[at + 6 : at + 6 + length] = file.encode("ascii").ljust(length, b"\0")


def all_entries(data, at=0):
    for record in records(data, at):
        yield from (place for place in (entry(data, record, name) for name in ADDRESSES) if place)


def name_index(alldata, file, address=0, size=3):
    """Record 3 of the management header table: where the index is."""
    alldata = bytearray(alldata)
    alldata[TABLE + 36 : TABLE + 54] = struct.pack(">IH", address, size) + file.encode("ascii").ljust(12, b"\0")
    return bytes(alldata)


# Reading: matching data by their definitions (11.5)

WIDTHS = {b"UB": 1, b"SB": 1, b"BT": 1, b"CH": 1, b"UW": 2, b"SW": 2, b"UL": 4, b"SL": 4, b"LG": 4, b"SG": 4, b"P6": 6}


def fields_of(data, at):
    """Usage, element type and count of the fields of a DCTF; the count is the type of a counter if the field has one."""
    count = struct.unpack_from(">H", data, at + 14)[0]
    for i in range(count):
        field = data[at + 16 * (i + 1) : at + 16 * (i + 2)]
        counter = field[10:12] if field[4:8] == b"VRBL" else struct.unpack(">H", field[10:12])[0]
        yield field[:4].decode(), field[8:10], counter


class Cursor:
    def __init__(self, data, at):
        self.data, self.at, self.half = data, at, False

    def take(self, kind):
        """A number: nibbles share a byte, and what is no nibble begins with a whole one."""
        if kind in (b"UH", b"HB"):
            value = self.data[self.at] & 15 if self.half else self.data[self.at] >> 4
            self.at += self.half
            self.half = not self.half
            return value
        self.align()
        self.at += WIDTHS[kind]
        return int.from_bytes(self.data[self.at - WIDTHS[kind] : self.at], "big")

    def align(self):
        self.at += self.half
        self.half = False


def row(data, at, fields):
    """A record as a dict of lists, and where the next one begins; fields that STFG says are not stored are left out."""
    cursor, found, flags, behind = Cursor(data, at), {}, None, 0
    for usage, kind, count in fields:
        if flags is not None:
            behind += 1
            if not flags >> (behind - 1) & 1:
                continue
        if isinstance(count, bytes):
            count = cursor.take(count)
            cursor.align()
        found[usage] = [cursor.take(kind) for _ in range(count)]
        if usage == "STFG":
            flags = sum(byte << 8 * i for i, byte in enumerate(found[usage]))
    cursor.align()
    return found, cursor.at + (cursor.at - at) % 2


def rows(data, record, first=None, what="matching"):
    """The matching data of a detailed record, from an offset in them on, or all."""
    fields = list(fields_of(data, target(data, entry(data, record, what + "_definition"))[0]))
    start = target(data, entry(data, record, what))[0]
    end = start + 2 * number(data, record + 64)
    at = start + (first or 0)
    while at < end:
        found, at = row(data, at, fields)
        yield found
        if first is not None and found["NFRL"] == [0]:
            return


def characters(values):
    return bytes(values).decode("latin-1")


# Writing


def definition(*fields):
    """DCTF (11.5) of fields such as "KYCH VRBL CH UB": usage, description, element type, count or type of the count."""
    data = b"DCTFREAL" + bytes(6) + struct.pack(">H", len(fields))
    for field in fields:
        usage, description, element, count = field.split()
        data += usage.encode() + description.encode() + element.encode().ljust(2, b"\0")
        data += count.encode().ljust(2, b"\0") if description == "VRBL" else struct.pack(">H", int(count))
        data += bytes(4)
    return data


def even(data):
    return data + bytes(len(data) % 2)


class Frame:
    """A search frame of the records that are added to it; what they lead to is laid out behind them or elsewhere."""

    RECORD = 92 + 5 * 38

    def __init__(self, file, declaration=b"DFSR", at=0):
        self.file, self.declaration, self.at, self.records = file, declaration, at, []

    def add(self, tag, fields, rows, data_file=None, next_=None, serial=0):
        """next_: offset and file of the frame below; data_file: a bytearray and its name, for the rows."""
        self.records.append((tag, definition(*fields), [even(row) for row in rows], data_file, next_, serial))

    def bytes(self):
        start = self.at + 16 + len(self.records) * self.RECORD
        head, behind = b"", b""
        for tag, fields, rows, data_file, next_, serial in self.records:
            record = bytearray(self.RECORD)
            for at in (8, *ADDRESSES.values()):
                struct.pack_into(">I", record, at, NONE)
            record[:4], record[28:32] = tag, b"NORM"
            data = b"".join(rows)
            places = [(60, start + len(behind), self.file)]
            behind += fields
            if data_file:
                places.append((68, len(data_file[0]), data_file[1]))
                data_file[0].extend(data)
            else:
                places.append((68, start + len(behind), self.file))
                behind += data
            if next_:
                places.append((88, *next_))
                struct.pack_into(">I", record, 84, 1)
            for i, (at, offset, file) in enumerate(places):
                struct.pack_into(">I", record, at, (92 + 38 * i) // 2)
                name = even(file.encode("ascii"))
                record[92 + 38 * i : 98 + 38 * i + len(name)] = struct.pack(">IH", offset // 2, len(name) // 2) + name
            struct.pack_into(">I", record, 56, len(fields) // 2)
            struct.pack_into(">I", record, 64, len(data) // 2)
            struct.pack_into(">III", record, 72, max(map(len, rows), default=0) // 2, len(rows), serial)
            head += record
        return self.declaration + struct.pack(">III", len(self.records), self.RECORD // 2, 8) + head + behind


def management(*volumes):
    """The head of an index: volumes of a function, the file that a search begins in and an offset."""
    size = 48 + 38
    head = b"DCTR" + b"2.64".ljust(8, b"\0") + bytes.fromhex("2000010100000000") + b"test".ljust(32, b"\0")
    head += struct.pack(">10I", 0, NONE, 0, NONE, len(volumes), size // 2, 46, 0, 0, NONE)
    for function, file, offset in volumes:
        volume = b"DSRC" + function + b"FNME" + struct.pack(">II", 0, NONE) + b"NORM" + bytes(16) + struct.pack(">II", 1, 24)
        name = even(file.encode("ascii"))
        head += (volume + struct.pack(">IH", offset // 2, len(name) // 2) + name).ljust(size, b"\0")
    return head


def place(longitude, latitude):
    """A position of six bytes."""

    def angle(degrees):
        return (round(abs(degrees) * 28800) | (0x800000 if degrees < 0 else 0)).to_bytes(3, "big")

    return angle(latitude) + angle(longitude)


def text(value):
    value = value if isinstance(value, bytes) else value.encode("latin-1")
    return bytes([len(value)]) + value
