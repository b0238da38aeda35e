#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The pages in docs/format/ are what the schema makes: test_docs.py ROOT FILE.kwis... TAP."""

import difflib
import pathlib
import subprocess
import sys
import tempfile

REFRESH = "spec/generate.py docs docs/format spec/*.kwis"


def compare(kept, made):
    """What differs, '' if nothing does."""
    if not kept.exists():
        return f"{kept} is missing"
    if not made.exists():
        return f"{kept} is not made by the schema; delete it"
    old = kept.read_text(encoding="utf-8").splitlines()
    new = made.read_text(encoding="utf-8").splitlines()
    lines = list(difflib.unified_diff(old, new, str(kept), "made from the schema", lineterm="", n=0))
    return "\n".join(lines[:20])


def main(root, *files):
    root = pathlib.Path(root)
    folder = root / "docs" / "format"
    failed = 0
    with tempfile.TemporaryDirectory(prefix="kwis-") as made:
        made = pathlib.Path(made)
        subprocess.run([sys.executable, str(root / "spec" / "generate.py"), "docs", str(made), *files], check=True)
        names = sorted({page.name for page in made.glob("*.md")} | {page.name for page in folder.glob("*.md")})
        for number, name in enumerate(names, 1):
            difference = compare(folder / name, made / name)
            failed += difference != ""
            print(f"{'not ok' if difference else 'ok'} {number} - docs/format/{name}")
            if difference:
                print("# " + difference.replace("\n", "\n# "))
                print(f"# out of date; refresh with: {REFRESH}")
        print(f"1..{len(names)}")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
