#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What stays in memory: test_memory.py KIWIDUMP KIWIBUILD SOURCE_ROOT. Prints TAP."""
import ctypes
import enum
import gc
import itertools
import os
import pathlib
import re
import sys
import tempfile
import tracemalloc

from support import GOTEBORG, SMALL, build, build_small, raises, tap

import kiwi

FLAT = 4 << 20  # bytes by which a stream may grow: what the allocator keeps for itself
OPENS = 100
LEAK = 64 << 10  # bytes after so many opens


def resident():
    """Bytes of anonymous memory of this process."""
    return int(re.search(r"^RssAnon:\s+(\d+) kB", pathlib.Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)[1]) << 10


class Mallinfo2(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()]


def allocated():
    """Bytes that malloc() has given out and not got back; most objects of Python lie elsewhere."""
    process = ctypes.CDLL(None)
    if hasattr(process, "__sanitizer_get_current_allocated_bytes"):
        process.__sanitizer_get_current_allocated_bytes.restype = ctypes.c_size_t
        return process.__sanitizer_get_current_allocated_bytes()
    process.mallinfo2.restype = Mallinfo2
    told = process.mallinfo2()
    return told.uordblks + told.hblkhd


def count(iterator):
    return sum(1 for _ in iterator)


def consume(disc, kind):
    if kind == "records":
        return count(disc.records())
    if kind == "check":
        return disc.check().ok
    if kind == "columns":
        return len(disc.columns("road", ["length", "road_type"])["length"])
    return count(getattr(disc, kind)(0))


def streaming(path):
    """The second half of a stream takes no more memory than the first one did."""
    with kiwi.open(path) as disc:
        for kind in ("records", "roads", "names"):
            total = consume(disc, kind)
            stream = disc.records() if kind == "records" else getattr(disc, kind)(0)
            before = resident()
            worst = before
            for number, _ in enumerate(stream):
                if number % 4096 == 0:
                    worst = max(worst, resident())
            tap.check(total > 100 and worst - before < FLAT, f"streaming {total} {kind} is flat", f"{worst - before} bytes")
        for kind in ("check", "columns"):
            consume(disc, kind)
            before = resident()
            for _ in range(3):
                consume(disc, kind)
            tap.check(resident() - before < FLAT, f"again and again: {kind}", f"{resident() - before} bytes")


def use(path, source):
    with kiwi.open(source, on_finding=lambda finding: None) as disc:
        records, roads = disc.records(), disc.roads()
        kept = [*itertools.islice(records, 300), *itertools.islice(roads, 50), disc.files, disc.levels]
        kept += [array for road in disc.roads() for array in (road.points, road.coordinates)]
        kept += [record.as_dict() for record in kept[:300] if isinstance(record, kiwi.Record)]
        disc.columns("name", ["text", "longitude"])
        disc.parcel_at(57.69, 11.97)
        disc.check()
    for function in (lambda: kiwi.open(path / "none"), lambda: kiwi.open(b"x"), lambda: next(records), lambda: disc.file("none")):
        try:
            function()
        except (kiwi.Error, ValueError):
            pass


def descriptors():
    return len(os.listdir("/proc/self/fd"))


def references():
    """Of what outlives the discs: every class of the extension, members of enumerations, None."""
    classes = {value for value in vars(kiwi).values() if isinstance(value, type)}
    members = [member for made in classes if issubclass(made, enum.IntEnum) for member in made]
    return {repr(thing): sys.getrefcount(thing) for thing in (*classes, *members, None, True, False)}


def opens(folder, image):
    data = image.read_bytes()
    sources = {"a file": lambda: image, "a folder": lambda: folder / "town", "memory": lambda: data, "a file object": lambda: open(image, "rb")}
    for name, source in sources.items():
        def once():
            opened = source()
            use(folder, opened)
            if hasattr(opened, "close"):
                opened.close()

        tracemalloc.start()
        for _ in range(OPENS):  # what is kept once for all grows in steps
            once()
        gc.collect()
        before = (descriptors(), resident(), references(), allocated())
        traced = tracemalloc.get_traced_memory()[0]
        for _ in range(OPENS):
            once()
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - traced
        tracemalloc.stop()
        after = (descriptors(), resident(), references(), allocated())
        tap.equal(after[0], before[0], f"{name}: descriptors after {OPENS} opens")
        tap.check(grown < LEAK, f"{name}: Python's memory", f"{grown} bytes")
        tap.check(after[3] - before[3] < LEAK, f"{name}: memory of malloc()", f"{after[3] - before[3]} bytes")
        tap.check(after[1] - before[1] < FLAT, f"{name}: resident memory", f"{after[1] - before[1]} bytes")
        moved = {key: (before[2][key], after[2][key]) for key in before[2] if abs(after[2][key] - before[2][key]) >= OPENS // 2}
        tap.check(not moved, f"{name}: reference counts of what outlives the discs", moved)


def dropped(image):
    """Discs that nobody closes let go of their file with the last reference."""
    before = descriptors()
    for make in (kiwi.open, lambda path: kiwi.open(path).records(), lambda path: next(kiwi.open(path).roads()), lambda path: kiwi.open(path).files,
                 lambda path: next(kiwi.open(path).level(0).parcels()), lambda path: next(kiwi.open(path).roads()).points):
        make(image)
    gc.collect()
    tap.equal(descriptors(), before, "discs that are dropped are closed")
    raises("a disc takes no attributes", AttributeError, "", setattr, kiwi.open(image), "own", 1)
    own = []
    own.append(kiwi.open(image, on_finding=own.append))
    own += [own[0].files, own[0].levels]
    del own
    gc.collect()
    tap.equal(descriptors(), before, "a disc in a cycle is closed")


def without_quarantine():
    """ASan keeps what is freed for a while; not here, where memory is measured."""
    options = os.environ.get("ASAN_OPTIONS", "")
    if "libasan" in os.environ.get("LD_PRELOAD", "") and "quarantine" not in options:
        os.environ["ASAN_OPTIONS"] = f"{options}:quarantine_size_mb=1:thread_local_quarantine_size_kb=16"
        os.execv(sys.executable, [sys.executable, *sys.argv])


def main():
    without_quarantine()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        build_small(folder, "town")
        image = build(SMALL / "town.geojson", folder / "town.iso")
        opens(folder, image)
        dropped(image)
        streaming(build(GOTEBORG, folder / "goteborg"))
    return tap.end()


sys.exit(main())
