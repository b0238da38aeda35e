#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What docs/design/tree.md names is there: test_tree.py ROOT. TAP."""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
text = (root / "docs/design/tree.md").read_text(encoding="utf-8")
folders = {item.name for item in root.iterdir() if item.is_dir()}
names = {name for name in re.findall(r"`([\w.-]+(?:/[\w.-]*)+)`", text) if name.split("/")[0] in folders}
pages = set(re.findall(r"\]\((\w+\.md)\)", text))
missing = sorted(name for name in names if not (root / name).exists())
missing += sorted(page for page in pages if not (root / "docs/design" / page).exists())
print(f"{'not ok' if missing else 'ok'} 1 - tree.md names what is there", *missing)
known = re.findall(r"^([\w./-]+):", (root / "tools/floors.txt").read_text(encoding="utf-8"), re.MULTILINE)
rooms = [name for name in known if not name.endswith(".h") and not re.match(r"tests|\w+/tests|bench|examples|libkiwi/include", name)]
silent = [name for name in rooms if f"`{name}/`" not in text]
print(f"{'not ok' if silent else 'ok'} 2 - every floor of tools/floors.txt has a word", *silent)
print(f"{'ok' if len(names) > 40 else 'not ok'} 3 - it was read", len(names))
print("1..3")
sys.exit(bool(missing or silent))
