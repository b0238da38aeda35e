# SPDX-License-Identifier: MIT
"""Writes the JSON Schema of record fields as kiwidump prints them, and a dictionary for fuzzers."""

import json

from .emit_c import field_type


def integer_or_null(nullable):
    return {"type": ["integer", "null"]} if nullable else {"type": "integer"}


def value_schema(value):
    """What the JSON writer makes of a value; see kiwidump/value.c."""
    kind = field_type(value)[len("KIWI_TYPE_") :]
    if value.length and value.kind == "N2":
        result = {"type": "array", "items": {"type": "integer"}}
    elif kind in ("FLAG",):
        result = {"type": "boolean"}
    elif kind in ("ANGLE", "DATE") and value.null is not None:
        result = {"anyOf": [{"$ref": f"#/$defs/{kind.lower()}"}, {"type": "null"}]}
    elif kind in ("ENUM", "ANGLE", "DSA", "BS", "PID", "MID", "DATE"):
        result = {"$ref": f"#/$defs/{kind.lower()}"}
    elif kind in ("C", "CC", "BCD"):
        result = {"type": "string"}
    elif kind == "STEP":
        result = {"$ref": "#/$defs/steps"}
    elif value.high < 0 and kind in ("UNKNOWN", "RESERVED"):
        result = {"$ref": "#/$defs/hexadecimal"}
    else:
        result = integer_or_null(value.null is not None or kind in ("SWS", "D"))
    return {**result, "description": value.doc}


def record_schema(record):
    properties = {value.name: value_schema(value) for value in record.values()}
    optional = {value.name for value in record.values() if value.run or (value.kind == "reserved")}
    required = [name for name in properties if name not in optional]
    return {
        "type": "object",
        "description": f"{record.section}: {record.doc}",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def definitions(schema):
    """What kiwidump/schema.json refers to."""
    texts = {name: {"type": "string"} for name, file in schema.files.items() if file.is_text}
    return {
        "file_kind": {"description": "what a file of the disc is", "enum": [*schema.files, "unknown"]},
        "file_texts": {"type": "object", "properties": texts, "additionalProperties": False},
    }


def text(schema):
    records = {name: record_schema(record) for name, record in schema.records.items()}
    return json.dumps({"records": records, "definitions": definitions(schema)}, indent=1) + "\n"


def dictionary(schema):
    words = {"null16": "FFFF", "null32": "FFFFFFFF", "magic": "464F524D41542056455253494F4E204B495749", "iso": "4344303031"}
    for enum in schema.enums.values():
        for code, name, _, _ in enum.entries:
            words[f"{enum.name}_{name}"] = f"{code:04X}"
    lines = []
    for name, digits in words.items():
        escaped = "".join(f"\\x{digits[i : i + 2]}" for i in range(0, len(digits), 2))
        lines.append(f'{name}="{escaped}"')
    return "\n".join(lines) + "\n"
