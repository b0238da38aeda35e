#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A wheel is built from the sources and runs where nothing else is installed: test_wheel.py KIWIDUMP KIWIBUILD SOURCE_ROOT VERSION. Prints TAP."""
import base64
import csv
import hashlib
import importlib.metadata
import os
import pathlib
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile

from support import ROOT, SMALL, build, tap

VERSION = sys.argv[4]
EXTENSION = "kiwi/_kiwi.abi3.so"
# What a user's shell has: flags of a sanitizer build, paths and settings of pip stay outside.
ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
ENVIRONMENT.update(PIP_CONFIG_FILE=os.devnull, PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONDONTWRITEBYTECODE="1")
# Private names that Python's headers use on behalf of those who call public ones, and that the stable ABI therefore keeps.
PRIVATE = re.compile(r"_Py_Dealloc|_Py_(None|True|False)Struct|_Py\w+_SizeT")


def command(*arguments, folder):
    result = subprocess.run([*map(str, arguments)], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        tap.check(False, f"{arguments[0]} ended with {result.returncode}", (result.stdout + result.stderr)[-3000:])
        sys.exit(tap.end())
    return result.stdout


def make_wheel(folder):
    """Built from a copy, as from an unpacked archive: no git, no build directory, no network."""
    sources = folder / "sources"
    shutil.copytree(ROOT, sources, ignore=lambda path, names: [name for name in names if name in (".git", "__pycache__")
                    or (pathlib.Path(path) == ROOT and name.startswith("build"))])  # fmt: skip
    command(sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "--no-index", "--config-settings", "compile-args=-j2",
            "--wheel-dir", folder / "wheels", ".", folder=sources)  # fmt: skip
    return list((folder / "wheels").iterdir())


def package_files():
    """What the package consists of: its Python files and the marker, the extension, and the stub of that."""
    kept = {path.name for path in (ROOT / "python-bindings/kiwi").iterdir() if path.suffix in (".py", ".typed")}
    return {f"kiwi/{name}" for name in kept} | {EXTENSION, "kiwi/_kiwi.pyi"}


def wheel_tag():
    """From 0.15 on meson-python wants a key for the stable ABI that 0.12 refuses; without it, it names the Python that it runs under."""
    if tuple(map(int, importlib.metadata.version("meson-python").split(".")[:2])) < (0, 15):
        return "cp311-abi3"
    return "cp{0}{1}-cp{0}{1}".format(*sys.version_info)


def contents(wheel):
    platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    tap.equal(wheel.name, f"kiwi-{VERSION}-{wheel_tag()}-{platform}.whl", "the file says for which Python it is")
    with zipfile.ZipFile(wheel) as archive:
        information = f"kiwi-{VERSION}.dist-info"
        names = set(archive.namelist())
        wanted = package_files() | {f"{information}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "LICENSE")}
        tap.check(names == wanted, "the package, what describes it, and nothing else", f"{names ^ wanted}")
        tap.check({"kiwi/py.typed", "kiwi/__init__.py", "kiwi/patch.py"} <= names, "with the marker for type checkers", names)
        metadata = archive.read(f"{information}/METADATA").decode()
        lines = metadata.splitlines()
        tap.check({"Name: kiwi", f"Version: {VERSION}", "Requires-Python: >=3.11"} <= set(lines), "name, version, Python", lines[:12])
        tap.check(f"Tag: {wheel_tag()}-" in archive.read(f"{information}/WHEEL").decode(), "the tag inside")
        tap.check("class Level" in archive.read("kiwi/_kiwi.pyi").decode() and "class RoadType" in archive.read("kiwi/_kiwi.pyi").decode(),
                  "stubs with what is written by hand and what follows from the schema")  # fmt: skip
        rows = list(csv.reader(archive.read(f"{information}/RECORD").decode().splitlines()))
        wrong = [name for name, digest, _ in rows if digest and digest != record_digest(archive.read(name))]
        tap.check(len(rows) == len(names) and not wrong, "RECORD is right", wrong)


def record_digest(data):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def stable_abi(library, folder):
    """What the extension needs of Python is declared by the headers if they are held to the limited API of 3.11."""
    needed = {line.split()[-1] for line in command("nm", "-D", "--undefined-only", library, folder=folder).splitlines()}
    python = {symbol for symbol in needed if re.match(r"_?Py", symbol)}
    source = folder / "headers.c"
    source.write_text("#define Py_LIMITED_API 0x030b0000\n#define PY_SSIZE_T_CLEAN\n#include <Python.h>\n#include <structmember.h>\n")
    declared = set(re.findall(r"\w+", command("cc", "-E", "-P", f"-I{sysconfig.get_path('include')}", source, folder=folder)))
    tap.check("PyTuple_GetItem" in declared and "PyUnicode_AsUTF8" not in declared, "the headers tell the limited API")
    tap.check(len(python) > 50 and not python - declared, "only names of the limited API are needed", python - declared)
    private = {symbol for symbol in python if symbol.startswith("_") and not PRIVATE.fullmatch(symbol)}
    tap.check(not private, "and no private ones", private)
    foreign = {symbol for symbol in needed if re.match(r"__(asan|ubsan|tsan)", symbol)}
    libraries = re.findall(r"NEEDED.*\[(.*)\]", command("readelf", "--dynamic", library, folder=folder))
    tap.check(not foreign and not [name for name in libraries if re.match(r"lib(python|asan|ubsan|kiwi)", name)],
              "no sanitizer, no library of Python, none of ours", libraries)  # fmt: skip
    exported = [line.split()[-1] for line in command("nm", "-D", "--defined-only", library, folder=folder).splitlines()]
    tap.equal(exported, ["PyInit__kiwi"], "one symbol is exported")


def everywhere(wheel, folder):
    """tools/manylinux.py: refuses what needs the system's libraries, and reads off a library of its own which glibc it needs."""
    tool = ROOT / "tools/manylinux.py"
    said = subprocess.run([sys.executable, tool, wheel, folder], env=ENVIRONMENT, capture_output=True, text=True, check=False)
    tap.check(said.returncode == 1 and "it needs " in said.stderr and "libudfread.so" in said.stderr, "this wheel does not run on every Linux", said)
    source = folder / "small.c"
    source.write_text("#include <threads.h>\nint small(thrd_t *thread, thrd_start_t start) { return thrd_create(thread, start, 0); }\n")
    library = folder / "small.so"
    command("cc", "-shared", "-fPIC", "-o", library, source, folder=folder)
    wanted = max(int(number) for number in re.findall(r"@GLIBC_2\.(\d+)", command("nm", "-D", library, folder=folder)))
    small = folder / wheel.name
    with zipfile.ZipFile(wheel) as archive, zipfile.ZipFile(small, "w") as written:
        for name in archive.namelist():
            written.writestr(name, library.read_bytes() if name == EXTENSION else archive.read(name))
    licence = ROOT / "LICENSE"
    made = pathlib.Path(command(sys.executable, tool, small, folder, licence, folder=folder).strip())
    machine = os.uname().machine
    tag = f"cp311-abi3-manylinux_2_{wanted}_{machine}"
    tap.check(wanted >= 28, "threads of C11 came with glibc 2.28", wanted)
    tap.equal(made.name, f"kiwi-{VERSION}-{tag}.whl", "one that needs glibc only has its release in the name")
    information = f"kiwi-{VERSION}.dist-info"
    with zipfile.ZipFile(made) as archive:
        tap.check(f"Tag: {tag}" in archive.read(f"{information}/WHEEL").decode().splitlines(), "and inside")
        rows = list(csv.reader(archive.read(f"{information}/RECORD").decode().splitlines()))
        wrong = [name for name, digest, _ in rows if digest and digest != record_digest(archive.read(name))]
        tap.check({name for name, *_ in rows} == set(archive.namelist()) and not wrong, "RECORD is right", wrong)
        tap.check(archive.read(f"{information}/licenses/{licence.parent.name}/LICENSE") == licence.read_bytes(), "licences go along")


def fresh(folder, wheel):
    """The interpreter of a virtual environment that has the wheel and nothing else."""
    command(sys.executable, "-m", "venv", folder / "fresh", folder=folder)
    python = folder / "fresh/bin/python"
    command(python, "-m", "pip", "install", "--no-index", "--no-deps", wheel, folder=folder)
    return python


def first_look(python, folder):
    told = command(python, "-c", "import importlib.util, kiwi; print(importlib.util.find_spec('numpy'), kiwi.__version__, kiwi.__file__)",
                   folder=folder)  # fmt: skip
    numpy, version, path = told.split()
    tap.check(numpy == "None", "numpy is not there", told)
    tap.check(version == VERSION and path.startswith(str(folder)), "kiwi is, from the wheel", told)
    disc = build(SMALL / "town.geojson", folder / "town.iso")
    printed = command(python, ROOT / "docs/tutorials/first_look.py", disc, "57.696,11.98", "återv", folder=folder)
    print("# " + printed.strip().replace("\n", "\n# "))
    for line in ("Title: KIWI", "Levels: 4 2 0", "Found: Återvägen at 57.6925, 11.9855"):
        tap.check(line in printed.splitlines(), f"the first look: {line}", printed)
    tap.check(re.search(r"^Roads here: .* throughway, \d+ m$", printed, re.M) and re.search("^Streets here: .*Bron", printed, re.M),
              "roads and streets at the place", printed)  # fmt: skip
    # From the southern end of the bridge along Enkelvägen: 327 m to the east, 389 m to the south.
    route = re.search(r"^Route there: (\d+) m over 2 nodes$", printed, re.M)
    tap.check(route and abs(int(route[1]) - 508) <= 2, "and a route", printed)
    script = "import sys, kiwi; disc = kiwi.open(sys.argv[1]); print(*memoryview(next(disc.roads(0)).points).shape, len(disc.check().accounts))"
    tap.check(re.fullmatch(r"\d+ 2 \d+\n", command(python, "-c", script, disc, folder=folder)), "arrays without numpy, and a check")


def main():
    with tempfile.TemporaryDirectory(prefix="kiwi-wheel-") as name:
        folder = pathlib.Path(name).resolve()
        wheels = make_wheel(folder)
        tap.check(len(wheels) == 1, "one wheel is built, offline", wheels)
        contents(wheels[0])
        everywhere(wheels[0], folder)
        python = fresh(folder, wheels[0])
        library = next((folder / "fresh").glob(f"lib/*/site-packages/{EXTENSION}"))
        stable_abi(library, folder)
        first_look(python, folder)
    return tap.end()


sys.exit(main())
