#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Images of our own, as others read them: test_image.py MAKE_IMAGE LIST_DISC KIWIBUILD ROOT. Prints TAP."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
MAKE_IMAGE, LIST_DISC, KIWIBUILD = sys.argv[1:4]
ROOT = pathlib.Path(sys.argv[4])
sys.path.insert(0, str(ROOT / "tests"))

import check_goteborg  # noqa: E402
import read_iso  # noqa: E402
import read_udf  # noqa: E402

tap = check_goteborg.Tap()
SECTOR = 2048
SEVEN_ZIP = shutil.which("7zz") or "7z"  # Debian 12 and 13
LONG = "long name " * 20 + ".kwi"
# Names that one of the three trees cannot have, and some that become the same there.
ODD = ("lower.kwi", "LOWER.KWI", "two.dots.kwi", "TWO_DOTS.KWI", "README", "README.", ".hidden", "with space.txt", "höst.kwi", "地図.KWI", "𠀋.KWI",
       "colon:semicolon;.kwi", "star*query?.kwi", LONG, LONG + "x", "x" * 250, "日" * 84, "𠀋" * 60, "EMPTY.KWI", "A" * 31, "A" * 30 + "B",
       "TAIL." + "T" * 40, "TAIL." + "T" * 41)


def run(*arguments):
    return subprocess.run([*map(str, arguments)], capture_output=True, text=True, check=False)


def make(folder, image):
    image.unlink(missing_ok=True)
    result = run(MAKE_IMAGE, folder, image, "A title")
    tap.check(result.returncode == 0, f"{image.name}: made", result.stderr)
    return result.stdout


def fill(path, count):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((f"{path.name} {count} ".encode() * (count // 8 + 1))[:count])


def make_plain(folder):
    """What discs have: capitals, at most eight and three; folders that take several sectors."""
    for name in ("BIG.BIN", "OTHER.BIN", "VOICE.BIN"):
        fill(folder / name, 3 * len(name) * SECTOR + 1)
    for i in range(150):
        fill(folder / f"MAP/PARCEL.{i:03}", 5 + 500 * (i % 9))
    for name in ("MAP/A/B/C/D/DEEP.KWI", "MAP/A.KWI", "IDX/ONE.IDX", "IDX/X/TWO.IDX"):
        fill(folder / name, 2048)
    fill(folder / "IDX/EMPTY.IDX", 0)


def make_odd(folder):
    for name in ODD:
        fill(folder / name, 0 if name == "EMPTY.KWI" else 3000)
        fill(folder / "inner folder. etc" / name, 10)
    for i in range(1200):
        fill(folder / "same" / f"the first thirty letters of this name are the same {i}.data", 7)
    fill(folder / "same-a" / "file.idx", 2)
    fill(folder / "/".join(f"folder {i}" for i in range(12)) / "deep.kwi", 5)


def contents(folder):
    return {str(path.relative_to(folder)): path.is_file() and path.read_bytes() for path in folder.rglob("*")}


def sizes(folder):
    return {str(path.relative_to(folder)): path.stat().st_size if path.is_file() else None for path in folder.rglob("*")}


def joined(extents):
    """Extents that follow each other are one."""
    whole = []
    for offset, length in extents:
        if whole and sum(whole[-1]) == offset:
            whole[-1] = (whole[-1][0], whole[-1][1] + length)
        else:
            whole.append((offset, length))
    return whole


def places(volume):
    """{size and place: path}: the same file in another tree."""
    return sorted((entry[0], joined(entry[1])) for entry in volume.entries.values() if entry)


def check_trees(folder, image):
    """By readers of the tests' own, from the text of the standards."""
    udf, iso, joliet = read_udf.Volume(image), read_iso.Volume(image, False), read_iso.Volume(image, True)
    for name, volume in (("UDF", udf), ("ISO 9660", iso), ("Joliet", joliet)):
        tap.check(not volume.problems, f"{image.name}: {name} is sound", volume.problems[:5])
    tap.check(places(udf) == places(iso) == places(joliet), f"{image.name}: the three trees have the same places")
    wanted = sizes(folder)
    tap.check({path: entry and entry[0] for path, entry in udf.entries.items()} == wanted, f"{image.name}: UDF has all files")
    tap.check(len(iso.entries) == len(joliet.entries) == len(wanted), f"{image.name}: the others have as many")
    illegal = [path for path, entry in iso.entries.items()
               if not re.fullmatch(r"[A-Z0-9_]{1,31}" if entry is None else r"(?=[^;]{2,31};)[A-Z0-9_]*\.[A-Z0-9_]*;1", path.split("/")[-1])]
    tap.check(not illegal, f"{image.name}: letters of ISO 9660", illegal[:5])
    illegal = [path for path in joliet.entries if any(len(part) > 64 or set(part) & set("*:;?\\") for part in path.split("/"))]
    tap.check(not illegal, f"{image.name}: letters of Joliet", illegal[:5])
    with open(image, "rb") as file:
        for path, entry in udf.entries.items():
            if entry and entry[0] < 1 << 30:
                file.seek(entry[1][0][0] if entry[1] else 0)
                if file.read(entry[0]) != (folder / path).read_bytes():
                    tap.check(False, f"{image.name}: bytes of {path}")
    tap.check(image.stat().st_size % (16 * SECTOR) == 0, f"{image.name}: whole blocks of a DVD")
    return udf, iso, joliet


def check_others(folder, image):
    """By programs that are not ours; what they take out of the image is what went in."""
    out = image.with_suffix(".out")
    for name, command in (("7z, UDF", (SEVEN_ZIP, "x", "-tudf", f"-o{out}", image)), ("bsdtar, Joliet", ("bsdtar", "-xf", image, "-C", out)),
                          ("xorriso, Joliet", ("xorriso", "-read_fs", "any", "-osirrox", "on:auto_chmod_on", "-indev", image, "-extract", "/", out))):
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        result = run(*command)
        run("chmod", "-R", "u+rwX", out)
        same = contents(out) == contents(folder)
        tap.check(result.returncode == 0 and same, f"{image.name}: {name}", (result.stderr or result.stdout)[-300:])
    shutil.rmtree(out)
    result = run("udfinfo", image)
    tap.check(result.returncode == 0 and not result.stderr and "udfrev=1.02" in result.stdout and "integrity=closed" in result.stdout,
              f"{image.name}: udfinfo", result.stderr)
    result = run("xorriso", "-indev", image, "-check_media", "--")
    tap.check(result.returncode == 0 and " bad" not in result.stdout, f"{image.name}: xorriso -check_media", result.stdout[-200:])


def ours(image):
    result = run(LIST_DISC, image)
    return result.stdout, [line for line in result.stdout.splitlines() if line.startswith("finding")]


def by_isoinfo(image, *options):
    """Lines of the listing, with the sectors counted from the first file of a folder on: genisoimage takes folders in the order of the system."""
    listing = []
    for line in map(str.split, run("isoinfo", *options, "-l", "-i", image).stdout.splitlines()):
        if line[:1] == ["Directory"]:
            first = None
        if len(line) > 11 and line[0][0] == "-" and line[4] != "0":
            first = int(line[9]) if first is None else first
            line = [line[4], int(line[9]) - first, line[11]]
        listing.append(line if len(line) == 3 else line[-1:])
    return listing


def plain(folder):
    tree, image, other = folder / "plain", folder / "plain.iso", folder / "genisoimage.iso"
    make_plain(tree)
    make(tree, image)
    _, iso, _ = check_trees(tree, image)
    check_others(tree, image)
    text, findings = ours(image)
    tap.check(not findings, "plain.iso: libkiwi has no findings", findings)
    tap.check({path for path, entry in iso.entries.items() if entry} == {f"{path};1" for path, size in sizes(tree).items() if size is not None},
              "plain.iso: names as they are, with a version")
    run("genisoimage", "-quiet", "-udf", "-J", "-allow-limited-size", "-V", "A_TITLE", "-o", other, tree)
    for options in ((), ("-J",)):
        tap.check(by_isoinfo(image, *options) == by_isoinfo(other, *options), f"the same listing as genisoimage's {' '.join(options)}")
    first = run(LIST_DISC, other).stdout
    tap.check(re.sub(r"(?m)^file \d+", "file", first).splitlines()[1:] == re.sub(r"(?m)^file \d+", "file", text).splitlines()[1:],
              "the same list by libkiwi as of genisoimage's", (first[:200], text[:200]))
    before = image.read_bytes()
    make(tree, image)
    tap.check(image.read_bytes() == before, "the same files give the same image")


def odd(folder):
    tree, image = folder / "odd", folder / "odd.iso"
    make_odd(tree)
    make(tree, image)
    _, iso, joliet = check_trees(tree, image)
    for name in ("LOWER.KWI;1", "TWO_DOTS.KWI;1", "README.;1"):
        tap.check(name in iso.entries, f"odd.iso: {name}")
    tap.check(sum(re.fullmatch(r"LOWER\d{3}\.KWI;1", name) is not None for name in iso.entries) == 1, "odd.iso: lower.kwi has a number")
    for name in ("höst.kwi", "𠀋.KWI", "two.dots.kwi", "star_query_.kwi"):
        tap.check(name in joliet.entries, f"odd.iso: {name} in Joliet")
    out = folder / "out"
    result = run(SEVEN_ZIP, "x", "-tudf", f"-o{out}", image)
    tap.check(result.returncode == 0 and contents(out) == contents(tree), "odd.iso: 7z, UDF", result.stderr)
    result = run("bsdtar", "-tf", image)
    tap.check(len(result.stdout.splitlines()) == len(joliet.entries) + 1, "odd.iso: bsdtar, Joliet")


def large(folder):
    """A file of more than 4 GiB, with holes: several extents in all trees. The image is more than one layer of a DVD."""
    tree, image, size = folder / "large", folder / "large.iso", 4718592001
    fill(tree / "BIG.BIN", 100)
    fill(tree / "ZLAST.BIN", 100)
    with open(tree / "BIG.BIN", "r+b") as file:
        file.truncate(size)
    text = make(tree, image)
    tap.check("dual-layer" in text and text.startswith(f"{image.stat().st_size} "), "large.iso: what to burn it on", text)
    udf, iso, joliet = check_trees(tree, image)
    tap.check([len(volume.entries[name][1]) for volume, name in ((udf, "BIG.BIN"), (iso, "BIG.BIN;1"), (joliet, "BIG.BIN"))] == [5, 2, 2],
              "large.iso: extents")
    _, findings = ours(image)
    tap.check(not findings, "large.iso: libkiwi has no findings", findings)
    listing = run("xorriso", "-indev", image, "-find", "/", "-type", "f", "-exec", "report_lba", "--").stdout
    tap.check(all(f"{entry[1][0][0] // SECTOR} , " in listing for entry in udf.entries.values()) and f" {size} " in listing,
              "large.iso: xorriso has the same", listing)
    tap.check(str(size) in run(SEVEN_ZIP, "l", "-tudf", image).stdout, "large.iso: 7z has the same")
    tap.check(image.stat().st_blocks < 10000, "large.iso: holes take no room", image.stat().st_blocks)


def failing(folder):
    """A full disk leaves nothing behind."""
    source, output = ROOT / "testdata/small/town.geojson", folder / "full.iso"
    result = run("sh", "-c", f"ulimit -f 300; exec '{KIWIBUILD}' -q '{source}' -o '{output}'")
    tap.check(result.returncode == 4 and result.stderr.count("\n") == 1 and not list(folder.glob("full*")), "no room for the image", result.stderr)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for test in (plain, odd, large, failing):
            test(folder)
    sys.exit(tap.end())


main()
