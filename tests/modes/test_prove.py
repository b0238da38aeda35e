#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--prove: sound discs hold, and each single misreading is noticed by the proof that is there for it.

To read a field wrongly is the same as to read rightly a disc on which it stands otherwise: each misreading changes one
field everywhere, in all records that have it, by the places and bits that --annotate gives.

usage: test_prove.py KIWIDUMP KIWIBUILD SOURCE_ROOT
"""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

import jsonschema

import modes

tap = modes.Tap()
LINE = re.compile(r"([0-9A-F]{10})  (-|(?:[0-9A-F]{2})+) +(\S+?)(?:\{(\d+)(?::(\d+))?\})?(?: .*)?")
NODE = r".*\.road\[\d+\]\.multilink\[\d+\]\.node\[\d+\]"
STEPS = NODE + r"\.points\[\d+\]"
CHAIN = r".*\.multilink\[\d+\]"
SHAPE = r".*\.background\[\d+\]\.unit\[\d+\]\.shape\[\d+\]"
NAME = r".*\.name\[\d+\].*"
COST = r"region\[.*\.cost\[\d+\]"
PLACE = r"region\[.*node_coordinates.*"
HEADER = r"level\[-?\d+\]\.parcel\[[^.]*\](?:\.part\[[^.]*\])?"


def swap_halves(value, bits):
    low = value & (1 << bits // 2) - 1
    return low << bits // 2 | value >> bits // 2


def pairwise(change):
    """Changes each pair of bytes of a field: a step."""
    def changed(value, bits):
        data = value.to_bytes(bits // 8, "big")
        return int.from_bytes(b"".join(change(data[at], data[at + 1]) for at in range(0, len(data), 2)), "big")
    return changed


def swap_bytes(value, bits):
    return int.from_bytes(value.to_bytes(bits // 8, "big"), "little")


swap_steps = pairwise(lambda x, y: bytes((y, x)))
negate_steps = pairwise(lambda x, y: bytes((-x & 0xFF, -y & 0xFF)))
clear_signs = pairwise(lambda x, y: bytes((x & 0x7F, y & 0x7F)))


def double(value, bits):
    return value * 2 & (1 << bits) - 1


def halve(value, _):
    return value // 2


def add(number):
    return lambda value, bits: (value + number) % (1 << bits)


def flip(bit):
    return lambda value, _: value ^ 1 << bit


# What is misread, the field as a regular expression, how its bits change, and the proof that must fall.
MISREADINGS = [
    ("x of nodes halved", NODE + r"\.x", halve, "roads_go_on"),
    ("x of nodes doubled", NODE + r"\.x", double, "roads_inside"),
    ("x of nodes one off", NODE + r"\.x", add(1), "roads_inside"),
    ("x of nodes one less", NODE + r"\.x", add(-1), "roads_inside"),
    ("x of nodes, bit 12 lost", NODE + r"\.x", lambda value, _: value & 0xEFFF, "roads_go_on"),
    ("x of nodes with bytes swapped", NODE + r"\.x", swap_bytes, "roads_inside"),
    ("x of nodes from the east", NODE + r"\.x", lambda value, _: 4096 - (value & 0x1FFF) & 0xFFFF, "link_nodes"),
    ("y of nodes halved", NODE + r"\.y", halve, "roads_go_on"),
    ("y of nodes doubled", NODE + r"\.y", double, "roads_inside"),
    ("y of nodes one off", NODE + r"\.y", add(1), "roads_inside"),
    ("y of nodes from the north", NODE + r"\.y", lambda value, _: 4096 - (value & 0x1FFF) & 0xFFFF, "link_nodes"),
    ("y of nodes with bytes swapped", NODE + r"\.y", swap_bytes, "roads_inside"),
    ("steps of roads negative", STEPS, negate_steps, "link_lengths"),
    ("steps of roads with axes swapped", STEPS, swap_steps, "link_lengths"),
    ("ids of links one more", CHAIN + r"\.link_id", add(1 << 20), "link_ids"),
    ("ids of links doubled", CHAIN + r"\.link_id", double, "link_nodes"),
    ("ids of links with bytes swapped", CHAIN + r"\.link_id", swap_bytes, "link_ids"),
    ("types of roads one more", CHAIN + r"\.road_type", add(1), "link_classes"),
    ("types of roads one bit off", CHAIN + r"\.road_type", halve, "link_classes"),
    ("types of roads, bit 3 of them", CHAIN + r"\.road_type", flip(3), "link_classes"),
    ("ids of costs one more", COST + r"\.link_id", add(1), "link_nodes"),
    ("ids of costs with bytes swapped", COST + r"\.link_id", swap_bytes, "link_ids"),
    ("ids of costs halved", COST + r"\.link_id", halve, "link_nodes"),
    ("lengths doubled", COST + r"\.length", double, "link_lengths"),
    ("lengths halved", COST + r"\.length", halve, "link_lengths"),
    ("lengths a power of four off", COST + r"\.length_exponent", add(1), "link_lengths"),
    ("classes of costs one more", COST + r"\.road_class", add(1), "link_classes"),
    ("classes of costs one bit off", COST + r"\.road_class", double, "link_classes"),
    ("start of shapes, x doubled", SHAPE + r"\.x", double, "backgrounds_inside"),
    ("start of shapes, y doubled", SHAPE + r"\.y", double, "backgrounds_inside"),
    ("start of shapes, x with bytes swapped", SHAPE + r"\.x", swap_bytes, "backgrounds_inside"),
    ("start of shapes, y with bytes swapped", SHAPE + r"\.y", swap_bytes, "backgrounds_inside"),
    ("steps of shapes negative", SHAPE + r"\.steps\[\d+\]", negate_steps, "backgrounds_inside"),
    ("steps of shapes with axes swapped", SHAPE + r"\.steps\[\d+\]", swap_steps, "backgrounds_inside"),
    ("steps of shapes without signs", SHAPE + r"\.steps\[\d+\]", clear_signs, "areas_close"),
    ("steps of shapes a power of two off", SHAPE + r"\.multiplication_exponent", add(2), "backgrounds_inside"),
    ("types of shapes one bit off", SHAPE + r"\.type_code", double, "background_codes"),
    ("types of shapes with bytes swapped", SHAPE + r"\.type_code", swap_bytes, "background_codes"),
    ("places of names, x doubled", NAME + r"\.x", double, "names_inside"),
    ("places of names, y doubled", NAME + r"\.y", double, "names_inside"),
    ("places of names with bytes swapped", NAME + r"\.x", swap_bytes, "names_inside"),
    ("types of names one bit off", NAME + r"\.type_code", double, "name_codes"),
    ("types of names with bytes swapped", NAME + r"\.type_code", swap_bytes, "name_codes"),
    ("corners of frames with axes swapped", HEADER + r"\.lower_left", swap_halves, "frames_place"),
    ("corners of frames in half units", HEADER + r"\.lower_left", lambda value, _: value >> 1 & 0x7FFFFF007FFFFF00, "frames_place"),
    ("signs of corners", HEADER + r"\.lower_left", flip(63), "frames_place"),
    ("texts one bit off", NAME + r"\.text", halve, "texts"),
    ("texts from another half of the table", NAME + r"\.text",
     lambda value, bits: value & ~int("60" * (bits // 8), 16), "texts"),
]

# The same of the index.
ENTRY = r"index\..*matching\[\d+\]\."
INDEX = "IDX/SADSR201.IDX"
INDEX_MISREADINGS = [
    ("links of ranges one more", ENTRY + "LKID", add(1), "street_links"),
    ("links of ranges with bytes swapped", ENTRY + "LKID", swap_bytes, "street_links"),
    ("places of ranges 5 km north", ENTRY + r"RLXY\.latitude", add(1440), "street_places"),
    ("places of ranges 10 km west", ENTRY + r"RLXY\.longitude", add(-4800), "street_places"),
    ("latitudes halved", ENTRY + r"RLXY\.latitude", halve, "entry_places"),
    ("latitudes with another sign", ENTRY + r"RLXY\.latitude", flip(23), "entry_places"),
    ("longitudes one bit off", ENTRY + r"RLXY\.longitude", double, "entry_places"),
    ("keys from behind", ENTRY + "KYCH", swap_bytes, "keys_ascend"),
    ("keys one bit off", ENTRY + "KYCH", halve, "entry_texts"),
    ("keys without their first bytes", ENTRY + "KYCH", lambda value, bits: value << 8 & (1 << bits) - 1, "street_numbers"),
    ("names from behind", ENTRY + "NAME", swap_bytes, "street_names"),
    ("names with bits of control characters", ENTRY + "NAME", lambda value, bits: value & ~int("60" * (bits // 8), 16), "entry_texts"),
    ("numbers of streets one byte off", ENTRY + "STID", lambda value, bits: value << 8 & (1 << bits) - 1, "street_numbers"),
    ("numbers of streets with bytes swapped", ENTRY + "STID", swap_bytes, "street_numbers"),
]
NUMBER_MISREADINGS = [("house numbers with bytes swapped", ENTRY + r"STAD.*", swap_bytes, "house_numbers")]


class Fields:
    """Every field of a file: offset, bytes, path, and the bits if it has not all."""

    def __init__(self, disc, file):
        self.all = []
        data = ""
        text = modes.run("--quiet", "--annotate", "--file", file, disc)
        for line in text.splitlines():
            match = LINE.fullmatch(line)
            if match:
                data = match[2] if match[2] != "-" else data
                size = len(data) // 2
                high = int(match[4]) if match[4] else size * 8 - 1
                low = int(match[5]) if match[5] else high if match[4] else 0
                self.all.append((int(match[1], 16), size, match[3], high, low))

    def changed(self, image, pattern, change):
        """The image with all fields whose path matches changed, and how many there are."""
        image, count = bytearray(image), 0
        pattern = re.compile(pattern)
        for offset, size, path, high, low in self.all:
            if pattern.fullmatch(path):
                word = int.from_bytes(image[offset:offset + size], "big")
                bits = high - low + 1
                mask = (1 << bits) - 1
                word = word & ~(mask << low) | (change(word >> low & mask, bits) & mask) << low
                image[offset:offset + size] = word.to_bytes(size, "big")
                count += 1
        return image, count


def prove(disc, *options):
    """The report, its proofs by name, and what is on standard error."""
    result = subprocess.run([modes.KIWIDUMP, "--prove", *options, str(disc)], capture_output=True, check=False)
    report = json.loads(result.stdout)
    wanted = 0 if report["verdict"] in ("holds", "not_on_this_disc") else 1
    if result.returncode != wanted:
        tap.check(False, f"{disc}: exit {result.returncode} with {report['verdict']}", result.stderr)
    return report, {proof["name"]: proof for proof in report["proofs"]}, result.stderr.decode()


def check_sound(name, disc, validator):
    report, proofs, page = prove(disc)
    bad = [(p["name"], p["good"], p["all"]) for p in report["proofs"] if p["verdict"] in ("doubtful", "does_not_hold")]
    tap.none(bad, f"{name}: every proof holds")
    low = [(p["name"], p["share"]) for p in report["proofs"]
           if p["name"] not in ("roads_go_on", "street_names") and p["share"] is not None and p["share"] < 0.999]
    tap.none(low, f"{name}: shares are at least 99.9 % (but of roads that end at an edge, and streets without a label)")
    tap.none([error.message for error in validator.iter_errors(report)][:3], f"{name}: the report is valid by the schema")
    there = [p for p in report["proofs"] if p["verdict"] != "not_on_this_disc"]
    tap.none([p["name"] for p in there if p["says"] not in page], f"{name}: the page has a sentence for each")
    sums = {p["name"]: [0, 0] for p in report["proofs"]}
    for level in report["levels"]:
        for proof in level["proofs"]:
            sums[proof["name"]][0] += proof["good"]
            sums[proof["name"]][1] += proof["all"]
    tap.none([p["name"] for p in report["proofs"] if p["structure"] not in ("route planning", "index") and sums[p["name"]] != [p["good"], p["all"]]],
             f"{name}: the levels add up")
    return proofs


def check_misreadings(folder, disc, before, file, misreadings):
    fields = Fields(disc, file)
    image = (disc / file).read_bytes()
    wrong = folder / "wrong"
    shutil.copytree(disc, wrong)
    for what, pattern, change, proof in misreadings:
        changed, count = fields.changed(image, pattern, change)
        (wrong / file).write_bytes(changed)
        _, proofs, _ = prove(wrong, "--quiet")
        after = proofs[proof]
        tap.check(count > 0 and before[proof]["verdict"] == "holds" and after["verdict"] in ("doubtful", "does_not_hold"),
                  f"{what}: {proof} falls",
                  (count, [(p["name"], p["verdict"], p["good"], p["all"]) for p in proofs.values()]))
    shutil.rmtree(wrong)


def best(disc, name):
    return next(h["best"] for h in prove(disc, "--quiet")[0]["hypotheses"] if h["name"] == name)


def rewritten(pattern):
    """Changes a text to bytes of a pattern, as long as it was."""
    def changed(_, bits):
        size = bits // 8
        whole = pattern * (size // len(pattern)) + b"." * (size % len(pattern))
        return int.from_bytes(whole, "big")
    return changed


def check_hypotheses(folder):
    """Discs written each way: the reading that fits is the best one, and where two fit it says so."""
    disc = folder / "iso_8859_1"
    fields = Fields(disc, "ALLDATA.KWI")
    image = (disc / "ALLDATA.KWI").read_bytes()
    other = folder / "other"
    shutil.copytree(disc, other)
    tap.equal(best(disc, "adjacency_bit"), ["set"], "the bit of frames with neighbours as kiwibuild has it")
    for what, pattern, change, hypothesis, wanted in (
        ("the bit of frames with neighbours clear", HEADER + r"\.adjacency", flip(0), "adjacency_bit", ["clear"]),
        ("texts in UTF-8", NAME + r"\.text", rewritten("né ".encode()), "charset", ["UTF-8"]),
        ("texts in EUC-JP", NAME + r"\.text", rewritten("大阪".encode("euc-jp")), "charset", ["EUC-JP"]),
        ("texts in Shift-JIS", NAME + r"\.text", rewritten("札幌".encode("shift-jis")), "charset", ["CP932"]),
        ("texts in Windows' Cyrillic", NAME + r"\.text", rewritten("улица ".encode("cp1251")), "charset", ["CP1251"]),
        ("texts in ISO 8859-1", NAME + r"\.text", rewritten("Älv ".encode("latin-1")), "charset", ["ISO-8859-1"]),
        ("texts that two charsets have", NAME + r"\.text", rewritten(b"\xFC "), "charset", ["CP1251", "ISO-8859-1"]),
        ("texts in ASCII", NAME + r"\.text", rewritten(b"abc "), "charset", []),
    ):
        changed, count = fields.changed(image, pattern, change)
        (other / "ALLDATA.KWI").write_bytes(changed)
        tap.check(count > 0 and best(other, hypothesis) == wanted, f"{what}: {wanted}", (count, best(other, hypothesis)))
    tap.equal(best(folder / "division_2x2", "corner_of_parts"), ["whole"], "parts that say the corner of their parcel")
    tap.equal(best(folder / "shift_jis", "charset"), ["CP932"], "a disc in Shift-JIS")
    check_assumed(disc)
    table = (modes.ROOT / "docs/design/variants.md").read_text()
    known = {(h["name"], r["name"]) for h in prove(disc, "--quiet")[0]["hypotheses"] for r in h["readings"]}
    tap.none([pair for pair in sorted(known) if not re.search(rf"\| `{pair[0]}` \|.*`{re.escape(pair[1])}`", table)],
             "docs/design/variants.md has every reading")


def check_assumed(disc):
    """--assume reads by a reading of the register, or says which there are."""
    tap.equal(best(disc, "datum"), [], "nothing shows the datum")
    for name, option in (("CP1251", "--charset"), ("TOKYO", "--datum")):
        assumed = modes.run("--features", "--assume", name, disc)
        tap.check(assumed == modes.run("--features", option, name, disc) != modes.run("--features", disc), f"--assume {name}")
    result = subprocess.run([modes.KIWIDUMP, "--assume", "own", str(disc)], capture_output=True, text=True, check=False)
    words = [word for word in ("WGS84", "TOKYO", "UTF-8", "CP932", "EUC-JP", "CP1251", "ISO-8859-1") if word not in result.stderr]
    tap.check(result.returncode == 2 and not words, "a reading by which nothing is read is refused", (result.returncode, result.stderr))


def check_budget(folder, disc):
    """Regions that all claim the rest of the disc: no more bytes of them are compared than the disc has."""
    wrong = folder / "claims"
    shutil.copytree(disc, wrong)
    image = bytearray((wrong / "ALLDATA.KWI").read_bytes())
    records = modes.lines("--records", "--type", "region_management_record", disc)
    for record in records:
        image[record["offset"] + 22:record["offset"] + 24] = b"\xFF\xFF"
    (wrong / "ALLDATA.KWI").write_bytes(image)
    _, _, said = prove(wrong)
    tap.check(len(records) > 4 and "the rest is not compared" in said, "regions of more bytes than the disc has are said", said[:300])
    _, _, said = prove(disc)
    tap.check("the rest is not compared" not in said, "and those of a sound disc are not")


def check_charset(folder):
    disc = modes.build(modes.SMALL / "japan.geojson", folder / "japan", "--layout", modes.ROOT / "testdata/layouts/shift_jis.json")
    for charset, verdict in (("SJIS", {"holds"}), ("EUC-JP", {"doubtful", "does_not_hold"}),
                             ("UTF-8", {"doubtful", "does_not_hold"}), ("ISO-8859-1", {"doubtful", "does_not_hold"})):
        _, proofs, _ = prove(disc, "--charset", charset)
        tap.check(proofs["texts"]["verdict"] in verdict, f"Shift-JIS as {charset}: {verdict}", proofs["texts"])


def main():
    validator = jsonschema.Draft202012Validator(json.loads(modes.run("--schema")))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        before = {}
        for layout in sorted((modes.ROOT / "testdata/layouts").glob("*.json")):
            source = "japan.geojson" if layout.stem == "shift_jis" else "variants.geojson"
            disc = modes.build(modes.SMALL / source, folder / layout.stem, "--layout", layout)
            before[layout.stem] = check_sound(layout.stem, disc, validator)
        for source in ("antimeridian.geojson", "small/town.osm", "small/entries.osm", "small/null_island.geojson", "goteborg.geojson.gz"):
            name = pathlib.Path(source).name
            before[name] = check_sound(source, modes.build(modes.ROOT / "testdata" / source, folder / name), validator)
        sound = before["iso_8859_1"]
        check_misreadings(folder, folder / "iso_8859_1", sound, "ALLDATA.KWI", MISREADINGS)
        check_misreadings(folder, folder / "iso_8859_1", sound, INDEX, INDEX_MISREADINGS)
        check_misreadings(folder, folder / "entries.osm", before["entries.osm"], INDEX, NUMBER_MISREADINGS)
        check_charset(folder)
        check_hypotheses(folder)
        check_budget(folder, folder / "goteborg.geojson.gz")
    return tap.end()


if __name__ == "__main__":
    raise SystemExit(main())
