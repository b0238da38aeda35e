# SPDX-License-Identifier: MIT
"""The rules that a schema obeys, and the division of records into runs."""

from .model import BYTE_TYPES, NUMBERS, LookUp, Run, SchemaError, WIDTHS

# What an expression may use besides fields and parameters: the generated functions have no more.
IN_FIELDS = {"_position", "null"}
IN_LENGTHS = IN_FIELDS | {"available"}
IN_PARTS = IN_LENGTHS | {"_index"}
MAXIMUM_RUNS = 10
MAXIMUM_ARGUMENTS = 8
MAXIMUM_DEPTH = 8  # KIWI_ENGINE_DEPTH of the engine


def check(schema):
    for enum in schema.enums.values():
        check_enum(enum)
    for record in schema.records.values():
        check_record(schema, record)
    for record in schema.records.values():
        check_depth(schema, record, [])
        check_look_ups(schema, record)
    for file in schema.files.values():
        check_file(schema, file)
    if sum(1 for file in schema.files.values() if file.text) > 1:
        raise SchemaError("more than one kind of file is known by a text")


def check_file(schema, file):
    where = f"{file.where}: file {file.name}"
    if not file.doc:
        raise SchemaError(f"{where}: not documented")
    if file.name == "unknown":
        raise SchemaError(f"{where}: so are called the files that have no kind")
    if not file.names:
        raise SchemaError(f"{where}: it has no names")
    for name in file.names:
        others = [other for kind in schema.files.values() for other in kind.names if other is not name]
        if any((other.folder, other.pattern) == (name.folder, name.pattern) for other in others):
            raise SchemaError(f"{name.where}: the name occurs twice")
        check_file_record(schema, name)
    if file.text:
        record, field, _ = file.text
        found = [item for item in schema.records[record].fields if item.name == field] if record in schema.records else []
        if not found or found[0].kind != "C" or found[0].run or found[0].length:
            raise SchemaError(f"{where}: no field of type C at a fixed place is called {record}.{field}")


def check_file_record(schema, name):
    if bool(name.record) != bool(name.path) or (name.condition and not name.record):
        raise SchemaError(f"{name.where}: a record has a path ('as NAME'), and only a record has a path or a condition")
    if not name.record:
        return
    if name.record not in schema.records:
        raise SchemaError(f"{name.where}: there is no record {name.record}")
    record = schema.records[name.record]
    if record.parameters:
        raise SchemaError(f"{name.where}: the record {record.name} depends on what no file says")
    fixed = {value.name for value in record.values() if not value.run and value.kind in NUMBERS}
    for item in sorted(name.condition.names - fixed - {"size"} if name.condition else ()):
        raise SchemaError(f"{name.where}: the expression '{name.condition.text}' does not know '{item}'")


def check_enum(enum):
    if not enum.doc:
        raise SchemaError(f"{enum.where}: enum {enum.name}: not documented")
    if not enum.entries:
        raise SchemaError(f"{enum.where}: enum {enum.name}: it has no values")
    names = set()
    previous = -1
    for code, name, _, _ in enum.entries:
        if code <= previous:
            raise SchemaError(f"{enum.where}: enum {enum.name}: values do not ascend at {name}")
        if name in names:
            raise SchemaError(f"{enum.where}: enum {enum.name}: the name {name} occurs twice")
        names.add(name)
        previous = code


def check_record(schema, record):
    if not record.doc:
        raise SchemaError(f"{record.where}: record {record.name}: not documented")
    if len(record.parameters) > MAXIMUM_ARGUMENTS:
        raise SchemaError(f"{record.where}: record {record.name}: more than {MAXIMUM_ARGUMENTS} parameters")
    check_names(schema, record)
    for field in record.fields:
        if field.is_word:
            check_bits(field)
        for value in field.bits or [field]:
            check_modifiers(value)
    place(record)
    check_coverage(record)
    check_alternatives(record)
    check_parts(schema, record)


def check_names(schema, record):
    """Names are unique, and expressions look only backward."""
    seen = set()
    known = set(record.parameters)
    everything = {value.name: value for value in record.values()}
    raw = {field.offset for field in record.fields if field.size == 4 and not field.is_word}
    texts = {field.offset for field in record.fields if field.kind == "C" and field.offset is not None}

    def expression(item, where, builtin):
        for name in sorted(item.names - known - builtin):
            reason = "looks forward to" if name in everything else "does not know"
            raise SchemaError(f"{where}: the expression '{item.text}' {reason} '{name}'")
        for name in sorted(item.names):
            if name in everything and (everything[name].kind not in NUMBERS or everything[name].length):
                raise SchemaError(f"{where}: the expression '{item.text}' uses '{name}', which is no number")
        if item.bytes:
            raise SchemaError(f"{where}: the expression '{item.text}' looks at bytes, which only the names of files do")
        if not item.raw <= raw:
            raise SchemaError(f"{where}: the expression '{item.text}' looks at an offset where no field of 4 bytes begins")
        if not item.texts <= texts:
            raise SchemaError(f"{where}: the expression '{item.text}' looks for text where no field of type C begins")

    for field in record.fields:
        if field.condition:
            expression(field.condition, field.where, IN_FIELDS)
        if field.length:
            expression(field.length, field.where, IN_LENGTHS)
        for value in field.bits or [field]:
            if value.name in seen:
                raise SchemaError(f"{value.where}: the name occurs twice")
            if value.name in record.parameters or value.name in IN_PARTS:
                raise SchemaError(f"{value.where}: the name means something else in expressions")
            seen.add(value.name)
            known.add(value.name)
            if value.enum and value.enum not in schema.enums:
                raise SchemaError(f"{value.where}: there is no enum '{value.enum}'")
    if record.extent:
        expression(record.extent, record.extent.where, IN_FIELDS)
    for part in record.parts + record.references:
        arguments = [item.at if isinstance(item, LookUp) else item for item in part.arguments]
        for item in [part.count, part.stride, part.length, part.at, part.size, part.condition, *arguments]:
            if item:
                expression(item, part.where, IN_PARTS)


def check_modifiers(value):
    """Modifiers stand only where the generated code heeds them."""
    bits = value.high - value.low + 1 if value.word else value.size * 8
    if value.enum and value.kind not in ("N", "N1", "N2", "N4", "enum"):
        raise SchemaError(f"{value.where}: only an N has an enum")
    if value.plus and value.kind not in ("N", "N1", "N2"):
        raise SchemaError(f"{value.where}: only an N of up to two bytes has 'plus 1'")
    if value.null is not None and (value.kind not in NUMBERS or value.length or value.null >> bits):
        raise SchemaError(f"{value.where}: the null {value.null:X} does not fit {value.kind}")
    if value.word and (value.condition or value.otherwise):
        raise SchemaError(f"{value.where}: bits have no 'if' or 'else' of their own")


def check_bits(word):
    """Bits cover the word from the highest to the lowest, without holes or overlaps."""
    expected = WIDTHS[word.kind] * 8 - 1
    for bits in word.bits:
        if bits.high < bits.low:
            raise SchemaError(f"{bits.where}: bits {bits.high}:{bits.low} are upside down")
        if bits.high > expected:
            raise SchemaError(f"{bits.where}: bits {bits.high}:{bits.low} overlap the ones above")
        if bits.high < expected:
            raise SchemaError(f"{bits.where}: a hole above bit {bits.high}; name it reserved")
        if bits.kind == "flag" and bits.high != bits.low:
            raise SchemaError(f"{bits.where}: a flag has one bit")
        expected = bits.low - 1
    if expected != -1:
        raise SchemaError(f"{word.where}: bits {expected}:0 are missing; name them reserved")


def place(record):
    """Gives each field its run: 0 for the fixed part, one of its own to what is optional or varies."""
    record.runs = [Run()]
    previous = None
    for field in record.fields:
        if field.otherwise:
            if not previous or not (previous.condition or previous.otherwise):
                raise SchemaError(f"{field.where}: 'else' without an 'if' above")
        if field.length and field.offset is not None:
            raise SchemaError(f"{field.where}: a field of varying length has the offset '+'")
        if previous and previous.offset is None and field.offset is not None:
            raise SchemaError(f"{field.where}: a fixed offset below one of '+'")
        if field.offset is None or field.condition or field.otherwise:
            record.runs.append(Run(field, field.offset))
            field.run = len(record.runs) - 1
        previous = field
        for bits in field.bits:
            bits.run = field.run
            bits.offset = field.offset
    if len(record.runs) > MAXIMUM_RUNS:
        raise SchemaError(f"{record.where}: record {record.name}: more than {MAXIMUM_RUNS} optional fields")


def check_coverage(record):
    """Fixed offsets are what they say: no overlap, no hole, and the declared size."""
    covered = {}
    for field in record.fields:
        if field.offset is None:
            continue
        for byte in range(field.offset, field.offset + field.size):
            other = covered.get(byte)
            if other and not (field.otherwise and other.condition):
                raise SchemaError(f"{field.where}: overlaps {other.name} at byte {byte}")
            covered[byte] = field
    for byte in range(record.fixed_size):
        if byte not in covered:
            raise SchemaError(f"{record.where}: record {record.name}: no field at byte {byte}; name it reserved")
    if len(covered) > record.fixed_size:
        raise SchemaError(f"{record.where}: record {record.name}: fields end at {max(covered) + 1}, the size says "
                          f"{record.fixed_size}")  # fmt: skip
    if any(run.start is None for run in record.runs[1:]) and not record.varies:
        raise SchemaError(f"{record.where}: record {record.name}: it varies, so its size ends with '..'")


def check_alternatives(record):
    """At fixed places 'if' and 'else' cover the same bytes: one of them is always there."""
    fields = record.fields
    for at, field in enumerate(fields):
        if not field.condition:
            continue
        others = []
        for other in fields[at + 1 :]:
            if not other.otherwise:
                break
            others.append(other)
        mine = bytes_of([field])
        if bytes_of(others) != mine:
            raise SchemaError(f"{field.where}: 'if' and 'else' do not cover the same bytes of the fixed part")


def bytes_of(fields):
    return {byte for field in fields if field.offset is not None for byte in range(field.offset, field.offset + field.size)}


def check_depth(schema, record, above, depth=0):
    """The engine keeps an entry for each record with parts that it is inside of, and no more than it has room for."""
    if record.name in above:
        raise SchemaError(f"{record.where}: record {record.name}: it contains itself")
    if record.parts or record.frame:
        depth += 1
    if depth > MAXIMUM_DEPTH:
        raise SchemaError(f"{record.where}: record {record.name}: it lies inside of more than {MAXIMUM_DEPTH - 1} records")
    for item in record.parts + record.references:
        if item.type:
            check_depth(schema, schema.records[item.type], above + [record.name], depth)


def check_parts(schema, record):
    for part in record.parts + record.references:
        if part.type and part.type not in schema.records:
            raise SchemaError(f"{part.where}: there is no record '{part.type}'")
        if part.type and len(part.arguments) != len(schema.records[part.type].parameters):
            raise SchemaError(f"{part.where}: {part.type} has {len(schema.records[part.type].parameters)} parameters, "
                              f"{len(part.arguments)} are given")  # fmt: skip
        if len(part.arguments) > MAXIMUM_ARGUMENTS:
            raise SchemaError(f"{part.where}: more than {MAXIMUM_ARGUMENTS} arguments")
        if part.kind in ("table", "list") and not part.count:
            raise SchemaError(f"{part.where}: how many ('x COUNT') is not told")
        if part.kind == "reference" and not part.at:
            raise SchemaError(f"{part.where}: where ('at EXPRESSION') is not told")
        if part.kind in ("unknown", "reserved") and not (part.length and part.doc):
            raise SchemaError(f"{part.where}: length or meaning is missing")
        if part.kind == "list" and schema.records[part.type].fixed_size == 0:
            raise SchemaError(f"{part.where}: {part.type} may have no bytes; a list of it would not end")
        if part.kind == "table" and not part.stride and varies(schema.records[part.type]):
            raise SchemaError(f"{part.where}: {part.type} varies in size; a table needs a stride")


def check_look_ups(schema, record):
    """What is looked up is a number at a fixed place."""
    for part in record.parts + record.references:
        for _, item in part.look_ups():
            values = schema.records[item.record].values() if item.record in schema.records else []
            if not any(value.name == item.field and value.run == 0 and value.kind in NUMBERS for value in values):
                raise SchemaError(f"{part.where}: {item.record}.{item.field} is no number at a fixed place")


def varies(record):
    return record.varies or bool(record.extent) or bool(record.parts)


assert set(BYTE_TYPES) == {"C", "CC", "BCD", "unknown", "reserved"}
