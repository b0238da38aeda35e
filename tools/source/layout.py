# SPDX-License-Identifier: MIT
"""How files are laid out: their first lines, the length of lines and functions, blanks."""

import pathlib
import re
import shutil
import subprocess
import tempfile

from .rule import line_rule, rule
from .tree import c_files, code

LONGEST_FUNCTION = 60
LONGEST_LINE = 140
FORMAT_VERSION = "14"
STYLE = pathlib.Path(__file__).resolve().parents[2] / ".clang-format"


@rule("licence", "the first lines name the licence")
def licence(tree):
    for path in tree.ending(".c", ".h", ".py", ".sh", "meson.build", ".map"):
        if "SPDX-License-Identifier: MIT" not in "".join(tree.text(path).splitlines()[:3]) and tree.text(path):
            yield f"{path}:1: no SPDX line"


@rule("opening", "a .c file or its header begins with a sentence on what it is")
def opening(tree):
    for path in tree.ending(".c"):
        both = [name for name in (path, path[:-2] + ".h") if name in tree.paths]
        if not any(re.match(r"[^\n]*SPDX[^\n]*\n/[/*]", tree.text(name)) for name in both):
            yield f"{path}:2: no opening sentence"


@rule("function-length", f"a function has at most {LONGEST_FUNCTION} lines")
def function_length(tree):
    for path in c_files(tree):
        start, name = None, ""
        for number, line in enumerate(code(tree.text(path)).split("\n"), 1):
            called = re.match(r"[a-zA-Z].*?\b(\w+)\(", line)
            name = called[1] if called else name
            if line == "{":
                start = number
            elif line == "}" and start:
                if number - start - 1 > LONGEST_FUNCTION:
                    yield f"{path}:{start}: {name} has {number - start - 1} lines"
                start = None


line_rule("line-length", f"a line of C has at most {LONGEST_LINE} characters",
          re.compile(r"^.{%d,}$" % (LONGEST_LINE + 1)), c_files)  # fmt: skip

line_rule("tab", "no tabs but in manual pages and makefiles", re.compile(r"\t"),
          lambda tree: [path for path in tree.paths if not path.endswith((".scd", "debian/rules"))])  # fmt: skip

line_rule("trailing-blank", "no blanks at the end of a line, but in outputs of programs", re.compile(r"[ \t\r]+$"),
          lambda tree: [path for path in tree.paths if not path.startswith("tests/expected/")])  # fmt: skip


@rule("last-line", "a file ends with one end of line")
def last_line(tree):
    for path in tree.paths:
        text = tree.text(path)
        if text and (not text.endswith("\n") or text.endswith("\n\n")):
            yield f"{path}:{text.count(chr(10)) + 1}: {'empty lines' if text.endswith(chr(10)) else 'no end of line'} at the end"


def format_version():
    """Why clang-format's layout cannot be compared here, or None."""
    if not shutil.which("clang-format"):
        return f"clang-format {FORMAT_VERSION} is not installed"
    said = subprocess.run(["clang-format", "--version"], capture_output=True, text=True).stdout.strip()
    found = re.search(r"version (\d+)", said)
    return None if found and found[1] == FORMAT_VERSION else f"needs clang-format {FORMAT_VERSION}, found: {said}"


@rule("clang-format", f"C is laid out by clang-format {FORMAT_VERSION} with .clang-format", unavailable=format_version)
def clang_format(tree):
    with tempfile.TemporaryDirectory() as folder:
        for path in c_files(tree):
            copy = pathlib.Path(folder, path)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(tree.text(path), encoding="utf-8")
        command = ["clang-format", f"--style=file:{STYLE}", "--dry-run", *c_files(tree)]
        said = subprocess.run(command, cwd=folder, capture_output=True, text=True).stderr
        yield from (line for line in said.splitlines() if "warning:" in line or "error:" in line)
