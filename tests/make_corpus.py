#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the seeds of tests/corpus: make_corpus.py KIWIBUILD [CORPUS]. What fuzzers found lies there too and is left alone."""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SECTOR = 2048


def both(value, size=4):
    return value.to_bytes(size, "little") + value.to_bytes(size, "big")


def record(name, sector, size, folder=False):
    """A directory record of ISO 9660 (9.1)."""
    body = bytes(1) + both(sector) + both(size) + bytes(7) + bytes([2 * folder, 0, 0]) + both(1, 2) + bytes([len(name)]) + name
    body += bytes(len(body) % 2 == 0)
    return bytes([len(body) + 1]) + body


def pad(data):
    return data + bytes(-len(data) % SECTOR)


def image(files, joliet=False):
    """A small image: ISO 9660 alone, or with Joliet. No UDF, whose anchor lies in sector 256."""
    trees = 1 + joliet
    first = 16 + trees + 1 + trees
    places, content = [], b""
    for name, data in files:
        places.append((name, first + len(content) // SECTOR, len(data)))
        content += pad(data)
    descriptors = roots = b""
    for tree in range(trees):
        at = 16 + trees + 1 + tree
        names = [(name.encode("utf-16-be") if tree else name.encode() + b";1", sector, size) for name, sector, size in places]
        folder = record(b"\0", at, SECTOR, True) + record(b"\1", at, SECTOR, True)
        roots += pad(folder + b"".join(record(*place) for place in sorted(names)))
        descriptor = bytearray(SECTOR)
        descriptor[:7] = bytes([1 + tree]) + b"CD001\1"
        descriptor[40:72] = "KIWI".encode("utf-16-be" if tree else "ascii").ljust(32, b" ")
        descriptor[80:88] = both(first + len(content) // SECTOR)
        if tree:
            descriptor[88:91] = b"%/E"
        descriptor[120:132] = both(1, 2) + both(1, 2) + both(SECTOR, 2)
        descriptor[156:190] = record(b"\0", at, SECTOR, True)
        descriptor[881] = 1
        descriptors += bytes(descriptor)
    descriptors += pad(b"\xffCD001\1")
    return bytes(16 * SECTOR) + descriptors + roots + content


def bundle(*files):
    """The input of fuzz_directory: a count, the sizes of all but the last, the bytes."""
    return bytes([len(files) - 1]) + b"".join(len(f).to_bytes(3, "big") for f in files[:-1]) + b"".join(files)


def in_other_files(data):
    """The parcel-related data moved to A.KWI: the header record names it, the addresses stay."""
    moved = bytearray(data)
    moved[2048 + 6:2048 + 18] = b"A.KWI".ljust(12, b"\0")
    return bytes(moved)


def main(kiwibuild, corpus=ROOT / "tests/corpus"):
    corpus = pathlib.Path(corpus)
    maps, small = {}, {}
    with tempfile.TemporaryDirectory() as name:
        for source in sorted((ROOT / "testdata/small").glob("*.geojson")):
            folder = pathlib.Path(name, source.stem)
            subprocess.run([kiwibuild, "--quiet", "-o", folder, source], check=True)
            maps[source.stem] = (folder / "ALLDATA.KWI").read_bytes()
            small = {n: (folder / n).read_bytes() for n in ("METADATA.KWI", "SPEC.KWI", "VERSION.TXT")}
    seeds = {f"file/{name}.kwi": data for name, data in maps.items()}
    seeds["file/headers_only.kwi"] = maps["one_way"][:4096]
    seeds["file/data_volume.kwi"] = maps["one_way"][:2048]
    tiny = maps["one_way"]
    seeds["directory/one_file.bin"] = bundle(tiny)
    seeds["directory/two_files.bin"] = bundle(tiny, small["METADATA.KWI"])
    seeds["directory/named_file.bin"] = bundle(in_other_files(tiny)[:4096], small["METADATA.KWI"], tiny)
    seeds["directory/in_a_folder.bin"] = bundle(
        in_other_files(tiny)[:4096].replace(b"A.KWI", b"B.KWI"), b"CHCD=Shift-JIS", b"", tiny)
    seeds["directory/eight_files.bin"] = bundle(tiny[:2048], b"", b"x", b"y", bytes(64), b"SPEC", b"I", tiny)
    files = [("ALLDATA.KWI", tiny), *small.items()]
    seeds["image/iso9660.iso"] = image(files)
    seeds["image/joliet.iso"] = image(files, joliet=True)
    seeds["image/cut.iso"] = image(files)[:-3000]
    for path, data in seeds.items():
        (corpus / path).parent.mkdir(parents=True, exist_ok=True)
        (corpus / path).write_bytes(data)


if __name__ == "__main__":
    main(*sys.argv[1:])
