#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Names in other scripts and forms are found as one types them: test_folding.py KIWIDUMP KIWIBUILD SOURCE_ROOT. Prints TAP."""
import json
import pathlib
import subprocess
import sys
import tempfile

KIWIDUMP, KIWIBUILD, ROOT = *sys.argv[1:3], pathlib.Path(sys.argv[3])
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

import check_goteborg  # noqa: E402
from index_tools import Frame, management, name_index, place, text  # noqa: E402

tap = check_goteborg.Tap()
STREETS = ("BFRL FDRL UB 1", "NFRL FDRL UB 1", "STID NORM UL 1", "RLXY NORM P6 1", "KYCH VRBL CH UB", "NAME VRBL CH UB")


def disc(folder, name, charset, codec, names, keys=None):
    """A disc whose index has these names in a charset; keys as they are, or none that helps."""
    made = folder / name
    subprocess.run([KIWIBUILD, "--quiet", "-o", made, ROOT / "testdata/small/one_way.geojson"], check=True)
    (made / "METADATA.KWI").write_bytes(f"CHCD ::={charset} ;".encode())
    rows = [b"\0\0" + number.to_bytes(4, "big") + place(11.97, 57.7) + text((keys[number] if keys else value).encode(codec)) + text(value.encode(codec))
            for number, value in enumerate(names)]
    frame = Frame("NAMES.IDX")
    frame.add(b"SRMX", STREETS, rows)
    for old in (made / "IDX").glob("*"):
        old.unlink()
    (made / "NAMES.IDX").write_bytes(frame.bytes())
    (made / "INDEXDAT.KWI").write_bytes(management((b"FSAD", "NAMES.IDX", 0)))
    (made / "ALLDATA.KWI").write_bytes(name_index((made / "ALLDATA.KWI").read_bytes(), "INDEXDAT.KWI"))
    return made


def found(made, sought, match="folded"):
    result = subprocess.run([KIWIDUMP, made, "--find", sought, "--match", match], capture_output=True, check=False)
    return [json.loads(line)["properties"]["name"] for line in result.stdout.splitlines()]


def check(made, name, *texts, match="folded"):
    for sought in texts:
        tap.check(name in found(made, sought, match), f"{sought} finds {name}, {match}", str(found(made, sought, match)))


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        greek = disc(folder, "greek", "ISO 8859-7", "iso8859_7", ["Λεωφόρος Ελευθερίας", "Οδός Αθηνάς"])
        check(greek, "Λεωφόρος Ελευθερίας", "λεωφορος", "ΛΕΩΦΌΡΟΣ", "ελευθεριασ", "Ελευθερίας", "λεωφο\u0301ρος")
        check(greek, "Οδός Αθηνάς", "ΟΔΟΣ", "αθηνας", "ηνασ")
        cyrillic = disc(folder, "cyrillic", "ISO 8859-5", "iso8859_5", ["улица Чайковского", "Ёлочная аллея"])
        check(cyrillic, "улица Чайковского", "УЛИЦА", "чайковского", "ЧАИКОВСКОГО", "ковского", "чаи\u0306к")
        check(cyrillic, "Ёлочная аллея", "ёлочная", "елочная", "АЛЛЕЯ")
        japanese = disc(folder, "japanese", "Shift-JIS", "cp932", ["東京〜大阪線".replace("〜", "～"), "ガーデン通り", "ｶﾞｰﾃﾞﾝ７番", "Ｐａｒｋ Ａｖｅ"])
        check(japanese, "東京～大阪線", "東京~大阪", "東京〜大阪", "東京～大阪", "大阪")
        check(japanese, "ガーデン通り", "ｶﾞｰﾃﾞﾝ", "ガーデン", "カ\u3099ーテ\u3099ン", "通り", "デン")
        check(japanese, "ｶﾞｰﾃﾞﾝ７番", "ガーデン7", "ガーデン７番", "番")
        check(japanese, "Ｐａｒｋ Ａｖｅ", "park", "ＰＡＲＫ", "ave")
        tap.check(found(japanese, "カーテン") == [], "voiced kana are other letters")
        latin = disc(folder, "latin", "ISO 8859-1", "latin-1", ["Kungsportsavenyn", "Avenyn", "Lilla gatan", "Ängsvägen", "Tvärgatan"],
                     ["KUNGSPORTSAVENYN", "AVENYN", "LILLA GATAN", "ANGSVAGEN", "TVARGATAN"])
        tap.check(found(latin, "avenyn") == ["Avenyn", "Kungsportsavenyn"], "what begins with it comes first", str(found(latin, "avenyn")))
        tap.check(found(latin, "avenyn", "contains") == ["Kungsportsavenyn", "Avenyn"], "contains is in the order of the disc")
        tap.check(found(latin, "Ga") == ["Lilla gatan"], "two letters begin a word", str(found(latin, "Ga")))
        tap.check(found(latin, "gat") == ["Lilla gatan", "Tvärgatan"], "three may be inside", str(found(latin, "gat")))
        tap.check(found(latin, "ga", "contains") == ["Lilla gatan", "Tvärgatan"], "contains with two letters")
        tap.check(found(latin, "a\u0308ngsva\u0308gen") == ["Ängsvägen"] and found(latin, "avenyn", "prefix") == [], "decomposed letters; prefix is as it was")
        tap.check(len(found(latin, "")) == 5 and len(found(latin, "", "contains")) == 5, "nothing finds all")
        other = disc(folder, "other", "ISO 8859-1", "latin-1", ["Grand Hôtel", "Hôtel de Ville"], ["A 1", "B 2"])
        check(other, "Grand Hôtel", "hotel", "grand", "a 1")
        tap.check(found(other, "hotel") == ["Grand Hôtel", "Hôtel de Ville"], "names that their keys do not have")
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
