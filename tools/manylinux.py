#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes a wheel one that runs on every Linux: manylinux.py WHEEL FOLDER [LICENCES...].

Writes it into FOLDER under the name that says where it runs (PEP 600), with the licences of what is linked in. The rules are those of auditwheel: no
library but those that every system with glibc has, no versions of symbols but glibc's, the greatest of which is the tag. An extension on Python's
stable ABI runs on every later Python, too, which releases of meson-python say or do not say. Needs readelf. Exit 1 and a sentence: it does not.
"""

import base64
import csv
import hashlib
import io
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

EVERYWHERE = re.compile(r"lib(c|dl|m|pthread|resolv|rt|util|gcc_s)\.so\.\d+|ld-linux[\w.-]*\.so\.\d+")
# The oldest Python of the stable ABI that is used: Py_LIMITED_API in python-bindings/kiwi/meson.build.
PYTHON = "cp311"


class Refused(Exception):
    """Why the wheel does not run everywhere."""


def needs(library):
    """The release of glibc that a shared library needs, as a number behind "2."."""
    said = subprocess.run(["readelf", "--wide", "--dynamic", "--version-info", library], capture_output=True, text=True, check=True).stdout
    foreign = [name for name in re.findall(r"\(NEEDED\).*\[(.*)\]", said) if not EVERYWHERE.fullmatch(name)]
    if foreign:
        raise Refused(f"it needs {', '.join(foreign)}")
    if re.search(r"\((RPATH|RUNPATH)\)", said):
        raise Refused("it looks for libraries in a folder of its own")
    needed = said.partition("Version needs section")[2]
    versions = set(re.findall(r"Name: (\w+_[\w.]+)", needed))
    strange = sorted(name for name in versions if not re.fullmatch(r"GLIBC_2\.\d+(\.\d+)?", name))
    if strange or not versions:
        raise Refused(f"it needs versions of symbols other than glibc's: {', '.join(strange)}")
    return max(int(name.split(".")[1]) for name in versions)


def tag_of(contents, platform):
    """The tag that the extensions of a wheel deserve."""
    extensions = {name: data for name, data in contents.items() if re.search(r"\.so(\.\d+)*$", name)}
    if not extensions or not all(name.endswith(".abi3.so") for name in extensions):
        raise Refused("its extensions are not on the stable ABI")
    with tempfile.TemporaryDirectory() as folder:
        library = pathlib.Path(folder, "library.so")
        glibc = []
        for data in extensions.values():
            library.write_bytes(data)
            glibc.append(needs(library))
    return f"{PYTHON}-abi3-manylinux_2_{max(glibc)}_{platform.removeprefix('linux_')}"


def record(contents, name):
    """RECORD: every file with its hash, but itself."""
    rows = io.StringIO()
    writer = csv.writer(rows, lineterminator="\n")
    for path, data in contents.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        writer.writerow([path, f"sha256={digest}", len(data)])
    writer.writerow([name, "", ""])
    return rows.getvalue().encode()


def finish(wheel, folder, licences):
    distribution, version, *_, platform = wheel.stem.split("-")
    information = f"{distribution}-{version}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        contents = {item.filename: archive.read(item) for item in archive.infolist() if not item.is_dir()}
        date = archive.infolist()[0].date_time
    tag = tag_of(contents, platform)
    head = contents[f"{information}/WHEEL"].decode()
    contents[f"{information}/WHEEL"] = re.sub(r"^Tag: .*$", f"Tag: {tag}", head, flags=re.MULTILINE).encode()
    for path in licences:
        contents[f"{information}/licenses/{path.parent.name}/{path.name}"] = path.read_bytes()
    del contents[f"{information}/RECORD"]
    contents[f"{information}/RECORD"] = record(contents, f"{information}/RECORD")
    made = folder / f"{distribution}-{version}-{tag}.whl"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in contents.items():
            archive.writestr(zipfile.ZipInfo(path, date), data, zipfile.ZIP_DEFLATED)
    return made


def main():
    wheel, folder, *licences = map(pathlib.Path, sys.argv[1:])
    try:
        print(finish(wheel, folder, licences))
    except Refused as reason:
        sys.exit(f"{sys.argv[0]}: {wheel.name} does not run on every Linux: {reason}")


main()
