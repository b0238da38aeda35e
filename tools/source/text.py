# SPDX-License-Identifier: MIT
"""The words of comments and documentation."""

import re

from .rule import line_rule, rule
from .tree import c_files, comments

DOCUMENTS = (".md", ".scd", ".kwis")


def remarks(tree, path):
    """What a reader reads as prose: comments of C and of scripts, docstrings' lines as they stand, documents whole."""
    text = tree.text(path)
    if path.endswith((".c", ".h")):
        return comments(text)
    if path.endswith(DOCUMENTS):
        return text
    return re.sub(r"^[^#\n]*?(?=#|\n|$)", lambda found: " " * len(found[0]), text, flags=re.MULTILINE)


def prose(tree):
    return [path for path in (*c_files(tree), *tree.ending(*DOCUMENTS, ".py", ".sh", "meson.build"))
            if not path.startswith("tools/source/")]  # fmt: skip


@rule("plain-words", "says, contains, means, reports or decides stands where it is meant, not tells")
def plain_words(tree):
    for path in prose(tree):
        for number, line in enumerate(remarks(tree, path).split("\n"), 1):
            found = re.search(r"\b(?:tells?|told|telling)\b", line, re.IGNORECASE)
            if found:
                yield f"{path}:{number}: {line.strip()[:100]}"


line_rule("later", "no TODO, FIXME or XXX: a thing to do is an issue", re.compile(r"\b(?:TODO|FIXME|XXX)\b"),
          lambda tree: [path for path in tree.paths if not path.startswith("tools/source/")])  # fmt: skip
