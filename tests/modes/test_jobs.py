#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What several threads print is what one prints, to the byte: test_jobs.py KIWIDUMP KIWIBUILD SOURCE_ROOT. Prints TAP."""
import pathlib
import random
import subprocess
import tempfile

import modes

tap = modes.Tap()

MODES = (["--check"], ["--check", "--limit", "2"], ["--records"], ["--features"], ["--features", "--format", "csv"], ["--features", "--format", "geojson"],
         ["--features", "--kind", "road,route,address,poi"], ["--features", "--merge", "--level", "2"], ["--records", "--limit", "1000"], ["--features", "--limit", "77"],
         ["--features", "--limit", "0"], ["--features", "--limit", "9", "--format", "csv"])


def everything(disc, mode, jobs):
    """Exit code, standard output and standard error."""
    result = subprocess.run([modes.KIWIDUMP, *mode, "--jobs", str(jobs), str(disc)], capture_output=True, check=False)
    return result.returncode, result.stdout, result.stderr


def compare(name, disc, some=(["--check"], ["--records"], ["--features"], ["--features", "--limit", "500"]), numbers=(3,)):
    for mode in some:
        alone = everything(disc, mode, 1)
        for jobs in numbers:
            tap.check(everything(disc, mode, jobs) == alone, f"{name}: {' '.join(mode)} with {jobs} threads")


def damaged(image, target, seed, count):
    """A copy with so many other bytes behind the file systems."""
    chance = random.Random(seed)
    data = bytearray(image.read_bytes())
    for _ in range(count):
        data[chance.randrange(65536, len(data))] = chance.randrange(256)
    target.write_bytes(data)
    return target


def check_reader_that_leaves(disc):
    """Nobody waits for a reader that went away."""
    for jobs in (1, 3):
        program = subprocess.Popen([modes.KIWIDUMP, "--records", "--quiet", "--jobs", str(jobs), str(disc)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   restore_signals=False)  # so that writing fails, instead of ending it
        first = program.stdout.read(100)
        program.stdout.close()
        code = program.wait(timeout=300)
        tap.check(len(first) == 100 and code == 0 and program.stderr.read() == b"", f"a reader that leaves, {jobs} threads")
        program.stderr.close()


def check_unreadable(image, folder):
    """What one thread cannot read is said once."""
    size = image.stat().st_size
    hole = size // 2 // 2048 * 2048
    mapfile = folder / "mapfile"
    mapfile.write_text(f"0x0 + 1\n0x0 {hole:#x} +\n{hole:#x} 0x4000 -\n{hole + 0x4000:#x} {size - hole - 0x4000:#x} +\n")
    for mode in (["--check"], ["--features"], ["--records"]):
        results = [everything(image, ["--mapfile", str(mapfile), *mode], jobs) for jobs in (1, 3)]
        tap.check(results[0] == results[1] and results[0][0] == 1, f"a scratch: {' '.join(mode)}")


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    image = modes.build(modes.ROOT / "testdata/kattegat.geojson.gz", folder / "kattegat.iso")
    compare("kattegat", image, MODES, (2, 3))
    compare("many errors", damaged(image, folder / "many.iso", 1, 2000))
    compare("some errors", damaged(image, folder / "few.iso", 2, 20))
    for layout in ("guidance_lists", "division_4x4", "shift_jis"):
        compare(layout, modes.build(modes.SMALL / "variants.geojson", folder / layout, "--layout", modes.ROOT / f"testdata/layouts/{layout}.json"))
    check_reader_that_leaves(image)
    check_unreadable(image, folder)
    for wrong in ("0", "65", "x", "-1"):
        result = subprocess.run([modes.KIWIDUMP, "--check", "--jobs", wrong, str(image)], capture_output=True, check=False)
        tap.check(result.returncode == 2 and b"--jobs takes a number of threads, 1 to 64" in result.stderr, f"--jobs {wrong}")
raise SystemExit(tap.end())
