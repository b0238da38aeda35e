#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many discs at once by Dask; discs that are pickled; rows of parcels."""
import collections
import contextlib
import io
import json
import os
import pathlib
import pickle
import re
import runpy
import signal
import subprocess
import sys
import tempfile
import time

import pandas
from dask.distributed import Client, LocalCluster

from support import ROOT, build_layout, build_small, lines, raises, tap

import kiwi
import kiwi.dask

KINDS = {"road": ["road_type", "length", "offset"], "background": ["offset", "length"], "name": ["text", "offset", "longitude"]}
LAYOUTS = ("division_table", "integration_mixed", "other_data")


def archive(folder):
    """Discs of several shapes: parcels that are divided, integrated, and plain ones."""
    return [build_layout(folder, name) for name in LAYOUTS] + [build_small(folder, name) for name in ("town", "backgrounds")]


def check_pickle(discs, folder):
    disc = kiwi.open(os.path.relpath(discs[0]), charset="ISO-8859-1", datum="TOKYO", on_finding=kiwi.strict)
    before = os.getcwd()
    os.chdir(folder)
    copy = pickle.loads(pickle.dumps(disc))
    os.chdir(before)
    tap.check(copy is not disc and copy.size == disc.size, "a disc is opened again, from another folder")
    tap.equal((copy.charset, copy.datum, copy.levels[0].bbox), (disc.charset, disc.datum, disc.levels[0].bbox), "with its options")
    tap.check(disc.levels[0].bbox != kiwi.open(discs[0]).levels[0].bbox, "which matter")
    copy.close()
    raises("a closed disc is not pickled", ValueError, "closed", pickle.dumps, copy)
    file = pathlib.Path(discs[-1], "ALLDATA.KWI").read_bytes()
    raises("nor one of bytes", TypeError, "by its path", pickle.dumps, kiwi.open(file, name="ALLDATA.KWI"))
    gone = folder / "gone"
    pathlib.Path(discs[-1]).rename(gone)
    kept = pickle.dumps(kiwi.open(gone))
    gone.rename(discs[-1])
    raises("a disc that is not there any more", FileNotFoundError, "gone", pickle.loads, kept)


def table(columns):
    """Columns as sorted tuples."""
    return sorted(zip(*(list(values) for values in columns.values())))


def check_rows(path):
    """Whatever the rows are cut into, each shape is in one of the pieces."""
    bad = []
    several = 0
    with kiwi.open(path) as disc:
        for level in disc.levels:
            for kind, names in KINDS.items():
                whole = table(disc.columns(kind, names, level=level.number))
                for step in (1, 3, level.rows + 1):
                    pieces = [disc.columns(kind, names, level=level.number, rows=(row, row + step)) for row in range(0, level.rows, step)]
                    several += len([piece for piece in pieces if len(piece["offset"])]) > 1
                    if sorted(row for piece in pieces for row in table(piece)) != whole:
                        bad.append((level.number, kind, step))
        empty = disc.columns("road", ["offset"], level=level.number, rows=(5, 5))
        tap.check(len(empty["offset"]) == 0, f"{path.name}: no rows, no roads")
        first = disc.columns("road", ["offset"], level=level.number, rows=(-3, 1))
        tap.check(table(first) == table(disc.columns("road", ["offset"], level=level.number, rows=(0, 1))), f"{path.name}: rows below 0")
    tap.check(not bad, f"{path.name}: rows of parcels are all of a level", bad)
    return several


def counted(frame):
    return frame.groupby(["disc", "level", "road_type"])["length"].agg(["count", "sum"])


def check_read(discs):
    """Against kiwidump, and a disc after the other."""
    roads = kiwi.dask.read(discs, "road", ["road_type", "length"], level=None, rows=2)
    tap.equal(list(roads.columns), ["disc", "level", "road_type", "length"], "columns")
    tap.equal([str(kind) for kind in roads.dtypes[1:]], ["int64", "int64", "float64"], "their types")
    one = counted(roads).compute(scheduler="sync")
    wanted = collections.Counter()
    for disc in discs:
        for line in lines("--features", "--kind", "road", disc):
            properties = json.loads(line)["properties"]
            wanted[str(disc), properties["level"], properties["type"]] += 1
    tap.equal(dict(one["count"]), dict(wanted), "kiwidump counts the same roads")
    frames = []
    for path in discs:
        with kiwi.open(path) as disc:
            for level in disc.levels:
                columns = disc.columns("road", ["road_type", "length"], level=level.number)
                frames.append(pandas.DataFrame({"disc": str(path), "level": level.number, **{name: list(items) for name, items in columns.items()}}))
    plain = counted(pandas.concat(frames)).sort_index()
    one = one.sort_index()
    tap.check((plain["count"] == one["count"]).all() and ((plain["sum"] - one["sum"]).abs() < 1e-6).all(), "and their lengths are those of each disc")
    names = kiwi.dask.read(discs[0], "name", ["text"], rows=1).compute(scheduler="sync")
    with kiwi.open(discs[0]) as disc:
        tap.check(sorted(names["text"]) == sorted(disc.columns("name", ["text"])["text"]) and len(names) > 5, "texts, of one disc")
        opened = kiwi.dask.read(kiwi.open(discs[0], charset="CP1251"), "name", ["text"]).compute(scheduler="sync")
        tap.check(sorted(opened["text"]) != sorted(names["text"]), "options of an opened disc hold")
    raises("no discs", ValueError, "no disc", kiwi.dask.read, [], "road", ["length"])
    raises("no such column", ValueError, "wheels", kiwi.dask.read, discs, "road", ["wheels"])
    raises("no such layer", ValueError, "kind", kiwi.dask.read, discs, "roads", ["length"])
    raises("no such level", kiwi.NotFoundError, "level 31", kiwi.dask.read, discs, "road", ["length"], level=31)
    raises("no rows", ValueError, "at least 1", kiwi.dask.read, discs, "road", ["length"], rows=0)
    return roads, one


def hold(part, folder):
    """Runs in a worker: says which one it is, and waits."""
    pathlib.Path(folder, str(os.getpid())).touch()
    while not pathlib.Path(folder, "go").exists():
        time.sleep(0.01)
    return part


def check_cluster(roads, one, folder):
    """Two processes; one of them is killed while it has a partition."""
    signs = folder / "signs"
    signs.mkdir()
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(folder)) as cluster, Client(cluster) as client:
        future = client.compute(counted(roads.map_partitions(hold, str(signs), meta=roads._meta)))
        while len(list(signs.iterdir())) < 2:
            time.sleep(0.01)
        workers = {int(path.name) for path in signs.iterdir()}
        victim = min(workers)
        os.kill(victim, signal.SIGKILL)
        (signs / "go").touch()
        result = future.result()
        used = {int(path.name) for path in signs.iterdir() if path.name.isdigit()}
    tap.check(os.getpid() not in used and len(workers) == 2, "the work is done in two processes", workers)
    tap.check(result.sort_index().equals(one), "one of them is killed, and the table is that of one process", result)


def check_tutorial(discs):
    script = ROOT / "docs/tutorials/archive.py"
    cluster = subprocess.run([sys.executable, script, *map(str, discs)], capture_output=True, text=True, check=False)
    alone = io.StringIO()
    sys.argv = [str(script), "--one-process", *map(str, discs)]
    with contextlib.redirect_stdout(alone):
        runpy.run_path(str(script), run_name="__main__")
    tap.check(cluster.returncode == 0, "the tutorial runs", cluster.stderr[-500:])
    tap.equal(cluster.stdout, alone.getvalue(), "on a cluster as in one process")
    roads = 0
    for path in discs:
        with kiwi.open(path) as disc:
            roads += len(disc.columns("road", ["offset"])["offset"])
    tap.equal(sum(int(number.replace(",", "")) for number in re.findall(r"([\d,]+) roads", cluster.stdout)), roads, "and counts all roads")


def main():
    with tempfile.TemporaryDirectory(prefix="kiwi-dask-") as name:
        folder = pathlib.Path(name).resolve()
        discs = archive(folder)
        check_pickle(discs, folder)
        tap.check(sum(check_rows(disc) for disc in discs) > 10, "and there are shapes in several rows")
        roads, one = check_read(discs)
        check_cluster(roads, one, folder)
        check_tutorial(discs)
    return tap.end()


# Workers import this file.
if __name__ == "__main__":
    sys.exit(main())
