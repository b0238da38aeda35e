#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--sample: small, opened as the disc itself, the same structure, records, findings and proof, and none of its texts.

usage: test_sample.py KIWIDUMP KIWIBUILD SOURCE_ROOT KIWIPATCH
"""
import functools
import gzip
import hashlib
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import modes

tap = modes.Tap()
KIWIPATCH = sys.argv[4]
LIMIT = 5_000_000
LAYOUTS = ("european", "guidance_lists")
VERSION = "FORMAT VERSION KIWI"  # which says what a disc is
# What a text of the disc is, by the names of fields: in records of the schema, and in those that the index defines.
TEXTS = re.compile(r"(?:text|title|name|copyright|disk_title|\w+_text|KYCH|NAME|YOMI|ADNM|ZIPN|TELE|PRFX|S[PS]F[X2]|STYP)(?:_\d+)?")
PROGRAM = ("crc32", "md5", "sha256", "pictures")  # of what a sample does not have
NO_TEXT = {"file_name", "name_length", "SZCD"}


def texts_in(value):
    """Every string behind a field that is a text."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str) and TEXTS.fullmatch(key) and key not in NO_TEXT:
                yield inner
            else:
                yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


def words_of(records):
    """All words of four letters or more of all texts; of METADATA.KWI and its like without keywords, charset and datum."""
    return {word for record in records for text in texts_in(record.get("fields", {}))
            for word in re.findall(r"[^\W\d_]{4,}", re.sub(r"(?:CHCD|COOR)\s*::=[^;]*|\w+\s*::=", "", text))}


def contents(sample):
    """Bytes of the pieces of a sample, each with its file and offset."""
    data = gzip.decompress(sample.read_bytes())
    at = data.index(b"\nDATA ") + 1
    name, pieces = "", []
    while not data.startswith(b"END\n", at):
        end = data.index(b"\n", at)
        line = data[at:end].decode()
        at = end + 1
        word, rest = line.split(" ", 1)
        if word == "FILE":
            name = rest.split(" ", 1)[1]
        elif word == "BYTES":
            offset, length = map(int, rest.split())
            pieces.append((name, offset, data[at:at + length]))
            at += length + 1
    return pieces


def survivors(words, pieces, names):
    """Words of the disc that stand in the sample in any encoding, but for those that names of files have, too."""
    everything = b"\0\0\0\0".join(piece for _, _, piece in pieces)
    beginnings = {everything[at:at + 4] for at in range(len(everything))}
    found = []
    for word in words:
        if any(word.upper() in name.upper() for name in names):
            continue
        for charset in ("latin-1", "utf-8", "utf-16-be", "utf-16-le", "shift_jis", "euc-jp"):
            try:
                sought = word.encode(charset)
            except UnicodeEncodeError:
                continue
            if len(sought) >= 4 and sought[:4] in beginnings and sought in everything:
                found.append((word, charset))
    return found


def shape_of(value):
    """A value without what its texts say."""
    if isinstance(value, dict):
        return {key: shape_of(inner) for key, inner in value.items() if key not in PROGRAM}
    if isinstance(value, list):
        return [shape_of(inner) for inner in value]
    return len(value) if isinstance(value, str) else value


def report(*arguments):
    result = subprocess.run([modes.KIWIDUMP, "--quiet", *map(str, arguments)], capture_output=True, check=False)
    return json.loads(result.stdout)


def compare_records(name, disc, sample):
    """Records of the sample are those of the disc at the same place, but for the texts."""
    of_disc = {(r["file"], r["offset"], r["record"], r["path"]): r for r in modes.lines("--records", disc)}
    wrong, count = [], 0
    for record in modes.lines("--records", sample):
        if record["record"] == "unknown":
            continue
        count += 1
        other = of_disc.get((record["file"], record["offset"], record["record"], record["path"]))
        if not other or shape_of(other["fields"]) != shape_of(record["fields"]):
            wrong.append((record, other))
    tap.check(count > 50 and not wrong, f"{name}: the records of the sample are those of the disc", (count, wrong[:2]))
    return list(of_disc.values())


@functools.cache
def own_words(folder):
    """Words that --report has of any disc: of one without texts of the others."""
    disc = modes.build(modes.SMALL / "null_island.geojson", folder / "null island")
    return set(re.findall(r"\w+", modes.run("--report", disc)))


def compare(name, disc, folder):
    sample = folder / f"{name}.kiwisample"
    modes.run("--quiet", "--sample", sample, disc)
    tap.check(sample.stat().st_size <= LIMIT, f"{name}: at most 5 MB", sample.stat().st_size)
    before, after = report(disc), report(sample)
    tap.equal(shape_of(after), shape_of(before), f"{name}: the same structure")
    before, after = report("--check", disc), report("--check", sample)
    tap.equal([f for f in after["findings"] if f["severity"] != "note" or f["expected"] != "a whole disc"], before["findings"],
              f"{name}: the same findings")
    before, after = report("--prove", disc), report("--prove", sample)
    tap.equal([(p["name"], p["verdict"]) for p in after["proofs"] if p["all"]],
              [(p["name"], p["verdict"]) for p, q in zip(before["proofs"], after["proofs"]) if q["all"]], f"{name}: the same proof")
    tap.check(sum(p["all"] > 0 for p in after["proofs"]) * 3 >= 2 * sum(p["all"] > 0 for p in before["proofs"]),
              f"{name}: most proofs have something to go by", after["proofs"])
    said = modes.run("--report", disc)
    records = compare_records(name, disc, sample)
    words = words_of(records) | set(re.findall(r"[^\W\d_]{4,}", report(disc)["disc"]["volume_id"]))
    names = {VERSION, *(file["path"] for file in report(disc)["files"])}
    words -= {"CHCD", "COOR"}  # keywords that are kept
    tap.check(words, f"{name}: the disc has words")
    tap.none(survivors(words, contents(sample), names), f"{name}: none of {len(words)} words is in it")
    tap.none(words & set(re.findall(r"\w+", said)) - own_words(folder), f"{name}: nor in what --report says")
    tap.check("level 0:" in said and "findings:" in said and " errors, " in said, f"{name}: which has levels and findings", said)
    return sample


def check_volume(folder):
    """Labels of all three file systems."""
    data = json.loads((modes.SMALL / "town.geojson").read_text())
    source = folder / "titled.geojson"
    source.write_text(json.dumps(data))
    image = modes.build(source, folder / "titled.iso", "--title", "Kungsbackaleden")
    sample = compare("image", image, folder)
    pieces = contents(sample)
    held = b"".join(piece for _, _, piece in pieces)
    for charset in ("ascii", "utf-16-be", "utf-16-le"):
        for label in ("Kungsbacka", "KUNGSBACKA"):
            tap.check(label.encode(charset) not in held, f"no {label} in {charset}")
    original = image.read_bytes()
    tap.check(b"KUNGSBACKA" in original.upper() and b"CD001" in held, "the label is on the disc, and descriptors are in the sample")


def check_programs(folder):
    """Programs and pictures are not in it; what they are is, with hashes of their files."""
    code = b"".join(b"The unit says %d times that it agrees. " % number for number in range(2000))
    (folder / "program.bin").write_bytes(code)
    (folder / "loading.json").write_text(json.dumps({"systems": [{"manufacturer": "KIWIDEMO", "modules": [
        {"file": "program.bin", "name": "AG01", "version": "1000", "kind": "program", "title": "Demonstration unit"}]}]}))
    disc = modes.build(modes.SMALL / "town.geojson", folder / "programs", "--loading", folder / "loading.json")
    (disc / "COVERAGE.TXT").write_bytes(b"Oslo; Bonn and Rome ; CHCD is no keyword; Lund::=Graz")
    sample = compare("programs", disc, folder)
    held = b"".join(piece for _, _, piece in contents(sample))
    tap.none([word for word in (b"Oslo", b"Bonn", b"Rome", b"CHCD is", b"Graz") if word in held], "no word of a text that has no statements")
    tap.check(b"agrees" not in held and b"Demonstration" not in held, "no program and no title of one")
    words = gzip.decompress(sample.read_bytes())
    tap.check(hashlib.sha256((disc / "LOADING.KWI").read_bytes()).hexdigest().encode() in words, "but the hash of its file")


def check_damaged(folder, sample):
    """Whatever is given as a sample is read, or refused with words."""
    chance = random.Random(7)
    data = gzip.decompress(sample.read_bytes())
    packed = sample.read_bytes()
    broken = folder / "broken"
    lines = {
        "no end": data[:data.rindex(b"END\n")],
        "no data": data[:data.index(b"DATA ")],
        "a piece beyond the file": re.sub(rb"BYTES \d+", b"BYTES 99999999999", data, count=1),
        "a piece that is too long": re.sub(rb"BYTES (\d+) \d+", rb"BYTES \1 99999999999999999999", data, count=1),
        "pieces that overlap": re.sub(rb"ZEROS \d+ ", b"ZEROS 0 ", data),
        "no number": re.sub(rb"FILE \d+", b"FILE x", data),
        "another container": data.replace(b"DATA ", b"DATA x", 1),
        "names that do not ascend": data.replace(b"FILE ", b"FILE 1 ZZZ\nFILE ", 1),
        "no files": data[:data.index(b"FILE ")] + b"END\n",
        "a NUL in the words": data.replace(b"It has", b"It\0has", 1),
    }
    for what, bad in lines.items():
        broken.write_bytes(gzip.compress(bad, 1))
        result = subprocess.run([modes.KIWIDUMP, str(broken)], capture_output=True, check=False)
        tap.check(result.returncode == 3 and (b"sample" in result.stderr or what == "no files"), f"{what}: refused", (result.returncode, result.stderr))
    ends = set()
    for number in range(36):
        bad = bytearray(data if number % 2 else packed)
        for _ in range(chance.randint(1, 8)):
            bad[chance.randrange(len(bad))] = chance.randrange(256)
        if number % 3 == 0:
            del bad[chance.randrange(len(bad)):]
        broken.write_bytes(gzip.compress(bytes(bad), 1) if number % 2 else bytes(bad))
        ends.add(subprocess.run([modes.KIWIDUMP, "--quiet", "--check", str(broken)], capture_output=True, check=False).returncode)
    tap.check(ends <= {0, 1, 3, 4}, "damaged samples end well", ends)
    broken.write_bytes(gzip.compress(b"KIWI SAMPLE 1\n" + b"x" * (64 << 20), 9))
    result = subprocess.run([modes.KIWIDUMP, str(broken)], capture_output=True, check=False)
    tap.check(result.returncode == 3 and b"sample" in result.stderr, "a bomb is refused", result.stderr)


def check_refusals(folder, sample):
    result = subprocess.run([KIWIPATCH, "show", str(sample)], capture_output=True, check=False)
    tap.check(result.returncode != 0, "kiwipatch does not patch a sample", result.stdout)
    result = subprocess.run([modes.KIWIDUMP, "--sample", str(sample), str(sample)], capture_output=True, check=False)
    tap.check(result.returncode == 2 or result.returncode == 5, "nothing is written over the disc", result.stderr)
    again = folder / "again"
    modes.run("--quiet", "--sample", again, sample)
    tap.equal(shape_of(report(again)), shape_of(report(sample)), "a sample of a sample is one")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for layout in LAYOUTS:
            compare(layout, modes.build(modes.SMALL / "variants.geojson", folder / layout, "--layout",
                                        modes.ROOT / f"testdata/layouts/{layout}.json"), folder)
        compare("shift_jis", modes.build(modes.SMALL / "japan.geojson", folder / "japan", "--layout",
                                         modes.ROOT / "testdata/layouts/shift_jis.json"), folder)
        compare("goteborg", modes.build(modes.GOTEBORG, folder / "goteborg.iso"), folder)
        small = compare("entries", modes.build(modes.SMALL / "entries.osm", folder / "entries"), folder)
        check_volume(folder)
        check_programs(folder)
        check_damaged(folder, small)
        check_refusals(folder, small)
    return tap.end()


if __name__ == "__main__":
    raise SystemExit(main())
