# SPDX-License-Identifier: MIT
"""How made C looks: the pieces of its text, and lines that are not too long."""

import re

LIMIT = 140  # columns
INDENT = "    "
NOTHING = (0, "", "false", "KIWI_TYPE_N", "KIWI_CERTAINTY_STANDARD")  # what a member is if its initializer is left out
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|.')


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def at(base, offset):
    return f"{base} + {offset}" if offset else base


def operand(text):
    """In parentheses, if operators are in it."""
    return f"({text})" if re.search(r" [^,]* ", text) and not re.fullmatch(r"\w+\([^()]*\)", text) else text


def masked(raw, high, low, width):
    """Bits high..low of a number that has width bits."""
    text = f"{raw} >> {low}" if low else raw
    if high == width - 1:
        return text
    return f"{operand(text)} & {hex((1 << (high - low + 1)) - 1)}u"


def row(**members):
    """Members of an initializer that are not what they are anyway."""
    return ", ".join(f".{name} = {value}" for name, value in members.items() if value not in NOTHING)


def guarded(condition, lines):
    """Statements under a condition, in a block of their own where there is more than one."""
    if len(lines) == 1:
        return [f"if ({condition})", INDENT + lines[0]]
    return [f"if ({condition}) {{", *[INDENT + line for line in lines], "}"]


def function(signature, lines):
    return "\n".join([signature, "{", *[INDENT + line for line in lines], "}", ""])


def laid_out(text):
    return "\n".join(piece for line in text.split("\n") for piece in folded(line))


def folded(line):
    """A line in pieces of at most LIMIT columns, cut where the nesting is least deep."""
    margin = re.match(r"[ ]*", line)[0]
    further = margin + (INDENT if margin or not line.startswith("/") else "   ")
    pieces = []
    while len(line) > LIMIT:
        cut, joint = cut_of(line, len(further))
        pieces.append((line[:cut] + joint).rstrip())
        line = further + joint + line[cut:].lstrip()
    return [*pieces, line]


def cut_of(line, margin):
    """Where to cut, and the quotes to put at both sides, if it is inside of a string."""
    if line.lstrip().startswith("/*") or "/**<" in line[:LIMIT]:
        return line.rindex(" ", margin, LIMIT) + 1, ""
    good, poor = [], []
    depth = column = 0
    for token in TOKEN.findall(line):
        before, column = column, column + len(token)
        if column > LIMIT:
            break
        depth += (token in "([{") - (token in ")]}")
        text = line[:column]
        if text.endswith(("||", "&&")) or (token == "," and column > LIMIT // 2) or (depth == 0 and text.endswith(" =")):
            good.append((depth, -column))
        elif token in "?:" and text.endswith((" ?", " :")):
            good.append((depth, -before))
        elif token in ", " and column > margin:
            poor.append((depth, -column))
    for cuts in (good, poor):
        if cuts:
            return -min(cuts)[1], ""
    return line.rindex(" ", margin, LIMIT - 1) + 1, '"'
