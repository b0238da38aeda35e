#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the README's examples in Python: test_readme.py KIWIDUMP KIWIBUILD SOURCE_ROOT. Prints TAP."""
import doctest
import os
import pathlib
import subprocess
import sys
import tempfile

from support import KIWIBUILD, ROOT, tap


def main():
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    examples = doctest.DocTestParser().get_doctest(page, {}, "README.md", "README.md", 0)
    problems = []
    with tempfile.TemporaryDirectory() as name:
        subprocess.run([ROOT / "tools/demo-disc", KIWIBUILD, pathlib.Path(name) / "disc.iso"], check=True)
        os.chdir(name)
        failed, tried = doctest.DocTestRunner(verbose=False).run(examples, out=problems.append)
        os.chdir("/")
    tap.check(tried >= 8, "the README has examples", f"{tried} lines")
    tap.check(failed == 0, "they print what they say", "".join(problems))
    return tap.end()


sys.exit(main())
