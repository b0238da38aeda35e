#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that the style in the tree is what the tables say: test_style.py MAKE_MAP_STYLE STYLE. With --update it is written anew."""

import pathlib
import subprocess
import sys


def main():
    update = "--update" in sys.argv
    program, style = [argument for argument in sys.argv[1:] if argument != "--update"]
    made = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    if update:
        pathlib.Path(style).write_text(made)
    same = pathlib.Path(style).read_text() == made
    print(f"1..1\n{'ok' if same else 'not ok'} 1 - {style} is made of the tables of kiwidump/picture/style.c")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
