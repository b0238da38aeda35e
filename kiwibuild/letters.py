#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes how letters are put together and what stands for them in charsets without them, from the Unicode data of Python: letters.py OUTPUT."""
import pathlib
import sys
import unicodedata

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "libkiwi/src/bytes"))

from fold_table import latin  # noqa: E402

# Of scripts, by what is usual on signs and maps: BGN/PCGN for Russian, national systems for the letters of others, ELOT 743 for Greek.
SCRIPTS = """
а a б b в v г g д d е e ё e ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch ъ - ы y ь - э e ю yu я ya
є ye і i ї yi ґ g ў w ђ đ ј j љ lj њ nj ћ ć џ dž ѓ gj ќ kj ѕ dz ә a ғ gh қ q ң ng ө o ү u ұ u һ h җ zh
α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o
ა a ბ b გ g დ d ე e ვ v ზ z თ t ი i კ k ლ l მ m ნ n ო o პ p ჟ zh რ r ს s ტ t უ u ფ p ქ k ღ gh ყ q შ sh ჩ ch ც ts ძ dz წ ts ჭ ch ხ kh ჯ j ჰ h
""".split()
SIGNS = {"‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "―", "―": "-", "−": "－", "〜": "～", "‖": "∥", "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "ʹ": "'",
         "ʻ": "'", "ʼ": "'", "ʾ": "'", "ʿ": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"', "‹": "<", "›": ">", "«": '"', "»": '"', "•": "·", "·": "・",
         "・": "-", "⁄": "/", "€": "EUR", "ə": "e", "Ə": "E", "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u200e": "", "\u200f": "", "\u2060": "", "\ufeff": "",
         **{chr(code): "" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFE00, 0xFE10))}}  # fmt: skip


def scripts():
    table = {}
    for letter, text in zip(SCRIPTS[::2], SCRIPTS[1::2]):
        text = "" if text == "-" else text
        table[letter] = text
        if letter.upper() != letter and len(letter.upper()) == 1 and not "Ა" <= letter.upper() <= "Ჿ":
            table.setdefault(letter.upper(), text.capitalize())
    return table


KNOWN = {**scripts(), **SIGNS}


def approximation(character):
    """One step towards plainer letters; None: there is none."""
    if character in KNOWN:
        return KNOWN[character]
    parts = [part for part in unicodedata.decomposition(character).split() if not part.startswith("<")]
    if parts:
        return "".join(chr(int(part, 16)) for part in parts if not unicodedata.combining(chr(int(part, 16))))
    if unicodedata.combining(character):
        return ""
    letters = latin(character)
    return letters and (letters.lower() if " SMALL " in unicodedata.name(character) else letters)


def characters():
    return [chr(code) for code in range(0x80, 0x20000) if not 0xD800 <= code < 0xE000 and not 0xAC00 <= code < 0xD7B0]


def canonical(character):
    decomposition = unicodedata.normalize("NFD", character)
    return decomposition if decomposition != character else ""


def pair(character):
    """The two characters that this one is put together of, unless composing leaves it out."""
    parts = unicodedata.decomposition(character).split()
    if len(parts) != 2 or parts[0].startswith("<") or unicodedata.normalize("NFC", character) != character:
        return None
    return int(parts[0], 16), int(parts[1], 16)


def rows(values):
    return "\n".join("    {" + ", ".join(values) + "}," for values in values)


def quoted(text):
    return '"' + "".join(f"\\{byte:03o}" for byte in text.encode()) + '"'


def main(output):
    parts = [(f"0x{ord(c):X}", "{" + ", ".join(f"0x{ord(p):X}" for p in canonical(c)) + "}") for c in characters() if canonical(c)]
    pairs = sorted((*pair(c), ord(c)) for c in characters() if pair(c))
    classes = [(f"0x{ord(c):X}", str(unicodedata.combining(c))) for c in characters() if unicodedata.combining(c)]
    plain = [(f"0x{ord(c):X}", quoted(text)) for c in characters() if (text := approximation(c)) is not None and text != c]
    with open(output, "w", encoding="ascii") as file:
        file.write(f"""/* SPDX-License-Identifier: MIT */
/* Made by letters.py from Unicode {unicodedata.unidata_version}. */
#include "letter_tables.h"

const struct letter_parts letter_parts[] = {{
{rows(parts)}
}};
const size_t letter_parts_count = sizeof letter_parts / sizeof letter_parts[0];

const struct letter_pair letter_pairs[] = {{
{rows([[f"0x{number:X}" for number in row] for row in pairs])}
}};
const size_t letter_pair_count = sizeof letter_pairs / sizeof letter_pairs[0];

const struct letter_class letter_classes[] = {{
{rows(classes)}
}};
const size_t letter_class_count = sizeof letter_classes / sizeof letter_classes[0];

const struct plain_letters plain_letters[] = {{
{rows(plain)}
}};
const size_t plain_letters_count = sizeof plain_letters / sizeof plain_letters[0];
""")


if __name__ == "__main__":
    main(sys.argv[1])
