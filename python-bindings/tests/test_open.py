#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Opening, closing and what goes wrong with a disc: test_open.py KIWIDUMP KIWIBUILD SOURCE_ROOT. Prints TAP."""
import copy
import dataclasses
import errno
import gc
import io
import itertools
import mmap
import multiprocessing
import os
import pathlib
import pickle
import shutil
import sys
import tempfile
import weakref

from support import SMALL, build, build_loading, build_small, raises, run, tap

import kiwi
import kiwi.patch


def summary(disc):
    return (disc.size, [file.path for file in disc.files], sum(1 for _ in disc.records()), len(list(disc.roads())), disc.check())


# What can be opened

def sources(folder, image, alldata):
    data = image.read_bytes()
    with open(image, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        with tempfile.TemporaryFile() as temporary, open(image, "rb", buffering=0) as raw, open(os.fsencode(image), "rb") as named:
            temporary.write(data)
            for name, source in {
                "str": str(image), "pathlib": image, "bytes": data, "bytearray": bytearray(data), "memoryview": memoryview(data),
                "mmap": mapped, "BytesIO": io.BytesIO(data), "a file": file, "a temporary file": temporary, "an unbuffered file": raw,
                "a file whose name is bytes": named,
            }.items():
                with kiwi.open(source) as disc:
                    yield name, disc
    with kiwi.open(alldata.read_bytes(), name="ALLDATA.KWI") as disc:
        yield "one file from memory", disc
    odd = folder / os.fsdecode(b"odd \xff.iso")
    odd.write_bytes(data)
    with kiwi.open(odd) as disc:
        yield "a path that is not UTF-8", disc


def opens(folder, image, alldata):
    with kiwi.open(image) as disc:
        wanted = summary(disc)
    with kiwi.open(alldata) as disc:
        one_file = summary(disc)
    for name, disc in sources(folder, image, alldata):
        tap.equal(summary(disc), one_file if name.startswith("one file") else wanted, f"opened from {name}")
        tap.check(repr(disc).startswith("<kiwi.Disc "), f"repr() of {name}", repr(disc))
    taken = bytearray(image.read_bytes())
    disc = kiwi.open(taken)
    raises("a bytearray is held while the disc is open", BufferError, "", taken.clear)
    disc.close()
    taken.clear()
    tap.check(True, "and released after that")


def odd_names(folder, alldata):
    """Names on the disc, and texts of errors, are shown whatever their bytes."""
    disc_folder = folder / "odd names"
    disc_folder.mkdir()
    (disc_folder / "ALLDATA.KWI").write_bytes(alldata.read_bytes())
    (disc_folder / os.fsdecode(b"f\xffo.kwi")).write_bytes(b"unknown")
    with kiwi.open(disc_folder) as disc:
        check = disc.check()
        tap.check(len(disc.files) == len(check.accounts) == 2 and set(check.accounts) == {file.path for file in disc.files},
                  "a file whose name is not UTF-8", check.accounts)
        gaps = [record for record in disc.records() if isinstance(record, kiwi.Gap) and record.location.file != "ALLDATA.KWI"]
        tap.check(all(gap.location.file == disc.files[-1].path for gap in gaps), "and what lies in it", gaps)
    for length in range(480, 520):  # a text may be cut in the middle of a character
        name = "é" * 120 + "/" + "é" * (length // 2 - 120) + "x" * (length % 2)
        raises(f"an error with a path of {length} bytes", OSError, "", kiwi.open, name)
    with kiwi.open(disc_folder) as disc:
        raises("no such file", kiwi.NotFoundError, "no file", disc.records, file="é" * 399)
        raises("no such file, cut", kiwi.NotFoundError, "no file", disc.records, file="x" + "é" * 399)


def not_opened(folder):
    error = raises("a missing file", kiwi.ReadError, "", kiwi.open, folder / "none.iso")
    tap.check(isinstance(error, OSError) and error.errno == 2 and error.strerror, "has errno", error)
    tap.check(isinstance(error, FileNotFoundError) and error.filename == folder / "none.iso", "is a FileNotFoundError with the name", error)
    text = folder / "text.txt"
    text.write_text("no disc")
    empty = folder / "empty"
    empty.mkdir()
    for name, wanted, source in (("a text", kiwi.NotKiwiError, text), ("an empty folder", kiwi.NotKiwiError, empty),
                                 ("no bytes", kiwi.NotKiwiError, b""), ("other bytes", kiwi.NotKiwiError, b"x" * 5000),
                                 ("NUL in a path", ValueError, "a\0b"), ("a number", (TypeError, AttributeError), 5),
                                 ("None", (TypeError, AttributeError), None), ("a text file", TypeError, io.StringIO("x"))):
        raises(f"{name} is not opened", wanted, "", kiwi.open, source)
    with open(text, encoding="utf-8") as file:
        raises("a file in text mode is not opened", TypeError, "binary", kiwi.open, file)
    tap.check(issubclass(kiwi.NotKiwiError, kiwi.Error) and issubclass(kiwi.ReadError, OSError)
              and issubclass(kiwi.NotFoundError, LookupError) and issubclass(kiwi.RangeError, ValueError), "classes of errors")


# File objects that misbehave

class Odd(io.BytesIO):
    """A file whose read() becomes odd when told so."""

    how = None

    def read(self, size=-1):
        return super().read(size) if self.how is None else self.how(self, size)


class Broken(Exception):
    pass


def fail(file, size):
    raise Broken("the drive is on fire")


def whole(file, size):
    return io.BytesIO.read(file, size)


def readers(image):
    data = image.read_bytes()
    for name, how, wanted in (
        ("raises", fail, Broken), ("returns str", lambda file, size: "x" * size, TypeError), ("returns None", lambda file, size: None, TypeError),
        ("returns nothing", lambda file, size: b"", kiwi.Error), ("returns little", lambda file, size: whole(file, min(size, 7)), None),
        ("returns too much", lambda file, size: whole(file, size + 100), None),
        ("returns a memoryview", lambda file, size: memoryview(whole(file, size)), None),
    ):
        with kiwi.open(Odd(data)) as disc:
            expected = [file.read() for file in disc.files]
        source = Odd(data)
        with kiwi.open(source) as disc:
            source.how = how
            for step, function in (("records", lambda: list(disc.records())), ("roads", lambda: list(disc.roads())), ("check", disc.check),
                                   ("read", lambda: [file.read() for file in disc.files])):
                try:
                    result = function()
                    good = wanted is None or wanted is kiwi.Error
                    good = good and (step != "read" or (result == expected) == (wanted is None))
                except BaseException as error:
                    result = error
                    good = wanted is not None and isinstance(error, wanted)
                tap.check(good, f"read() {name}: {step}", repr(result)[:300])
            source.how = None
            tap.equal([file.read() for file in disc.files], expected, f"read() {name}: it can be used again")
        source = Odd(data)
        source.how = how
        if wanted is not None:
            raises(f"read() {name}: opening", wanted, "", kiwi.open, source)


def sizes(image):
    """What seek() says of the size is not believed blindly."""
    for size in (0, 100, 1 << 40, (1 << 63) - 1, 1 << 63, (1 << 64) - 1, 1 << 64, -1, "x", None):
        class Liar(Odd):
            def seek(self, offset, whence=0, size=size):
                return super().seek(offset) if whence == 0 else size

        try:
            with kiwi.open(Liar(image.read_bytes())) as disc:
                disc.check()
                for file in disc.files:
                    try:
                        file.read()
                    except MemoryError:
                        pass
            tap.check(True, f"a size of {size}")
        except (kiwi.Error, OverflowError, TypeError, ValueError, MemoryError, OSError) as error:
            tap.check(type(error) is not SystemError, f"a size of {size}", repr(error))


def nested(image):
    """A file object that uses the disc that it is read for."""
    source = Odd(image.read_bytes())
    with kiwi.open(source) as disc:
        records, fresh, parcels = disc.records(), disc.records(), disc.level(0).parcels()
        file, seen = disc.files[0], []
        uses = (lambda: next(fresh), lambda: next(parcels), lambda: file.read(0, 10), lambda: disc.parcel_at(57.7, 11.97), disc.close,
                lambda: disc.columns("road", []), lambda: disc.check(), lambda: disc.size, lambda: disc.records())

        def use(file, size):
            source.how = None  # once
            for function in uses:
                try:
                    seen.append(function())
                except RuntimeError:
                    seen.append(RuntimeError)
            return whole(file, size)

        for name, function in (("records", lambda: next(records)), ("parcels", lambda: next(parcels)), ("check", disc.check),
                               ("read", lambda: file.read(0, 100))):
            source.how = use
            function()
            tap.equal(seen, [RuntimeError] * len(uses), f"a file object that uses its disc during {name}")
            seen.clear()
        again = disc.records()

        def ask(file, size):
            source.how = None
            raises("a file object that asks the iterator it is read for", ValueError, "iterator", next, again)
            return whole(file, size)

        source.how = ask
        tap.check(len(list(again)) > 100, "the disc can be used after that")


# Callbacks

def findings(folder, alldata):
    data = bytearray(alldata.read_bytes())
    data[6144 + 1240:6144 + 1300] = b"\x7f" * 60
    seen = []
    with kiwi.open(bytes(data), name="ALLDATA.KWI", on_finding=seen.append) as disc:
        list(disc.records())
        list(disc.roads())
        check = disc.check()
    tap.check(seen and all(isinstance(finding, kiwi.Finding) for finding in seen) and set(seen) & set(check.findings), "findings are handed out",
              len(seen))
    worst = [finding for finding in check.findings if finding.severity == kiwi.Severity.ERROR]
    tap.check(worst and not check.ok, "the disc has an error", check.findings)
    with kiwi.open(bytes(data), name="ALLDATA.KWI", on_finding=kiwi.strict) as disc:
        error = raises("strict stops", kiwi.FindingError, "expected", lambda: list(disc.records()))
        tap.check(error.finding in worst and (error.offset, error.file, error.path, error.field) == error.finding[2:3] + error.finding[1:2]
                  + error.finding[3:5], "with all of the finding", error.finding)
        tap.check(disc.check().findings == check.findings, "check() has its own")

    def fail(finding):
        raise Broken(finding.expected)

    with kiwi.open(bytes(data), name="ALLDATA.KWI", on_finding=fail) as disc:
        raises("a callback that raises", Broken, "", lambda: list(disc.records()))
        raises("and again", Broken, "", lambda: list(disc.records()))
        tap.check(len(disc.check().findings) == len(check.findings), "the disc can be used after that")
    discs = []

    def use(finding):
        discs[0].parcel_at(57.7, 11.97)
        discs[0].close()

    discs.append(kiwi.open(bytes(data), name="ALLDATA.KWI", on_finding=use))
    raises("a callback that closes the disc", ValueError, "closed", lambda: list(discs[0].records()))
    with kiwi.open(alldata) as disc:
        raises("progress that raises", Broken, "", disc.check, lambda: fail(check.findings[0]))


def strictly(path):
    """What a pool calls."""
    with kiwi.open(path, on_finding=kiwi.strict) as disc:
        return len(list(disc.records()))


def pickles(folder, alldata):
    """Errors come out of a process as they went in."""
    finding = kiwi.Finding(kiwi.Severity.ERROR, "ALLDATA.KWI", 7, "level[0]", "size", "6 bytes", "5")
    unread = kiwi.ReadError("gone", offset=3, file="ALLDATA.KWI", path="level[0]", field="size")
    unread.errno, unread.strerror = errno.EIO, "Input/output error"
    made = [kiwi.FindingError(finding), unread]
    classes = {value for module in (kiwi, kiwi.patch) for value in vars(module).values()
               if isinstance(value, type) and issubclass(value, kiwi.Error)}
    made += [value("words", offset=3, file="A", path="p", field="f") for value in classes - {kiwi.FindingError, kiwi.ReadError}]
    for error in made:
        again = pickle.loads(pickle.dumps(error))
        tap.check(type(again) is type(error) and [str(again), again.args, vars(again), getattr(again, "errno", 0)]
                  == [str(error), error.args, vars(error), getattr(error, "errno", 0)], f"{type(error).__name__} is pickled", repr(again))
        tap.check(copy.copy(error).args == error.args, f"{type(error).__name__} is copied")
    tap.check(len(made) >= 9, "all of them", [type(error).__name__ for error in made])
    cut = folder / "cut.kwi"
    cut.write_bytes(alldata.read_bytes()[:-3000])
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        error = raises("a pool hands it on", kiwi.FindingError, "expected", pool.apply_async(strictly, (str(cut),)).get, 120)
    tap.check(error.finding.severity == kiwi.Severity.ERROR and error.file == error.finding.file == "cut.kwi", "with its finding", repr(error))


def opening(folder, town):
    """What is found when a disc is opened is in its check, too."""
    disc_path = shutil.copytree(town, folder / "charset")
    metadata = disc_path / "METADATA.KWI"
    metadata.write_bytes(metadata.read_bytes().replace(b"ISO 8859-1", b"NONSENSE-9"))
    seen = []
    with kiwi.open(disc_path, on_finding=seen.append) as disc:
        tap.check([finding.found for finding in seen] == ["NONSENSE-9"] and list(disc.check().findings) == seen == list(disc.check().findings),
                  "a charset that is not known", seen)


def scratches(folder, image):
    """A map file of ddrescue, an OSError of the medium, and the charset and datum that METADATA.KWI has."""
    with kiwi.open(image) as disc:
        file = disc.file("ALLDATA.KWI")
        start, sound = file.extents[0].offset if hasattr(file.extents[0], "offset") else file.extents[0][0], len(list(disc.roads()))
    mapfile = folder / "rescue.map"
    mapfile.write_text(f"0 + 1\n0 {start + 6144} +\n{start + 6144} 2048 -\n{start + 8192} {image.stat().st_size - start - 8192} +\n")
    seen = []
    with kiwi.open(image, mapfile=mapfile, on_finding=seen.append) as disc:
        found = [(finding.file, finding.offset) for finding in disc.check().findings if finding.field == "unreadable"]
        tap.check(found == [("ALLDATA.KWI", 6144)] and disc.unreadable == 2048, "a check names what cannot be read", found)
        tap.check(len(list(disc.roads())) <= sound and any(finding.field == "unreadable" for finding in seen), "on_finding does", seen)
        raises("its bytes raise", kiwi.ReadError, "", disc.file("ALLDATA.KWI").read)

    class Scratched(io.BytesIO):
        def read(self, size=-1):
            if self.tell() < start + 8192 and self.tell() + size > start + 6144:
                raise OSError(errno.EIO, "scratched")
            return super().read(size)

    with kiwi.open(Scratched(image.read_bytes())) as disc:
        found = [(finding.file, finding.offset) for finding in disc.check().findings if finding.field == "unreadable"]
        tap.check(found == [("ALLDATA.KWI", 6144)], "so is what a file object cannot read", found)
    raises("no map file", kiwi.NotKiwiError, "line 1", kiwi.open, image, mapfile=image)
    error = raises("a map file that is not there", kiwi.MissingError, "none.map", kiwi.open, image, mapfile=folder / "none.map")
    tap.check(error.filename == folder / "none.map", "... is the file that is not there", error.filename)
    error = raises("a folder as a map file", kiwi.ReadError, "directory", kiwi.open, image, mapfile=folder)
    tap.check(error.errno == errno.EISDIR and error.filename == folder, "... says why it is not read", error.errno)
    raises("no charset", kiwi.RangeError, "KLINGON", kiwi.open, image, charset="KLINGON")
    with kiwi.open(image, charset="koi8-r") as disc:
        tap.check(disc.charset == "KOI8-R" and disc.datum == "WGS84", "a charset that is chosen", disc.charset)


def datum(folder, town):
    """A datum that is not WGS 84 is said; Tokyo is converted, one that is not known is not."""
    disc_path = shutil.copytree(town, folder / "datum")
    metadata = disc_path / "METADATA.KWI"
    sound = metadata.read_bytes()
    for name, severity in (("TOKYO", kiwi.Severity.NOTE), ("NAD27", kiwi.Severity.WARNING), ("JGD2000", kiwi.Severity.NOTE), ("wgs 84", None)):
        metadata.write_bytes(sound.replace(b"WGS84", name.encode()))
        seen = []
        with kiwi.open(disc_path, on_finding=seen.append) as disc:
            tap.check([(f.severity, f.field, f.found) for f in seen] == ([(severity, "COOR", name)] if severity is not None else [])
                      and disc.datum == name, f"datum {name}", seen)
    metadata.write_bytes(sound)
    with kiwi.open(disc_path) as plain, kiwi.open(disc_path, datum="TOKYO") as moved:
        same_shift(plain, moved)
    tap.check(moved.level(0).bbox != plain.level(0).bbox, "the box of a level stays when the disc is closed")
    raises("no datum", kiwi.RangeError, "NAD27", kiwi.open, disc_path, datum="NAD27")


def places(disc, shift):
    """Every way to get longitudes and latitudes out of a disc; what is asked for is moved by shift."""
    level, (x, y) = disc.level(0), shift
    yield "roads", [tuple(point) for road in disc.roads(level=0) for point in road.coordinates]
    columns = disc.columns("road", ["longitude", "latitude"])
    yield "columns", list(zip(columns["longitude"], columns["latitude"]))
    yield "levels", [level.bbox[:2], level.bbox[2:]]
    parcel = disc.parcel_at(57.7 + y, 11.98 + x)
    yield "a parcel", [parcel.bbox[:2], parcel.bbox[2:]]
    bbox = 11.97 + x, 57.69 + y, 11.99 + x, 57.71 + y
    yield "parcels in a box", [(float(p.column), float(p.row)) for p in level.parcels(bbox=bbox)]
    yield "entries", [(entry.longitude, entry.latitude) for entry in disc.find("") if entry.longitude is not None]
    yield "ranges", [(r.longitude, r.latitude) for entry in disc.find("") for r in entry.ranges]
    region = next(region for level in disc.region_levels for region in level if region.bbox)
    middle = [sum(edge) / 2 for edge in (region.bbox[1::2], region.bbox[::2])]
    yield "regions", [(float(r.number), 0.0) for level in disc.region_levels for r in level.at(*middle)]
    yield "a region", [region.bbox[:2], region.bbox[2:]]
    yield "nodes", [(node.longitude, node.latitude) for node in region.nodes]
    nodes = [(node.latitude, node.longitude) for node in region.nodes]
    found = [route for one in nodes for other in nodes[:4] if one != other for route in [way(disc, one, other)] if route]
    yield "ways", [tuple(leg.start) for route in found for leg in route.legs]
    yield "ends", [tuple(end.position) for route in found for end in (route.start, route.end)]
    yield "positions in records", [(value.longitude, value.latitude) for record in disc.records(level=0)
                                   for value in record.as_dict().values() if isinstance(value, kiwi.Position)][:3]


def way(disc, start, destination):
    try:
        return disc.route(start, destination)
    except kiwi.NotFoundError:
        return None


def same_shift(plain, moved):
    first = [next(iter(disc.features(kind="road"))).geometry["coordinates"][0] for disc in (plain, moved)]
    shift = tuple(b - a for a, b in zip(*first))
    tap.check(abs(shift[0]) > 0.005 and abs(shift[1]) > 0.002, "features are moved", shift)
    for (name, before), (_, after) in zip(places(plain, (0, 0)), places(moved, shift)):
        wanted = (0, 0) if name in ("parcels in a box", "regions", "positions in records") else shift
        off = [max(abs(q - p - s) for p, q, s in zip(a, b, wanted)) for a, b in zip(before, after)]
        tap.check(len(before) == len(after) > 0 and max(off) < 3e-4, f"{name} are moved likewise", (len(before), len(after), off[:3]))


# Closed discs

def closed(disc_path):
    disc = kiwi.open(disc_path)
    level = disc.level(0)
    parcel = next(parcel for parcel in level.parcels() if len(parcel.roads) and len(parcel.names))
    roads, names, records, parcels, backgrounds = parcel.roads, parcel.names, disc.records(), level.parcels(), disc.roads()
    road, record, file = roads[0], list(itertools.islice(records, 300))[-1], disc.files[0]
    array, columns = road.points, disc.columns("road", ["length"])["length"]
    values = record.as_dict() if isinstance(record, kiwi.Record) else record.bytes
    before = (array.tolist(), road.road_type, road.coordinates.tolist(), road.length, columns.tolist(), len(roads), parcel.bbox, file.path, level.columns)
    next(parcels), next(backgrounds)
    view = memoryview(array)
    disc.close()
    disc.close()
    tap.check(disc.closed and "closed" in repr(disc), "closed twice")
    for name, function in {
        "records": disc.records, "read": file.read, "size": lambda: disc.size, "charset": lambda: disc.charset, "check": disc.check,
        "parcel_at": lambda: disc.parcel_at(57.7, 11.97), "parcels": level.parcels, "roads of a parcel": lambda: parcel.roads,
        "an iterator over parcels": lambda: list(parcels), "an iterator over roads": lambda: list(backgrounds),
        "columns": lambda: disc.columns("road", []), "with": disc.__enter__, "text": lambda: names[0].text, "volume": lambda: disc.volume,
        "records of a file": lambda: disc.records(file="alldata.kwi"),
    }.items():
        raises(f"{name} after close()", ValueError, "closed", function)
    raises("an iterator over records after close(), whatever it holds", ValueError, "closed", next, records)
    after = (array.tolist(), road.road_type, road.coordinates.tolist(), road.length, columns.tolist(), len(roads), parcel.bbox, file.path, level.columns)
    tap.check(before == after and view.tolist() == [list(point) for point in before[0]], "arrays and values stay")
    tap.check((record.as_dict() if isinstance(record, kiwi.Record) else record.bytes) == values and bytes(record), "a record stays")
    del disc, level, parcel, roads, names, parcels, backgrounds, road, record, file, array
    gc.collect()
    tap.check(view.tolist() == [list(point) for point in before[0]], "an array outlives all else")


def closed_parts(folder):
    """What was read of route planning, search files and programs stays; what has to be read raises."""
    disc = kiwi.open(folder)
    level = disc.region_levels[-1]
    region = next(region for region in level if len(region.nodes))
    nodes = region.nodes
    node = next(node for node in nodes if node.links)
    link, module, entries, features = node.links[0], disc.modules[0], disc.find(""), disc.features(kind="route")
    entry = next(entry for entry in disc.find("") if next(entry.ranges, None))
    ranges = entry.ranges
    next(entries), next(features), next(ranges)

    def values():
        return [[getattr(thing, name) for name in names.split()] for thing, names in (
            (region, "number bbox"), (node, "number offset"), (link, "offset"), (module, "title offset"), (entry, "name kind latitude"))]

    before = values()
    disc.close()
    tap.equal(values(), before, "parts of a closed disc stay")
    for name, function in {
        "find": lambda: disc.find("s"), "an iterator over entries": lambda: list(entries), "ranges": lambda: list(entry.ranges),
        "an iterator over ranges": lambda: list(ranges), "an iterator over features": lambda: list(features), "nodes": lambda: region.nodes,
        "features": lambda: list(disc.features()), "route": lambda: disc.route((57.69, 11.97), (57.7, 11.98)), "at": lambda: level.at(57.7, 11.97),
        "a module": module.read,
    }.items():
        raises(f"{name} after close()", ValueError, "closed", function)
    for name in dir(node):  # some is known, some is not
        if not name.startswith("_"):
            try:
                getattr(node, name)
            except (ValueError, AttributeError) as error:
                tap.check(isinstance(error, AttributeError) or "closed" in str(error), f"node.{name} after close()", error)
    for function in (lambda: node.may_pass(0, 0), lambda: node.may_pass(99, 1 << 31), lambda: [link.length, link.time, link.passable], lambda: nodes[0]):
        try:
            function()
            tap.check(True, "a node of a closed disc")
        except (ValueError, AttributeError) as error:
            tap.check(True, "a node of a closed disc")


def unfinished(path):
    """Iterators that are dropped, kept, and used after their disc was dropped."""
    records = kiwi.open(path).records()
    parcels = kiwi.open(path).level(0).parcels()
    gc.collect()
    tap.check(len(list(records)) > 100 and len(list(parcels)) > 1, "an iterator keeps its disc")
    raises("a finished iterator", StopIteration, "", next, records)
    disc = kiwi.open(path)
    seen = weakref.ref(disc)
    disc.files, disc.levels
    del disc
    gc.collect()
    tap.check(seen() is None, "a disc with files and levels is collected")


def made_by_hand(path):
    """Nothing of the extension can be had without a disc."""
    classes = {value for module in (kiwi, kiwi._kiwi) for value in vars(module).values() if isinstance(value, type)
               and value.__module__.startswith("kiwi") and not issubclass(value, (tuple, Exception, int))
               and not dataclasses.is_dataclass(value) and value is not kiwi.Feature}
    bad = []
    for made in classes:
        for function in (made, lambda made=made: object.__new__(made)):
            try:
                bad.append((made, function()))
            except TypeError:
                pass
    tap.check(len(classes) > 100 and not bad, "classes cannot be instantiated", bad[:3])
    with kiwi.open(path) as disc:
        objects = [disc.files[0], disc.levels[0], next(disc.roads()), next(disc.roads()).points, next(disc.records()), disc.records()]
        for thing in objects:
            raises(f"{type(thing).__name__} cannot be copied", (TypeError, AttributeError), "", copy.copy, thing)


def wrong_levels(path):
    """A level that is no level must not become another one."""
    with kiwi.open(path) as disc:
        for level in (1 << 32, -(1 << 32), 1 << 70):
            for name, use in (("records", lambda level=level: disc.records(level=level)), ("features", lambda level=level: list(disc.features(level=level))),
                              ("route", lambda level=level: disc.route((57.7, 11.97), (57.71, 11.98), level=level))):
                raises(f"{name} of level {level}", OverflowError, "", use)


def another_class(path):
    """Records change no class, or not to one that reads what they do not have."""
    with kiwi.open(path) as disc:
        record = next(disc.records())
        try:
            record.__class__ = kiwi.DefinedRecord
        except TypeError:
            pass
        tap.check(isinstance(record.location, kiwi.Location) and not hasattr(record, "KYCH"), "a record of another class is no crash")


def samples(folder, image):
    """A sample shows itself as the disc that it was taken of, with a note that it is one, in whatever it is given."""
    run("--quiet", "--sample", folder / "town.kiwisample", image)
    disc = kiwi.open(image)
    for source in (folder / "town.kiwisample", (folder / "town.kiwisample").read_bytes()):
        found = []
        sample = kiwi.open(source, on_finding=found.append)
        tap.equal((sample.size, [file.path for file in sample.files], [level.number for level in sample.levels]),
                  (disc.size, [file.path for file in disc.files], [level.number for level in disc.levels]), f"a sample in {type(source).__name__}")
        tap.equal([finding.found.split(":")[0] for finding in found], ["a sample"], "one finding says that it is one")
        tap.check(sample.unreadable == 0 and len(list(sample.roads())) > 0, "nothing of it counts as unreadable")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        town = build_small(folder, "town")
        image = build(SMALL / "town.geojson", folder / "town.iso")
        opens(folder, image, town / "ALLDATA.KWI")
        odd_names(folder, town / "ALLDATA.KWI")
        not_opened(folder)
        readers(image)
        sizes(image)
        nested(image)
        samples(folder, image)
        findings(folder, town / "ALLDATA.KWI")
        opening(folder, town)
        scratches(folder, pathlib.Path(image))
        datum(folder, town)
        pickles(folder, town / "ALLDATA.KWI")
        closed(town)
        closed_parts(build_loading(folder))
        unfinished(image)
        made_by_hand(town)
        wrong_levels(town)
        another_class(town)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
