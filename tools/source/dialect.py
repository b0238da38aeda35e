# SPDX-License-Identifier: MIT
"""The dialect of C that CONTRIBUTING describes, where clang-format cannot see to it."""

import re

from .rule import line_rule, rule
from .tree import c_files, code

line_rule("null", "pointers are tested as p and !p, not against NULL", re.compile(r"[=!]= *NULL\b|\bNULL *[=!]="), c_files, code)

line_rule("sizeof", "sizeof has parentheses round a type only",
          re.compile(r"\bsizeof *\((?!(?:const |volatile |unsigned |signed |struct |enum |union )*"
                     r"(?:(?:(?<=struct )|(?<=enum )|(?<=union ))\w+|char|short|int|long|float|double|void|bool|\w+_t|Py\w+)[ *]*\))[^\n]*"),
          c_files, code)  # fmt: skip

line_rule("compare", "texts and bytes are compared by strcmp(a, b) == 0 and its like",
          re.compile(r"!\s*(?:str|mem)\w*cmp\w* *\("), c_files, code)  # fmt: skip

line_rule("constant", "an integer constant of int's range is an enum",
          re.compile(r"^# *define \w+ +\(?-?(?:0[xX][0-9A-Fa-f]+|[0-9]+)\)? *$"), c_files, code)  # fmt: skip


@rule("loop-variable", "a loop declares its variable, unless it is used after the loop")
def loop_variable(tree):
    for path in c_files(tree):
        text = code(tree.text(path))
        for found in re.finditer(r"\bfor \((\w+) = ", text):
            end = text.find("\n}\n", found.start())
            before = text[text.rfind("\n{\n", 0, found.start()) : found.start()]
            after = text[block_end(text, found.end()) : end]
            name = found[1]
            uses = re.split(r"\bfor \(%s = " % name, after)[0]  # a later loop sets it anew
            if re.search(r"\b(?<![.>])%s\b" % name, uses) or not re.search(r"[\w*] \*?%s( =[^;]*)?[;,]" % name, before):
                continue
            yield f"{path}:{text.count(chr(10), 0, found.start()) + 1}: {name}"


def block_end(text, at):
    """Where the statement of a loop ends that begins before `at`."""
    indent = len(text[text.rfind("\n", 0, at) + 1 :]) - len(text[text.rfind("\n", 0, at) + 1 :].lstrip(" "))
    for line in re.finditer(r"\n( *)\S", text[at:]):
        if len(line[1]) <= indent and text[at + line.end() - 1] != "}":
            return at + line.start()
    return len(text)


@rule("bounds", "bounds are checked as length <= available - offset, never with offset + length")
def bounds(tree):
    place = r"[\w.>\[\]-]*(?:offset|position|start|address|\bat)\b"
    size = r"[\w.>\[\]-]*(?:length|size|bytes)\b"
    total = rf"(?:{place} \+ {size}|{size} \+ {place})"
    pattern = re.compile(rf"{total}\)* *[<>]=?(?![<>=])|(?<![<>-])[<>]=? \(*{total}")
    for path in c_files(tree):
        if "/tests/" in path or path.startswith("tests/"):
            continue
        for number, line in enumerate(code(tree.text(path)).split("\n"), 1):
            found = pattern.search(line)
            if found:
                yield f"{path}:{number}: {found[0]}"


# One home of loads and stores per side; the second also serves the tests.
LOADS = ("libkiwi/include/kiwi/load.h", "common/bytes.h")


@rule("loads", "numbers of several bytes are read by load.h and common/bytes.h, nowhere by hand")
def loads(tree):
    pattern = re.compile(r"\w\[[^\]]*\]\)* << (?:8|16|24|32|40|48|56)\b *(?:\||$)|\| *\(\w+\)\w+\[[^\]]*\] << \d")
    for path in c_files(tree):
        if path in LOADS or "/tests/" in path or path.startswith("tests/"):
            continue
        for number, line in enumerate(code(tree.text(path)).split("\n"), 1):
            if pattern.search(line):
                yield f"{path}:{number}: {line.strip()}"


line_rule("quiet", "the library never prints, exits or asks the locale",
          re.compile(r"\b(?:printf|fprintf|puts|fputs|putchar|perror|exit|_exit|abort|setlocale|getenv)\("),
          lambda tree: [path for path in c_files(tree) if path.startswith("libkiwi/src/")], code)  # fmt: skip
