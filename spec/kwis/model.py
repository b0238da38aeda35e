# SPDX-License-Identifier: MIT
"""What a schema consists of."""

from dataclasses import dataclass, field

CERTAINTIES = ("standard", "disc", "inferred", "unknown")

# Width in bytes of the types that have one.
WIDTHS = {
    "N1": 1, "N2": 2, "N4": 4, "L4": 4, "I1": 1, "I2": 2, "B1": 1, "B2": 2, "B4": 4, "NZ": 2, "ANGLE": 3, "DSA": 4,
    "BS": 2, "SWS2": 2, "SWS4": 4, "D2": 2, "D4": 4, "PID": 8, "MID": 12, "DATE": 2, "STEP": 2,
}  # fmt: skip
BYTE_TYPES = ("C", "CC", "BCD", "unknown", "reserved")
BIT_TYPES = ("flag", "enum", "N", "I", "SWS", "reserved")
REPEATABLE = ("N2", "STEP") + BYTE_TYPES
NUMBERS = ("N", "I", "flag", "enum", "SWS", "N1", "N2", "N4", "L4", "I1", "I2", "NZ", "ANGLE", "DSA", "BS", "SWS2", "SWS4",
           "D2", "D4", "DATE")  # fmt: skip


class SchemaError(Exception):
    """A rule of the schema language is broken; the text names file, line, record and field."""


@dataclass
class Enum:
    name: str
    section: str
    certainty: str
    doc: str
    entries: list  # (code, name, meaning, certainty)
    chapter: int = 0
    where: str = ""


@dataclass
class Field:
    name: str
    kind: str  # a key of WIDTHS, one of BYTE_TYPES, or one of BIT_TYPES inside a word
    offset: object  # int, or None for "behind the field before"
    doc: str
    certainty: str
    where: str
    size: int = 0  # bytes; 0 if length is an expression
    length: object = None  # Expression of TYPE[...]: elements of N2 and STEP, else bytes
    condition: object = None  # Expression
    otherwise: bool = False  # "else"
    null: object = None
    plus: int = 0
    enum: str = ""
    unit: str = ""
    high: int = -1
    low: int = -1
    bits: list = field(default_factory=list)  # of words
    run: int = 0
    word: object = None  # of bits

    @property
    def is_word(self):
        return self.kind in ("B1", "B2", "B4")


@dataclass
class LookUp:
    """An argument that stands in another record of the enclosing frame."""

    record: str
    field: str
    at: object  # Expression: displacement of that record in the frame


@dataclass
class Part:
    kind: str  # table, list, one, unknown, reserved, reference
    name: str
    where: str
    type: str = ""
    arguments: list = field(default_factory=list)  # of Expression and LookUp
    count: object = None
    stride: object = None
    length: object = None
    at: object = None
    size: object = None
    condition: object = None
    first: int = 0  # number of the first record in paths
    doc: str = ""

    def look_ups(self):
        """Pairs of position and argument."""
        return [(place, argument) for place, argument in enumerate(self.arguments) if isinstance(argument, LookUp)]


@dataclass
class Run:
    """The fixed part, or one field that is optional or varies."""

    field: object = None  # None for run 0
    start: object = None  # int for a fixed place


@dataclass
class Record:
    name: str
    parameters: list
    fixed_size: int
    varies: bool
    section: str
    certainty: str
    frame: bool
    where: str
    chapter: int = 0
    doc: str = ""
    fields: list = field(default_factory=list)
    parts: list = field(default_factory=list)
    references: list = field(default_factory=list)
    extent: object = None
    runs: list = field(default_factory=list)

    def values(self):
        """Every field that holds a value: words are replaced by their bits."""
        for item in self.fields:
            if item.is_word:
                yield from item.bits
            else:
                yield item


@dataclass
class FileName:
    """A name that files of a kind have: FOLDER/PATTERN or PATTERN, in which one * stands for anything."""

    pattern: str
    where: str
    folder: str = ""
    sure: bool = False  # a file of that name makes what it lies in a KIWI disc
    record: str = ""  # what the whole file is
    path: str = ""
    condition: object = None  # Expression: whether its head looks like that record

    @property
    def begins(self):
        """Whether the name says more than where the file lies or what its extension is."""
        return not self.folder and not self.pattern.startswith("*")


@dataclass
class FileKind:
    name: str
    section: str
    certainty: str
    where: str
    chapter: int = 0
    doc: str = ""
    names: list = field(default_factory=list)
    text: tuple = ()  # record, field and what stands in it, if a file of another name is known by it
    by_map: bool = False  # the map leads into it
    called: tuple = ()  # what people call one such file, and several; nothing for parts of something larger

    @property
    def is_text(self):
        """Whether every file of the kind is one text."""
        return all(name.record == "text_file" for name in self.names)


@dataclass
class Schema:
    chapters: dict = field(default_factory=dict)  # number -> title
    enums: dict = field(default_factory=dict)
    records: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)
