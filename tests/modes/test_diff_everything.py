#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--diff on a disc with everything on it: a byte anywhere is a difference, and what it belongs to is named.

test_diff_everything.py KIWIDUMP KIWIBUILD SOURCE_ROOT [COUNT]: so many random bytes; the suite takes some hundred of them.
"""
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

import modes

tap = modes.Tap()
COUNT = int(sys.argv[4]) if len(sys.argv) > 4 else 300
SEED = 1997


def programs(folder):
    """Two modules and what describes them."""
    for name, seed, size in (("one.bin", 1, 5000), ("two.bin", 7, 2048)):
        (folder / name).write_bytes(bytes((seed + i * i) * 37 & 255 for i in range(size)))
    modules = [{"file": f"{name}.bin", "name": f"AA0{i}", "version": "1000"} for i, name in enumerate(("one", "two"))]
    path = folder / "loading.json"
    path.write_text(json.dumps({"systems": [{"manufacturer": "DENSO", "modules": modules}]}))
    return path


def everything(folder):
    """Map, guidance, regions, index, other data, programs, pictures and small files."""
    disc = folder / "disc"
    parts = {}
    for name in ("guidance", "other_data"):
        parts |= json.loads((modes.ROOT / f"testdata/layouts/{name}.json").read_text())
    (folder / "layout.json").write_text(json.dumps(parts))
    modes.build(modes.SMALL / "variants.geojson", disc, "--layout", folder / "layout.json", "--loading", programs(folder), "--title", "Town")
    corpus = modes.ROOT / "tests/corpus/file"
    for name in ("COUNTRY.KWI", "COVERAGE.BIN", "CLUSTER.DAT", "PCT2MNG.KWI"):
        shutil.copy(corpus / name, disc / name)
    (disc / "HWMAP.KWI").write_bytes(bytes(range(256)) * 4)
    (disc / "COVERAGE").mkdir()
    pixels = bytes(i * 7 & 255 for i in range(40 * 30))
    head = b"BM" + (1078 + len(pixels) + 2).to_bytes(4, "little") + bytes(4) + (1078).to_bytes(4, "little")
    head += (40).to_bytes(4, "little") + (40).to_bytes(4, "little") + (30).to_bytes(4, "little") + b"\1\0\10\0" + bytes(24)
    (disc / "COVERAGE/AUC.BMP").write_bytes(head.ljust(1078, b"\x55") + pixels + bytes(2))
    return disc


class Changed:
    """A copy of the disc that is changed and put back."""

    def __init__(self, disc, folder):
        self.disc, self.copy = disc, folder / "copy"
        shutil.copytree(disc, self.copy)
        self.records = modes.lines("--quiet", "--records", disc)

    def diff(self, file, offset, data):
        """Lines of --diff with other bytes at a place of a file, and its exit code."""
        path = self.copy / file
        good = path.read_bytes()
        path.write_bytes(good[:offset] + data + good[offset + len(data):])
        result = subprocess.run([modes.KIWIDUMP, "--quiet", "--diff", str(self.disc), str(self.copy)], capture_output=True, check=False)
        path.write_bytes(good)
        return [json.loads(line) for line in result.stdout.splitlines()], result.returncode

    def record(self, **wanted):
        return next(r for r in self.records if all(r.get(key) == value for key, value in wanted.items()))


def check_named(changed):
    """One byte of each kind of thing is one line that says what it is."""
    def one(name, file, offset, data, record, fields):
        found, code = changed.diff(file, offset, data)
        tap.check(code == 1 and len(found) == 1 and found[0]["file"] == file and found[0]["record"] == record
                  and found[0]["change"] == "changed" and fields <= set(found[0]["fields"]), name, (code, found[:3]))  # fmt: skip
        return found[0] if found else {"fields": {}, "path": ""}

    def raw(file):
        return (changed.disc / file).read_bytes()

    index = "IDX/SADSR201.IDX"
    street = next(r for r in changed.records if r["record"] == "matching_record" and r["file"] == index and "RLXY.count" not in r["fields"]
                  and r["fields"].get("NAME"))  # fmt: skip
    name = street["fields"]["NAME"].encode()
    at = raw(index).index(name, street["offset"])
    line = one("a street in the index", index, at, bytes([name[0] ^ 1]), "matching_record", {"NAME"})
    tap.equal(line["path"], street["path"], "... by its path")
    place = next(r for r in changed.records if r["record"] == "matching_record" and "RLXY.latitude" in r["fields"])
    latitude = (place["fields"]["RLXY.latitude"]["value"]).to_bytes(3, "big")
    at = raw(index).index(latitude, place["offset"])
    line = one("the place of a town", index, at + 2, bytes([latitude[2] ^ 4]), "matching_record", {"RLXY.latitude"})
    at = raw("IDX/ZSELDEF0.IDX").index(b"Town")
    one("the name of a zone", "IDX/ZSELDEF0.IDX", at, b"D", "matching_record", {"NAME"})
    volume = changed.record(record="volume_management_record")
    found, code = changed.diff("INDEXDAT.KWI", volume["offset"] + volume["length"] - 1, b"\x21")
    tap.check(code == 1 and found and {c["file"] for c in found} == {"INDEXDAT.KWI"} and found[0]["path"], "an extent in the management of the index",
              found)  # fmt: skip
    module = one("a byte of a module", "LOADING.KWI", 2048 + 77, bytes([raw("LOADING.KWI")[2048 + 77] ^ 128]), "unknown", {"bytes"})
    tap.check(module["path"] == "loading.system[0].module[0].code" and module["fields"]["bytes"]["first"] == 2048 + 77
              and module["fields"]["bytes"]["differing"] == 1, "... with its place", module)  # fmt: skip
    picture = one("a pixel", "COVERAGE/AUC.BMP", 1100, bytes([raw("COVERAGE/AUC.BMP")[1100] ^ 1]), "unknown", {"bytes"})
    tap.equal(picture["fields"].get("bytes", {}).get("first"), 1100, "... with its place")
    cost = changed.record(record="link_cost_record")
    one("the cost of a link", "ALLDATA.KWI", cost["offset"] + 1, bytes([raw("ALLDATA.KWI")[cost["offset"] + 1] ^ 1]), "link_cost_record", set())
    for file in ("METADATA.KWI", "SPEC.KWI", "VERSION.TXT"):
        one(f"a letter of {file}", file, 3, b"#", "text_file", set())
    for file in ("COUNTRY.KWI", "HWMAP.KWI", "CLUSTER.DAT"):
        found, code = changed.diff(file, 20, bytes([raw(file)[20] ^ 2]))
        tap.check(code == 1 and found and {c["file"] for c in found} == {file}, f"a byte of {file}", found)
    one("a byte of padding", "LOADING.KWI", 700, b"\1", "unknown", {"bytes"})
    address = changed.record(record="main_map_parcel_management_record")
    found, code = changed.diff("ALLDATA.KWI", address["offset"], b"\x7f")
    tap.check(code == 1 and any(c["path"] == address["path"] for c in found) or len(found) > 1, "an address of the parcel management", found[:2])


def check_files(changed):
    (changed.copy / "SPEC.KWI").unlink()
    (changed.copy / "MORE.DAT").write_bytes(b"more")
    found = modes.lines("--diff", changed.disc, changed.copy, code=1)
    tap.equal([(c["change"], c["record"], c["file"]) for c in found], [("added", "file", "MORE.DAT"), ("removed", "file", "SPEC.KWI")],
              "files on one disc only")
    (changed.copy / "MORE.DAT").unlink()
    shutil.copy(changed.disc / "SPEC.KWI", changed.copy / "spec.kwi")
    tap.equal(modes.lines("--diff", changed.disc, changed.copy), [], "the case of a name is no difference")
    (changed.copy / "spec.kwi").rename(changed.copy / "SPEC.KWI")
    (changed.copy / "DEEP").mkdir()
    (changed.copy / "SPEC.KWI").rename(changed.copy / "DEEP/SPEC.KWI")
    tap.equal(len(modes.lines("--diff", changed.disc, changed.copy, code=1)), 2, "a file in another folder is another file")
    (changed.copy / "DEEP/SPEC.KWI").rename(changed.copy / "SPEC.KWI")
    (changed.copy / "DEEP").rmdir()


def check_moved(changed):
    """A sector before the modules: they are what they were, and only their addresses differ."""
    path = changed.copy / "LOADING.KWI"
    good = path.read_bytes()
    moved = bytearray(good[:2048] + bytes(2048) + good[2048:])
    for i in range(2):
        at = 20 + 2 * 64 + i * 256 + 250
        moved[at:at + 4] = (int.from_bytes(moved[at:at + 4], "big") + 1).to_bytes(4, "big")
    path.write_bytes(moved)
    found = modes.lines("--quiet", "--diff", changed.disc, changed.copy, code=1)
    path.write_bytes(good)
    tap.equal([(c["path"], list(c["fields"])) for c in found if c["record"] != "file"],
              [(f"loading.system[0].module[{i}].management", ["address"]) for i in range(2)], "modules that were moved: their addresses")
    tap.equal([c["name"] for c in found if c["record"] == "file"], ["addresses, sizes and counts that follow"], "... and not their bytes")


def check_images(changed, folder):
    parts = ["--layout", folder / "layout.json", "--loading", folder / "loading.json", "--title", "Town"]
    image = modes.build(modes.SMALL / "variants.geojson", folder / "disc.iso", *parts)
    plain = modes.build(modes.SMALL / "variants.geojson", folder / "plain", *parts)
    tap.equal(modes.lines("--diff", plain, image), [], "a folder and an image of it")
    raw = bytearray(image.read_bytes())
    at = 16 * 2048 + 190 # the set of volumes
    raw[at] ^= 1
    other = folder / "other.iso"
    other.write_bytes(raw)
    found = modes.lines("--diff", image, other, code=1)
    tap.check(len(found) == 1 and found[0]["record"] == "image" and found[0]["fields"]["bytes"]["first"] == at, "a byte of the volume descriptor", found)
    sectors = [at for at in range(16 * 2048, 300 * 2048, 2048) if any(raw[at:at + 2048])]
    equal = []
    for at in sectors:
        raw[at] ^= 1
        other.write_bytes(raw)
        raw[at] ^= 1
        if not modes.lines("--diff", image, other, code=1):
            equal.append(at)
    tap.check(len(sectors) > 30 and not equal, "the first byte of each sector of the file systems", (len(sectors), equal))


def check_random(changed):
    """Bytes anywhere; files are as likely as bytes, so that the small ones are met."""
    chance = random.Random(SEED)
    files = sorted(str(p.relative_to(changed.disc)) for p in changed.disc.rglob("*") if p.is_file())
    sizes = {file: (changed.disc / file).stat().st_size for file in files}
    equal, unnamed = [], []
    for number in range(COUNT):
        weights = list(sizes.values()) if number % 2 else None
        file = chance.choices(files, weights)[0]
        offset = chance.randrange(sizes[file])
        byte = (changed.disc / file).read_bytes()[offset] ^ 1 << chance.randrange(8)
        found, code = changed.diff(file, offset, bytes([byte]))
        if code != 1 or not found:
            equal.append((file, offset, byte, code))
        elif not any(c["file"] == file and c["record"] != "file" for c in found):
            unnamed.append((file, offset, byte))
    tap.check(not equal, f"one byte at {COUNT} places (seed {SEED}) is never equal", equal)
    tap.check(len(unnamed) <= COUNT // 100, "what it belongs to is named", (len(unnamed), unnamed[:5]))


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        changed = Changed(everything(folder), folder)
        tap.equal(modes.lines("--diff", changed.disc, changed.copy), [], "equal discs have no line")
        check_named(changed)
        check_files(changed)
        check_moved(changed)
        check_images(changed, folder)
        check_random(changed)
    return tap.end()


if __name__ == "__main__":
    raise SystemExit(main())
