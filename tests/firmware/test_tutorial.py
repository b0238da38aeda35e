#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the commands of docs/tutorials/agree-screen.md: test_tutorial.py KIWIDUMP SOURCE_ROOT, with the other
programs in the same build. Prints TAP."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

import demo_unit

KIWIDUMP, ROOT = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

import fresh_clone  # noqa: E402

# What the reader is to see, by the first word of the step it belongs to.
PROMISES = {
    "Before you begin": ["AG01 1000"],
    "2. Look": ["AG01 1000 2048 bytes at 2048", "MAP IS RUNNING"],
    "3. Find the text, and what points at it": ["load address of AG01: 0x00400000", "pointer to the beginning of its text", "change 5, always taken: module 0x144: 11000003 becomes 10000003", "AG01 module 0x13C"],
    "4. Which checksums?": ["proven: neg-sum32be,skip=16"],
    "5. Write the recipe": ["beqz becomes b", "11000003"],
    "6. Apply, check, go back": ["MAP IS RUNNING"],
}
tap = demo_unit.Tap()


def sections():
    """Title and commands of each section."""
    for part in re.split(r"^## ", (ROOT / "docs/tutorials/agree-screen.md").read_text(), flags=re.M)[1:]:
        title = part.split("\n", 1)[0]
        commands = re.findall(r"^```sh\n(.*?)^```$", part, flags=re.M | re.S)
        if commands:
            yield title, commands


def main():
    lacks = demo_unit.missing()
    if not tap.check(not lacks, "a cross compiler and an emulator are there", "; ".join(lacks)):
        return tap.end()
    with tempfile.TemporaryDirectory(prefix="kiwi-tutorial-") as name:
        folder = pathlib.Path(name)
        fresh_clone.make(ROOT, folder, KIWIDUMP.parents[1])
        path = ":".join([*(f"{name}/build/demo/{program}" for program in fresh_clone.PROGRAMS), os.environ["PATH"]])
        environment = dict(os.environ, PATH=path, KIWIPATCH_STATE=f"{name}/originals")
        for title, blocks in sections():
            shown = ""
            for commands in blocks:
                result = subprocess.run(["sh", "-e", "-c", commands], cwd=folder, env=environment, capture_output=True, text=True, check=False,
                                        stdin=subprocess.DEVNULL)  # fmt: skip
                shown += result.stdout
                tap.check(result.returncode == 0, f"{title}: {commands.splitlines()[0][:60]}", result.stdout + result.stderr)
            for promise in PROMISES.pop(title, []):
                tap.check(promise in shown, f"{title}: shows '{promise}'", shown)
        tap.check(not PROMISES, "every section was there", PROMISES)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
