#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes what letters become when case, accents and widths do not matter, from the Unicode data of Python: fold_table.py OUTPUT."""
import re
import sys
import unicodedata

WAVES = "\u301c\u3030\u223c"  # dashes that stand for ~ in Japanese texts; U+FF5E is its wide form already
SPACING_VOICED = {"\u309b": "\u3099", "\u309c": "\u309a"}  # as letters of their own
# Latin letters that Unicode does not take apart, but their names do: O WITH STROKE, LIGATURE OE.
NAME = re.compile(r"LATIN (?:SMALL|CAPITAL) (?:LETTER|LIGATURE) (?:DOTLESS |LONG )?([A-Z]{1,2})(?: WITH .*| PRECEDED BY .*)?$")
SPELT = {"THORN": "TH", "ETH": "D", "ENG": "N", "KRA": "K", "SHARP S": "SS"}


def stays(mark):
    """Nuktas, voicing marks of kana and viramas make other letters; all other marks are accents."""
    return unicodedata.combining(mark) in (0, 7, 8, 9)


def apart(character):
    """Canonical decompositions, and those of widths."""
    decomposition = unicodedata.decomposition(character).split()
    if not decomposition or decomposition[0] not in ("<wide>", "<narrow>") and decomposition[0].startswith("<"):
        return character
    return "".join(apart(chr(int(code, 16))) for code in decomposition if not code.startswith("<"))


def latin(character):
    name = unicodedata.name(character, "")
    match = NAME.match(name)
    return match[1] if match else next((letters for spelt, letters in SPELT.items() if re.fullmatch(f"LATIN (?:SMALL|CAPITAL) LETTER {spelt}", name)), None)


def fold(character):
    if character in WAVES:
        return "~"
    if character in SPACING_VOICED:
        return SPACING_VOICED[character]
    base = "".join(mark for mark in apart(character) if stays(mark))
    letters = "".join(latin(letter) or letter.upper() for letter in base) if ord(character) > 0x7F else character.upper()
    letters = "".join(mark for letter in letters for mark in apart(letter) if stays(mark))
    letters = unicodedata.normalize("NFC", letters) if any(mark in letters for mark in "\u3099\u309a") else letters
    # search keys of discs in ISO 8859-1 are written folded
    return character if ord(character) <= 0xFF and any(ord(letter) > 0xFF for letter in letters) else letters


def main(output):
    folds = {code: fold(chr(code)) for code in range(0x80, 0x20000) if not 0xD800 <= code < 0xE000 and not 0xAC00 <= code < 0xD7B0}
    folds = {code: text for code, text in folds.items() if text != chr(code)}
    voiced = []
    for code in range(0x3041, 0x3100):
        parts = unicodedata.normalize("NFD", chr(code))
        if len(parts) == 2 and parts[1] in "\u3099\u309a":
            voiced.append((ord(parts[0]), ord(parts[1]), code))
    texts, offsets = "", {}
    for text in sorted(set(folds.values()), key=lambda text: (-len(text), text)):
        offsets[text] = texts.encode().find(text.encode())
        if offsets[text] < 0:
            offsets[text] = len(texts.encode())
            texts += text
    hexes = "".join(f"\\{byte:03o}" for byte in texts.encode())
    rows = "\n".join(f"    {{0x{code:X}, {offsets[text]}, {len(text.encode())}}}," for code, text in sorted(folds.items()))
    kana = "\n".join(f"    {{0x{base:X}, 0x{mark:X}, 0x{code:X}}}," for base, mark, code in sorted(voiced))
    lines = "\n".join(f'    "{hexes[at : at + 96]}"' for at in range(0, len(hexes), 96))
    with open(output, "w", encoding="ascii") as file:
        file.write(f"""/* SPDX-License-Identifier: MIT */
/* Made by fold_table.py from Unicode {unicodedata.unidata_version}. */
#include "bytes/fold_table.h"

const char kiwi_fold_texts[] =
{lines};

const struct kiwi_fold kiwi_folds[] = {{
{rows}
}};
const size_t kiwi_fold_count = sizeof kiwi_folds / sizeof kiwi_folds[0];

const struct kiwi_voiced kiwi_voiced[] = {{
{kana}
}};
const size_t kiwi_voiced_count = sizeof kiwi_voiced / sizeof kiwi_voiced[0];
""")


if __name__ == "__main__":
    main(sys.argv[1])
