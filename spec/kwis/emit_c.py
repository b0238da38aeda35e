# SPDX-License-Identifier: MIT
"""Writes records.h and records.c: C records with decode and encode, and the tables that the engine walks; fields.h and layouts.h: single fields."""

from .c_text import at, function, guarded, laid_out, masked, operand, quoted, row
from .model import WIDTHS, LookUp

NOTICE = "/* SPDX-License-Identifier: MIT */\n/* Made by spec/generate.py from the schema; do not edit. */\n"
# The tables of the engine give every function of a kind one signature; few records need all of it.
ONE_SIGNATURE = '#pragma GCC diagnostic ignored "-Wunused-parameter"\n'
FIELD_TYPES = {
    "flag": "FLAG", "enum": "ENUM", "SWS2": "SWS", "SWS4": "SWS", "D2": "D", "D4": "D", "unknown": "UNKNOWN",
    "reserved": "RESERVED",
}  # fmt: skip


def field_type(value):
    if value.enum:
        return "KIWI_TYPE_ENUM"
    name = FIELD_TYPES.get(value.kind, value.kind.rstrip("0123456789"))
    return f"KIWI_TYPE_{name}"


def is_words(value):
    """Sizes and displacements that count 16-bit words and have a null."""
    return value.kind in ("SWS2", "SWS4", "D2", "D4")


def is_bytes(value):
    return value.kind in ("C", "CC", "BCD", "unknown", "reserved") and value.high < 0


def member(value):
    """Declaration of a value in the C record."""
    name = value.name
    if value.length:
        return f"const uint8_t *{name};", f"uint32_t {name}_length;"
    if is_bytes(value):
        return (f"{'char' if value.kind in ('C', 'CC') else 'uint8_t'} {name}[{value.size}];",)
    if value.kind in ("PID", "MID"):
        return (f"struct kiwi_{value.kind.lower()} {name};",)
    return (f"{scalar(value)} {name};",)


def scalar(value):
    if value.kind == "flag":
        return "bool"
    if is_words(value):
        return "uint64_t"
    if value.kind in ("DSA", "ANGLE"):
        return "uint32_t"
    bits = value.high - value.low + 1 if value.high >= 0 else WIDTHS[value.kind] * 8
    if value.kind == "SWS":
        return "uint32_t"
    bits += 1 if value.plus else 0
    width = next(size for size in (8, 16, 32) if bits <= size)
    sign = "" if value.kind in ("I", "I1", "I2") else "u"
    return f"{sign}int{width}_t"


def load(pointer, value):
    """C expression for the raw number of a value or its word at pointer."""
    size = WIDTHS[(value.word or value).kind]
    little = "_little" if value.kind == "L4" else ""
    return f"kiwi_load{size * 8}{little}({pointer})"


def decoded(raw, value):
    """C expression (of any integer type) for the value of a raw number."""
    if value.high >= 0:
        if value.kind == "I":
            return f"kiwi_signed_bits({raw}, {value.high}, {value.low})"
        text = masked(raw, value.high, value.low, WIDTHS[value.word.kind] * 8)
        if value.kind == "SWS":
            return f"{operand(text)} * 2u"
        return f"{operand(text)} + 1u" if value.plus else text
    if is_words(value):
        return f"kiwi_words{WIDTHS[value.kind] * 8}({raw})"
    return f"{raw} + 1u" if value.plus else raw


def converted(raw, value):
    """The same as the type of the member; the loads are of 32 bits."""
    text = decoded(raw, value)
    if scalar(value) == ("uint64_t" if is_words(value) else "uint32_t"):
        return text
    return f"({scalar(value)}){operand(text)}"


def declared(name, lines):
    """Statements with a declaration of the number that they share: at its first use, if that is not inside of a block."""
    for number, line in enumerate(lines):
        if line.startswith(f"{name} = "):
            return [*lines[:number], f"uint32_t {line}", *lines[number + 1 :]]
        if line.lstrip().startswith(f"{name} = "):
            return [f"uint32_t {name};", *lines]
    return lines


def truth(condition):
    return "true" if condition else "false"


class RecordWriter:
    def __init__(self, schema, record):
        self.schema = schema
        self.record = record
        self.name = record.name
        self.varies = len(record.runs) > 1
        self.by_name = {value.name: value for value in record.values()}
        self.getters = set()

    # expressions on bytes

    def from_bytes(self, position="(int64_t)position"):
        def resolve(name):
            if name in self.by_name:
                self.getters.add(name)
                return f"{self.getter_name(name)}({', '.join(self.getter_arguments(self.by_name[name]))})"
            return self.common(name, position)

        return resolve

    def is_public(self, name):
        """Whether users of the library read a field by itself: at fixed places of records that there are many of."""
        value = self.by_name[name]
        return self.is_listed() and not value.run and self.is_number(value)

    def is_listed(self):
        """Whether lists consist of such records, or they are parts of one that does."""
        records = self.schema.records.values()
        lists = {part.type for record in records for part in record.parts if part.kind == "list"}
        parts = {part.type for name in lists for part in self.schema.records[name].parts}
        return self.is_measured() and self.name in lists | parts

    def getter_name(self, name):
        return f"kiwi_{self.name}_{name}" if self.is_public(name) else f"{self.name}__{name}"

    @staticmethod
    def getter_arguments(value):
        return ("bytes", "layout") if value.run else ("bytes",)

    def common(self, name, position):
        if name in self.record.parameters:
            return f"(int64_t)arguments[{self.record.parameters.index(name)}]"
        if name.startswith("raw4:"):
            return f"(int64_t)kiwi_load32({at('bytes', int(name[5:]))})"
        if name.startswith("text:"):
            return f"(int64_t)kiwi_is_text({at('bytes', int(name[5:]))}, {self.text_at(int(name[5:])).size})"
        return {"_index": "(int64_t)index", "_position": position, "null": "-1", "available": "(int64_t)available"}[name]

    def text_at(self, offset):
        return next(field for field in self.record.fields if field.kind == "C" and field.offset == offset)

    # expressions on the C record

    def from_record(self, position):
        def resolve(name):
            if name in self.by_name:
                value = self.by_name[name]
                text = f"record->{name}"
                return f"kiwi_number({text})" if is_words(value) else f"(int64_t){text}"
            if name.startswith("raw4:"):
                at = int(name[5:])
                field = next(item for item in self.record.fields if item.offset == at)
                return f"(int64_t)record->{field.name}"
            if name.startswith("text:"):
                field = self.text_at(int(name[5:]))
                return f"(int64_t)kiwi_is_text((const uint8_t *)record->{field.name}, {field.size})"
            if name in self.record.parameters:
                return f"(int64_t){name}"
            if name == "available":
                return "(int64_t)available"
            return self.common(name, position)

        return resolve

    def getter(self, name):
        value = self.by_name[name]
        place = self.place(value, "layout->")
        text = converted(load(place, value), value) if value.kind in ("I1", "I2") else decoded(load(place, value), value)
        if is_words(value):
            text = f"(int64_t){text}"
        if value.run:
            text = f"layout->length[{value.run}] == 0 ? 0 : {text}"
        types = {"bytes": "const uint8_t *bytes", "layout": "const struct kiwi_layout *layout"}
        parameters = ", ".join(types[item] for item in self.getter_arguments(value))
        return f"static inline int64_t {self.getter_name(name)}({parameters}) {{ return {text}; }}"

    def public_getters(self):
        """The size of the fixed part, and its numbers, of records that there are many of."""
        if not self.is_listed():
            return []
        getters = [self.getter(name) for name in self.by_name if self.is_public(name)]
        return [f"enum {{ KIWI_{self.name.upper()}_SIZE = {self.record.fixed_size} }};", *getters]

    def private_getters(self):
        """What expressions use beside them, and numbers that not every record has."""
        numbers = {value.name for value in self.record.values() if value.run and self.is_listed() and self.is_number(value)}
        return [self.getter(name) for name in self.by_name if name in self.getters | numbers and not self.is_public(name)]

    @staticmethod
    def is_number(value):
        word = value.word or value
        return not value.length and value.kind != "reserved" and WIDTHS.get(word.kind, 8) <= 4 and word.kind != "ANGLE"

    @staticmethod
    def place(value, layout):
        """Where a value or its word is; layout is how its members are reached."""
        return f"bytes + {layout}start[{value.run}]" if value.run else at("bytes", value.offset)

    def run_condition(self, resolve, run):
        """C text of the condition under which a run is there, or '' if always."""
        field = run.field
        if field.otherwise:
            fields = self.record.fields
            first = fields.index(field)
            while fields[first].otherwise:
                first -= 1
            return f"!({fields[first].condition.c(resolve)})"
        return field.condition.c(resolve) if field.condition else ""

    def run_length(self, resolve, run):
        field = run.field
        if not field.length:
            return str(field.size)
        if field.kind in WIDTHS:
            return f"{field.length.c(resolve, operand=True)} * {WIDTHS[field.kind]}"
        return field.length.c(resolve)

    def uses_available(self):
        return any("available" in run.field.length.names for run in self.record.runs[1:] if run.field.length)

    # functions

    def layout(self):
        if not self.varies:
            return ""
        start = f"kiwi_layout_start(layout, {self.record.fixed_size});"
        resolve = self.from_bytes()
        lines, placed = [], []
        for number, run in enumerate(self.record.runs[1:], 1):
            length = self.run_length(resolve, run)
            condition = self.run_condition(resolve, run)
            if condition:
                length = f"{condition} ? {length} : 0"
            if run.start is not None:
                lines += [f"layout->start[{number}] = {run.start};", f"layout->length[{number}] = {length};"]
            else:
                placed.append(f"kiwi_layout_run(layout, {number}, {length}, &position, available)")
        lines = [f"uint64_t position = {start}" if placed else start, *lines, f"return {' && '.join(placed) or 'true'};"]
        inline = "inline " if self.is_listed() else ""
        return function(f"static {inline}bool layout_{self.name}(const uint8_t *bytes, uint64_t available, const uint64_t *arguments, "
                        "struct kiwi_layout *layout)", lines)  # fmt: skip

    def extent(self):
        if not self.record.extent:
            return ""
        head = "(int64_t)layout->head" if self.varies else str(self.record.fixed_size)
        return function(f"static int64_t extent_{self.name}(const uint8_t *bytes, const struct kiwi_layout *layout, "
                        "const uint64_t *arguments)", [f"return {self.record.extent.c(self.from_bytes(head))};"])  # fmt: skip

    def reserved(self):
        fixed = bytearray(self.record.fixed_size)
        tests = []
        for field in self.record.fields:
            place = self.place(field, "layout->")
            mask = sum(((1 << (bit.high - bit.low + 1)) - 1) << bit.low for bit in field.bits if bit.kind == "reserved")
            if mask and field.run:
                tests.append(f"(layout->length[{field.run}] != 0 && ({load(place, field)} & {hex(mask)}u) != 0)")
            elif mask:
                fixed[field.offset : field.offset + field.size] = mask.to_bytes(field.size, "big")
            elif field.kind == "reserved":
                tests.append(f"kiwi_any({place}, {f'layout->length[{field.run}]' if field.run else field.size})")
        tests = [*self.masks(fixed), *tests]
        if not tests:
            return ""
        return function(f"static bool reserved_{self.name}(const uint8_t *bytes, const struct kiwi_layout *layout)",
                        [f"return {' || '.join(tests)};"])  # fmt: skip

    @staticmethod
    def masks(fixed):
        """Tests of bits at fixed places, as many bytes at a time as can be loaded."""
        tests, start = [], 0
        width = next(size for size in (8, 4, 2, 1, 0) if size <= len(fixed))
        while any(fixed[start:]):
            start = min(next(place for place in range(start, len(fixed)) if fixed[place]), len(fixed) - width)
            mask = int.from_bytes(fixed[start : start + width], "big")
            tests.append(f"(kiwi_load{width * 8}({at('bytes', start)}) & {hex(mask)}{'ull' if width == 8 else 'u'}) != 0")
            fixed[start : start + width] = bytes(width)
        return tests

    def resolver(self, part, kind, number):
        resolve = self.from_bytes()
        stride = part.stride.c(resolve) if part.stride else "-1"
        if part.kind == "table" and not part.stride:
            stride = str(self.schema.records[part.type].fixed_size)
        length = part.length or part.size
        values = [part.condition.c(resolve) if part.condition else "true", part.count.c(resolve) if part.count else "1", stride,
                  length.c(resolve) if length else "-1", part.at.c(resolve) if part.at else "-1"]  # fmt: skip
        lines = [f"kiwi_set_part(values, {', '.join(values)});"]
        for place, argument in enumerate(part.arguments):
            argument = argument.at if isinstance(argument, LookUp) else argument
            lines.append(f"values->arguments[{place}] = (uint64_t){argument.c(resolve, operand=True)};")
        return function(f"static void {kind}_{self.name}_{number}(const uint8_t *bytes, const struct kiwi_layout *layout, "
                        "const uint64_t *arguments, uint32_t index, uint64_t position, uint64_t available, "
                        "struct kiwi_part_values *values)", lines)  # fmt: skip

    # measure: the whole record with its parts, as long as nothing about it is worth a word

    def is_measured(self, record=None):
        record = record or self.record
        if record.references or record.frame or any(part.look_ups() for part in record.parts):
            return False
        return all(self.is_measured(self.schema.records[part.type]) for part in record.parts if part.type)

    def may_refer_to_nothing(self):
        """Whether the record is nothing but fields that say by themselves that there is nothing to refer to."""
        record = self.record
        return bool(record.references) and not record.parts and not record.frame and all(
            part.condition and "_index" not in part.condition.names for part in record.references)  # fmt: skip

    def has_measure(self):
        return self.is_measured() or self.may_refer_to_nothing()

    def measure(self):
        if not self.has_measure():
            return ""
        record = self.record
        layout, head = ("&layout", "layout.head") if self.varies else ("NULL", str(record.fixed_size))
        refusals = [f"available < {record.fixed_size}"] if record.fixed_size else []
        if self.varies:
            refusals.append(f"!layout_{self.name}(bytes, available, arguments, &layout)")
        if self.reserved():
            refusals.append(f"reserved_{self.name}(bytes, {layout})")
        refusals += [f"({part.condition.c(self.from_bytes())})" for part in record.references]
        lines = ["struct kiwi_layout layout;"] if self.varies else []
        lines += guarded(" || ".join(refusals), ["return 0;"]) if refusals else []
        if record.parts: # by itself, so that what it is kept in need not be memory
            lines.append("struct kiwi_account sum = {0};")
        end = "available"
        if record.extent:
            end = "(uint64_t)end"
            lines += [f"int64_t end = extent_{self.name}(bytes, {layout}, arguments);",
                      *guarded(f"end < (int64_t){head} || {end} > available", ["return 0;"])]  # fmt: skip
        member = "sum." if record.parts else "account->"
        lines += [f"{member}{key} += {' + '.join(terms)};" for key, terms in self.measured_sums().items() if terms]
        if record.parts:
            lines += [f"uint64_t position = {head};", "struct kiwi_part_values values;"]
            head = "position"
        for number, part in enumerate(record.parts):
            lines.append(f"part_{self.name}_{number}(bytes, {layout}, arguments, 0, position, {end}, &values);")
            lines += guarded(f"!{self.measure_part(part, end)}", ["return 0;"])
        if record.parts:
            lines.append("kiwi_account_add(account, &sum, 1);")
        lines.append(f"return {head} == {end} ? {head} : 0;" if record.extent else f"return {head};")
        return function(f"KIWI_FLAT static uint64_t measure_{self.name}(const uint8_t *bytes, uint64_t available, "
                        "const uint64_t *arguments, struct kiwi_account *account)", lines)  # fmt: skip

    def measured_sums(self):
        """What each member of the account grows by: terms."""
        sizes = {kind: self.reserved_size_of_fixed(kind) for kind in ("reserved", "unknown")}
        sizes = {"field": self.record.fixed_size - sum(sizes.values()), **sizes}
        sums = {kind: [str(size)] if size else [] for kind, size in sizes.items()}
        for number, run in enumerate(self.record.runs[1:], 1):
            if run.start is None:
                sums[run.field.kind if run.field.kind in sums else "field"].append(f"layout.length[{number}]")
        return sums

    def is_uniform(self):
        """Whether its bytes make no difference: all records of the type measure as one does."""
        record = self.record
        names = set(record.parameters)
        return not (record.references or record.parts or record.extent or self.reserved()) and all(
            item.names <= names for run in record.runs[1:] for item in (run.field.condition, run.field.length) if item)  # fmt: skip

    def measure_part(self, part, end):
        if not part.type:
            unknown = "true" if part.kind == "unknown" else "false"
            return f"kiwi_measure_bytes(bytes, {end}, &values, {unknown}, &sum, &position)"
        if part.kind == "table":
            uniform = truth(RecordWriter(self.schema, self.schema.records[part.type]).is_uniform())
            return f"kiwi_measure_table(bytes, {end}, &values, measure_{part.type}, {uniform}, &sum, &position)"
        exact = "true" if part.length else "false"
        return f"kiwi_measure_list(bytes, {end}, &values, measure_{part.type}, {exact}, &sum, &position)"

    def reserved_size_of_fixed(self, kind):
        return sum(field.size for field in self.record.fields if field.run == 0 and field.kind == kind)

    def used_parameters(self):
        """Parameters that the fields themselves need."""
        names = set()
        for run in self.record.runs[1:]:
            for item in (run.field.condition, run.field.length):
                if item:
                    names |= item.names
        return [name for name in self.record.parameters if name in names]

    def signature(self, verb):
        extra = "".join(f", uint64_t {name}" for name in self.used_parameters())
        if verb == "decode":
            return f"bool kiwi_{self.name}_decode(struct kiwi_{self.name} *record, const uint8_t *bytes, uint64_t length{extra})"
        return f"size_t kiwi_{self.name}_encode(const struct kiwi_{self.name} *record, uint8_t *bytes, size_t capacity{extra})"

    def decode(self):
        lines = []
        refusals = [f"length < {self.record.fixed_size}"] if self.record.fixed_size else []
        if self.varies:
            used = self.used_parameters()
            values = ", ".join(name if name in used else "0" for name in self.record.parameters)
            lines = [f"const uint64_t arguments[] = {{{values}}};"] if values else []
            lines.append("struct kiwi_layout layout;")
            refusals.append(f"!layout_{self.name}(bytes, length, {'arguments' if values else 'NULL'}, &layout)")
        lines += guarded(" || ".join(refusals), ["return false;"]) if refusals else []
        if self.varies:
            lines.append("memset(record, 0, sizeof *record);")
        for field in self.record.fields:
            lines += self.decode_field(field)
        lines = declared("word", lines)
        return function(self.signature("decode"), [*lines, "return true;"])

    def decode_field(self, field):
        place = self.place(field, "layout.")
        if field.length and field.run:
            return [f"record->{field.name}_length = kiwi_view_run(&layout, {field.run}, bytes, &record->{field.name});"]
        if field.is_word:
            lines = [f"word = {load(place, field)};"]
            lines += [f"record->{bit.name} = {converted('word', bit)};" for bit in field.bits]
        elif field.length:
            lines = [f"record->{field.name} = {place};", f"record->{field.name}_length = layout.length[{field.run}];"]
        elif is_bytes(field):
            lines = [f"memcpy(record->{field.name}, {place}, {field.size});"]
        elif field.kind in ("PID", "MID"):
            lines = [f"record->{field.name} = kiwi_load_{field.kind.lower()}({place});"]
        else:
            lines = [f"record->{field.name} = {converted(load(place, field), field)};"]
        return guarded(f"layout.length[{field.run}] != 0", lines) if field.run else lines

    def encode(self):
        available = self.uses_available()
        fields = declared("word", [line for field in self.record.fields for line in self.encode_field(field, available)])
        lines = guarded(f"capacity < {self.record.fixed_size}", ["return 0;"]) if self.record.fixed_size else []
        size = str(self.record.fixed_size)
        if self.varies:
            lines.append(f"uint64_t position = {size};")
            size = "(size_t)position"
        if any("good = " in line for line in fields):
            lines.append("bool good = true;")
            size = f"good ? {size} : 0"
        return function(self.signature("encode"), [*lines, *fields, f"return {size};"])

    def encode_field(self, field, available):
        if field.run == 0:
            return self.store(field, at("bytes", field.offset))
        run = self.record.runs[field.run]
        resolve = self.from_record("(int64_t)position")
        condition = self.run_condition(resolve, run)
        fixed = run.start is not None
        place = at("bytes", run.start) if fixed else "bytes + position"
        if field.length:
            member = f"record->{field.name}_length"
            by_itself = available and "available" in field.length.names
            wanted = f"(int64_t){member}" if by_itself else self.run_length(resolve, run)
            lines = [f"good = kiwi_encode_run(bytes, capacity, &position, record->{field.name}, {member}, {wanted}) && good;"]
        elif fixed:
            lines = self.store(field, place)
        else:
            lines = [*guarded(f"{field.size} > capacity - position", ["return 0;"]), *self.store(field, place),
                     f"position += {field.size};"]  # fmt: skip
        return guarded(condition, lines) if condition else lines

    def store(self, field, place):
        width = field.size
        text = f"record->{field.name}"
        if field.is_word:
            lines = ["word = 0;", *[f"good = {self.put(bit)} && good;" for bit in field.bits]]
            return [*lines, f"kiwi_store{width * 8}({place}, word);"]
        if is_bytes(field):
            return [f"memcpy({place}, {text}, {width});"]
        if field.kind in ("PID", "MID"):
            return [f"good = kiwi_store_{field.kind.lower()}({place}, &{text}) && good;"]
        if is_words(field):
            return [f"good = kiwi_store_words{width * 8}({place}, {text}) && good;"]
        if field.plus:
            return [f"good = kiwi_store_less_one{width * 8}({place}, {text}) && good;"]
        if field.kind == "ANGLE":
            return [f"good = {text} <= 0xFFFFFFu && good;", f"kiwi_store24({place}, {text});"]
        as_stored = "" if scalar(field) == f"uint{width * 8}_t" else f"(uint{width * 8}_t)"
        little = "_little" if field.kind == "L4" else ""
        return [f"kiwi_store{width * 8}{little}({place}, {as_stored}{text});"]

    @staticmethod
    def put(bit):
        kind = {"SWS": "words", "I": "signed"}.get(bit.kind, "bits")
        value = f"(int64_t)record->{bit.name} - 1" if bit.plus else f"record->{bit.name}"
        return f"kiwi_put_{kind}(&word, {value}, {bit.high}, {bit.low})"

    def round_trip(self):
        used = self.used_parameters()
        passed = [f"arguments[{number}]" for number, name in enumerate(self.record.parameters) if name in used]
        return f"KIWI_ROUND_TRIP({', '.join([self.name, 'size', *passed])})\n"

    def tables(self):
        lines = []
        values = list(self.record.values())
        if values:
            lines.append(f"static const struct kiwi_field fields_{self.name}[] = {{")
            lines += [self.field_row(value) for value in values]
            lines.append("};\n")
        for kind, parts in (("part", self.record.parts), ("reference", self.record.references)):
            if not parts:
                continue
            for number, part in enumerate(parts):
                lines += self.look_up_table(part, f"{kind}_{self.name}_{number}")
            lines.append(f"static const struct kiwi_part {kind}s_{self.name}[] = {{")
            lines += [self.part_row(part, kind, number) for number, part in enumerate(parts)]
            lines.append("};\n")
        return "\n".join(lines + [self.type_table(values)])

    def part_row(self, part, kind, number):
        name = f"{kind}_{self.name}_{number}"
        look_ups = part.look_ups()
        members = row(
            type=f"&kiwi_type_{part.type}" if part.type else "", resolve=name, look_ups=f"look_ups_{name}" if look_ups else "",
            name=quoted(part.name), meaning=quoted(part.doc), kind=f"KIWI_PART_{'ONE' if kind == 'reference' else part.kind.upper()}",
            first=part.first, look_up_count=len(look_ups),
        )  # fmt: skip
        return f"    {{{members}}},"

    def look_up_table(self, part, name):
        rows = []
        for place, item in part.look_ups():
            names = [value.name for value in self.schema.records[item.record].values()]
            rows.append(f"    {{&kiwi_type_{item.record}, {names.index(item.field)}, {place}}},")
        return [f"static const struct kiwi_look_up look_ups_{name}[] = {{", *rows, "};\n"] if rows else []

    def field_row(self, value):
        word = value.word or value
        repeated = value.length is not None
        high, low = value.high, value.low
        if high < 0:
            high, low = (WIDTHS[value.kind] * 8 - 1, 0) if value.kind in WIDTHS and WIDTHS[value.kind] <= 4 and not repeated else (0, 1)
        members = row(
            enumeration=f"&kiwi_enum_{value.enum}" if value.enum else "", null_value=f"{hex(value.null)}u" if value.null else 0,
            offset=value.offset if value.run == 0 else 0, run=value.run, type=field_type(value),
            width=WIDTHS[word.kind] if word.kind in WIDTHS else (0 if repeated else word.size), high=high, low=low, plus=value.plus,
            has_null=truth(value.null is not None), repeated=truth(repeated), certainty=f"KIWI_CERTAINTY_{value.certainty.upper()}",
        )  # fmt: skip
        return f"    {{{quoted(value.name)}, {quoted(value.unit)}, {quoted(value.doc)}, {members}}},"

    def type_table(self, values):
        record = self.record
        size_of = self.reserved_size_of_fixed
        classes = ["KIWI_TYPE_N"]
        fixed_runs = ["false"]
        for run in record.runs[1:]:
            kind = {"unknown": "UNKNOWN", "reserved": "RESERVED"}.get(run.field.kind, "N")
            classes.append(f"KIWI_TYPE_{kind}")
            fixed_runs.append(truth(run.start is not None))
        runs = ((classes, "KIWI_TYPE_N"), (fixed_runs, "false"))
        run_class, run_fixed = ("{" + ", ".join(items) + "}" if set(items) != {usual} else "" for items, usual in runs)

        def named(condition, kind):
            return f"{kind}_{self.name}" if condition else ""

        rows = [
            row(name=quoted(self.name), section=quoted(record.section)),
            row(meaning=quoted(record.doc)),
            row(fields=named(values, "fields"), parts=named(record.parts, "parts"), references=named(record.references, "references")),
            row(layout=named(self.varies, "layout"), extent=named(record.extent, "extent"), reserved=named(self.reserved(), "reserved")),
            row(measure=named(self.has_measure(), "measure"), round_trip=named(True, "round_trip")),
            row(field_count=len(values), part_count=len(record.parts), reference_count=len(record.references),
                fixed_size=record.fixed_size, reserved_size=size_of("reserved"), unknown_size=size_of("unknown")),
            row(run_count=len(record.runs), run_class=run_class, run_fixed=run_fixed, frame=truth(record.frame),
                plain=truth(not (size_of("reserved") or size_of("unknown") or run_class)), variable=truth(self.varies)),
        ]  # fmt: skip
        body = "\n".join(f"    {members}," for members in rows if members)
        return f"const struct kiwi_record_type kiwi_type_{self.name} = {{\n{body}\n}};\n"

    def source(self):
        """Everything of one record but what fields() and layouts() have of it."""
        functions = ["" if self.is_listed() else self.layout(), self.extent(), self.reserved()]
        functions += [self.resolver(part, "part", number) for number, part in enumerate(self.record.parts)]
        functions += [self.resolver(part, "reference", number) for number, part in enumerate(self.record.references)]
        return "\n".join([*filter(None, functions), self.measure(), self.decode(), self.encode(), self.round_trip(), self.tables()])

    def declaration(self):
        record = self.record
        lines = [f"/** {record.section}: {record.doc} */", f"struct kiwi_{self.name} {{"]
        for value in record.values():
            unit = f" ({value.unit})" if value.unit else ""
            names = member(value)
            lines.append(f"    {names[0]} /**< {value.doc}{unit} */")
            lines += [f"    {name} /**< bytes */" for name in names[1:]]
        if not list(record.values()):
            lines.append("    char empty; /**< only parts follow */")
        lines += ["};", f"KIWI_API {self.signature('decode')};", f"KIWI_API {self.signature('encode')};",
                  f"KIWI_API extern const struct kiwi_record_type kiwi_type_{self.name};", ""]  # fmt: skip
        return "\n".join(lines)


def enum_declaration(enum):
    prefix = f"KIWI_{enum.name}".upper()
    lines = [f"/** {enum.section}: {enum.doc} */", f"enum kiwi_{enum.name} {{"]
    for code, name, meaning, _ in enum.entries:
        lines.append(f"    {prefix}_{name.upper()} = {code}, /**< {meaning} */")
    return "\n".join(lines + ["};", f"KIWI_API extern const struct kiwi_enumeration kiwi_enum_{enum.name};", ""])


def enum_table(enum):
    lines = [f"static const struct kiwi_enumeration_entry entries_{enum.name}[] = {{"]
    lines += [f"    {{{code}, {quoted(name)}, {quoted(meaning)}}}," for code, name, meaning, _ in enum.entries]
    lines += ["};", f"const struct kiwi_enumeration kiwi_enum_{enum.name} = {{{quoted(enum.name)}, {quoted(enum.section)}, "
              f"{quoted(enum.doc)}, entries_{enum.name}, {len(enum.entries)}}};", ""]  # fmt: skip
    return "\n".join(lines)


def header(schema):
    lines = [NOTICE, "#ifndef KIWI_RECORDS_H", "#define KIWI_RECORDS_H\n",
             "/* Records of the format. Sizes and displacements are bytes (KIWI_NULL = none), counts are real counts; NZ, DSA and",
             "   angles are raw (see types.h). decode returns false if the bytes are too few; pointers borrow from bytes. encode",
             "   returns the bytes written, 0 if they do not fit or a value cannot be held; encode(decode(bytes)) is bytes. */\n",
             "#include <stdbool.h>", "#include <stddef.h>", "#include <stdint.h>\n", '#include <kiwi/schema.h>', '#include <kiwi/types.h>\n',
             "#ifdef __cplusplus", 'extern "C" {', "#endif\n"]  # fmt: skip
    lines += [enum_declaration(enum) for enum in schema.enums.values()]
    lines += [RecordWriter(schema, record).declaration() for record in schema.records.values()]
    lines += ["#ifdef __cplusplus", "}", "#endif\n", "#endif\n"]
    return laid_out("\n".join(lines))


def listing(kind, names):
    """The public function that hands out everything of a kind."""
    prefix = {"record_type": "kiwi_type_", "enumeration": "kiwi_enum_"}[kind]
    return [f"static const struct kiwi_{kind} *const {kind}s[] = {{", "    " + ", ".join(f"&{prefix}{name}" for name in names), "};\n",
            f"const struct kiwi_{kind} *const *kiwi_{kind}s(size_t *count)", "{",
            f"    *count = sizeof {kind}s / sizeof {kind}s[0];", f"    return {kind}s;", "}", ""]  # fmt: skip


def measures(writers):
    """Declarations of what is called before it is defined."""
    met, early = set(), []
    for writer in writers:
        met.add(writer.name)
        types = [part.type for part in writer.record.parts if part.type] if writer.is_measured() else []
        early += [name for name in types if name not in met and name not in early]
    return [f"static kiwi_measure {', '.join(f'measure_{name}' for name in early)};", ""] if early else []


def fields(schema):
    lines = [NOTICE, "#ifndef KIWI_FIELDS_H", "#define KIWI_FIELDS_H\n",
             "/* Single fields of the records that a map consists of, out of their bytes: nothing is decoded but what is asked for. Nothing",
             "   checks that the bytes are there, either: KIWI_..._SIZE of them must be. Values are those of records.h; null is -1. */\n",
             '#include <kiwi/load.h>\n', "#ifdef __cplusplus", 'extern "C" {', "#endif\n"]  # fmt: skip
    for record in schema.records.values():
        lines += RecordWriter(schema, record).public_getters()
    return laid_out("\n".join([*lines, "", "#ifdef __cplusplus", "}", "#endif\n", "#endif\n"]))


def layouts(schema):
    lines = [NOTICE, "#ifndef KIWI_LAYOUTS_H", "#define KIWI_LAYOUTS_H\n",
             "/* Where the fields of records lie that are not always at the same place. */\n", "#include <kiwi/fields.h>\n",
             '#include "bytes/codec.h"\n', "#pragma GCC diagnostic push", ONE_SIGNATURE]  # fmt: skip
    for record in schema.records.values():
        writer = RecordWriter(schema, record)
        writer.source()  # which finds out what its expressions use
        lines += [*writer.private_getters(), *filter(None, [writer.layout() if writer.is_listed() else ""])]
    return laid_out("\n".join([*lines, "#pragma GCC diagnostic pop", "#endif\n"]))


def source(schema):
    lines = [NOTICE, '#include <kiwi/records.h>\n', "#include <string.h>\n", '#include "layouts.h"\n', ONE_SIGNATURE]
    lines += [enum_table(enum) for enum in schema.enums.values()]
    writers = [RecordWriter(schema, record) for record in schema.records.values()]
    lines += measures(writers)
    lines += [writer.source() for writer in writers]
    lines += listing("record_type", schema.records)
    lines += listing("enumeration", schema.enums)
    return laid_out("\n".join(lines))
