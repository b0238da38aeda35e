#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Texts of modules: export, change, import, apply, export again: test_texts.py KIWIPATCH. Prints TAP."""
import csv
import hashlib
import io
import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

import discs  # noqa: E402

KIWIPATCH = sys.argv[1]
OVERRIDE = ["--override", "write without a checksum rule"]
SUMS = ["--rule", "sum32be", "--block", "0,4096", "--block", "4096,4096"]
tap = discs.Tap()

# place: (text, encoding, room), in a module; what stands between them is no text.
TEXTS = {
    0x100: ("Volume of the voice\n", "ascii", 23),  # at a multiple of 4: one NUL ends it, three fill up
    0x121: ("Way home", "ascii", 8),  # elsewhere nobody knows whose NULs follow
    0x140: ("Route options\r\n\t\\\"x\"", "ascii", 23),
    0x180: ("Distance %d.%1d km, %s", "ascii", 23),
    0x1C0: ("Disclaimer", "utf-16be", 20),
    0x200: ("Über Öl und Straße", "utf-16le", 36),
    0x240: ("Menü der Straßen", "iso-8859-1", 19),
    0x280: ("目的地を設定する", "utf-16be", 16),
    0x2C0: ("Keeps its blanks    ", "ascii", 20),  # no NUL behind it
    4096 + 0x40: ("Second block", "ascii", 15),
}


def run(*arguments):
    return subprocess.run([KIWIPATCH, *map(str, arguments)], capture_output=True, text=True, check=False)


def module():
    body = bytearray(b"\x81\x02\x03\x04" * 2048)
    for place, (text, encoding, room) in TEXTS.items():
        data = text.encode(encoding)
        fill = b"" if place == 0x2C0 else bytes(room - len(data) + (2 if encoding.startswith("utf-16") else 1))
        body[place:place + len(data) + len(fill)] = data + fill
    return b"".join(discs.summed(bytes(body[at:at + 4092])) for at in (0, 4096))


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def escaped(text):
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def write_csv(path, rows, dialect="excel", columns=None):
    columns = columns or list(rows[0])
    with open(path, "w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, columns, dialect=dialect, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def exported(disc):
    result = run("texts", "export", disc)
    rows = rows_of(result.stdout)
    found = {int(row["place"], 16): (row["text"], row["encoding"], int(row["room"])) for row in rows if row["module"] == "AA01"}
    wanted = {place: (escaped(text), "disc" if encoding == "iso-8859-1" else encoding, room) for place, (text, encoding, room) in TEXTS.items()}
    tap.check(result.returncode == 0 and found == wanted, "all texts are exported, and nothing else", (result.stderr, found, wanted))
    return rows


NEW = {0x100: "Lautst. der Stimme!?\n", 0x121: "Heimweg", 0x180: "%d.%1d km bis %s", 0x1C0: "Haftung", 0x200: "Öl, Gas",
       0x240: "Menü für Straßen ÄÖ", 0x280: "道路を選ぶ", 0x2C0: "Blanks", 4096 + 0x40: "Zweiter Block!?"}  # fmt: skip


def expected(data):
    """The module with the new texts, by another road: bytes put in place, NULs or blanks behind, sums anew."""
    out = bytearray(data)
    for place, text in NEW.items():
        old, encoding, _ = TEXTS[place]
        new = text.encode(encoding)
        length = max(len(new), len(old.encode(encoding)))
        out[place:place + length] = new.ljust(length, b" " if place == 0x2C0 else b"\0")
    return b"".join(discs.summed(bytes(out[at:at + 4092])) for at in (0, 4096))


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def round_trip(folder, disc, rows, data):
    for row in rows:
        row["translation"] = escaped(NEW.get(int(row["place"], 16), "")) if row["module"] == "AA01" else ""
    po = folder / "texts.po"
    run("texts", "export", "-o", po, disc)
    places = {f"AA01 0x{place:X}": escaped(text).replace('"', '\\"') for place, text in NEW.items()}
    text = po.read_text()
    for context, new in places.items():  # in pieces, as tools write long ones
        half = len(new) // 2 + (new[: len(new) // 2].endswith("\\"))
        text, count = re.subn(rf'(msgctxt "{context}"\nmsgid ".*"\n)msgstr ""', lambda match, new=new, half=half: match[1] + f'msgstr ""\n"{new[:half]}"\n"{new[half:]}"', text)  # fmt: skip
        tap.check(count == 1, f"PO has {context}")
    po.write_text(text)
    semicolons = type("semicolons", (csv.excel,), {"delimiter": ";"})
    tables = {"CSV": write_csv(folder / "one.csv", rows), "PO": po,
              "CSV with semicolons": write_csv(folder / "two.csv", rows, semicolons, ["translation", "text", "place", "module"])}  # fmt: skip
    before = digest(disc)
    for name, table in tables.items():
        recipe = folder / "recipe.json"
        recipe.unlink(missing_ok=True)
        result = run("texts", "import", *SUMS, "-o", recipe, disc, table)
        tap.check(result.returncode == 0 and not result.stderr, f"{name}: imported", result.stderr)
        document = json.loads(recipe.read_text())
        tap.check(document["for"]["module"] == "AA01" and document["for"]["sha256"] == hashlib.sha256(data).hexdigest(), f"{name}: for the module", document["for"])
        result = run("apply", disc, recipe)
        tap.check(result.returncode == 0, f"{name}: applied, with its sums", result.stderr)
        tap.check(expected(data) == disc.read_bytes()[2048:2048 + len(data)], f"{name}: the module has the new texts and sums")
        changed = {int(row["place"], 16): row["text"] for row in rows_of(run("texts", "export", disc).stdout) if row["module"] == "AA01"}
        wanted = {place: escaped(NEW.get(place, text)) for place, (text, _, _) in TEXTS.items()}
        wanted[0x2C0] = "Blanks".ljust(20)
        tap.check(changed == wanted, f"{name}: exported again: as changed", (changed, wanted))
        result = run("undo", disc)
        tap.check(result.returncode == 0 and digest(disc) == before, f"{name}: undone", result.stderr)


def refusals(folder, disc, rows):
    """Each kind of what does not fit, alone: named, and no recipe."""
    before = digest(disc)
    cases = {
        "too long": ("0x121", {"translation": "Way home!"}, "9 bytes, there is room for 8"),
        "too long in UTF-16": ("0x1C0", {"translation": "Disclaimers"}, "22 bytes, there is room for 20"),
        "other characters": ("0x121", {"translation": "Ä"}, "cannot be written in US-ASCII"),
        "other conversions": ("0x180", {"translation": "%s km, %d"}, "conversions"),
        "a conversion less": ("0x180", {"translation": "%d.%1d km"}, "conversions"),
        "another old text": ("0x121", {"text": "Way out", "translation": "x"}, "another text"),
        "no text there": ("0x121", {"place": "0x122", "translation": "x"}, "no text begins there"),
        "no place": ("0x121", {"place": "there", "translation": "x"}, "the place is no number"),
        "an unknown module": ("0x121", {"module": "ZZ01", "translation": "x"}, "no text begins there"),
        "a lone backslash": ("0x121", {"translation": "a\\b"}, "backslash"),
    }
    for name, (place, change, message) in cases.items():
        changed = [{**row, **(change if row["place"] == place else {"translation": ""})} for row in rows]
        table = write_csv(folder / "wrong.csv", changed)
        result = run("texts", "import", "-o", folder / "wrong.json", disc, table)
        tap.check(result.returncode == 3 and message in result.stderr and not (folder / "wrong.json").exists() and digest(disc) == before,
                  f"refused: {name}", (result.returncode, result.stderr))  # fmt: skip
    table = write_csv(folder / "wrong.csv", [{**row, "translation": "too long for all of them " * 3} for row in rows])
    result = run("texts", "import", disc, table)
    named = [line for line in result.stderr.splitlines() if "too long" in line or "cannot be" in line or "conversions" in line]
    tap.check(len(named) == len(rows) and not result.stdout, "refused: each that does not fit is named", result.stderr)
    for name, (text, message) in {
            "nothing": ("", "neither PO nor CSV"), "no column": ("module,place,text\n", '"translation"'),
            "not UTF-8": (b"module,place,text,translation\nAA01,0x1,\xff,x\n", "is not UTF-8"),
            "twice": ("module,place,text,translation\nAA01,0x121,Way home,a\nAA01,289,Way home,b\n", "has a translation already"),
            "nothing new": ("module,place,text,translation\nAA01,0x121,Way home,\n", "no new text"),
            "PO without context": ('msgid "Way home"\nmsgstr "a"\n', "msgctxt"),
            "PO with plural": ('msgctxt "AA01 0x121"\nmsgid "Way home"\nmsgid_plural "x"\nmsgstr[0] "a"\n', "is none of"),
            "fuzzy": ('#, fuzzy\nmsgctxt "AA01 0x121"\nmsgid "Way home"\nmsgstr "a"\n', "no new text"),
            "obsolete": ('#~ msgctxt "AA01 0x121"\n#~ msgid "Way home"\n#~ msgstr "a"\n', "no new text"),
            "open quote": ('msgctxt "AA01 0x121\n', "in quotes")}.items():  # fmt: skip
        table = folder / "wrong.txt"
        table.write_bytes(text if isinstance(text, bytes) else text.encode())
        result = run("texts", "import", disc, table)
        tap.check(result.returncode == 3 and message in result.stderr and not result.stdout, f"refused table: {name}", (result.returncode, result.stderr))
    result = run("texts", "import", "--rule", "sum32be", disc, write_csv(folder / "wrong.csv", [{**rows[0], "translation": "x"}]))
    tap.check(result.returncode == 2 and "go together" in result.stderr, "a rule without blocks", result.stderr)


def encodings(folder, disc):
    result = run("texts", "export", "--encoding", "utf-16be", disc)
    found = {row["text"] for row in rows_of(result.stdout)}
    tap.check({"Disclaimer", "目的地を設定する"} <= found and "Way home" not in found, "one encoding only", found)
    result = run("texts", "export", "--encoding", "klingon", disc)
    tap.check(result.returncode == 3 and "not known" in result.stderr, "an encoding that does not exist", result.stderr)
    result = run("texts", "export", "--encoding", "utf-32", disc)
    tap.check(result.returncode == 3 and "not looked for" in result.stderr, "an encoding that is not looked for", result.stderr)
    japanese = bytearray(2048)
    japanese[64:64 + 12] = "現在地".encode("cp932") + bytes(6)
    image = folder / "japanese.kwi"
    image.write_bytes(discs.loading(bytes(japanese), bytes(2048)))
    tap.check(run("texts", "export", image).returncode == 1, "ideographs alone are not taken for a text")
    result = run("texts", "export", "--encoding", "cp932", image)
    tap.check([row["text"] for row in rows_of(result.stdout)] == ["現在地"], "unless the encoding is named", result.stdout)


def hostile(folder):
    """Runs without end, NULs, noise: no time that grows faster than the bytes, and nothing that does not end."""
    noise = b"".join(hashlib.sha256(struct.pack(">I", i)).digest() for i in range(1 << 13))
    for name, data in {"letters": b"A" * (1 << 22), "letters and ends": b"Aa%d\0" * (1 << 18), "high bytes": b"\xe9" * (1 << 22),
                       "wide letters": b"\0A" * (1 << 21), "noise": noise}.items():  # fmt: skip
        path = folder / "hostile.kwi"
        path.write_bytes(discs.loading(data[: len(data) // 2048 * 2048], bytes(2048)))
        result = subprocess.run([KIWIPATCH, "texts", "export", path], capture_output=True, check=False, timeout=60)
        tap.check(result.returncode in (0, 1), f"hostile: {name}", result.stderr[-300:])


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        disc = folder / "LOADING.KWI"
        data = module()
        disc.write_bytes(discs.loading(data, discs.module(7, 2048)))
        rows = exported(disc)
        round_trip(folder, disc, rows, data)
        refusals(folder, disc, rows)
        encodings(folder, disc)
        hostile(folder)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
