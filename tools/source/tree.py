# SPDX-License-Identifier: MIT
"""The files that rules look at: those of a work tree, or those of a fixture."""

import functools
import pathlib
import re
import subprocess


class Tree:
    """The tracked and new files of a folder. Test data are not source, nor are the fixtures of the rules."""

    NOT_SOURCE = re.compile(r"(^|/)(testdata|corpus)/|^tests/source/|\.(png|bin|iso|idx|kwi)$|^LICENSE$", re.IGNORECASE)

    def __init__(self, root):
        self.root = pathlib.Path(root)
        command = ["git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, capture_output=True, text=True)
        if listed.returncode == 0:
            names = listed.stdout.splitlines()
        else:  # an unpacked archive
            names = [str(path.relative_to(root)) for path in self.root.rglob("*")]
        self.paths = sorted(name for name in names if (self.root / name).is_file() and not self.NOT_SOURCE.search(name)
                            and not name.startswith((".git/", "build")) and "__pycache__" not in name)  # fmt: skip
        self.texts = {}

    def text(self, path):
        if path not in self.texts:
            self.texts[path] = (self.root / path).read_text(encoding="utf-8")
        return self.texts[path]

    def ending(self, *endings):
        return [path for path in self.paths if path.endswith(endings)]


class Fixture(Tree):
    """A small tree in one text file: a line "==> path" begins a file."""

    def __init__(self, path):
        parts = re.split(r"^==> (.*)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        self.texts = dict(zip(parts[1::2], parts[2::2]))
        self.paths = sorted(self.texts)


def c_files(tree):
    return tree.ending(".c", ".h")


TOKENS = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def blank(text):
    return re.sub(r"[^\n]", " ", text)


@functools.cache
def code(text):
    """C without comments and without what stands in quotes; lines and columns stay."""
    return TOKENS.sub(lambda token: blank(token[0]) if token[0][0] == "/" else token[0][0] + blank(token[0][1:-1]) + token[0][0], text)


@functools.cache
def comments(text):
    """The comments of C; lines and columns stay."""
    kept, at = [], 0
    for token in TOKENS.finditer(text):
        kept += [blank(text[at : token.start()]), token[0] if token[0][0] == "/" else blank(token[0])]
        at = token.end()
    return "".join(kept) + blank(text[at:])
