#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks how the tree is written: check-source.py [--list] [--rule NAME]... [ROOT]. Prints TAP: each rule on its fixtures, then on the tree.

The rules are in tools/source/, the fixtures of rule NAME are tests/source/NAME.accepted and NAME.refused.
"""

import argparse
import pathlib
import sys

from source import dialect, layout, rule, structure, text, tree  # noqa: F401  (importing the rules registers them)

SHOWN = 20


def check_fixture(root, one, kind):
    """What is wrong when the rule looks at its fixture of that kind."""
    path = root / "tests" / "source" / f"{one.name}.{kind}"
    if not path.exists():
        return [f"{path.relative_to(root)} is missing"]
    found = list(one.check(tree.Fixture(path)))
    if kind == "accepted":
        return [f"refused: {finding}" for finding in found]
    return [] if found else ["nothing was found in it"]


def report(number, what, wrong):
    print(f"{'not ok' if wrong else 'ok'} {number} - {what}")
    for line in wrong[:SHOWN]:
        print(f"# {line}")
    if len(wrong) > SHOWN:
        print(f"# ... and {len(wrong) - SHOWN} more")
    return not wrong


def main():
    parser = argparse.ArgumentParser(description="Checks how the tree is written; prints TAP.")
    parser.add_argument("--list", action="store_true", help="print the rules and their sentences")
    parser.add_argument("--rule", action="append", metavar="NAME", help="check this rule only; may be repeated")
    parser.add_argument("root", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    options = parser.parse_args()
    rules = [one for one in rule.RULES if not options.rule or one.name in options.rule]
    if options.list:
        for one in rules:
            print(f"{one.name}: {one.sentence}")
        return 0
    if not rules:
        parser.error("no such rule")
    print(f"1..{3 * len(rules)}")
    whole = tree.Tree(options.root)
    good = True
    for first, one in zip(range(1, 3 * len(rules), 3), rules):
        skip = one.unavailable()
        if skip:
            for number in range(first, first + 3):
                print(f"ok {number} - {one.name} # SKIP {skip}")
            continue
        good &= report(first, f"{one.name}: accepted fixture", check_fixture(options.root, one, "accepted"))
        good &= report(first + 1, f"{one.name}: refused fixture", check_fixture(options.root, one, "refused"))
        good &= report(first + 2, f"{one.name}: {one.sentence}", list(one.check(whole)))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
