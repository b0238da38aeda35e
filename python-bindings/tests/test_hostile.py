#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Damaged discs in Python: findings or exceptions of kiwi: test_hostile.py KIWIDUMP KIWIBUILD SOURCE_ROOT [SEED [CASE]]. Prints TAP."""
import contextlib
import itertools
import pathlib
import random
import resource
import signal
import sys
import tempfile

from support import ROOT, SMALL, build, build_layout, build_loading, build_small, tap

import kiwi

SEED = int(sys.argv[4]) if len(sys.argv) > 4 else 20240229
ONLY = int(sys.argv[5]) if len(sys.argv) > 5 else None
MUTATIONS = 360
CUTS = 120
MEMORY = 64 << 20  # that a disc of some KiB must not take
PROCESSOR_SECONDS = 120  # of all cases; an endless loop ends the test


def damage_of_foundation():
    """The damage of tests/damage, which is a program, too."""
    arguments, sys.argv = sys.argv, [*sys.argv[:4]]
    sys.path.insert(0, str(ROOT / "tests/damage"))
    import damage

    sys.argv = arguments
    return damage.damage


damage = damage_of_foundation()


# Everything that can be asked of a disc

def touch(thing):
    """Reads all attributes; what is missing on this disc may say so."""
    for name in dir(type(thing)):
        if not name.startswith("_"):
            with contextlib.suppress(AttributeError, kiwi.Error):
                value = getattr(thing, name)
                if isinstance(value, kiwi.Array):
                    value.tolist()
    repr(thing)


def records(disc):
    for number, record in enumerate(disc.records()):
        if isinstance(record, kiwi.Record):
            record.as_dict()
            bytes(record)
        if number % 64 == 0:
            touch(record)


def shapes(disc):
    for level in disc.levels:
        touch(level)
        for number, parcel in enumerate(level.parcels()):
            if number % 16 == 0:
                touch(parcel)
            for kind in ("roads", "backgrounds", "names"):
                for shape in itertools.islice(getattr(parcel, kind), 3):
                    touch(shape)


def columns(disc):
    for level in disc.levels:
        for kind, names in (("road", ("road_type", "length", "link_id", "longitude")), ("background", ("type_code", "length")),
                            ("name", ("text", "type_code", "angle"))):
            disc.columns(kind, names, level=level.number)


def places(disc):
    for level in disc.levels:
        for latitude, longitude in ((57.69, 11.97), (57.7, 11.99), (0, 0), (-90, 180)):
            parcel = disc.parcel_at(latitude, longitude, level=level.number)
            if parcel:
                len(parcel.shapes)


def files(disc):
    for file in disc.files:
        touch(file)
        file.read(0, 100)
        file.read(file.size - 1 if file.size else 0)


def attributes(disc):
    for name in dir(type(disc)):
        if not name.startswith("_"):
            with contextlib.suppress(kiwi.Error):
                value = getattr(disc, name)
                for part in value if isinstance(value, tuple) else ():
                    touch(part)


def graph(disc):
    for level in disc.region_levels:
        touch(level)
        level.at(57.69, 11.97)
        for region in itertools.islice(level, 8):
            touch(region)
            for node in itertools.islice(region.nodes, 8):
                touch(node)
                for link in node.links:
                    touch(link)
                node.may_pass(0, len(node.links))
    disc.route((57.69, 11.97), (57.7, 11.98))


def index(disc):
    for match in ("folded", "exact"):
        for entry in itertools.islice(disc.find("s", match=match), 50):
            touch(entry)
            for place in itertools.islice(entry.ranges, 8):
                touch(place)


def features(disc):
    for kind in ("road,name", "route", "address,poi"):
        for feature in disc.features(kind=kind):
            feature.id, feature.geometry, feature.properties


def modules(disc):
    for module in disc.modules:
        touch(module)
        module.read()


def check(disc):
    result = disc.check()
    for name, account in result.accounts.items():
        size = disc.file(name).size
        if sum(account) != size:
            raise AssertionError(f"{name}: {account} of {size} bytes")


USES = (records, shapes, columns, places, files, attributes, graph, index, features, modules, check)


def try_disc(source, name):
    """What went wrong that must not."""
    problems = []
    found = []
    try:
        with kiwi.open(source, name=name, on_finding=found.append) as disc:
            for use in USES:
                try:
                    use(disc)
                except kiwi.Error:
                    pass
                except Exception as error:
                    problems.append(f"{use.__name__}: {error!r}")
    except kiwi.Error:
        pass
    except Exception as error:
        problems.append(f"open: {error!r}")
    try:
        with kiwi.open(source, name=name, on_finding=kiwi.strict) as disc:
            for use in (records, shapes):
                with contextlib.suppress(kiwi.Error):
                    use(disc)
    except kiwi.Error:
        pass
    return problems


# Discs

def good_discs(folder):
    """Name and bytes of small discs of all kinds."""
    for name in ("town", "south_west", "one_way"):
        yield f"{name}/ALLDATA.KWI", (build_small(folder, name) / "ALLDATA.KWI").read_bytes()
    for path in sorted((ROOT / "tests/corpus/file").iterdir()):
        yield path.name, path.read_bytes()
    yield "town.iso", build(SMALL / "town.geojson", folder / "town.iso").read_bytes()
    yield "LOADING.KWI", (build_loading(folder) / "LOADING.KWI").read_bytes()


def write_damaged(generator, folder, good):
    """A copy of a disc of several files, of which some are damaged."""
    for path in sorted(path for path in good.rglob("*") if path.is_file()):
        data = path.read_bytes()
        target = folder / path.relative_to(good)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(damage(generator, data)[0] if generator.randrange(3) == 0 else data)


def cases(folder):
    discs = list(good_discs(folder))
    generator = random.Random(SEED)
    for number in range(MUTATIONS):
        name, data = discs[number % len(discs)]
        data, what = damage(generator, data)
        yield f"{name}, {what}", data, name
    for number in range(CUTS):
        name, data = discs[number % len(discs)]
        length = generator.randrange(len(data)) & -generator.choice((1, 2048))
        yield f"{name}, cut at {length}", data[:length], name
    trees = [folder / "town", folder / "loading", build_layout(folder, "european"), build_layout(folder, "guidance_lists")]
    for number in range(40):
        path = folder / f"damaged {number}"
        write_damaged(generator, path, trees[number % len(trees)])
        yield f"files of {trees[number % len(trees)].name}", path, None


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def hang(number, frame):
    raise SystemExit("Bail out! it takes too long")


def main():
    print(f"# seed {SEED}", flush=True)
    signal.signal(signal.SIGXCPU, hang)
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, resource.RLIM_INFINITY))
    with tempfile.TemporaryDirectory() as name:
        for number, (what, source, file_name) in enumerate(cases(pathlib.Path(name))):
            if ONLY is not None and number != ONLY:
                continue
            before = peak()
            problems = try_disc(source, file_name)
            if peak() - before > MEMORY:
                problems.append(f"{peak() - before} bytes of memory")
            tap.check(not problems, f"{number}: {what}", "; ".join(problems))
    return tap.end()


sys.exit(main())
