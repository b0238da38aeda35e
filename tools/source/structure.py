# SPDX-License-Identifier: MIT
"""Which file may know which: floors, circles, made files."""

import pathlib
import re

from .rule import line_rule, rule
from .tree import c_files, code

FLOORS = pathlib.Path(__file__).parent.parent / "floors.txt"
INCLUDE = re.compile(r'^# *include ["<]([^">]+)[">]', re.MULTILINE)


def floors():
    """For each folder, the folders whose headers it may include."""
    allowed = {}
    for line in FLOORS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            folder, _, below = line.partition(":")
            unknown = [name for name in below.split() if name not in allowed]
            assert not unknown, f"{FLOORS}: {folder} stands on {unknown}, which stand nowhere above it"
            allowed[folder] = {folder}.union(*(allowed[name] for name in below.split()))
    return allowed


def floor_of(path, allowed):
    """The path itself if the table has it, else the longest folder of the table that it stands in."""
    while path and path not in allowed:
        path = path.rpartition("/")[0]
    return path or None


def included(tree, path):
    """The files of the tree that a file includes, with the line of each; headers of others and made ones are left out."""
    text = tree.text(path)
    root = "libkiwi/src/" if path.startswith("libkiwi/") else ""
    for found in INCLUDE.finditer(text):
        name, line = found[1], text.count("\n", 0, found.start()) + 1
        beside = path.rpartition("/")[0] + "/" + name
        top = path.partition("/")[0] + "/" + name
        for candidate in (beside, top, root + name, "libkiwi/include/" + name, name):
            if candidate in tree.paths:
                yield candidate, line
                break


@rule("floors", "an include points to its own folder or to a floor below it (tools/floors.txt)")
def check_floors(tree):
    allowed = floors()
    for path in c_files(tree):
        floor = floor_of(path.rpartition("/")[0], allowed)
        if floor is None:
            yield f"{path}:1: stands in no folder of {FLOORS.name}"
            continue
        for name, line in included(tree, path):
            if not {floor_of(name, allowed), floor_of(name.rpartition("/")[0], allowed)} & allowed[floor]:
                yield f"{path}:{line}: {floor} includes {name}"


line_rule("parent-include", 'no "../" in an include', re.compile(r'^# *include "[^"]*\.\./'), c_files)


FUNCTION = re.compile(r"^(?!static |typedef )[a-z][\w *]*?\b(\w+)\([^;{}]*\)\n\{", re.MULTILINE)
VARIABLE = re.compile(r"^(?!static |typedef |extern )[a-z][\w *]*?\b(\w+)(?:\[[^\]]*\])* = ", re.MULTILINE)
STATIC = re.compile(r"^static [\w *]*?\b(\w+)\(", re.MULTILINE)
LOCAL = re.compile(r"[\w*] \**(\w+)(?: =|;|,|\))")
NAME = re.compile(r"(?<![\w.>])[a-zA-Z_]\w*")


def uses(tree, paths):
    """Which .c file of a program uses a function or variable of which other one."""
    texts = {path: code(tree.text(path)) for path in paths}
    homes = {}
    for path, text in texts.items():
        for found in (*FUNCTION.finditer(text), *VARIABLE.finditer(text)):
            homes[found[1]] = path
    graph = {}
    for path, text in texts.items():
        variables = {name for name in LOCAL.findall(text) if f"{name}(" not in text}
        names = set(NAME.findall(text)) - variables - set(STATIC.findall(text))
        graph[path] = {homes[name] for name in names if name in homes and homes[name] != path}
    return graph


def circles(graph):
    """Groups of files that reach each other (Tarjan's strongly connected components with more than one)."""
    order, low, stack, groups = {}, {}, [], []

    def visit(path):
        order[path] = low[path] = len(order)
        stack.append(path)
        for other in sorted(graph[path]):
            if other not in order:
                visit(other)
            if other in stack:
                low[path] = min(low[path], low[other])
        if low[path] == order[path]:
            at = stack.index(path)
            groups.append(sorted(stack[at:]))
            del stack[at:]

    for path in sorted(graph):
        if path not in order:
            visit(path)
    return [group for group in groups if len(group) > 1]


@rule("circles", "no circle of files that use each other")
def check_circles(tree):
    programs = {}
    for path in tree.ending(".c"):
        if "tests/" not in path:
            programs.setdefault(path.partition("/")[0], []).append(path)
    for paths in programs.values():
        for group in circles(uses(tree, paths)):
            yield f"{group[0]}:1: a circle with {', '.join(group[1:])}"


MADE = re.compile(r"\bMade by \S+\.py\b.*do not edit")


@rule("made-files", "made files are not in the tree; docs/format alone is kept, and a test compares it")
def made_files(tree):
    for path in tree.paths:
        if not path.startswith("docs/format/") and MADE.search("\n".join(tree.text(path).splitlines()[:3])) and not path.endswith(".py"):
            yield f"{path}:1: is made"
