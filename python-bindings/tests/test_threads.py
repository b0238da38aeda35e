#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Threads that share discs: test_threads.py KIWIDUMP KIWIBUILD SOURCE_ROOT. Prints TAP."""
import itertools
import pathlib
import sys
import tempfile
import threading

from support import GOTEBORG, SMALL, build, build_small, tap

import kiwi

ROUNDS = 6


def together(functions):
    """Runs functions at the same time; their results or exceptions."""
    results = [None] * len(functions)
    start = threading.Barrier(len(functions))

    def work(number):
        start.wait()
        try:
            results[number] = functions[number]()
        except BaseException as error:
            results[number] = error

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def records(disc):
    return [(record.location, isinstance(record, kiwi.Record) and repr(record.as_dict())) for record in disc.records()]


def roads(disc):
    return [(road.offset, road.points.tolist(), road.road_type, road.length) for road in disc.roads()]


def names(disc):
    return [(name.offset, name.text, name.coordinates.tolist()) for name in disc.names()]


def places(disc):
    west, south, east, north = disc.level(0).bbox
    parcels = (disc.parcel_at(south + (north - south) * i / 40, west + (east - west) * j / 40) for i in range(40) for j in range(40))
    return [parcel and (parcel.offset, len(parcel.shapes)) for parcel in parcels]


def columns(disc):
    return {name: list(column) for name, column in disc.columns("road", ["offset", "length", "road_type"]).items()}


def files(disc):
    return [(file.path, file.read()) for file in disc.files]


def graph(disc):
    return [(node.offset, node.longitude, [(link.offset, link.length) for link in node.links])
            for level in disc.region_levels for region in level for node in region.nodes]


def index_and_features(disc):
    return [repr(entry) for entry in disc.find("")] + [feature.properties for feature in disc.features(level=4)]


def check(disc):
    return disc.check()


USES = (records, roads, names, places, columns, files, graph, index_and_features, check)


def same_disc(name, source):
    with kiwi.open(source) as disc:
        wanted = [use(disc) for use in USES]
    good = []
    for _ in range(ROUNDS):
        with kiwi.open(source) as disc:
            good += [wanted == together([lambda use=use: use(disc) for use in USES])]
    tap.check(all(good), f"{name}: {len(USES)} threads on one disc read the same as one", good)


def several_discs(sources):
    """One disc each, and the same file."""
    def alone(source):
        with kiwi.open(source) as disc:
            return [use(disc) for use in USES]

    wanted = [alone(source) for source in sources]
    tap.check(together([lambda source=source: alone(source) for source in sources]) == wanted, f"{len(sources)} threads on {len(sources)} discs")


def until_closed(disc, use, begun):
    """Repeats until the disc is closed; how often it was done."""
    for number in itertools.count():
        try:
            use(disc)
        except ValueError as error:
            return "closed" in str(error) or error
        begun.release()


def closed_meanwhile(name, source):
    for _ in range(ROUNDS):
        disc = kiwi.open(source)
        begun = threading.Semaphore(0)

        def close():
            for _ in range(2 * len(USES)):  # in the middle of it
                begun.acquire()
            begun.release(2 * len(USES))  # for the other one that closes
            disc.close()
            return True

        results = together([*(lambda use=use: until_closed(disc, use, begun) for use in USES), close, close])
        if results != [True] * len(results):
            tap.check(False, f"{name}: close() in the middle", results)
            return
    tap.check(True, f"{name}: close() in the middle")


def shared_iterator(source):
    """An iterator that several threads ask hands out each record to one of them, or refuses."""
    def take(iterator, taken):
        refused = 0
        while True:
            try:
                taken.append(next(iterator))
            except StopIteration:
                return refused
            except ValueError as error:
                if "thread" not in str(error):
                    raise
                refused += 1

    with kiwi.open(source) as disc:
        for name, make in (("records", disc.records), ("parcels", lambda: disc.level(0).parcels())):
            wanted = sum(1 for _ in make())
            for _ in range(ROUNDS):
                iterator, taken = make(), []
                results = together([lambda: take(iterator, taken)] * 8)
                offsets = {(type(item), getattr(item, "location", None) or (item.offset, item.bbox)) for item in taken}
                if len(taken) != wanted or len(offsets) < wanted * 0.9 or not all(isinstance(result, int) for result in results):
                    tap.check(False, f"eight threads ask one iterator: {name}", (len(taken), wanted, len(offsets), results))
                    return
            tap.check(True, f"eight threads ask one iterator: {name}")


def interpreter_is_free(source):
    """Another thread gets on while the library works, though nobody is ever made to give way."""
    interval = sys.getswitchinterval()
    with kiwi.open(source) as disc:
        for name, function in (("check", disc.check), ("columns", lambda: disc.columns("road", ["length"])), ("Python code", lambda: sum(range(100000)))):
            go, counted = threading.Event(), []
            counter = threading.Thread(target=lambda: go.wait() and counted.extend(range(1000)))
            counter.start()
            sys.setswitchinterval(1000)
            try:
                go.set()
                free = any(function() and counted for _ in range(50))  # once is enough, but the system may be busy
            finally:
                sys.setswitchinterval(interval)
            counter.join()
            tap.check(free == (name != "Python code"), f"whether another thread can run during {name}", free)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        town = build_small(folder, "town")
        image = build(SMALL / "town.geojson", folder / "town.iso")
        same_disc("folder", town)
        same_disc("memory", image.read_bytes())
        with open(image, "rb") as file:
            same_disc("file object", file)
            closed_meanwhile("file object", file)
        closed_meanwhile("image", image)
        several_discs([town, image, image.read_bytes(), town])
        shared_iterator(image)
        interpreter_is_free(build(GOTEBORG, folder / "goteborg"))
    return tap.end()


sys.exit(main())
