#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the tests of a build that are programs in C: run_programs.py BUILD. Those in Python would start the programs of another machine."""

import json
import subprocess
import sys

build = sys.argv[1]
tests = json.loads(subprocess.run(["meson", "introspect", "--tests", build], check=True, capture_output=True).stdout)
folder = json.loads(subprocess.run(["meson", "introspect", "--targets", build], check=True, capture_output=True).stdout)
programs = {name for target in folder if target["type"] == "executable" for name in target["filename"]}
names = [test["name"] for test in tests if test["cmd"][0] in programs]
sys.exit(subprocess.run(["meson", "test", "-C", build, "--no-rebuild", "--print-errorlogs", "--timeout-multiplier", "5", *names], check=False).returncode)
