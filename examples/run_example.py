# SPDX-License-Identifier: MIT
"""Runs an example and compares what it prints: run_example.py PROGRAM EXPECTED ARGUMENTS... TAP output. KIWI_UPDATE=1 writes EXPECTED anew."""

import os
import pathlib
import subprocess
import sys

program, expected, *arguments = sys.argv[1:]
result = subprocess.run([program, *arguments], capture_output=True, text=True)
if os.environ.get("KIWI_UPDATE"):
    pathlib.Path(expected).write_text(result.stdout, encoding="utf-8")
wrong = subprocess.run([program], capture_output=True, text=True)
checks = {
    "ends well": result.returncode == 0 and not result.stderr,
    "prints what is expected": result.stdout == pathlib.Path(expected).read_text(encoding="utf-8") != "",
    "says how it is used": wrong.returncode == 1 and wrong.stderr.startswith("usage: "),
}
print(f"1..{len(checks)}")
for number, (title, good) in enumerate(checks.items(), 1):
    print(f"{'ok' if good else 'not ok'} {number} - {title}")
if not all(checks.values()):
    print("".join(f"# {line}\n" for line in (result.stdout + result.stderr).splitlines()))
sys.exit(not all(checks.values()))
