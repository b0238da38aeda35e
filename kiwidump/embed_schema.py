#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Puts what is made from the schema into schema.json: embed_schema.py SCHEMA.json RECORDS.json OUTPUT.h"""

import json
import sys


def main(schema_file, records_file, output):
    with open(schema_file, encoding="ascii") as file:
        schema = json.load(file)
    with open(records_file, encoding="ascii") as file:
        made = json.load(file)
    records = made["records"]
    definitions = schema["$defs"]
    definitions.update(made["definitions"])
    for name, fields in records.items():
        definitions[f"fields_{name}"] = fields
    definitions["record"]["oneOf"] += [
        {
            "properties": {"record": {"const": name}, "fields": {"$ref": f"#/$defs/fields_{name}"}},
            "required": ["fields"],
        }
        for name in records
    ]
    text = json.dumps(schema, indent=1) + "\n"
    numbers = ",".join(str(byte) for byte in text.encode("ascii"))
    with open(output, "w", encoding="ascii") as file:
        file.write(f"static const char schema_text[] = {{{numbers},0}};\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
