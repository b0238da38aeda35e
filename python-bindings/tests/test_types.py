#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The types of kiwi: mypy is content with them, stubtest finds what they tell, and fields hold what they promise."""
import ast
import datetime
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import types
import typing
from collections.abc import Iterator

from support import build_layout, build_loading, build_small, tap

import kiwi

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = pathlib.Path(kiwi.__file__).resolve().parent
NAMES = {**vars(kiwi), "Any": typing.Any, "Iterator": Iterator, "Literal": typing.Literal, "_Box": kiwi.Box, "_Bytes": bytes,
         "date": datetime.date}  # fmt: skip
STUB = ast.parse((PACKAGE / "_kiwi.pyi").read_text(encoding="ascii")).body
# The lists of words that the schema makes, such as the kinds of files.
NAMES |= {item.targets[0].id: eval(ast.unparse(item.value), NAMES) for item in STUB
          if isinstance(item, ast.Assign) and ast.unparse(item.value).startswith("Literal[")}  # fmt: skip


def python(folder, *arguments):
    """Standard output of a module of Python, run where nothing else is called kiwi."""
    environment = {**os.environ, "MYPYPATH": str(PACKAGE.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False)


def check_mypy(folder):
    """No error in the package and in typed_use.py; in typed_misuse.py one in each line that says so."""
    misuse = HERE / "typed_misuse.py"
    result = python(folder, "-m", "mypy", "--strict", "--config-file", str(HERE / "mypy.ini"), "--show-absolute-path", "--cache-dir", os.devnull,
                    str(HERE / "typed_use.py"), str(misuse))  # fmt: skip
    errors = [line.split(":", 2) for line in result.stdout.splitlines() if ": error: " in line]
    others = [error for error in errors if error[0] != str(misuse)]
    tap.check(not others and "checked 2 source files" in result.stdout, "mypy --strict: the package and typed_use.py", others or result)
    lines = misuse.read_text(encoding="utf-8").splitlines()
    wanted = {number for number, line in enumerate(lines, 1) if "# error:" in line}
    got = {int(error[1]) for error in errors if error[0] == str(misuse)}
    tap.equal(got, wanted, "mypy --strict: each misuse is an error")


def check_stubtest(folder):
    """The stub tells what the extension has, no more and no less."""
    result = python(folder, "-m", "mypy.stubtest", "kiwi", "--concise", "--mypy-config-file", str(HERE / "mypy.ini"), "--allowlist", str(HERE / "stubtest_allowlist.txt"))
    tap.check(result.returncode == 0, "stubtest: the stub is the extension", result.stdout + result.stderr)


def fits(value, wanted):
    """The value is of that type, and not only of a subclass: True is no int."""
    if wanted is typing.Any:
        return True
    if typing.get_origin(wanted) in (typing.Union, types.UnionType):
        return any(fits(value, part) for part in wanted.__args__)
    origin = typing.get_origin(wanted) or wanted
    if origin is typing.Literal:
        return value in wanted.__args__
    if origin is Iterator:
        return isinstance(value, Iterator)
    if not (value is None if wanted is None or wanted is type(None) else type(value) is origin):
        return False
    if origin is tuple and len(wanted.__args__) == 2 and wanted.__args__[1] is Ellipsis:
        return all(fits(item, wanted.__args__[0]) for item in value)
    if origin is tuple:
        return len(value) == len(wanted.__args__) and all(map(fits, value, wanted.__args__))
    return origin is not kiwi.Array or all(fits(item, wanted.__args__[0]) for item in value)


def stub_classes():
    return [item for item in STUB if isinstance(item, ast.ClassDef)]


def evaluated(text):
    return eval(text, NAMES)  # our own text


def promised_fields():
    """Class -> field -> type of its values, as the stub tells."""
    found = {}
    for item in stub_classes():
        for entry in item.body:
            match = isinstance(entry, ast.AnnAssign) and re.fullmatch(r"ClassVar\[Field\[(.+)\]\]", ast.unparse(entry.annotation))
            if match:
                found.setdefault(item.name, {})[entry.target.id] = evaluated(match[1])
    return found


def promised_properties():
    """The same of what is written by hand."""
    found = {}
    for item in stub_classes():
        for entry in item.body:
            if isinstance(entry, ast.FunctionDef) and [ast.unparse(name) for name in entry.decorator_list] == ["property"]:
                found.setdefault(item.name, {})[entry.name] = ast.unparse(entry.returns)
    generic = ("Field", "Array", "Shapes")  # their types have variables
    return {name: {key: evaluated(text) for key, text in types_of.items()} for name, types_of in found.items() if name not in generic}


def check_names(promises):
    """What stubtest does not look for: attributes that only the stub has."""
    found = {}
    for name, item in vars(kiwi).items():
        fields = {key for key, value in vars(item).items() if isinstance(value, kiwi.Field)} if isinstance(item, type) else set()
        if fields:
            found[name] = fields
    tap.equal({name: set(fields) for name, fields in promises.items()}, found, "the fields of the stub are those of the classes")


def graph_objects(disc):
    for level in disc.region_levels:
        yield level
        for region in (region for region in level if region.size):
            yield region
            for node in region.nodes:
                yield node
                yield from (link for link in node.links if link.passable is not None)


def objects(disc):
    """Everything on a disc that has attributes."""
    yield disc
    yield from disc.files
    yield from disc.modules
    yield from disc.records()
    for level in disc.levels:
        yield level
        for parcel in level.parcels():
            yield parcel
            yield from parcel.shapes
    yield from graph_objects(disc)
    if any(file.kind == "index" for file in disc.files):
        yield from disc.find("")


def attributes_of(item, promises):
    for base in type(item).__mro__:
        for types_of in promises:
            yield from types_of.get(base.__name__, {}).items()


def check_values(path, promises, seen):
    wrong = {}
    with kiwi.open(path) as disc:
        for item in objects(disc):
            name = type(item).__name__
            seen.add(name)
            for attribute, wanted in attributes_of(item, promises):
                value = getattr(item, attribute)
                if not fits(value, wanted):
                    wrong[f"{name}.{attribute}"] = f"{value!r} is no {wanted}"
    tap.equal(wrong, {}, f"attributes hold what the stub promises: {path.stem}")


with tempfile.TemporaryDirectory(prefix="kiwi-types-") as name:
    folder = pathlib.Path(name)
    check_mypy(folder)
    check_stubtest(folder)
    town = build_small(folder, "town")
    used = python(folder, str(HERE / "typed_use.py"), str(town))
    tap.check(used.returncode == 0, "typed_use.py runs", used.stderr)
    seen = set()
    promises = [promised_fields(), promised_properties()]
    check_names(promises[0])
    discs = [build_layout(folder, layout) for layout in ("multilink_all", "background_extras", "name_extras", "guidance")]
    for disc in [town, build_loading(folder), *discs]:
        check_values(disc, promises, seen)
    tap.equal(set(promises[1]) - {"_Disc", "Record", "Shape"} - seen, set(), "each class written by hand was met")
sys.exit(tap.end())
