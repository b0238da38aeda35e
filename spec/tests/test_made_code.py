#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Made C is read, too: it stays short and obeys the dialect of the tree. test_made_code.py SCHEMA.kwis... TAP."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from generate import load  # noqa: E402
from kwis import emit_c, emit_files  # noqa: E402
from kwis.c_text import folded, laid_out, masked  # noqa: E402

LINES = 12500  # of all made code
COLUMNS = 140
# What the dialect has no place for, and what says nothing.
REFUSED = {
    "parameters that are cast away": r"\(void\)\w",
    "shifts by zero": r">> 0\b",
    "places that are zero bytes away": r"\+ 0\b",
    "braces round a single statement": r"\n( *)(?:if|for|while) \([^\n]*\) \{\n[^\n]*;\n\1\}",
    "blocks that nothing guards": r"\n +\{\n",
    "comparisons with NULL": r"[!=]= NULL",
    "parentheses behind sizeof": r"sizeof\(\w+\)",
    "parentheses in parentheses": r"\(\([^()]*\)\)",
    "members that are nothing anyway": r"\.\w+ = (?:NULL|false|0|0x0u)\b[,}]",
}  # fmt: skip

number = 0
failed = 0


def ok(condition, name, detail=""):
    global number, failed
    number += 1
    failed += not condition
    print(f"{'ok' if condition else 'not ok'} {number} - {name}")
    if not condition:
        print("# " + str(detail).replace("\n", "\n# "))


def without_breaks(text):
    """What folding must keep: everything but space, and strings in one piece."""
    return re.sub(r"\s+", "", re.sub(r'"\n\s*"', "", text))


schema = load(sys.argv[1:])
made = {"records.h": emit_c.header(schema), "records.c": emit_c.source(schema), "fields.h": emit_c.fields(schema),
        "layouts.h": emit_c.layouts(schema),
        "file_kind.h": emit_files.header(schema), "file_kinds.c": emit_files.source(schema)}  # fmt: skip

total = sum(text.count("\n") for text in made.values())
ok(5000 < total <= LINES, f"made code has at most {LINES} lines", f"{total} lines")
for name, text in made.items():
    longest = max(text.split("\n"), key=len)
    ok(len(longest) <= COLUMNS, f"{name}: no line is longer than {COLUMNS} columns", f"{len(longest)} columns: {longest}")
    for what, pattern in REFUSED.items():
        found = re.search(pattern, text)
        ok(not found, f"{name}: no {what}", found and found[0])

# Lines are cut without a change of what they say.
for name, line in (
    ("call", "    return " + " && ".join(f"kiwi_layout_run(layout, {run}, length_of_it(bytes, layout) * 2)" for run in range(9)) + ";"),
    ("string", '    {"name", "' + "a long meaning of few commas " * 12 + '", 1},'),
    ("comment", "    uint8_t name; /**< " + "a long meaning " * 20 + "*/"),
    ("comment at the margin", "/** " + "a long meaning " * 20 + "*/"),
    ("choice", "    return " + "a" * 70 + " == 0 ? " + "b" * 60 + " : " + "c" * 60 + ";"),
):
    pieces = folded(line)
    ok(len(pieces) > 1 and all(len(piece) <= COLUMNS for piece in pieces), f"{name}: cut", "\n".join(pieces))
    ok(without_breaks("\n".join(pieces)) == without_breaks(line), f"{name}: says the same", "\n".join(pieces))
ok(laid_out("short\n\n    lines\n") == "short\n\n    lines\n", "short lines stay as they are")

for place, wanted in (((15, 0, 16), "word"), ((3, 0, 16), "word & 0xfu"), ((15, 12, 16), "word >> 12"), ((5, 4, 8), "(word >> 4) & 0x3u")):
    ok(masked("word", *place) == wanted, f"bits {place[0]}:{place[1]} of {place[2]} are {wanted}", masked("word", *place))

print(f"1..{number}")
sys.exit(failed != 0)
