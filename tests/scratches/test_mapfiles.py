#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Map files of ddrescue: test_mapfiles.py KIWIDUMP IMAGE. Prints TAP."""
import json
import pathlib
import subprocess
import sys
import tempfile

KIWIDUMP, IMAGE = sys.argv[1], pathlib.Path(sys.argv[2])
SECTOR = 2048
HEAD = "# Mapfile. Created by GNU ddrescue version 1.27\n# Command line: ddrescue " + "x" * 5000 + "\n0x0 + 1\n"


class Tap:
    count = bad = 0

    def check(self, good, name, note=""):
        self.count += 1
        self.bad += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}{'' if good else f' # {note!r}'}")


tap = Tap()


def run(*arguments):
    done = subprocess.run([KIWIDUMP, *map(str, arguments)], capture_output=True, text=True, errors="replace", timeout=60)
    return done.returncode, done.stdout, done.stderr


def unreadable(text):
    return [(f["file"], f["offset"], int(f["found"].split()[0])) for f in json.loads(text)["findings"] if f["field"] == "unreadable"]


def main(folder):
    path = folder / "rescue.map"
    size = IMAGE.stat().st_size
    files = {f["path"]: f for f in json.loads(run(IMAGE)[1])["files"]}
    start = files["ALLDATA.KWI"]["extents"][0]["offset"]
    sound = run(IMAGE, "--features")[1].splitlines()

    def check(blocks, expected, name, head=HEAD):
        path.write_text(head + blocks)
        code, text, error = run(IMAGE, "--check", "--mapfile", path)
        found = unreadable(text) if text else error
        tap.check(found == expected and code == (1 if expected else 0), name, (code, found))

    def block(sector, count, state):
        return f"0x{start + sector * SECTOR:08X}  0x{count * SECTOR:08X}  {state}\n"

    rest = f"0x{start + 5 * SECTOR:X} {size - start - 5 * SECTOR} +\n"
    before = f"0 {start} +\n"
    check(f"0x0 {size} +\n", [], "a whole image")
    check(f"0 {size} +\n", [], "without a pass", "0x0 ?\n")
    check(f"0 {size} +\r\n", [], "lines of DOS", "0x0 ? 1\r\n")
    for state in "?*/-":
        check(before + block(0, 3, "+") + block(3, 1, state) + block(4, 1, "+") + rest,
              [("ALLDATA.KWI", 3 * SECTOR, SECTOR)], f"state {state}")
    check(before + block(0, 2, "+") + block(2, 1, "/") + block(3, 1, "-") + block(4, 1, "+") + rest,
          [("ALLDATA.KWI", 2 * SECTOR, 2 * SECTOR)], "neighbours are one extent")
    check(before + block(0, 2, "+") + block(4, 1, "+") + rest, [("ALLDATA.KWI", 2 * SECTOR, 2 * SECTOR)], "what it leaves out")
    path.write_text(HEAD + before + block(0, 4, "+") + block(4, 1, "-") + f"{start + 5 * SECTOR} {size - start - 5 * SECTOR} +\n")
    code, text, error = run(IMAGE, "--features", "--mapfile", path)
    tap.check(code == 1 and set(text.splitlines()) <= set(sound) and "unreadable" in error, "features of what is left", (code, error))

    for lines, name in ((["0x0 + 1", "0 10"], "a block without a state"), (["0x0 + 1", "0 10 + 5"], "too much"), (["0x0 + 1", "0 10 x"], "a state"),
                        (["0x0 + 1", "0 -10 +"], "below zero"), (["0x0 + 1", "0 20 +", "10 20 +"], "an overlap"), (["0x0 + 1", "9 1 +", "0 1 +"], "the order"),
                        (["0x0 + 1", "0xFFFFFFFFFFFFFFFF 1 +"], "an overflow"), (["0x0 + 1", "99999999999999999999999 1 +"], "a large number"),
                        (["0x0 + 1", "0 10 +" + " " * 500], "a long line"), (["hello"], "no work"), (["0x0 + 1 2"], "too much work"), (["0x0 + 1", "08 1 +"], "octal 8"),
                        (["0x0 + 1", "0 10 +\0"], "NUL")):
        path.write_text("# comment\n\n" + "\n".join(lines) + "\n")
        code, text, error = run(IMAGE, "--check", "--mapfile", path)
        tap.check(code == 3 and not text and f"line {len(lines) + 2}:" in error, f"refused: {name}", (code, error))
    for data, name in ((b"", "nothing"), (b"# only this", "a comment"), (bytes(range(256)) * 4000, "bytes")):
        path.write_bytes(data)
        code, text, error = run(IMAGE, "--check", "--mapfile", path)
        tap.check(code == 3 and "line " in error, f"refused: {name}", (code, error))
    code, _, error = run(IMAGE, "--check", "--mapfile", folder / "missing")
    tap.check(code == 4 and "missing" in error, "one that is not there", (code, error))
    code, _, error = run(folder, "--check", "--mapfile", path)
    tap.check(code == 5 and "director" in error, "a folder has none", (code, error))
    print(f"1..{tap.count}")
    return tap.bad != 0


with tempfile.TemporaryDirectory() as name:
    sys.exit(main(pathlib.Path(name)))
