# SPDX-License-Identifier: MIT
"""Reads *.kwis files; see spec/README.md for the language."""

import re

from .expression import Expression
from .model import BIT_TYPES, BYTE_TYPES, CERTAINTIES, REPEATABLE, WIDTHS, Enum, Field, FileKind, FileName, LookUp, Part, Record, Schema, SchemaError

NAME = r"[a-z][a-z0-9_]*"
RECORD = re.compile(rf'(record|frame) ({NAME})(?:\(([^)]*)\))?\s+(\d+)(\.\.)? bytes?\s+"([^"]+)"\s+\{{(\w+)\}}$')
ENUM = re.compile(rf'enum ({NAME})\s+"([^"]+)"\s+\{{(\w+)\}}$')
FILE = re.compile(rf'file ({NAME})\s+"([^"]+)"\s+\{{(\w+)\}}$')
FILE_NAME = re.compile(r"(?:([A-Z0-9]+)/)?([A-Z0-9._]*\*?[A-Z0-9._]*)$")
CHAPTER = re.compile(r'chapter (\d+)\s+"([^"]+)"$')
TYPE = re.compile(r"([A-Za-z]+\d*?)(\d+)?(?:\[(.+)\])?$")
LOOK_UP = re.compile(rf"({NAME})\.({NAME}) @ (.+)$")
CALL = re.compile(rf"({NAME})(?:\((.*)\))?$")


def columns(line):
    return re.split(r"\s{2,}", line.strip())


def certainty_of(text, default, where):
    """Splits a trailing {certainty} off a description."""
    match = re.search(r"\s*\{(\w+)\}$", text)
    if not match:
        return text, default
    if match[1] not in CERTAINTIES:
        raise SchemaError(f"{where}: unknown certainty '{match[1]}'")
    return text[: match.start()], match[1]


class Parser:
    def __init__(self):
        self.schema = Schema()
        self.chapter = 0
        self.record = None
        self.enum = None
        self.file = None
        self.in_parts = False

    def parse(self, text, file):
        for number, line in enumerate(text.splitlines(), 1):
            where = f"{file}:{number}"
            if not line.strip() or line.startswith("#"):
                continue
            if not line.startswith(" "):
                self.head(line.strip(), where)
            elif self.enum:
                self.enum_line(line, where)
            elif self.record:
                self.record_line(line, where)
            elif self.file:
                self.file_line(line, f"{where}: file {self.file.name}")
            else:
                raise SchemaError(f"{where}: a line outside of records and enums")

    def head(self, line, where):
        self.record = self.enum = self.file = None
        self.in_parts = False
        if match := CHAPTER.match(line):
            self.chapter = int(match[1])
            if self.chapter in self.schema.chapters:
                raise SchemaError(f"{where}: chapter {self.chapter} is defined twice")
            self.schema.chapters[self.chapter] = match[2]
        elif match := ENUM.match(line):
            if match[1] in self.schema.enums:
                raise SchemaError(f"{where}: enum {match[1]} is defined twice")
            self.check_certainty(match[3], where)
            self.enum = Enum(match[1], match[2], match[3], "", [], self.chapter, where)
            self.schema.enums[match[1]] = self.enum
        elif match := RECORD.match(line):
            name = match[2]
            if name in self.schema.records:
                raise SchemaError(f"{where}: record {name} is defined twice")
            self.check_certainty(match[7], where)
            parameters = [item.strip() for item in (match[3] or "").split(",") if item.strip()]
            self.record = Record(name, parameters, int(match[4]), bool(match[5]), match[6], match[7], match[1] == "frame",
                                 where, self.chapter)  # fmt: skip
            self.schema.records[name] = self.record
        elif match := FILE.match(line):
            if match[1] in self.schema.files:
                raise SchemaError(f"{where}: file {match[1]} is defined twice")
            self.check_certainty(match[3], where)
            self.file = FileKind(match[1], match[2], match[3], where, self.chapter)
            self.schema.files[match[1]] = self.file
        else:
            raise SchemaError(f"{where}: neither chapter, enum, record, frame nor file: {line}")
        if not self.chapter:
            raise SchemaError(f"{where}: outside of a chapter: {line}")

    @staticmethod
    def check_certainty(word, where):
        if word not in CERTAINTIES:
            raise SchemaError(f"{where}: unknown certainty '{word}'")

    def enum_line(self, line, where):
        if not re.match(r"\s+(\d|0x)", line):
            if len(columns(line)) > 1 or self.enum.entries:
                raise SchemaError(f"{where}: enum {self.enum.name}: not a line of the language: {line.strip()}")
            self.enum.doc = (self.enum.doc + " " + line.strip()).strip()
            return
        parts = columns(line)
        if len(parts) != 3:
            raise SchemaError(f"{where}: enum {self.enum.name}: a line has value, name and meaning")
        if not re.match(r"(0|[1-9]\d*|0x[0-9A-Fa-f]+)$", parts[0]) or not re.match(r"[a-z0-9_]+$", parts[1]):
            raise SchemaError(f"{where}: enum {self.enum.name}: '{parts[0]}  {parts[1]}' is no value and name")
        meaning, certainty = certainty_of(parts[2], self.enum.certainty, f"{where}: enum {self.enum.name}, value {parts[1]}")
        self.enum.entries.append((int(parts[0], 0), parts[1], meaning, certainty))

    def file_line(self, line, where):
        parts = columns(line)
        if parts[0] == "name" and len(parts) > 1:
            self.file.names.append(self.file_name(parts[1], parts[2:], where))
        elif parts[0] == "text" and len(parts) == 3 and "." in parts[1]:
            self.file.text = (*parts[1].split(".", 1), parts[2])
        elif parts == ["reached by the map"]:
            self.file.by_map = True
        elif parts[0] == "called":
            if len(parts) != 3:
                raise SchemaError(f"{where}: 'called' has two words: for one and for many")
            self.file.called = (parts[1], parts[2])
        elif len(parts) > 1 or self.file.names:
            raise SchemaError(f"{where}: not a line of the language: {line.strip()}")
        else:
            self.file.doc = (self.file.doc + " " + parts[0]).strip()

    @staticmethod
    def file_name(text, rest, where):
        where = f"{where}, name {text}"
        match = FILE_NAME.match(text)
        if not match or not match[2]:
            raise SchemaError(f"{where}: no name of a file")
        result = FileName(match[2], where, match[1] or "")
        for item in rest:
            word, _, value = item.partition(" ")
            if item == "sure":
                result.sure = True
            elif word == "as" and re.match(rf"{NAME}$", value):
                result.path = value
            elif word == "if" and value:
                result.condition = Expression(value, where)
            elif re.match(rf"{NAME}$", item) and not result.record:
                result.record = item
            else:
                raise SchemaError(f"{where}: not understood: {item}")
        return result

    def record_line(self, line, where):
        record = self.record
        parts = columns(line)
        first = parts[0].split()[0]
        where = f"{where}: record {record.name}"
        if self.in_parts:
            record.parts.append(self.part(parts, where))
        elif first == "parts" and len(parts) == 1:
            self.in_parts = True
        elif first == "extent" and len(parts) == 2:
            record.extent = Expression(parts[1], f"{where}, extent")
        elif first == "reference" and len(parts) > 1:
            record.references.append(self.part(parts, where))
        elif re.match(r"\d+(:\d+)?$", parts[0]) and len(parts) > 1 and (":" in parts[0] or parts[1] in BIT_TYPES):
            self.bits(parts, where)
        elif re.match(r"(\d+|\+)$", parts[0]):
            record.fields.append(self.field(parts, where))
        elif record.fields or len(parts) > 1:
            raise SchemaError(f"{where}: not a line of the language: {line.strip()}")
        else:
            record.doc = (record.doc + " " + line.strip()).strip()

    def field(self, parts, where):
        offset = None if parts[0] == "+" else int(parts[0])
        if len(parts) < 2:
            raise SchemaError(f"{where}: a field has offset, type, name and meaning")
        rest = parts[2:]
        kind, size, length = self.type(parts[1], f"{where}, field {rest[0] if rest else parts[0]}")
        if kind == "reserved" and not length and offset is not None:
            name = f"reserved_{offset}"
        else:
            if not rest or not re.match(rf"{NAME}$", rest[0]):
                raise SchemaError(f"{where}: the field at {parts[0]} has no name")
            name = rest.pop(0)
        result = Field(name, kind, offset, "", self.record.certainty, f"{where}, field {name}", size)
        result.length = Expression(length, result.where) if length else None
        self.modifiers(result, rest)
        return result

    @staticmethod
    def type(text, where):
        if text in WIDTHS:
            return text, WIDTHS[text], None
        match = re.match(r"([A-Za-z]+\d?)\[(.+)\]$", text)
        if match and match[1] in REPEATABLE:
            return match[1], 0, match[2]
        match = re.match(r"([A-Za-z]+)(\d+)$", text)
        if match and match[1] in BYTE_TYPES:
            return match[1], int(match[2]), None
        raise SchemaError(f"{where}: unknown type '{text}'")

    def bits(self, parts, where):
        if not self.record.fields or not self.record.fields[-1].is_word:
            raise SchemaError(f"{where}: bits outside of a B1, B2 or B4 field")
        word = self.record.fields[-1]
        high, _, low = parts[0].partition(":")
        high, low = int(high), int(low or high)
        kind, rest = parts[1], parts[2:]
        enum = ""
        if kind not in BIT_TYPES:
            raise SchemaError(f"{where}, field {' '.join(rest[:1])}: unknown bit type '{kind}'")
        if kind == "enum":
            enum = rest.pop(0) if rest else ""
        if kind == "reserved":
            name = f"reserved_{word.name}_{high}_{low}"
            rest = rest or ["zero"]
        else:
            name = rest.pop(0) if rest else ""
            if not re.match(rf"{NAME}$", name):
                raise SchemaError(f"{where}: the bits {parts[0]} have no name")
        result = Field(name, kind, word.offset, "", self.record.certainty, f"{where}, field {name}", high=high, low=low)
        result.enum = enum
        result.word = word
        self.modifiers(result, rest)
        word.bits.append(result)

    def modifiers(self, target, rest):
        while rest:
            word, _, value = rest[0].partition(" ")
            if word == "if":
                target.condition = Expression(value, target.where)
            elif word == "else" and not value:
                target.otherwise = True
            elif word == "null" and re.match(r"[0-9A-F]+$", value):
                target.null = int(value, 16)
            elif word == "plus" and value == "1":
                target.plus = 1
            elif word == "enum" and re.match(rf"{NAME}$", value):
                target.enum = value
            elif word == "unit":
                target.unit = value
            else:
                break
            rest.pop(0)
        if len(rest) > 1:
            raise SchemaError(f"{target.where}: not understood: {rest[0]}")
        target.doc, target.certainty = certainty_of(rest[0] if rest else "", target.certainty, target.where)
        if not target.doc:
            raise SchemaError(f"{target.where}: not documented")

    @staticmethod
    def argument(text, where):
        match = LOOK_UP.match(text)
        return LookUp(match[1], match[2], Expression(match[3], where)) if match else Expression(text, where)

    def part(self, parts, where):
        kind = parts[0]
        kinds = ("table", "list", "one", "unknown", "reserved") if self.in_parts else ("reference",)
        if kind not in kinds or len(parts) < 2:
            raise SchemaError(f"{where}: unknown part '{kind}'")
        result = Part(kind, "", f"{where}, part {parts[1]}")
        if kind in ("unknown", "reserved"):
            result.name = parts[1]
        else:
            match = CALL.match(parts[1])
            if not match:
                raise SchemaError(f"{where}: '{parts[1]}' is no record with arguments")
            result.type = match[1]
            result.arguments = [self.argument(item.strip(), result.where) for item in (match[2] or "").split(",") if item.strip()]
        keys = {"x": "count", "in": "length", "stride": "stride", "at": "at", "size": "size", "if": "condition"}
        for text in parts[2:]:
            word, _, value = text.partition(" ")
            if word in keys and value:
                setattr(result, keys[word], Expression(value, result.where))
            elif word == "as" and re.match(r"[a-z0-9_#\[\]]+$", value):
                result.name = value
            elif re.match(r"from [1-9]$", text):
                result.first = int(text[5:])
            elif kind in ("unknown", "reserved"):
                result.doc = text
            else:
                raise SchemaError(f"{result.where}: not understood: {text}")
        if not result.name:
            raise SchemaError(f"{result.where}: has no name ('as NAME')")
        return result
