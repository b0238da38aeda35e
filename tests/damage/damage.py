#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The program kiwidump on damaged discs: damage.py KIWIDUMP KIWIBUILD SOURCE_ROOT [SEED]. Prints TAP."""
import json
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile

KIWIDUMP, KIWIBUILD, ROOT = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
SEED = int(sys.argv[4]) if len(sys.argv) > 4 else 20240229
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

import check_goteborg  # noqa: E402

MODES = {
    "document": [],
    "records": ["--records"],
    "features": ["--features"],
    "collection": ["--features", "--format", "geojson"],
    "check": ["--check"],
    "find": ["--find", "s"],
    "addresses": ["--features", "--kind", "address,poi"],
    "links": ["--features", "--kind", "route"],
    "way": ["--route", "57.69,11.97", "57.7,11.98"],
    "box": ["--records", "--level", "0", "--bbox", "11.97,57.69,11.98,57.7"],
}
DISCS = 150
CPU_SECONDS = 60  # of a run; who takes more hangs, however busy the machine is


tap = check_goteborg.Tap()


def no_duplicates(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError(f"a key comes twice: {keys}")
    return dict(pairs)


def no_constant(text):
    raise ValueError(f"{text} is no JSON")


def parse(text):
    return json.loads(text, object_pairs_hook=no_duplicates, parse_constant=no_constant)


def snapshot(folder):
    return {p: (p.stat().st_size, p.stat().st_mtime_ns) for p in folder.rglob("*")}


def limit():
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def fault(mode, result):
    """What is wrong with a run; empty if nothing is."""
    error = result.stderr.decode("utf-8", "replace")
    if result.returncode not in (0, 1, 3, 4):
        return f"exit {result.returncode}: {error[-400:]}"
    if "Sanitizer" in error or "runtime error" in error:
        return error[-2000:]
    if result.returncode in (3, 4) and not any(line.startswith("kiwidump: ") for line in error.splitlines()):
        return f"exit {result.returncode} without a message"
    try:
        text = result.stdout.decode("utf-8")
        if mode in ("records", "features", "links", "box", "find", "addresses"):
            if text and not text.endswith("\n"):
                return "the last line has no end"
            for line in text[:-1].split("\n") if text else []:
                if not isinstance(parse(line), dict):
                    return "a line is no object"
        elif text or result.returncode in (0, 1):
            parse(text)
    except ValueError as problem:
        return str(problem)
    return ""


def damage(random_, data):
    """A damaged copy, and what was done to it."""
    data = bytearray(data)
    kind = random_.randrange(6)
    if kind == 0:
        length = random_.randrange(len(data))
        return bytes(data[:length]), f"cut at {length}"
    # The structures that lead to all others lie in the first 8 KiB of a map; of an image behind sector 16.
    base = 32768 if data[32769:32774] == b"CD001" and kind < 4 else 0
    span = min(len(data) - base, random_.choice([8192, 65536, len(data)]))
    for _ in range(random_.choice([1, 4, 32, 256])):
        at = base + random_.randrange(span)
        if kind in (1, 2):
            data[at] ^= 1 << random_.randrange(8)
        elif kind == 3:
            data[at:at + 2] = random_.choice([b"\0\0", b"\xff\xff", b"\x7f\xff", b"\0\1"])[:len(data) - at]
        elif kind == 4:
            data[at] = random_.randrange(256)
        else:
            to = base + random_.randrange(span)
            run = min(random_.randrange(1, 512), len(data) - max(at, to))
            data[to:to + run] = data[at:at + run]
    return bytes(data), f"kind {kind}"


def damaged_discs(folder, good, index):
    random_ = random.Random(SEED)
    names = sorted(good)
    for number in range(DISCS):
        name = names[number % len(names)]
        data, what = damage(random_, good[name])
        place = folder / f"disc{number}"
        if name.endswith(".iso"):
            path = place.with_suffix(".iso")
            path.write_bytes(data)
        elif number % 2:
            place.mkdir()
            path = place
            (place / "ALLDATA.KWI").write_bytes(data)
            metadata, _ = damage(random_, b"CHCD=ISO 8859-1\r\nTITLE=x\r\n")
            (place / "METADATA.KWI").write_bytes(metadata)
            (place / "IDX").mkdir()
            for file, content in index.items():
                (place / file).write_bytes(damage(random_, content)[0] if random_.randrange(3) else content)
        else:
            place.mkdir()
            path = place / "ALLDATA.KWI"
            path.write_bytes(data)
        before = snapshot(folder)
        problems = []
        for mode, options in MODES.items():
            result = subprocess.run([KIWIDUMP, *options, path], capture_output=True, check=False, preexec_fn=limit)
            problem = fault(mode, result)
            if problem:
                problems.append(f"{mode}: {problem}")
        if snapshot(folder) != before:
            problems.append("something was written")
        if problems:
            path.rename(f"damaged-{number}{path.suffix}")
        tap.check(not problems, f"{number}: {name}, {what}", "\n".join(problems))


def shrinking(folder, data):
    """Another process cuts the file while it is read: no signal, whole lines."""
    for keep in (0, 2048, len(data) // 2):
        for mode in ("records", "features"):
            path = folder / "shrinking.kwi"
            path.write_bytes(data)
            process = subprocess.Popen([KIWIDUMP, *MODES[mode], path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                       preexec_fn=limit)  # fmt: skip
            first = os.read(process.stdout.fileno(), 1)  # it has begun, and waits for the pipe to be emptied
            os.truncate(path, keep)
            output, error = process.communicate()
            result = subprocess.CompletedProcess([], process.returncode, first + output, error)
            problem = fault(mode, result)
            tap.check(not problem, f"cut to {keep} bytes during --{mode}", problem)


def main():
    print(f"# seed {SEED}")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        good = {}
        for source in ("town", "south_west", "one_way"):
            text = ROOT / f"testdata/small/{source}.geojson"
            subprocess.run([KIWIBUILD, "--quiet", "-o", folder / source, text], check=True)
            good[source] = (folder / source / "ALLDATA.KWI").read_bytes()
        for layout in ("guidance", "other_data"):
            subprocess.run([KIWIBUILD, "--quiet", "--layout", ROOT / f"testdata/layouts/{layout}.json", "-o", folder / layout,
                            ROOT / "testdata/small/one_way.geojson"], check=True)
            good[layout] = (folder / layout / "ALLDATA.KWI").read_bytes()
        subprocess.run([KIWIBUILD, "--quiet", "-o", folder / "town.iso", ROOT / "testdata/small/town.geojson"], check=True)
        good["town.iso"] = (folder / "town.iso").read_bytes()
        index = {str(path.relative_to(folder / "town")): path.read_bytes()
                 for path in (folder / "town/INDEXDAT.KWI", *sorted((folder / "town/IDX").iterdir()))}
        damaged_discs(folder, good, index)
        subprocess.run([KIWIBUILD, "--quiet", "-o", folder / "goteborg", ROOT / "testdata/goteborg.geojson.gz"], check=True)
        shrinking(folder, (folder / "goteborg/ALLDATA.KWI").read_bytes())
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
