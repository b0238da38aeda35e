#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every record in Python equals kiwidump --records: test_records.py KIWIDUMP KIWIBUILD SOURCE_ROOT [DISC...]. Prints TAP."""
import datetime
import enum
import itertools
import json
import pathlib
import shutil
import sys
import tempfile

from support import GOTEBORG, ROOT, SMALL, SMALL_DISCS, build, build_layout, build_loading, build_small, layouts, lines, tap

import kiwi

GAP_BYTES = 4096  # kiwidump prints no longer ones
REMEMBERED = 100_000


def hexadecimal(value):
    return value.hex().upper()


def same_degrees(value, wanted):
    return type(value) is float and round(value * 1e7) == round(wanted * 1e7)


def same_position(value, wanted):
    return (set(wanted) == {"latitude", "longitude", "bytes"} and same_degrees(value.latitude, wanted["latitude"])
            and same_degrees(value.longitude, wanted["longitude"]) and hexadecimal(value.bytes) == wanted["bytes"])


def same_manufacturer(value, wanted):
    return (set(wanted) == {"position", "floor", "date", "bytes"} and same_position(value.position, wanted["position"])
            and value.floor == wanted["floor"] and value.date.isoformat() == wanted["date"]
            and hexadecimal(value.bytes) == wanted["bytes"])


def name_of(member):
    """ONE_WAY is one_way, _2D is 2d."""
    name = member.name.lower()
    return name[1:] if name[0] == "_" and name[1].isdigit() else name


def same(value, wanted):
    """Whether a value of Python is what kiwidump/value.c prints for it."""
    if isinstance(value, enum.IntEnum):
        return wanted == {"value": int(value), "name": name_of(value)}
    if type(value) is int and isinstance(wanted, dict):  # a code that has no name
        return wanted == {"value": value, "name": None}
    if isinstance(value, kiwi.Angle):
        return set(wanted) == {"value", "degrees"} and value.value == wanted["value"] and same_degrees(value.degrees, wanted["degrees"])
    if isinstance(value, kiwi.Position):
        return same_position(value, wanted)
    if isinstance(value, kiwi.Manufacturer):
        return same_manufacturer(value, wanted)
    if isinstance(value, (kiwi.Address, kiwi.Size)):
        return value._asdict() == wanted
    if isinstance(value, datetime.date):
        return value.isoformat() == wanted
    if isinstance(value, bytes):
        return hexadecimal(value) == wanted
    if isinstance(value, kiwi.Array):
        return [list(row) for row in value.tolist()] == wanted
    if isinstance(value, tuple):
        return list(value) == wanted
    return type(value) is type(wanted) and value == wanted


def same_fields(values, text, known):
    """Fields as as_dict() tells them, and the JSON of kiwidump; ``known`` keeps pairs that were compared before."""
    key = (repr(values), text, *(bytes(value) for value in values.values() if isinstance(value, kiwi.Array)))
    if key not in known:
        wanted = json.loads(text)
        if list(values) != list(wanted) or not all(same(value, wanted[name]) for name, value in values.items()):
            return False
        if len(known) == REMEMBERED:
            known.clear()
        known.add(key)
    return True


def same_gap(gap, text):
    wanted = json.loads(b"{" + text)
    data = wanted.pop("bytes", None)
    if data is None:
        fits = gap.bytes is None or len(gap.bytes) > GAP_BYTES
    else:
        fits = gap.bytes is not None and hexadecimal(gap.bytes) == data
    return fits and wanted == {"name": gap.name, "reason": gap.reason}


def same_record(record, line, known):
    if record is None or line is None:
        return False
    name = "unknown" if isinstance(record, kiwi.Gap) else record.record_name
    file, offset, length, path = record.location
    head = f'{{"record":"{name}","file":"{file}","offset":{offset},"length":{length},"path":"{path}",'.encode()
    if not line.startswith(head):
        return False
    rest = line[len(head):].rstrip()
    if name == "unknown":
        return same_gap(record, rest)
    return rest.startswith(b'"fields":') and same_fields(record.as_dict(), rest[len('"fields":'):-1], known)


def told(record):
    if isinstance(record, kiwi.Record):
        return f"{record!r} {record.location} {record.as_dict()}"
    return f"{record!r} {record and record.location}"


def compare(name, disc, known, types):
    count = 0
    with kiwi.open(disc) as opened:
        for record, line in itertools.zip_longest(opened.records(), lines("--records", disc)):
            count += 1
            if not same_record(record, line, known):
                tap.check(False, f"{name}: record {count}", f"{told(record)[:600]} is not {line and line[:600]}")
                return
            types.add(type(record))
    tap.check(count > 0, f"{name}: the same {count} records")


def filtered(disc):
    """A file, a level, a box: the same choice as that of the command."""
    with kiwi.open(disc) as opened:
        for name, options, words in (
            ("file", {"file": "spec.kwi"}, ("--file", "spec.kwi")),
            ("level", {"level": 2}, ("--level", "2")),
            ("box", {"bbox": (11.97, 57.69, 11.98, 57.7)}, ("--bbox", "11.97,57.69,11.98,57.7")),
            ("level and box", {"level": 0, "bbox": (11.97, 57.69, 11.98, 57.7)}, ("--level", "0", "--bbox", "11.97,57.69,11.98,57.7")),
        ):
            both = itertools.zip_longest(opened.records(**options), lines("--records", *words, disc))
            results = [same_record(record, line, set()) for record, line in both]
            tap.check(results and all(results), f"chosen by {name}: the same {len(results)} records")


def beyond_the_poles(folder):
    """Angles of 23 bits reach 291 degrees."""
    path = folder / "ALLDATA.KWI"
    data = bytearray((folder / "town/ALLDATA.KWI").read_bytes())
    data[0:3] = data[456:459] = b"\xff\xff\xff"
    path.write_bytes(data)
    return path


def long_texts(folder):
    """Texts at both sides of the length up to which the character set of the disc counts, with and without NULs behind."""
    for length, nuls in ((10, 2000), (1024, 0), (1024, 1), (1025, 0), (1200, 400), (3000, 0)):
        disc = folder / f"text {length} {nuls}"
        shutil.copytree(folder / "town", disc)
        (disc / "VERSION.TXT").write_bytes("ä".encode("latin-1") * length + bytes(nuls))
        yield f"a text of {length} bytes and {nuls} NULs", disc


def all_discs(folder):
    for name in SMALL_DISCS:
        yield name, build_small(folder, name)
    for name in layouts():
        yield name, build_layout(folder, name)
    yield "town as an image", build(SMALL / "town.geojson", folder / "town.iso")
    yield "LOADING.KWI", build_loading(folder)
    yield "beyond the poles", beyond_the_poles(folder)
    yield from long_texts(folder)
    for path in sorted(path for kind in ("file", "image") for path in (ROOT / "tests/corpus" / kind).iterdir()):
        yield path.name, path
    yield "Göteborg", build(GOTEBORG, folder / "goteborg")


def main():
    known, types = set(), set()
    chosen = [("chosen", path) for path in sys.argv[4:]]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for disc_name, disc in chosen or all_discs(folder):
            compare(disc_name, disc, known, types)
        if not chosen:
            filtered(folder / "goteborg")
            records = {c for c in vars(kiwi).values() if isinstance(c, type) and issubclass(c, kiwi.Record)} - {kiwi.Record}
            print(f"# {len(types - {kiwi.Gap})} of {len(records)} record types; without:",
                  *sorted(c.__name__ for c in records - types))
    return tap.end()


sys.exit(main())
