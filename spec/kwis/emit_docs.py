# SPDX-License-Identifier: MIT
"""Writes docs/format/: one page per chapter."""

NOTICE = "<!-- Made by spec/generate.py from the schema; do not edit. -->"


def cell(text):
    return text.replace("|", "\\|")


def pages(schema):
    rows = []
    for number, title in sorted(schema.chapters.items()):
        name = f"chapter-{number:02}.md"
        rows.append(f"| {number} | [{title}]({name}) |")
        yield name, page(schema, number, title)
    head = [NOTICE, "# The format", "", "Made from the schema in `spec/`, which is the one place where the format is written down.", "",
            "Sizes and displacements are given in bytes here; on the disc they count 16-bit words (SWS, D) or logical sectors (BS).",
            "All numbers are big-endian, but for those of type L4. Certainty: standard = a reading of the standard, disc = seen on a disc, inferred, unknown.",
            "", "| Chapter | |", "|---|---|"]  # fmt: skip
    yield "README.md", "\n".join(head + rows) + "\n"


def page(schema, number, title):
    lines = [NOTICE, f"# Chapter {number}: {title}", ""]
    for record in schema.records.values():
        if record.chapter == number:
            lines += record_section(record)
    for enum in schema.enums.values():
        if enum.chapter == number:
            lines += enum_section(enum)
    for file in schema.files.values():
        if file.chapter == number:
            lines += file_section(file)
    return "\n".join(lines).rstrip("\n") + "\n"


def record_section(record):
    size = f"{record.fixed_size} bytes" + (" and more" if record.varies else "")
    parameters = f" It depends on {', '.join(f'`{name}`' for name in record.parameters)}." if record.parameters else ""
    lines = [f"## {record.name}", "", f"Section {record.section}, {size}, {record.certainty}. {record.doc}{parameters}", ""]
    if record.fields:
        lines += ["| Offset | Type | Field | Meaning | Certainty |", "|---|---|---|---|---|"]
    for field in record.fields:
        place = "behind" if field.offset is None else str(field.offset)
        lines.append(field_row(place, type_text(field), field))
        for bit in field.bits:
            bits = f"{bit.high}:{bit.low}" if bit.high != bit.low else str(bit.high)
            lines.append(field_row(f"bits {bits}", f"enum {bit.enum}" if bit.enum else bit.kind, bit))
    if record.extent:
        lines += ["", f"Length with all parts: `{record.extent.text}`."]
    lines += part_lines(record)
    return lines + [""]


def type_text(field):
    text = field.kind
    if field.length:
        text += f"[{field.length.text}]"
    elif field.kind in ("C", "CC", "BCD", "unknown", "reserved"):
        text += str(field.size)
    return f"{text}, enum {field.enum}" if field.enum else text


def field_row(place, kind, field):
    notes = [field.doc]
    if field.unit:
        notes.append(f"in {field.unit}")
    if field.plus:
        notes.append("stored less one")
    if field.null is not None:
        notes.append(f"{field.null:X} = none")
    if field.condition:
        notes.append(f"only if `{field.condition.text}`")
    if field.otherwise:
        notes.append("otherwise")
    name = field.name if field.kind != "reserved" else "*reserved*"
    return f"| {place} | {cell(kind)} | {name} | {cell('; '.join(notes))} | {field.certainty} |"


def part_lines(record):
    lines = []
    if record.parts:
        lines += ["", "Then follow, in this order:", ""]
    for part in record.parts:
        what = f"`{part.type}`" if part.type else f"{part.kind} `{part.name}`"
        details = []
        if part.count:
            details.append(f"`{part.count.text}` times")
        if part.length:
            details.append(f"in `{part.length.text}` bytes")
        if part.condition:
            details.append(f"if `{part.condition.text}`")
        if part.doc:
            details.append(part.doc)
        lines.append(f"- {what}" + (f": {', '.join(details)}" if details else ""))
    for part in record.references:
        condition = f", if `{part.condition.text}`" if part.condition else ""
        lines += ["", f"Refers to `{part.type}` at `{part.at.text}`{condition}."]
    return lines


def file_section(file):
    lines = [f"## {file.name}", "", f"Kind of file. Section {file.section}, {file.certainty}. {file.doc}"]
    if file.text:
        record, field, text = file.text
        lines[-1] += f" A file of another name is of this kind, if `{field}` of a `{record}` at its beginning contains {text}."
    if file.by_map:
        lines[-1] += " The map leads into it."
    if file.called:
        lines[-1] += f" Called {file.called[0]}, {file.called[1]}."
    lines += ["", "| Name | Record | If |", "|---|---|---|"]
    for name in file.names:
        text = f"{name.folder}/{name.pattern}" if name.folder else name.pattern
        condition = f"`{name.condition.text}`" if name.condition else ""
        lines.append(f"| `{text}` | {f'`{name.record}`' if name.record else ''} | {condition} |")
    return lines + [""]


def enum_section(enum):
    lines = [f"## {enum.name}", "", f"Section {enum.section}, {enum.certainty}. {enum.doc}", "", "| Code | Name | Meaning |", "|---|---|---|"]
    for code, name, meaning, certainty in enum.entries:
        lines.append(f"| {code}{f' ({hex(code)})' if code > 255 else ''} | {name} | {cell(meaning)} |")
    return lines + [""]
