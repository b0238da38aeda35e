#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the commands of docs/tutorials/agree-screen.md: test_tutorial.py KIWIBUILD KIWIDUMP KIWIPATCH SOURCE_ROOT. Prints TAP."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

import demo_unit

TOOLS = [pathlib.Path(name).resolve() for name in sys.argv[1:4]]
ROOT = pathlib.Path(sys.argv[4])
# What the reader is to see, by the first word of the step it belongs to.
PROMISES = {
    "2. Look": ["AG01 1000 2048 bytes at 2048", "MAP IS RUNNING"],
    "3. Find the text, and what points at it": ["load address of AG01: 0x00400000", "pointer to the beginning of its text", "AG01 module 0x13C"],
    "4. Which checksums?": ["proven: neg-sum32be,skip=16"],
    "5. Write the recipe": ["beqz becomes b"],
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
        demo_unit.build_disc(str(TOOLS[0]), ROOT, folder, "disc.iso")
        path = ":".join([*(str(tool.parent) for tool in TOOLS), os.environ["PATH"]])
        environment = dict(os.environ, PATH=path, HOME=name, XDG_STATE_HOME=name, XDG_DATA_HOME=name)
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
