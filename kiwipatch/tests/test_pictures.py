#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Pictures of modules: list, export, change, import, apply, export again: test_pictures.py KIWIPATCH. Prints TAP."""
import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

import discs  # noqa: E402

KIWIPATCH = sys.argv[1]
SUMS = ["--rule", "sum32be", "--block", "0,16384", "--block", "16384,16384"]
tap = discs.Tap()


def run(*arguments):
    return subprocess.run([KIWIPATCH, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60)


def bmp(bits, width, height, fill=0, colours=None, compression=0, pixels=None):
    """A bitmap with the head of Windows 3."""
    colours = (1 << bits if bits <= 8 else 0) if colours is None else colours
    rows = bytes((fill + i) & 255 for i in range((width * bits + 31) // 32 * 4 * abs(height))) if pixels is None else pixels
    at = 54 + 4 * colours
    palette = bytes(range(256)) * 4
    return struct.pack("<2sIHHIIiiHHIIiiII", b"BM", at + len(rows), 0, 0, at, 40, width, height, 1, bits, compression, len(rows), 0, 0, colours, 0) + palette[: 4 * colours] + rows  # fmt: skip


def old_bmp(bits, width, height, fill=0):
    """A bitmap with the head of OS/2, which is the smallest: a pixel needs less than 138 bytes."""
    rows = bytes((fill + i) & 255 for i in range((width * bits + 31) // 32 * 4 * height))
    palette = bytes(range(3 << bits)) if bits <= 4 else b""
    at = 26 + len(palette)
    return struct.pack("<2sIHHIIHHHH", b"BM", at + len(rows), 0, 0, at, 12, width, height, 1, bits) + palette + rows


def gif(width, height, fill=0, comment=b""):
    """128 colours; a clear code before each 100 pixels keeps all codes at 8 bits."""
    codes = b""
    for at in range(0, width * height, 100):
        codes += b"\x80" + bytes((fill + at + i) & 127 for i in range(min(100, width * height - at)))
    codes += b"\x81"
    data = b"".join(bytes([len(codes[i:i + 255])]) + codes[i:i + 255] for i in range(0, len(codes), 255)) + b"\0"
    note = b"\x21\xfe" + bytes([len(comment)]) + comment + b"\0" if comment else b""
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF6, 0, 0) + bytes(range(128)) * 3 + note + b"\x2c" + struct.pack(
        "<HHHHBB", 0, 0, width, height, 0, 7) + data + b"\x3b"


RUNS = bytes([8, 1] * 8 + [0, 1])  # RLE8: 8 pixels of colour 1, eight times, end
OLD = {0x100: bmp(1, 8, 8), 0x180: bmp(4, 8, 8), 0x280: bmp(8, 8, 8, colours=16), 0x400: bmp(16, 8, 8), 0x500: bmp(24, 5, 5),
       0x600: bmp(32, 8, -8), 0x800: old_bmp(1, 8, 8), 0x880: bmp(8, 64, 8, colours=2, compression=1, pixels=RUNS * 2),
       0x1000: gif(20, 10, comment=b"with a comment of some length"), 16384 + 0x40: gif(4, 4)}  # fmt: skip
NEW = {0x100: bmp(1, 8, 8, 9), 0x180: bmp(4, 8, 8, 9), 0x280: bmp(8, 8, 8, 9, colours=16), 0x400: bmp(16, 8, 8, 9), 0x500: bmp(24, 5, 5, 9),
       0x600: bmp(32, 8, -8, 9), 0x800: old_bmp(1, 8, 8, 9), 0x880: bmp(8, 64, 8, colours=2, compression=1, pixels=RUNS),
       0x1000: gif(20, 10, 9), 16384 + 0x40: gif(4, 4, 9)}  # fmt: skip


def module():
    body = bytearray(b"\x42\x4d\x47\x49" * 8192)  # "BM" and "GI" everywhere: two letters are no picture
    for place, data in OLD.items():
        body[place:place + len(data)] = data
    return b"".join(discs.summed(bytes(body[at:at + 16380])) for at in (0, 16384))


def name_of(place):
    return f"0.0-AA01-0x{place:x}.{'gif' if OLD[place][:3] == b'GIF' else 'bmp'}"


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def listed(disc):
    result = run("pictures", "list", disc)
    tap.check(result.returncode == 0 and not result.stderr, "listed", result.stderr)
    found = {p["place"]: (p["name"], p["module"], p["file_offset"], p["size"], p["width"], p["height"], p["bits"]) for p in json.loads(result.stdout)["pictures"]}
    sizes = {0x100: (8, 8, 1), 0x180: (8, 8, 4), 0x280: (8, 8, 8), 0x400: (8, 8, 16), 0x500: (5, 5, 24), 0x600: (8, 8, 32), 0x800: (8, 8, 1),
             0x880: (64, 8, 8), 0x1000: (20, 10, 7), 16384 + 0x40: (4, 4, 7)}  # fmt: skip
    wanted = {place: (name_of(place), "AA01", 2048 + place, len(data), *sizes[place]) for place, data in OLD.items()}
    tap.check(found == wanted, "every picture, and nothing else", (found, wanted))


def exported(disc, folder):
    result = run("pictures", "export", disc, folder)
    tap.check(result.returncode == 0, "exported", result.stderr)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def round_trip(folder, disc, data):
    before = digest(disc)
    tap.check(exported(disc, folder / "old") == {name_of(place): old for place, old in OLD.items()}, "exported byte by byte")
    result = run("pictures", "export", disc, folder / "old")
    tap.check(result.returncode == 4 and "old" in result.stderr, "a folder that is there is not written into", result.stderr)
    result = run("pictures", "import", disc, folder / "old")
    tap.check(result.returncode == 3 and "no picture was changed" in result.stderr and not result.stdout, "nothing changed: no recipe", result.stderr)
    for place, new in NEW.items():
        (folder / "old" / name_of(place)).write_bytes(new)
    result = run("pictures", "import", *SUMS, "-o", folder / "recipe.json", disc, folder / "old")
    tap.check(result.returncode == 0 and not result.stderr, "imported", result.stderr)
    result = run("apply", disc, folder / "recipe.json")
    tap.check(result.returncode == 0, "applied, with its sums", result.stderr)
    tap.check(exported(disc, folder / "new") == {name_of(place): new for place, new in NEW.items()}, "exported again: as changed")
    wanted = bytearray(data)
    for place, old in OLD.items():
        wanted[place:place + len(old)] = NEW[place].ljust(len(old), b"\0")
    wanted = b"".join(discs.summed(bytes(wanted[at:at + 16380])) for at in (0, 16384))
    tap.check(disc.read_bytes()[2048:2048 + len(wanted)] == wanted, "zeros behind the smaller ones, sums anew, all else as before")
    result = run("undo", disc)
    tap.check(result.returncode == 0 and digest(disc) == before, "undone", result.stderr)


def refusals(folder, disc):
    before = digest(disc)
    cases = {"too large": (0x100, bmp(1, 8, 8) + b"\0", "larger"), "wider": (0x500, bmp(24, 6, 4), "width"), "lower": (0x500, bmp(24, 5, 4), "height"),
             "fewer bits": (0x500, bmp(8, 5, 5, colours=2), "bits"), "upside down": (0x600, bmp(32, 8, 8), "rows from top to bottom"),
             "another compression": (0x880, bmp(8, 64, 8, colours=2, compression=2, pixels=RUNS), "compression"),
             "a smaller palette": (0x280, bmp(8, 8, 8, colours=8), "place of its pixels"), "another head": (0x100, old_bmp(1, 8, 8), "bytes of its head"),
             "no picture": (0x100, b"BM", "no BMP picture"), "an empty file": (0x100, b"", "no BMP picture"), "cut short": (0x1000, gif(20, 10)[:-1], "no GIF picture"),
             "a GIF for a BMP": (0x600, gif(4, 4)[:200], "no BMP picture"), "a GIF of another size": (0x1000, gif(10, 10), "width")}  # fmt: skip
    for name, (place, data, message) in cases.items():
        wrong = folder / f"wrong {name}"
        exported(disc, wrong)
        (wrong / name_of(place)).write_bytes(data)
        (wrong / name_of(0x400)).write_bytes(NEW[0x400])
        result = run("pictures", "import", "-o", folder / "wrong.json", disc, wrong)
        tap.check(result.returncode == 3 and message in result.stderr and name_of(place) in result.stderr, f"refused: {name}", (result.returncode, result.stderr))
        tap.check(not (folder / "wrong.json").exists() and digest(disc) == before, f"refused: {name}: nothing is written")
    wrong = folder / "stranger"
    wrong.mkdir()
    (wrong / "0.0-AA01-0x101.bmp").write_bytes(bmp(1, 8, 8))
    result = run("pictures", "import", disc, wrong)
    tap.check(result.returncode == 3 and "no picture of that name" in result.stderr, "refused: a file of another name", result.stderr)
    for words, code in {"lst x": 2, "list x y": 2, "export x": 2, "list x --rule sum32be": 2, f"import {disc} {folder}/nowhere": 4}.items():
        result = run("pictures", *words.split())
        tap.check(result.returncode == code and result.stderr.count("\n") == 1, f"refused: {words[:20]}", (result.returncode, result.stderr))


def steps(folder, disc):
    """A picture step of a recipe takes pictures of less than 138 bytes, too."""
    (folder / "small.bmp").write_bytes(NEW[0x800])
    recipe = discs.recipe(folder / "small.json", {"sha256": digest(disc)}, [
        {"step": "picture", "at": 2048 + 0x800, "content": "small.bmp", "sha256": hashlib.sha256(NEW[0x800]).hexdigest()}])  # fmt: skip
    result = run("plan", "--override", "write without a checksum rule", disc, recipe)
    tap.check(result.returncode == 0, f"a picture step of {len(NEW[0x800])} bytes", result.stderr)


def hostile(folder):
    """Heads without pictures take no time that grows faster than the bytes."""
    head = gif(4, 4)[:13] + bytes(range(128)) * 3 + b"\x2c" + struct.pack("<HHHHBB", 0, 0, 4, 4, 0, 7)
    for name, data in {"letters": b"BM" * (1 << 20), "heads of bitmaps": OLD[0x500][:54] * 20000, "heads of GIFs": (b"GIF89a" + b"\1" * 20) * 80000,
                       "GIFs without end": (head + b"\1a" * 100) * 3000}.items():  # fmt: skip
        path = folder / "hostile.kwi"
        path.write_bytes(discs.loading(data[: len(data) // 2048 * 2048], bytes(2048)))
        result = run("pictures", "list", path)
        tap.check(result.returncode in (0, 1, 3), f"hostile: {name}", (result.returncode, result.stderr))


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        disc = folder / "LOADING.KWI"
        data = module()
        disc.write_bytes(discs.loading(data, discs.module(7, 2048)))
        listed(disc)
        round_trip(folder, disc, data)
        refusals(folder, disc)
        steps(folder, disc)
        hostile(folder)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
