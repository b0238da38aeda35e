# SPDX-License-Identifier: MIT
"""Writes the types of the Python extension: a template written by hand, filled in with the classes of the schema."""

import ast
import keyword
import re

from .emit_c import field_type, is_words
from .model import SchemaError

# Lines of the template: here come all classes of the schema; this class has the fields of that record, too.
CLASSES = "# classes of the schema"
FILE_KINDS = "# kinds of files"  # here comes the type of their names
FIELDS = re.compile(r"    # fields of (\w+)(?: without (.+))?")

# What python-bindings/src/value.c makes of a value; of what is not listed, bytes.
TYPES = {
    "N": "int", "L": "int", "I": "int", "NZ": "int", "SWS": "int", "D": "int", "FLAG": "bool", "C": "str", "CC": "str",
    "ANGLE": "Angle", "DSA": "Address", "BS": "Size", "PID": "Position", "MID": "Manufacturer", "DATE": "date",
}  # fmt: skip


def class_name(name):
    """link_shape -> LinkShape"""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def member_name(name):
    return f"_{name}".upper() if name[0].isdigit() else name.upper()


def type_of(value):
    kind = field_type(value)[len("KIWI_TYPE_") :]
    if kind == "STEP":
        return "Array[tuple[int, int]]"  # absent ones are an empty array
    if kind == "ENUM":
        text = f"{class_name(value.enum)} | int"  # a code without a name stays a number
    elif kind == "N" and value.length:
        text = "tuple[int, ...]"
    elif kind == "RESERVED" and value.word:
        text = "int"
    else:
        text = TYPES.get(kind, "bytes")
    absent = value.run or value.null is not None or kind in ("DSA", "MID") or is_words(value)
    return f"{text} | None" if absent else text


def quoted(text):
    return '"""' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""'


def field_lines(record, value):
    unit = f", in {value.unit}" if value.unit else ""
    bits = f", bits {value.high}:{value.low}" if value.high > value.low else f", bit {value.high}"
    doc = f"{value.doc}{unit}{bits if value.word else ''} ({record.section}, {value.certainty})"
    return [f"    {value.name}: ClassVar[Field[{type_of(value)}]]", f"    {quoted(doc)}"]


def enum_lines(enum):
    lines = [f"class {class_name(enum.name)}(IntEnum):", f"    {quoted(f'{enum.section}: {enum.doc}')}"]
    for code, name, meaning, _ in enum.entries:
        lines += [f"    {member_name(name)} = {code}", f"    {quoted(meaning)}"]
    return lines


def record_lines(record):
    lines = ["@final", f"class {class_name(record.name)}(Record):", f"    {quoted(f'{record.section}: {record.doc}')}",
             "    section: ClassVar[str]"]  # fmt: skip
    for value in record.values():
        lines += field_lines(record, value)
    return lines


def attributes(classes, name):
    """What a class of the template has of its own, and from the bases that are in the template."""
    names = set()
    for item in classes[name].body if name in classes else []:
        names |= {item.name} if isinstance(item, ast.FunctionDef) else set()
        names |= {item.target.id} if isinstance(item, ast.AnnAssign) else set()
    for base in classes[name].bases if name in classes else []:
        names |= attributes(classes, getattr(base, "id", ""))
    return names


def check_names(schema, classes):
    """No class of the schema hides another, no field an attribute that every record has."""
    taken = set(classes)
    for item in [*schema.enums.values(), *schema.records.values()]:
        if class_name(item.name) in taken:
            raise SchemaError(f"{item.where}: Python has another class {class_name(item.name)}")
        taken.add(class_name(item.name))
    own = attributes(classes, "Record") | {"section"}
    for record in schema.records.values():
        for value in record.values():
            if keyword.iskeyword(value.name):
                raise SchemaError(f"{value.where}: the name is a keyword of Python")
            if value.name in own:
                raise SchemaError(f"{value.where}: every record has an attribute of that name in Python")


def taken_lines(record, owner, taken, without):
    """The fields of a record in a class that has its own word for those in without; reserved ones are not worth one."""
    lines = []
    for value in record.values():
        if value.kind == "reserved":
            continue
        if (value.name in taken) != (value.name in without):
            has = "has" if value.name in taken else "lacks"
            raise SchemaError(f"{value.where}: {owner} {has} an attribute of that name in Python; see the template of the stub")
        if value.name not in taken:
            lines += field_lines(record, value)
            taken.add(value.name)
    return lines


def text(schema, template):
    classes = {item.name: item for item in ast.parse(template).body if isinstance(item, ast.ClassDef)}
    check_names(schema, classes)
    lines = []
    for line in template.splitlines():
        fields = FIELDS.fullmatch(line)
        if line.startswith("class "):
            owner = re.match(r"class (\w+)", line)[1]
            taken = attributes(classes, owner)
        if fields:
            lines += taken_lines(schema.records[fields[1]], owner, taken, (fields[2] or "").split(", "))
        elif line == FILE_KINDS:
            lines.append(f"_FileKind = Literal[{', '.join(repr(name).replace(chr(39), chr(34)) for name in [*schema.files, 'unknown'])}]")
        elif line == CLASSES:
            for item in schema.enums.values():
                lines += [*enum_lines(item), ""]
            for item in schema.records.values():
                lines += [*record_lines(item), ""]
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"
