#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts the single checks in meson's log: test_summary.py testlog.json. Ends with "N passed, N failed"; exit 1 on failure."""

import json
import sys


def count(test):
    """Passed and failed checks of one test: the lines of its TAP output, or the test itself."""
    lines = (test.get("stdout") or "").splitlines()
    passed = sum(line.startswith("ok") and "# SKIP" not in line for line in lines)
    for line in lines:
        if "# SKIP" in line:
            print(f"skipped: {test['name']}: {line.split(' - ', 1)[-1]}")
    failed = sum(line.startswith("not ok") for line in lines)
    if test["result"] not in ("OK", "EXPECTEDFAIL"):
        return passed, failed or 1
    return passed or 1, failed


def main(log):
    passed = failed = 0
    with open(log, encoding="utf-8") as file:
        for line in file:
            test = json.loads(line)
            more, wrong = count(test)
            passed += more
            failed += wrong
            if wrong:
                print(f"failed: {test['name']}")
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
