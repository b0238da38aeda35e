#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--annotate and --explain: every byte is told once, and both say the same of it."""
import collections
import pathlib
import random
import re
import shutil
import tempfile

import modes

tap = modes.Tap()
WHOLE = ("town", "backgrounds", "european") # every byte
SLOW = ("division_2x2", "division_4x4", "integration_4", "list_type_2", "sectors_256",
        "level_record_200") # alike in what matters here


def annotated(disc, file, *window):
    """Names that --annotate has for each byte of a window, and where it goes wrong."""
    data = file.read_bytes()
    names, wrong = collections.defaultdict(set), []
    first = at = int(window[1]) if window else 0
    last = b""
    start = at
    for offset, found, name in modes.annotation(modes.run(disc, "--annotate", "--file", file.name, *window)):
        if found is None:
            wrong += [] if offset == start else [(offset, name)]
        else:
            wrong += [] if offset == at and data[at:at + len(found)] == found else [(offset, name)]
            start, last = at, found
            at += len(found)
        for i in range(len(last)):
            names[start + i].add(name)
    end = min(len(data), first + int(window[3])) if window else len(data)
    wrong += [] if at == end else [(at, "end")]
    return names, wrong


def told(explanation):
    """The names that --annotate must have for the byte of an explanation."""
    path = explanation["path"] + "." if explanation["path"] else ""
    if "gap" in explanation:
        return {f"{path}({explanation['gap']['name']})"}
    return {path + field["name"] for field in explanation["fields"]}


def plain(name, width, at):
    """A name of --annotate without its index; None if its bits are in another byte of the word."""
    bits = re.search(r"\{(\d+)(?::(\d+))?\}$", name)
    if bits:
        high, low = int(bits[1]), int(bits[2] or bits[1])
        byte = 8 * (width - 1 - at)
        return name[:bits.start()] if low <= byte + 7 and high >= byte else None
    return name


def agree(explanation, names):
    if "gap" in explanation:
        return names == told(explanation)
    first = explanation["fields"][0]
    at = explanation["offset"] - first["offset"]
    found = {plain(name, first["length"], at) for name in names} - {None}
    if "index" in first:
        found = {re.sub(r"\[\d+\]$", "", name) for name in found}
    return found == told(explanation)


def check_disc(name, disc):
    file = disc / "ALLDATA.KWI"
    names, wrong = annotated(disc, file)
    tap.none(wrong, f"{name}: --annotate tells every byte of ALLDATA.KWI once, in order")
    size = file.stat().st_size
    explained = modes.lines(disc, "--explain", 0, "--length", size) if name in WHOLE else \
        [modes.lines(disc, "--explain", n)[0] for n in sorted(random.sample(range(size), 60))]
    bad = [e["offset"] for e in explained if not agree(e, names[e["offset"]])]
    tap.none(bad, f"{name}: --explain agrees with it on {len(explained)} bytes")
    data = file.read_bytes()
    bad = [e["offset"] for e in explained if int(e["byte"], 16) != data[e["offset"]]
           or e["kind"] not in ("field", "padding", "reserved", "unknown") or e["file"] != "ALLDATA.KWI"]
    tap.none(bad, f"{name}: --explain shows the byte and names a field, padding, reserved or a named unknown")
    account = next(a for a in modes.lines(disc, "--check")[0]["account"] if a["file"] == "ALLDATA.KWI")
    kinds = collections.Counter(e["kind"] for e in explained)
    if len(explained) == size: # a word of which some bits are reserved is a field
        tap.check(kinds["padding"] == account["padding"] and kinds["unknown"] == account["unknown"],
                  f"{name}: as many bytes of padding and of unknown meaning as --check says", f"{kinds} {account}")
    inside = [e for e in explained if "parcel" in e]
    bad = [e["offset"] for e in inside
           if not e["parcel"]["offset"] <= e["offset"] < e["parcel"]["offset"] + e["parcel"]["size"]
           or [r["record"] for r in e["records"]][:4] != ["level_management_record", "block_set_management_record",
                                                          "block_management_record", "parcel_management_information"]
           or "main_map_distribution_header" not in [r["record"] for r in e["records"]]]
    if inside and name != "european":
        tap.none(bad, f"{name}: the way to a parcel's frame is told")


def check_guidance(name, disc):
    """The way to route guidance is told from the level to the frame."""
    heads = [r["offset"] for r in modes.lines(disc, "--records", "--type", "route_guidance_distribution_header")]
    ways = [[r["record"] for r in modes.lines(disc, "--explain", at + 40)[0]["records"]] for at in random.sample(heads, 10)]
    ends = [way[-3:] for way in ways]
    tap.none([way for way in ways if way[:4] != ["level_management_record", "block_set_management_record",
                                                 "block_management_record", "parcel_management_information"]],
             f"{name}: the way to route guidance begins with its level")
    tap.none([end for end in ends if end[1] != "route_guidance_distribution_header" or "parcel_management_record" not in end[0]],
             f"{name}: and leads by a slot to the frame")


def check_windows(disc):
    file = disc / "ALLDATA.KWI"
    size, bad = file.stat().st_size, []
    for _ in range(40):
        offset = random.randrange(size)
        length = random.choice((1, 7, 64, 3000))
        _, wrong = annotated(disc, file, "--offset", str(offset), "--length", str(length))
        bad += [(offset, length)] if wrong else []
    tap.none(bad, "--offset and --length choose a window to the byte")
    tap.equal(modes.run(disc, "--annotate", "--length", "0"), "", "an empty window")
    text = modes.run(disc, "--annotate", "--file", "ALLDATA.KWI", "--offset", size)
    tap.equal(list(modes.annotation(text)), [], "a window behind the end")


def check_values(disc):
    text = modes.run(disc, "--annotate", "--file", "ALLDATA.KWI", "--length", "4096")
    tap.check(re.search(r"^00000001D8  0020 +data_volume.logical_sector_size +32 bytes +; ", text, re.M), "a number with unit")
    tap.check(re.search(r"^0000000800  00000200 +management_header_table.record\[1\].address +byte 4096 = 0x1000 +; ", text, re.M),
              "an address as byte offset")
    tap.check(re.search(r"^00000001DC  4000 +data_volume.inside\{15\} +0 land +; ", text, re.M) or
              re.search(r"^00000001DC  [0-9A-F]{4} +data_volume.inside\{15\} +[01] (land|sea) +; ", text, re.M), "a code with its name")
    tap.check("\033" not in text, "no colours in a pipe")
    explained = modes.lines(disc, "--explain", "0x1DC")[0]
    fields = {f["name"]: f for f in explained["fields"]}
    tap.check(set(fields) >= {"inside", "outside"} and fields["inside"]["high_bit"] == 15, "the bits of a word", explained)
    modes.run(disc, "--explain", 10**12, code=3)
    modes.run(disc, "--explain", "-1", code=2)
    modes.run(disc, "--explain", "x", code=2)


def check_other_files(disc):
    for file in sorted(disc.rglob("*")):
        if file.name != "ALLDATA.KWI" and file.is_file():
            tap.none(annotated(disc, file)[1], f"--annotate tells every byte of {file.name} once")
    explained = modes.lines(disc, "--explain", 3, "--file", "METADATA.KWI")[0]
    tap.check(explained["file"] == "METADATA.KWI" and explained["fields"][0]["name"] == "text", "--explain in a text file", explained)


def check_odd_name(disc, folder):
    """What a disc calls its files cannot look like another line."""
    odd = folder / "odd" / "A\n0000000000  FF\n#\x1b"
    odd.mkdir(parents=True)
    shutil.copy(disc / "ALLDATA.KWI", odd)
    text = modes.run(folder / "odd", "--annotate", "--length", "4")
    tap.check(text.startswith("# A?0000000000  FF?#?/ALLDATA.KWI, ") and "\x1b" not in text, "a name with line feeds", text[:200])


def main():
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        found = dict(modes.discs(pathlib.Path(folder)))
        for name, disc in found.items():
            if name not in SLOW:
                check_disc(name, disc)
        check_guidance("guidance_lists", found["guidance_lists"])
        check_windows(found["town"])
        check_values(found["town"])
        for name in ("town", "european"):
            check_other_files(found[name])
        check_odd_name(found["town"], pathlib.Path(folder))
    return tap.end()


if __name__ == "__main__":
    raise SystemExit(main())
