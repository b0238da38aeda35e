#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes from the schema: generate.py KIND OUTPUT FILE.kwis...  (KIND: header, source, fields, layouts, file-header, file-source, docs, json-schema, dictionary)

Types of the Python extension: generate.py python-stubs OUTPUT TEMPLATE FILE.kwis...
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from kwis import emit_c, emit_docs, emit_files, emit_json_schema, emit_python  # noqa: E402
from kwis.check import check  # noqa: E402
from kwis.model import SchemaError  # noqa: E402
from kwis.parse import Parser  # noqa: E402


def load(files):
    parser = Parser()
    for file in files:
        parser.parse(pathlib.Path(file).read_text(encoding="ascii"), pathlib.Path(file).name)
    check(parser.schema)
    return parser.schema


def main(kind, output, *files):
    if kind == "python-stubs":
        template, *files = files
        text = emit_python.text(load(files), pathlib.Path(template).read_text(encoding="ascii"))
        pathlib.Path(output).write_text(text, encoding="ascii")
        return
    schema = load(files)
    if kind == "docs":
        for name, text in emit_docs.pages(schema):
            (pathlib.Path(output) / name).write_text(text, encoding="ascii")
        return
    writer = {
        "header": emit_c.header,
        "source": emit_c.source,
        "fields": emit_c.fields,
        "layouts": emit_c.layouts,
        "file-header": emit_files.header,
        "file-source": emit_files.source,
        "json-schema": emit_json_schema.text,
        "dictionary": emit_json_schema.dictionary,
    }[kind]
    pathlib.Path(output).write_text(writer(schema), encoding="ascii")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except SchemaError as error:
        sys.exit(f"generate.py: {error}")
