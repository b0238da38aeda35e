# SPDX-License-Identifier: MIT
"""Writes file_kind.h and file_kinds.c: what the files of a disc are, and how they are known."""

from .c_text import at, function, laid_out, quoted, row
from .emit_c import NOTICE, ONE_SIGNATURE, load
from .model import WIDTHS


def constant(kind):
    return f"KIWI_FILE_{kind.name.upper()}"


def full_name(name):
    return f"{name.folder}/{name.pattern}" if name.folder else name.pattern


def header(schema):
    lines = [NOTICE, "#ifndef KIWI_FILE_KIND_H", "#define KIWI_FILE_KIND_H\n", "/** What a file of a disc is. */",
             "enum kiwi_file_kind {", "    KIWI_FILE_UNKNOWN,"]  # fmt: skip
    for kind in schema.files.values():
        names = ", ".join(full_name(name).replace("/*", "/ *") for name in kind.names)
        lines.append(f"    {constant(kind)}, /**< {kind.section}: {kind.doc} {names} */")
    return laid_out("\n".join([*lines, f"    KIWI_FILE_KIND_COUNT /**< {len(schema.files)} kinds, and unknown */", "};\n", "#endif\n"]))


def judge(kind, name):
    """Name of the function that says whether the head of a file looks like its record."""
    return f"is_{kind.name}_{kind.names.index(name)}" if name.condition else ""


def plausible(schema, kind, name):
    values = {value.name: value for value in schema.records[name.record].values()}
    needed = max([offset + 1 for offset in name.condition.bytes], default=0)
    for item in name.condition.names - {"size"}:
        needed = max(needed, values[item].offset + WIDTHS[(values[item].word or values[item]).kind])

    def resolve(item):
        if item.startswith("raw1:"):
            return f"(int64_t)kiwi_load8({at('bytes', int(item[5:]))})"
        return "(int64_t)size" if item == "size" else f"(int64_t){load(at('bytes', values[item].offset), values[item])}"

    long_enough = f"length >= {needed} && " if needed else ""
    return function(f"static bool {judge(kind, name)}(const uint8_t *bytes, uint64_t length, uint64_t size)",
                    [f"return {long_enough}{name.condition.c(resolve, operand=needed > 0)};"])  # fmt: skip


def reason(name):
    if name.begins:
        return "file name"
    return f"folder {name.folder}" if name.folder else f"extension {name.pattern[2:]}"


def name_row(kind, name):
    members = row(
        folder=quoted(name.folder) if name.folder else "", pattern=quoted(name.pattern), kind=constant(kind), reason=quoted(reason(name)),
        sure="true" if name.sure else "false", type=f"&kiwi_type_{name.record}" if name.record else "",
        path=quoted(name.path) if name.path else "", plausible=judge(kind, name),
    )  # fmt: skip
    return f"    {{{members}}},"


def kind_row(kind):
    members = row(name=quoted(kind.name), by_map="true" if kind.by_map else "false", is_text="true" if kind.is_text else "false",
                  one=quoted(kind.called[0]) if kind.called else "", many=quoted(kind.called[1]) if kind.called else "")  # fmt: skip
    return f"    [{constant(kind)}] = {{{members}}},"


def mark(schema):
    """The text by which a file is known whatever its name is."""
    for kind in schema.files.values():
        if kind.text:
            record, name, text = kind.text
            field = next(item for item in schema.records[record].fields if item.name == name)
            what = f"{name.replace('_', ' ')} text at byte {field.offset}"
            members = row(kind=constant(kind), offset=field.offset, length=field.size, text=quoted(text), field=quoted(name),
                          there=quoted(what), missing=quoted(f"file name, though the {what} is not there"))  # fmt: skip
            return f"const struct kiwi_file_mark kiwi_file_mark = {{{members}}};\n"
    return "const struct kiwi_file_mark kiwi_file_mark = {.kind = KIWI_FILE_UNKNOWN};\n"


def source(schema):
    names = [(kind, name) for kind in schema.files.values() for name in kind.names]
    names.sort(key=lambda item: not item[1].begins)
    lines = [NOTICE, '#include "disc/file_kind.h"\n', "#include <kiwi/records.h>\n", '#include "bytes/codec.h"\n', ONE_SIGNATURE]
    lines += [plausible(schema, kind, name) for kind, name in names if name.condition]
    lines += ["const struct kiwi_file_kind_data kiwi_file_kinds[] = {", '    [KIWI_FILE_UNKNOWN] = {.name = "unknown"},']
    lines += [*[kind_row(kind) for kind in schema.files.values()], "};\n", "const struct kiwi_file_name kiwi_file_names[] = {"]
    lines += [*[name_row(kind, name) for kind, name in names], "};",
              "const size_t kiwi_file_name_count = sizeof kiwi_file_names / sizeof kiwi_file_names[0];\n", mark(schema)]  # fmt: skip
    return laid_out("\n".join(lines))
