#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each rule of the schema language: a schema that obeys it and one that is refused by a message that names the place. TAP."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "spec"))

from kwis import emit_c, emit_docs, emit_python  # noqa: E402
from kwis.check import check  # noqa: E402
from kwis.model import SchemaError  # noqa: E402
from kwis.parse import Parser  # noqa: E402

number = 0
failed = 0


def ok(condition, name, detail=""):
    global number, failed
    number += 1
    failed += not condition
    print(f"{'ok' if condition else 'not ok'} {number} - {name}")
    if not condition:
        print("# " + str(detail).replace("\n", "\n# "))


def load(text):
    parser = Parser()
    parser.parse(text, "toy.kwis")
    check(parser.schema)
    return parser.schema


def accepted(name, text):
    try:
        load(text)
        ok(True, f"{name}: accepted")
    except Exception as error:  # any other exception is a failure too
        ok(False, f"{name}: accepted", repr(error))


def refused(name, text, *wanted):
    try:
        load(text)
        ok(False, f"{name}: refused", "it was accepted")
    except SchemaError as error:
        missing = [item for item in wanted if item not in str(error)]
        ok(not missing, f"{name}: refused", f"{error}\nlacks {missing}")
    except Exception as error:
        ok(False, f"{name}: refused", repr(error))


def record(*lines, head='record toy   4 bytes   "1.1"   {standard}', doc="  A toy."):
    """Line 3 is the first one of the record's own."""
    return "\n".join(['chapter 1   "Toys"', head, *([doc] if doc else []), *lines]) + "\n"


def toy(size, *lines, parameters=""):
    return record(*lines, head=f'record toy{parameters}   {size} bytes   "1.1"   {{standard}}')


def rule(name, good, bad, *wanted):
    accepted(name, good)
    refused(name, bad, *wanted)


# toy() puts its first line at line 4 of the file.

# places
rule("overlap", toy(4, "  0  N2  a  one", "  2  N2  b  two"), toy(4, "  0  N4  a  one", "  2  N2  b  two"),
     "toy.kwis:5:", "record toy", "field b", "overlaps a at byte 2")
rule("same place", toy(2, "  0  N2  a  one"), toy(2, "  0  N2  a  one", "  0  N2  b  two"),
     "toy.kwis:5:", "record toy", "field b", "overlaps a at byte 0")
rule("hole", toy(4, "  0  N1  a  one", "  1  reserved1  zero", "  2  N2  b  two"), toy(4, "  0  N1  a  one", "  2  N2  b  two"),
     "toy.kwis:2:", "record toy", "no field at byte 1")
rule("hole at the start", toy(2, "  0  N2  a  one"), toy(4, "  2  N2  a  one"), "toy.kwis:2:", "record toy", "no field at byte 0")
rule("declared size too big", toy(2, "  0  N2  a  one"), toy(3, "  0  N2  a  one"),
     "toy.kwis:2:", "record toy", "no field at byte 2")
rule("declared size too small", toy(4, "  0  N4  a  one"), toy(3, "  0  N4  a  one"),
     "toy.kwis:2:", "record toy", "fields end at 4, the size says 3")
rule("offset is a number", toy(2, "  0  N2  a  one"), toy(2, "  x  N2  a  one"), "toy.kwis:4:", "record toy", "not a line")
rule("fixed offset below '+'", toy("4..", "  0  N2  a  one", "  2  N2  b  two", "  +  N2  c  three"),
     toy("4..", "  0  N2  a  one", "  +  N2  c  three", "  2  N2  b  two"),
     "toy.kwis:6:", "record toy", "field b", "fixed offset below one of '+'")
rule("varying field has no fixed offset", toy("1..", "  0  N1  n  count", "  +  C[n]  a  text"),
     toy("1..", "  0  N1  n  count", "  1  C[n]  a  text"), "toy.kwis:5:", "record toy", "field a", "offset '+'")
rule("'..' of a record that varies", toy("1..", "  0  N1  n  count", "  +  C[n]  a  text"),
     toy(1, "  0  N1  n  count", "  +  C[n]  a  text"), "toy.kwis:2:", "record toy", "ends with '..'")
rule("optional fields at a fixed place", toy(6, "  4  N2  s  size", "  0  N4  a  if s > 0  one", "  0  N4  b  else  two"),
     toy(6, "  4  N2  s  size", "  0  N4  a  if s > 0  one"), "toy.kwis:5:", "record toy", "field a", "do not cover the same bytes")
rule("'else' fills the place of 'if'",
     toy(6, "  4  N2  s  size", "  0  N4  a  if s > 0  one", "  0  N2  b  else  two", "  2  N2  c  else  three"),
     toy(6, "  4  N2  s  size", "  0  N4  a  if s > 0  one", "  0  N2  b  else  two"),
     "toy.kwis:5:", "record toy", "field a", "do not cover the same bytes")
refused("'else' over 'else'",
        toy(6, "  4  N2  s  size", "  0  N4  a  if s > 0  one", "  0  N4  b  else  two", "  2  N2  c  else  three"),
        "toy.kwis:7:", "record toy", "field c", "overlaps b at byte 2")
rule("'else' below an 'if'", toy("1..", "  0  N1  n  count", "  +  N2  a  if n > 0  one", "  +  N1  b  else  two"),
     toy("1..", "  0  N1  n  count", "  +  N1  b  else  two"), "toy.kwis:5:", "record toy", "field b", "'else' without an 'if'")

# documentation
rule("field documented", toy(2, "  0  N2  a  one"), toy(2, "  0  N2  a"), "toy.kwis:4:", "record toy", "field a", "not documented")
refused("field with a certainty alone", toy(2, "  0  N2  a  {disc}"), "toy.kwis:4:", "record toy", "field a", "not documented")
rule("bits documented", toy(1, "  0  B1  w  word", "    7:1  N  a  one", "    0  flag  b  two"),
     toy(1, "  0  B1  w  word", "    7:1  N  a", "    0  flag  b  two"), "toy.kwis:5:", "record toy", "field a", "not documented")
rule("record documented", toy(2, "  0  N2  a  one"), record("  0  N2  a  one", doc=""), "toy.kwis:2:", "record toy", "not documented")
rule("doc of a record is prose", toy(2, "  0  N2  a  one"), toy(0, "  table  toy  x 1  as row"),
     "toy.kwis:4:", "record toy", "not a line of the language")


def enum(*lines, doc="  Kinds."):
    return "\n".join(['chapter 1   "Toys"', 'enum kind   "1"   {standard}', *([doc] if doc else []), *lines]) + "\n"


rule("enum documented", enum("  1  a  one"), enum("  1  a  one", doc=""), "toy.kwis:2:", "enum kind", "not documented")
rule("enum line documented", enum("  1  a  one"), enum("  1  a"), "toy.kwis:4:", "enum kind", "value, name and meaning")
rule("enum has values", enum("  1  a  one"), enum(), "toy.kwis:2:", "enum kind", "no values")
rule("enum values ascend", enum("  1  a  one", "  0x2  b  two"), enum("  2  a  one", "  1  b  two"),
     "toy.kwis:2:", "enum kind", "do not ascend at b")
refused("enum value twice", enum("  1  a  one", "  0x1  b  two"), "toy.kwis:2:", "enum kind", "do not ascend at b")
refused("enum name twice", enum("  1  a  one", "  2  a  two"), "toy.kwis:2:", "enum kind", "the name a occurs twice")
refused("enum value that is no number", enum("  1x  a  one"), "toy.kwis:4:", "enum kind", "1x")
refused("enum value with a leading zero", enum("  010  a  one"), "toy.kwis:4:", "enum kind", "010")
refused("enum name that is no name", enum("  1  A-b  one"), "toy.kwis:4:", "enum kind", "A-b")
refused("enum prose below values", enum("  1  a  one", "  more"), "toy.kwis:5:", "enum kind", "not a line")
rule("enum exists once", enum("  1  a  one"), enum("  1  a  one") + 'enum kind   "1"   {standard}\n  Kinds.\n  1  a  one\n',
     "toy.kwis:5:", "enum kind is defined twice")
rule("enum is known", enum("  1  a  one") + 'record toy   1 bytes   "1"   {disc}\n  A toy.\n  0  N1  k  enum kind  one\n',
     toy(1, "  0  N1  k  enum kind  one"), "toy.kwis:4:", "record toy", "field k", "no enum 'kind'")
rule("enum of bits is known",
     enum("  1  a  one") + 'record toy   1 bytes   "1"   {disc}\n  A toy.\n  0  B1  w  word\n  7:0  enum  kind  k  one\n',
     toy(1, "  0  B1  w  word", "    7:0  enum  kind  k  one"), "toy.kwis:5:", "record toy", "field k", "no enum 'kind'")
refused("enum of a text", enum("  1  a  one") + 'record toy   1 bytes   "1"   {disc}\n  A toy.\n  0  C1  k  enum kind  one\n',
        "toy.kwis:7:", "record toy", "field k", "only an N has an enum")
refused("enum bits without anything", toy(1, "  0  B1  w  word", "    7:0  enum"), "toy.kwis:5:", "record toy", "have no name")

# heads
rule("chapter first", toy(2, "  0  N2  a  one"), 'record toy   2 bytes   "1"   {disc}\n  A toy.\n  0  N2  a  one\n',
     "toy.kwis:1:", "outside of a chapter")
refused("chapter twice", 'chapter 1   "Toys"\nchapter 1   "More"\n', "toy.kwis:2:", "chapter 1 is defined twice")
rule("record exists once", toy(2, "  0  N2  a  one"),
     toy(2, "  0  N2  a  one") + 'record toy   2 bytes   "1"   {disc}\n  A toy.\n  0  N2  a  one\n',
     "toy.kwis:5:", "record toy is defined twice")
refused("not a head", 'chapter 1   "Toys"\nstruct toy\n', "toy.kwis:2:", "neither chapter, enum, record, frame nor file")
refused("a record without a size", 'chapter 1   "Toys"\nrecord toy   "1"   {disc}\n', "toy.kwis:2:", "record toy")
refused("a line outside", 'chapter 1   "Toys"\n  0  N2  a  one\n', "toy.kwis:2:", "outside of records and enums")
rule("certainty of a record", toy(2, "  0  N2  a  one"),
     record("  0  N2  a  one", head='record toy   2 bytes   "1"   {sure}'), "toy.kwis:2:", "unknown certainty 'sure'")
refused("certainty of an enum", 'chapter 1   "Toys"\nenum kind   "1"   {sure}\n', "toy.kwis:2:", "unknown certainty 'sure'")
rule("certainty of a field", toy(2, "  0  N2  a  one {inferred}"), toy(2, "  0  N2  a  one {sure}"),
     "toy.kwis:4:", "record toy", "field a", "unknown certainty 'sure'")
refused("certainty of an enum line", enum("  1  a  one {sure}"), "toy.kwis:4:", "enum kind", "value a", "unknown certainty 'sure'")
accepted("comments and blank lines", "# a comment\n\n" + toy(2, "  0  N2  a  one", ""))

# names and types
rule("field names", toy(4, "  0  N2  a  one", "  2  N2  b  two"), toy(4, "  0  N2  a  one", "  2  N2  a  two"),
     "toy.kwis:5:", "record toy", "field a", "occurs twice")
refused("bits and field of one name", toy(3, "  0  B1  w  word", "    7:0  N  a  one", "  1  N2  a  two"),
        "toy.kwis:6:", "record toy", "field a", "occurs twice")
refused("field named like a parameter", toy("2..", "  0  N2  p  one", "  +  C[p]  t  text", parameters="(p)"),
        "toy.kwis:4:", "record toy", "field p", "means something else")
refused("field named like a word of expressions", toy(2, "  0  N2  available  one"), "toy.kwis:4:", "record toy", "field available")
refused("field without a name", toy(2, "  0  N2"), "toy.kwis:4:", "record toy", "no name")
refused("field with a bad name", toy(2, "  0  N2  Two  one"), "toy.kwis:4:", "record toy", "no name")
refused("offset alone", toy(2, "  0"), "toy.kwis:4:", "record toy", "offset, type, name and meaning")
refused("reserved behind what varies, without a name", toy("1..", "  0  N1  n  count", "  +  C[n]  a  text", "  +  reserved2"),
        "toy.kwis:6:", "record toy", "no name")
rule("type", toy(2, "  0  N2  a  one"), toy(3, "  0  N3  a  one"), "toy.kwis:4:", "record toy", "field a", "unknown type 'N3'")
rule("digits that vary in number", toy("1..", "  0  N1  n  count", "  +  BCD[n]  a  digits"), toy("1..", "  0  N1  n  count", "  +  BCD  a  digits"),
     "toy.kwis:5:", "record toy", "unknown type 'BCD'")
refused("type that cannot repeat", toy("1..", "  0  N1  n  count", "  +  N4[n]  a  one"),
        "toy.kwis:5:", "record toy", "field a", "unknown type 'N4[n]'")
for kind, size in {"N1": 1, "N2": 2, "N4": 4, "L4": 4, "I1": 1, "I2": 2, "NZ": 2, "ANGLE": 3, "DSA": 4, "BS": 2, "SWS2": 2, "SWS4": 4,
                   "D2": 2, "D4": 4, "PID": 8, "MID": 12, "DATE": 2, "STEP": 2, "C7": 7, "CC9": 9, "BCD8": 8, "unknown5": 5}.items():  # fmt: skip
    rule(f"width of {kind}", toy(size, f"  0  {kind}  a  one"), toy(size + 1, f"  0  {kind}  a  one"),
         "toy.kwis:2:", "record toy", f"no field at byte {size}")

# bits
word = "  0  B2  w  word"
rule("bits without a hole", toy(2, word, "    15:4  N  a  one", "    3:0  reserved"),
     toy(2, word, "    15:8  N  a  one", "    3:0  reserved"), "toy.kwis:6:", "record toy", "reserved_w_3_0", "hole above bit 3")
refused("bits do not start at the top", toy(2, word, "    14:0  N  a  one"), "toy.kwis:5:", "record toy", "field a", "hole above bit 14")
refused("bits do not end at 0", toy(2, word, "    15:1  N  a  one"), "toy.kwis:4:", "record toy", "field w", "bits 0:0 are missing")
refused("word without bits", toy(2, word), "toy.kwis:4:", "record toy", "field w", "bits 15:0 are missing")
refused("bits overlap", toy(2, word, "    15:4  N  a  one", "    4:0  N  b  two"),
        "toy.kwis:6:", "record toy", "field b", "bits 4:0 overlap")
refused("bits beyond the word", toy(1, "  0  B1  w  word", "    8:0  N  a  one"), "toy.kwis:5:", "record toy", "field a", "overlap")
refused("bits upside down", toy(2, word, "    4:15  N  a  one"), "toy.kwis:5:", "record toy", "field a", "upside down")
rule("a flag has one bit", toy(1, "  0  B1  w  word", "    7  flag  a  one", "    6:0  N  b  two"),
     toy(1, "  0  B1  w  word", "    7:6  flag  a  one", "    5:0  N  b  two"), "toy.kwis:5:", "record toy", "field a", "one bit")
refused("bits outside of a word", toy(2, "  0  N2  a  one", "    15:0  N  b  two"), "toy.kwis:5:", "record toy", "bits outside of a")
refused("type of bits", toy(2, word, "    15:0  D  a  one"), "toy.kwis:5:", "record toy", "field a", "unknown bit type 'D'")
refused("bits without a name", toy(2, word, "    15:0  N"), "toy.kwis:5:", "record toy", "have no name")
refused("bits with a condition", toy(3, "  0  N1  n  one", "  1  B2  w  word", "    15:0  N  a  if n > 0  two"),
        "toy.kwis:6:", "record toy", "field a", "no 'if'")

# modifiers
rule("modifier", toy(2, "  0  N2  a  unit metres  null FFFF  plus 1  one"), toy(2, "  0  N2  a  times 3  one"),
     "toy.kwis:4:", "record toy", "field a", "not understood: times 3")
refused("plus 2", toy(2, "  0  N2  a  plus 2  one"), "toy.kwis:4:", "record toy", "field a", "not understood: plus 2")
refused("null that is no number", toy(2, "  0  N2  a  null none  one"), "toy.kwis:4:", "record toy", "field a", "not understood")
rule("null fits", toy(1, "  0  N1  a  null FF  one"), toy(1, "  0  N1  a  null 100  one"),
     "toy.kwis:4:", "record toy", "field a", "null 100")
rule("null of bits fits", toy(1, "  0  B1  w  word", "    7:4  N  a  null F  one", "    3:0  reserved"),
     toy(1, "  0  B1  w  word", "    7:4  N  a  null 10  one", "    3:0  reserved"), "toy.kwis:5:", "record toy", "field a", "null 10")
refused("null of a text", toy(2, "  0  C2  a  null 0  one"), "toy.kwis:4:", "record toy", "field a", "null 0")
refused("plus 1 on a displacement", toy(2, "  0  D2  a  plus 1  one"), "toy.kwis:4:", "record toy", "field a", "plus 1")
refused("two meanings", toy(2, "  0  N2  a  one  more"), "toy.kwis:4:", "record toy", "field a", "not understood: one")

# expressions
after = toy("1..", "  0  N1  n  count", "  +  N2  a  if n > 0  one")
rule("no look forward", after, toy("2..", "  +  N2  a  if n > 0  one", "  +  N2  n  two").replace("2..", "0.."),
     "toy.kwis:4:", "record toy", "field a", "looks forward to 'n'")
refused("no look at itself", toy("0..", "  +  N2  a  if a > 0  one"), "toy.kwis:4:", "record toy", "field a", "looks forward to 'a'")
refused("length that looks forward", toy("1..", "  +  C[n]  a  text", "  0  N1  n  count"),
        "toy.kwis:4:", "record toy", "field a", "looks forward to 'n'")
rule("known names", after, toy("1..", "  0  N1  n  count", "  +  N2  a  if m > 0  one"),
     "toy.kwis:5:", "record toy", "field a", "does not know 'm'")
rule("extent with known names", toy(1, "  0  N1  n  count", "  extent  n"), toy(1, "  0  N1  n  count", "  extent  m"),
     "toy.kwis:5:", "record toy", "extent", "does not know 'm'")
refused("extent without an expression", toy(1, "  0  N1  n  count", "  extent"), "toy.kwis:5:", "record toy", "not a line")
refused("index in a field", toy("1..", "  0  N1  n  count", "  +  N2  a  if # > 0  one"),
        "toy.kwis:5:", "record toy", "field a", "does not know '_index'")
refused("available in a condition", toy("1..", "  0  N1  n  count", "  +  N2  a  if available > 3  one"),
        "toy.kwis:5:", "record toy", "field a", "does not know 'available'")
accepted("available in a length", toy("1..", "  0  N1  n  count", "  +  C[available - $]  a  one"))
refused("a text is no number", toy("2..", "  0  C2  t  text", "  +  N2  a  if t > 0  one"),
        "toy.kwis:5:", "record toy", "field a", "'t', which is no number")
for name, text in {"shift": "n << 1", "remainder": "n % 2", "chain": "0 < n < 3", "text": "n == 'x'", "float": "n > 1.5",
                   "truth value": "n == True", "attribute": "n.a", "function": "abs(n)", "arity": "fits(n)",
                   "keyword": "raw4(0, x=1)", "raw4 of an expression": "raw4(n)", "text of an expression": "text(n)", "minus": "-n", "conditional": "n if n else n",
                   "subscript": "n[0]", "lambda": "lambda: n"}.items():  # fmt: skip
    refused(f"expression: {name}", toy("1..", "  0  N1  n  count", f"  +  N2  a  if {text}  one"),
            "toy.kwis:5:", "record toy", "field a", "does not have")
refused("expression: syntax", toy("1..", "  0  N1  n  count", "  +  N2  a  if n >  one"),
        "toy.kwis:5:", "record toy", "field a", "'n >' is not an expression")
refused("expression: empty", toy("1..", "  0  N1  n  count", "  +  N2  a  if  one"), "toy.kwis:5:", "record toy", "field a",
        "not an expression")
for divisor in ("n", "0", "'x'", "True"):
    refused(f"division by {divisor}", toy("1..", "  0  N1  n  count", f"  +  C[n / {divisor}]  a  one"),
            "toy.kwis:5:", "record toy", "field a", "not a positive constant")
accepted("division by a constant", toy("1..", "  0  N1  n  count", "  +  C[n / 2]  a  one"))
rule("raw4 at a field", toy("5..", "  0  DSA  d  one", "  4  N1  n  count", "  +  N2  a  if raw4(0) != 0  two"),
     toy("5..", "  0  DSA  d  one", "  4  N1  n  count", "  +  N2  a  if raw4(1) != 0  two"),
     "toy.kwis:6:", "record toy", "field a", "no field of 4 bytes")
rule("text at a field", toy("13..", "  0  C12  a  if text(0)  one", "  0  MID  b  else  two", "  12  N1  n  count", "  +  N1  c  if text(0)  three"),
     toy("13..", "  0  C12  a  if text(0)  one", "  0  MID  b  else  two", "  12  N1  n  count", "  +  N1  c  if text(12)  three"),
     "toy.kwis:7:", "record toy", "field c", "no field of type C")

# limits
rule("runs", toy("1..", "  0  N1  n  count", *[f"  +  N2  a{i}  if n > {i}  one" for i in range(9)]),
     toy("1..", "  0  N1  n  count", *[f"  +  N2  a{i}  if n > {i}  one" for i in range(10)]),
     "toy.kwis:2:", "record toy", "more than 10 optional fields")
rule("parameters", toy(1, "  0  N1  n  count", parameters="(p, q, r, s, t, u, v, w)"),
     toy(1, "  0  N1  n  count", parameters="(p, q, r, s, t, u, v, w, x)"), "toy.kwis:2:", "record toy", "more than 8 parameters")

# parts; the record of the parts is "row" below, at line 8 or so
FIXED = 'record row   2 bytes   "1"   {disc}\n  A row.\n  0  N2  a  one\n'
VARYING = 'record row   1.. bytes   "1"   {disc}\n  A row.\n  0  N1  n  one\n  +  C[n]  t  text\n'
OTHER = 'record other   3.. bytes   "1"   {disc}\n  Another.\n  0  N1  a  one\n  1  C2  t  text\n  +  N2  b  if a > 0  two\n'
ARGUMENT = 'record row(p)   0.. bytes   "1"   {disc}\n  A row.\n  +  C[p]  t  text\n'


def parts(*lines, row=FIXED):
    return toy(1, "  0  N1  n  count", "  parts", *[f"    {line}" for line in lines]) + row


def references(line, row=FIXED):
    return toy(1, "  0  N1  n  count", f"  {line}") + row


rule("table", parts("table  row  x n  as row"), parts("table  row  as row"), "toy.kwis:6:", "record toy", "part row", "how many")
rule("list", parts("list  row  x n  as row", row=VARYING), parts("list  row  as row", row=VARYING),
     "toy.kwis:6:", "record toy", "part row", "how many")
rule("table of what varies", parts("table  row  x n  stride 4  as row", row=VARYING), parts("table  row  x n  as row", row=VARYING),
     "toy.kwis:6:", "record toy", "part row", "needs a stride")
refused("list of nothing", parts("list  row(n)  x n  as row", row=ARGUMENT), "toy.kwis:6:", "record toy", "part row(n)", "would not end")
rule("part exists", parts("one  row  as row"), parts("one  column  as row"), "toy.kwis:6:", "record toy", "no record 'column'")
rule("part has a name", parts("one  row  as row"), parts("one  row"), "toy.kwis:6:", "record toy", "part row", "has no name")
rule("part name without blanks", references("reference  row  at n  as row  if n > 0"), references("reference  row  at n  as row if n > 0"),
     "toy.kwis:5:", "record toy", "part row", "not understood: as row if n > 0")
rule("part arguments", parts("one  row(n)  as row", row=ARGUMENT), parts("one  row  as row", row=ARGUMENT),
     "toy.kwis:6:", "record toy", "part row", "row has 1 parameters, 0 are given")
refused("too many arguments", parts("one  row(n, 1)  as row", row=ARGUMENT), "toy.kwis:6:", "record toy", "2 are given")
nine = 'record row(p, q, r, s, t, u, v, w, x)   2 bytes   "1"   {disc}\n  A row.\n  0  N2  a  one\n'
refused("nine arguments", parts("one  row(1, 2, 3, 4, 5, 6, 7, 8, 9)  as row", row=nine), "toy.kwis:6:", "record toy",
        "more than 8 arguments")
rule("argument that is looked up", parts("one  row(other.a @ n * 2)  as row", row=ARGUMENT + OTHER),
     parts("one  row(other.a @ m)  as row", row=ARGUMENT + OTHER), "toy.kwis:6:", "record toy", "does not know 'm'")
for name in ("another.a", "other.z", "other.b", "other.t"):
    refused(f"look-up of {name}", parts(f"one  row({name} @ n)  as row", row=ARGUMENT + OTHER),
            "toy.kwis:6:", "record toy", f"{name} is no number at a fixed place")
refused("argument that is not known", parts("one  row(m)  as row", row=ARGUMENT), "toy.kwis:6:", "record toy", "does not know 'm'")
refused("count that is not known", parts("table  row  x m  as row"), "toy.kwis:6:", "record toy", "part row", "does not know 'm'")
refused("modifier of a part", parts("one  row  times 2  as row"), "toy.kwis:6:", "record toy", "part row", "not understood: times 2")
rule("first number", parts("table  row  x n  as row  from 2"), parts("table  row  x n  as row  from 10"),
     "toy.kwis:6:", "record toy", "part row", "not understood: from 10")
refused("kind of a part", parts("array  row  as row"), "toy.kwis:6:", "record toy", "unknown part 'array'")
refused("reference among the parts", parts("reference  row  at n  as row"), "toy.kwis:6:", "record toy", "unknown part 'reference'")
refused("part of no record", parts("one  3row  as row"), "toy.kwis:6:", "record toy", "no record with arguments")
for kind in ("unknown", "reserved"):
    rule(f"{kind} bytes", parts(f"{kind}  rest  in n  why"), parts(f"{kind}  rest  why"),
         "toy.kwis:6:", "record toy", "part rest", "length or meaning is missing")
    refused(f"{kind} bytes without a meaning", parts(f"{kind}  rest  in n"), "toy.kwis:6:", "record toy", "part rest", "is missing")
    refused(f"{kind} bytes without a name", parts(f"{kind}"), "toy.kwis:6:", "record toy", f"unknown part '{kind}'")
rule("reference", references("reference  row  at n  as row"), references("reference  row  size n  as row"),
     "toy.kwis:5:", "record toy", "part row", "'at EXPRESSION'")
refused("reference to no record", references("reference  column  at n  as row"), "toy.kwis:5:", "record toy", "no record 'column'")
refused("reference with a name that is not known", references("reference  row  at m  as row"),
        "toy.kwis:5:", "record toy", "does not know 'm'")
refused("reference without a name", references("reference  row  at n"), "toy.kwis:5:", "record toy", "part row", "has no name")
refused("reference alone", references("reference"), "toy.kwis:5:", "record toy", "not a line")
refused("a line behind the fields", toy(1, "  0  N1  n  count", "  and so on"), "toy.kwis:5:", "record toy", "not a line")


def chain(length):
    lines = ['chapter 1   "Toys"']
    for level in range(length):
        lines += [f'record r{level}   2 bytes   "1"   {{disc}}', "  A toy.", "  0  N2  a  one", "  parts",
                  f"    one  r{level + 1}  as next"]  # fmt: skip
    return "\n".join([*lines, f'record r{length}   2 bytes   "1"   {{disc}}', "  A toy.", "  0  N2  a  one"]) + "\n"


rule("depth", chain(8), chain(9), "toy.kwis:42:", "record r8", "more than 7 records")
refused("a record inside itself", chain(2) + '  parts\n    one  r0  as next\n', "toy.kwis:", "record r0", "contains itself")
refused("a record that refers to itself", toy(2, "  0  D2  o  one", "  reference  toy  at o  as next"), "record toy", "contains itself")

# the real schema, and its documentation
files = sorted((ROOT / "spec").glob("*.kwis"))
real = Parser()
for file in files:
    real.parse(file.read_text(encoding="ascii"), file.name)
check(real.schema)
ok(len(real.schema.records) >= 35, "the schema of the format is accepted", len(real.schema.records))
text = dict(emit_docs.pages(load(toy(4, "  0  N2  a  unit metres  null FFFF  one | two", "  2  N2  b  two"))))["chapter-01.md"]
ok("| 0 | N2 | a | one \\| two; in metres; FFFF = none | standard |" in text, "documentation of a field", text)

# the generated C: a record with conditional fields, there and back
TOY = '''chapter 1   "Toys"

enum colour   "1"   {standard}
  Colours.
  1   red    the colour of blood
  7   blue   the colour of the sky

record toy(kind)   9.. bytes   "1.1"   {standard}
  A toy.
  0   B2    word         sizes
    15    flag   has_text    text follows
    14:12  enum   colour   colour   what it looks like
    11:6  I   balance     signed
    5:1   SWS   half      words
    0     reserved
  2   ANGLE  angle       of something
  7   BS    size         0 = see offset
  5   N2    plain        if size != 0   when there is a size
  5   D2    offset       else   when there is none
  +   N1    count        if has_text   plus 1   letters
  +   C[count]   text    the letters
  +   STEP[kind]   steps  pairs
  +   SWS4  long_size    if kind > 1   words
'''
MAIN = r'''
#include <kiwi/records.h>
#include <stdio.h>
#include <string.h>

static int failures;

static void expect(int line, long long found, long long wanted)
{
    if (found != wanted) {
        printf("line %d: %lld, not %lld\n", line, found, wanted);
        failures++;
    }
}
#define EXPECT(found, wanted) expect(__LINE__, (long long)(found), (long long)(wanted))

int main(void)
{
    /* has_text 1, colour 7, balance -2 = 111110b, half 3 words, reserved bit 1: 1111 1111 1000 0111 */
    static const uint8_t full[] = {0xFF, 0x87, 0x80, 0x00, 0x00, 0x12, 0x34, 0x00, 0x05, 0x01, 'h', 'i', 1, 0xFF, 2, 0xFE,
                                   0xFF, 0xFF, 0xFF, 0xFF};
    static const uint8_t brief[] = {0x00, 0x00, 0x00, 0x01, 0x02, 0x12, 0x34, 0x00, 0x00};
    struct kiwi_toy toy;
    uint8_t again[64];

    EXPECT(kiwi_toy_decode(&toy, full, sizeof full, 2), 1);
    EXPECT(toy.has_text, 1);
    EXPECT(toy.colour, KIWI_COLOUR_BLUE);
    EXPECT(toy.balance, -2);
    EXPECT(toy.half, 6);
    EXPECT(toy.reserved_word_0_0, 1);
    EXPECT(toy.angle, 0x800000);
    EXPECT(toy.size, 5);
    EXPECT(toy.plain, 0x1234);
    EXPECT(toy.offset, 0);
    EXPECT(toy.count, 2);
    EXPECT(toy.text_length, 2);
    EXPECT(memcmp(toy.text, "hi", 2), 0);
    EXPECT(toy.steps_length, 4);
    EXPECT(toy.steps[3], 0xFE);
    EXPECT(toy.long_size == KIWI_NULL, 1);
    EXPECT(kiwi_toy_encode(&toy, again, sizeof again, 2), sizeof full);
    EXPECT(memcmp(again, full, sizeof full), 0);
    EXPECT(kiwi_toy_encode(&toy, again, sizeof full - 1, 2), 0);
    for (size_t length = 0; length < sizeof full; length++)
        EXPECT(kiwi_toy_decode(&toy, full, length, 2), 0);

    EXPECT(kiwi_toy_decode(&toy, brief, sizeof brief, 0), 1);
    EXPECT(toy.has_text, 0);
    EXPECT(toy.plain, 0);
    EXPECT(toy.offset, 0x2468);
    EXPECT(toy.count, 0);
    EXPECT(toy.text_length, 0);
    EXPECT(toy.long_size, 0);
    EXPECT(kiwi_toy_encode(&toy, again, sizeof again, 0), sizeof brief);
    EXPECT(memcmp(again, brief, sizeof brief), 0);
    toy.offset = 3; /* displacements count words */
    EXPECT(kiwi_toy_encode(&toy, again, sizeof again, 0), 0);
    toy.offset = 2 * 0xFFFF; /* would read as null */
    EXPECT(kiwi_toy_encode(&toy, again, sizeof again, 0), 0);
    toy.offset = KIWI_NULL;
    EXPECT(kiwi_toy_encode(&toy, again, sizeof again, 0), sizeof brief);
    EXPECT(again[5] << 8 | again[6], 0xFFFF);
    toy.balance = 32; /* six signed bits */
    EXPECT(kiwi_toy_encode(&toy, again, sizeof again, 0), 0);
    toy.balance = -32;
    EXPECT(kiwi_toy_encode(&toy, again, sizeof again, 0), sizeof brief);
    EXPECT(again[0], 0x08);
    toy.colour = 8;
    EXPECT(kiwi_toy_encode(&toy, again, sizeof again, 0), 0);

    EXPECT(kiwi_type_toy.fixed_size, 9);
    EXPECT(kiwi_type_toy.field_count, 13);
    EXPECT(kiwi_type_toy.fields[3].null_value, 0);
    EXPECT(strcmp(kiwi_type_toy.fields[1].enumeration->entries[1].name, "blue"), 0);
    size_t count;
    EXPECT(kiwi_record_types(&count)[0] == &kiwi_type_toy && count == 1, 1);
    EXPECT(kiwi_enumerations(&count)[0] == &kiwi_enum_colour && count == 1, 1);
    EXPECT(strcmp(kiwi_enum_colour.section, "1"), 0);
    EXPECT(strcmp(kiwi_enum_colour.meaning, "Colours."), 0);
    const uint64_t arguments[4] = {2};
    EXPECT(kiwi_type_toy.round_trip(full, sizeof full, arguments), 1);
    EXPECT(kiwi_type_toy.round_trip(full, sizeof full - 1, arguments), 0);
    return failures != 0;
}
'''


def compiled():
    compiler = os.environ.get("CC", "cc").split()
    if not shutil.which(compiler[0]):
        ok(True, "generated C # SKIP no C compiler")
        return
    with tempfile.TemporaryDirectory(prefix="kwis-") as folder:
        folder = pathlib.Path(folder)
        (folder / "kiwi").mkdir()
        schema = load(TOY)
        (folder / "kiwi/records.h").write_text(emit_c.header(schema), encoding="ascii")
        (folder / "kiwi/fields.h").write_text(emit_c.fields(schema), encoding="ascii")
        (folder / "layouts.h").write_text(emit_c.layouts(schema), encoding="ascii")
        (folder / "records.c").write_text(emit_c.source(schema), encoding="ascii")
        (folder / "main.c").write_text(MAIN, encoding="ascii")
        command = [*compiler, "-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", f"-I{folder}",
                   f"-I{ROOT / 'libkiwi/include'}", f"-I{ROOT / 'libkiwi/src'}", str(folder / "records.c"),
                   str(folder / "main.c"), "-o", str(folder / "toy")]  # fmt: skip
        made = subprocess.run(command, capture_output=True, text=True)
        ok(made.returncode == 0, "generated C compiles without a warning", made.stderr[:3000])
        if made.returncode == 0:
            ran = subprocess.run([str(folder / "toy")], capture_output=True, text=True)
            ok(ran.returncode == 0, "generated C decodes and encodes", ran.stdout + ran.stderr)


compiled()

# Kinds of files
BLOB = """\
chapter 1   "Toys"
record blob   4.. bytes   "1"   {standard}
  A blob.
  0   N1         count   of bytes
  1   C3         sign    a text
  +   C[count]   rest    bytes
record lodger(rent)   0.. bytes   "1"   {standard}
  Depends on something.
  +   C[rent]   text   a text
"""


def kind(*lines, doc="  Boxes.", head='file box   "1"   {standard}'):
    """Line 10 is the head of the kind."""
    return BLOB + "\n".join([head, *([doc] if doc else []), *lines]) + "\n"


rule("name of a file", kind("  name   TOYS/BOX*.KWI"), kind("  name   TOYS/BOX**.KWI"), "toy.kwis:12:", "file box", "no name of a file")
rule("record of a file", kind("  name   A.KWI   blob   as blob"), kind("  name   A.KWI   blot   as blob"), "name A.KWI", "no record blot")
rule("path of a file", kind("  name   A.KWI   blob   as blob"), kind("  name   A.KWI   blob"), "name A.KWI", "as NAME")
rule("parameters of a file", kind("  name   A.KWI   blob   as blob"), kind("  name   A.KWI   lodger   as blob"), "depends on")
rule("head of a file", kind("  name   A.KWI   blob   as blob   if size == 4 + count and raw1(3) > 0"),
     kind("  name   A.KWI   blob   as blob   if size == 4 + length"), "does not know 'length'")
rule("modifier of a name", kind("  name   A.KWI   sure"), kind("  name   A.KWI   surely not"), "not understood: surely not")
rule("text of a file", kind("  name   A.KWI", "  text   blob.sign   TOY"), kind("  name   A.KWI", "  text   blob.count   TOY"), "no field of type C")
rule("names of a file", kind("  name   A.KWI"), kind(), "has no names")
rule("names of files", kind("  name   A.KWI", "  name   A/A.KWI"), kind("  name   A.KWI", "  name   A.KWI"), "occurs twice")
rule("words on a file", kind("  name   A.KWI"), kind("  name   A.KWI", doc=""), "not documented")
rule("line of a file", kind("  name   A.KWI", "  reached by the map"), kind("  name   A.KWI", "  reached by the bus"), "not a line")
refused("two kinds of one name", kind("  name   A.KWI") + 'file box   "1"   {disc}\n  Two.\n  name   B.KWI\n', "defined twice")
refused("a kind called unknown", kind("  name   A.KWI", head='file unknown   "1"   {standard}'), "that have no kind")
refused("two texts", kind("  name   A.KWI", "  text   blob.sign   TOY")
        + 'file bag   "1"   {disc}\n  Two.\n  name   B.KWI\n  text   blob.sign   BAG\n', "more than one kind")  # fmt: skip
refused("bytes in a record", toy(2, "  0  N2  a  one", "  +  C[raw1(0)]  b  two"), "only the names of files")

# Types of the Python extension
TEMPLATE = """\
class Record:
    @property
    def location(self) -> str: ...

class Shape:
    points: int

class Road(Shape):
    link: int
    # fields of toy

# classes of the schema
"""


def stub(schema, template=TEMPLATE):
    return emit_python.text(load(schema), template)


def stub_refused(name, wanted, schema, template=TEMPLATE):
    try:
        ok(False, f"stub: {name}: refused", stub(schema, template))
    except SchemaError as error:
        ok(wanted in str(error), f"stub: {name}: refused", error)


def named(name):
    return toy(2, f"  0  N2  {name}  one")


TYPES = {
    "has_text": "bool", "colour": "Colour | int", "balance": "int", "half": "int", "angle": "Angle", "size": "Size",
    "plain": "int | None", "offset": "int | None", "count": "int | None", "text": "str | None", "steps": "Array[tuple[int, int]]",
    "long_size": "int | None",
}  # fmt: skip
types = stub(TOY)
for field, kind in TYPES.items():
    ok(types.count(f"    {field}: ClassVar[Field[{kind}]]\n") == 2, f"stub: type of {field} in the record and in Road", types)
ok(types.count("    reserved_word_0_0: ClassVar[Field[int]]\n") == 1, "stub: reserved bits are only in the record", types)
for line in ("class Colour(IntEnum):", '    """1: Colours."""', "    BLUE = 7", '    """the colour of the sky"""', "class Toy(Record):",
             '    """1.1: A toy."""', '    """what it looks like, bits 14:12 (1.1, standard)"""',
             '    """text follows, bit 15 (1.1, standard)"""'):  # fmt: skip
    ok(f"{line}\n" in types, f"stub: {line.strip()}", types)
ok(compile(types, "toy.pyi", "exec"), "stub: is Python")
ok("    length: ClassVar[Field[int]]\n" in stub(named("length")), "stub: another class may have an attribute of that name")
stub_refused("a field like an attribute of records", "field location: every record", named("location"))
stub_refused("a field called section", "field section: every record", named("section"))
stub_refused("a field like a keyword", "field class: the name is a keyword", named("class"))
stub_refused("a field like an attribute of a class that takes it", "field link: Road has", named("link"))
stub_refused("a field like an attribute of its base", "field points: Road has", named("points"))
own_word = TEMPLATE.replace("fields of toy", "fields of toy without points")
ok(stub(named("points"), own_word).count("    points: ClassVar") == 1, "stub: a class may have its own word for a field")
stub_refused("its own word that it does not have", "field points: Road lacks", named("points"), own_word.replace("points: int", "x: int"))
stub_refused("a record like a class", "another class Road", named("one").replace("record toy", "record road"),
             TEMPLATE.replace("fields of toy", "fields of road"))  # fmt: skip
print(f"1..{number}")
sys.exit(failed != 0)
