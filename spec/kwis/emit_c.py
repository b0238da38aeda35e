# SPDX-License-Identifier: MIT
"""Writes records.h and records.c: C records with decode and encode, and the tables that the engine walks."""

from .model import WIDTHS, LookUp

NOTICE = "/* SPDX-License-Identifier: MIT */\n/* Made by spec/generate.py from the schema; do not edit. */\n"
FIELD_TYPES = {
    "flag": "FLAG", "enum": "ENUM", "SWS2": "SWS", "SWS4": "SWS", "D2": "D", "D4": "D", "unknown": "UNKNOWN",
    "reserved": "RESERVED",
}  # fmt: skip


def field_type(value):
    if value.enum:
        return "KIWI_TYPE_ENUM"
    name = FIELD_TYPES.get(value.kind, value.kind.rstrip("0123456789"))
    return f"KIWI_TYPE_{name}"


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


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
    return f"kiwi_load{size * 8}({pointer})"


def decoded(raw, value):
    """C expression (of any integer type) for the value of a raw number."""
    if value.high >= 0:
        width = value.high - value.low + 1
        if value.kind == "I":
            return f"kiwi_signed_bits({raw}, {value.high}, {value.low})"
        text = f"(({raw} >> {value.low}) & {hex((1 << width) - 1)}u)"
        if value.kind == "SWS":
            return f"({text} * 2u)"
        return f"({text} + 1u)" if value.plus else text
    if is_words(value):
        return f"kiwi_words{WIDTHS[value.kind] * 8}({raw})"
    if value.kind in ("I1", "I2"):
        return f"(int{WIDTHS[value.kind] * 8}_t){raw}"
    return f"({raw} + 1u)" if value.plus else raw


class RecordWriter:
    def __init__(self, schema, record):
        self.schema = schema
        self.record = record
        self.name = record.name
        self.by_name = {value.name: value for value in record.values()}
        self.getters = set()

    # expressions on bytes

    def from_bytes(self, position="(int64_t)position"):
        def resolve(name):
            if name in self.by_name:
                self.getters.add(name)
                return f"{self.name}__{name}(bytes, layout)"
            return self.common(name, position)

        return resolve

    def common(self, name, position):
        if name in self.record.parameters:
            return f"(int64_t)arguments[{self.record.parameters.index(name)}]"
        if name.startswith("raw4:"):
            return f"(int64_t)kiwi_load32(bytes + {name[5:]})"
        if name.startswith("text:"):
            return f"(int64_t)kiwi_is_text(bytes + {name[5:]}, {self.text_at(int(name[5:])).size})"
        return {"_index": "(int64_t)index", "_position": position, "null": "INT64_C(-1)",
                "available": "(int64_t)available"}[name]  # fmt: skip

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
        if value.run == 0:
            text = decoded(load(f"bytes + {value.offset}", value), value)
        else:
            raw = load(f"bytes + layout->start[{value.run}]", value)
            text = f"layout->length[{value.run}] == 0 ? 0 : (int64_t){decoded(raw, value)}"
        if is_words(value):
            text = f"(int64_t)({text})"
        return (f"static inline int64_t {self.name}__{name}(const uint8_t *bytes, const struct kiwi_layout *layout)\n"
                f"{{\n    (void)layout;\n    return {text};\n}}\n")  # fmt: skip

    def run_condition(self, resolve, run):
        """C text of the condition under which a run is there, or '' if always."""
        field = run.field
        if field.otherwise:
            fields = self.record.fields
            at = fields.index(field)
            while fields[at].otherwise:
                at -= 1
            return f"!({fields[at].condition.c(resolve)})"
        return field.condition.c(resolve) if field.condition else ""

    def run_length(self, resolve, run):
        field = run.field
        if not field.length:
            return f"INT64_C({field.size})"
        text = field.length.c(resolve)
        return f"{text} * {WIDTHS[field.kind]}" if field.kind in WIDTHS else text

    def uses_available(self):
        return any("available" in run.field.length.names for run in self.record.runs[1:] if run.field.length)

    # functions

    def layout(self):
        if len(self.record.runs) == 1:
            return ""
        lines = [f"static bool layout_{self.name}(const uint8_t *bytes, uint64_t available, const uint64_t *arguments,",
                 "    struct kiwi_layout *layout)", "{", f"    uint64_t position = {self.record.fixed_size};",
                 "    (void)arguments;", "    (void)available;", "    (void)bytes;",
                 "    layout->start[0] = 0;", f"    layout->length[0] = {self.record.fixed_size};"]  # fmt: skip
        resolve = self.from_bytes()
        for number, run in enumerate(self.record.runs[1:], 1):
            length = self.run_length(resolve, run)
            condition = self.run_condition(resolve, run)
            if condition:
                length = f"({condition}) ? {length} : 0"
            if run.start is not None:
                lines += [f"    layout->start[{number}] = {run.start};",
                          f"    layout->length[{number}] = (uint32_t)({length});"]  # fmt: skip
            else:
                lines += [f"    if (!kiwi_layout_run(layout, {number}, {length}, &position, available))",
                          "        return false;"]  # fmt: skip
        lines += ["    layout->head = (uint32_t)position;", "    return true;", "}", ""]
        return "\n".join(lines)

    def extent(self):
        if not self.record.extent:
            return ""
        text = self.record.extent.c(self.from_bytes("(int64_t)layout->head"))
        return "\n".join([
            f"static int64_t extent_{self.name}(const uint8_t *bytes, const struct kiwi_layout *layout,",
            "    const uint64_t *arguments)", "{", "    (void)bytes;", "    (void)layout;", "    (void)arguments;",
            f"    return {text};", "}", ""])  # fmt: skip

    def reserved(self):
        tests = []
        for field in self.record.fields:
            place = f"bytes + {field.offset}" if field.run == 0 else f"bytes + layout->start[{field.run}]"
            guard = "" if field.run == 0 else f"layout->length[{field.run}] != 0 && "
            mask = sum(((1 << (bit.high - bit.low + 1)) - 1) << bit.low for bit in field.bits if bit.kind == "reserved")
            if mask:
                tests.append(f"({guard}({load(place, field)} & {hex(mask)}u) != 0)")
            elif field.kind == "reserved" and field.run == 0:
                tests.append(f"kiwi_any({place}, {field.size})")
            elif field.kind == "reserved":
                tests.append(f"kiwi_any({place}, layout->length[{field.run}])")
        if not tests:
            return ""
        text = "\n        || ".join(tests)
        return "\n".join([
            f"static bool reserved_{self.name}(const uint8_t *bytes, const struct kiwi_layout *layout)", "{",
            "    (void)layout;", f"    return {text};", "}", ""])  # fmt: skip

    def resolver(self, part, kind, number):
        resolve = self.from_bytes()
        lines = [f"static void {kind}_{self.name}_{number}(const uint8_t *bytes, const struct kiwi_layout *layout,",
                 "    const uint64_t *arguments, uint32_t index, uint64_t position, uint64_t available,",
                 "    struct kiwi_part_values *values)", "{"]  # fmt: skip
        lines += [f"    (void){name};" for name in ("bytes", "layout", "arguments", "index", "position", "available")]
        lines.append(f"    values->present = {part.condition.c(resolve) if part.condition else 'true'};")
        lines.append(f"    values->count = {part.count.c(resolve) if part.count else '1'};")
        stride = part.stride.c(resolve) if part.stride else "-1"
        if part.kind == "table" and not part.stride:
            stride = str(self.schema.records[part.type].fixed_size)
        lines.append(f"    values->stride = {stride};")
        length = part.length or part.size
        lines.append(f"    values->length = {length.c(resolve) if length else '-1'};")
        lines.append(f"    values->offset = {part.at.c(resolve) if part.at else '-1'};")
        for place, argument in enumerate(part.arguments):
            argument = argument.at if isinstance(argument, LookUp) else argument
            lines.append(f"    values->arguments[{place}] = (uint64_t)({argument.c(resolve)});")
        return "\n".join(lines + ["}", ""])

    # measure: the whole record with its parts, as long as nothing about it is worth a word

    def is_measured(self, record=None):
        record = record or self.record
        if record.references or record.frame or any(part.look_ups() for part in record.parts):
            return False
        return all(self.is_measured(self.schema.records[part.type]) for part in record.parts if part.type)

    def measure(self):
        if not self.is_measured():
            return ""
        record = self.record
        reserved = self.reserved_size_of_fixed("reserved")
        unknown = self.reserved_size_of_fixed("unknown")
        sums = {"field": [str(record.fixed_size - reserved - unknown)], "reserved": [str(reserved)], "unknown": [str(unknown)]}
        for number, run in enumerate(record.runs[1:], 1):
            if run.start is None:
                sums[run.field.kind if run.field.kind in sums else "field"].append(f"layout->length[{number}]")
        lines = [f"static uint64_t measure_{self.name}(const uint8_t *bytes, uint64_t available, const uint64_t *arguments,",
                 "    struct kiwi_account *account)", "{", "    struct kiwi_layout found;",
                 "    const struct kiwi_layout *layout = &found;", "    (void)arguments;", "    (void)bytes;"]  # fmt: skip
        if record.fixed_size:
            lines += [f"    if (available < {record.fixed_size})", "        return 0;"]
        if len(record.runs) > 1:
            lines += [f"    if (!layout_{self.name}(bytes, available, arguments, &found))", "        return 0;"]
        else:
            lines.append(f"    found.head = {record.fixed_size};")
        if self.reserved():
            lines += [f"    if (reserved_{self.name}(bytes, layout))", "        return 0;"]
        lines += ["    uint64_t position = layout->head;", "    uint64_t end = available;"]
        if record.extent:
            lines += [f"    int64_t extent = extent_{self.name}(bytes, layout, arguments);",
                      "    if (extent < (int64_t)position || (uint64_t)extent > available)", "        return 0;",
                      "    end = (uint64_t)extent;"]  # fmt: skip
        lines += [f"    account->{key} += {' + '.join(terms)};" for key, terms in sums.items() if terms != ["0"]]
        for number, part in enumerate(record.parts):
            lines += self.measure_part(part, number)
        lines.append("    return position == end ? position : 0;" if record.extent else "    (void)end;\n    return position;")
        return "\n".join(lines + ["}", ""])

    def measure_part(self, part, number):
        lines = ["    {", "        struct kiwi_part_values values;",
                 f"        part_{self.name}_{number}(bytes, layout, arguments, 0, position, end, &values);"]  # fmt: skip
        if part.type:
            call = f"measure_{part.type}"
            kind = "list" if part.kind == "one" else part.kind
            exact = "true" if part.length else "false"
            if kind == "table":
                lines.append(f"        if (!kiwi_measure_table(bytes, end, &values, {call}, account, &position))")
            else:
                lines.append(f"        if (!kiwi_measure_list(bytes, end, &values, {call}, {exact}, account, &position))")
        else:
            lines.append(f"        if (!kiwi_measure_bytes(bytes, end, &values, {'true' if part.kind == 'unknown' else 'false'}, "
                         "account, &position))")  # fmt: skip
        return lines + ["            return 0;", "    }"]

    def reserved_size_of_fixed(self, kind):
        return sum(field.size for field in self.record.fields if field.run == 0 and field.kind == kind)

    def used_parameters(self, with_extent=False):
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
        lines = [self.signature("decode"), "{"]
        if len(self.record.runs) > 1:
            lines.append("    struct kiwi_layout found;")
            lines.append("    const struct kiwi_layout *layout = &found;")
            if self.record.parameters:
                values = ", ".join(name if name in self.used_parameters() else "0" for name in self.record.parameters)
                lines.append(f"    const uint64_t arguments[] = {{{values}}};")
            else:
                lines.append("    const uint64_t *arguments = NULL;")
        if self.record.fixed_size:
            lines += [f"    if (length < {self.record.fixed_size})", "        return false;"]
        if len(self.record.runs) > 1:
            lines += [f"    if (!layout_{self.name}(bytes, length, arguments, &found))", "        return false;",
                      "    memset(record, 0, sizeof *record);"]  # fmt: skip
        if not self.record.fields:
            lines += ["    (void)record;", "    (void)bytes;", "    (void)length;"]
        for field in self.record.fields:
            lines += self.decode_field(field)
        return "\n".join(lines + ["    return true;", "}", ""])

    def decode_field(self, field):
        place = f"bytes + {field.offset}" if field.run == 0 else f"bytes + layout->start[{field.run}]"
        lines = []
        if field.is_word:
            lines.append(f"uint32_t word = {load(place, field)};")
            lines += [f"record->{bit.name} = ({scalar(bit)}){decoded('word', bit)};" for bit in field.bits]
        elif field.length:
            lines += [f"record->{field.name} = {place};", f"record->{field.name}_length = layout->length[{field.run}];"]
        elif is_bytes(field):
            lines.append(f"memcpy(record->{field.name}, {place}, {field.size});")
        elif field.kind in ("PID", "MID"):
            lines.append(f"record->{field.name} = kiwi_load_{field.kind.lower()}({place});")
        else:
            lines.append(f"record->{field.name} = ({scalar(field)}){decoded(load(place, field), field)};")
        if field.run:
            return [f"    if (layout->length[{field.run}] != 0) {{", *[f"        {line}" for line in lines], "    }"]
        if field.is_word:
            return ["    {", *[f"        {line}" for line in lines], "    }"]
        return [f"    {line}" for line in lines]

    def encode(self):
        lines = [self.signature("encode"), "{",
                 f"    uint64_t position = {self.record.fixed_size};", "    bool good = true;"]  # fmt: skip
        if self.record.fixed_size:
            lines += [f"    if (capacity < {self.record.fixed_size})", "        return 0;"]
        else:
            lines.append("    (void)capacity;")
        if not self.record.fields:
            lines += ["    (void)record;", "    (void)bytes;"]
        available = self.uses_available()
        for field in self.record.fields:
            lines += self.encode_field(field, available)
        return "\n".join(lines + ["    return good ? (size_t)position : 0;", "}", ""])

    def encode_field(self, field, available):
        if field.run == 0:
            return self.store(field, f"bytes + {field.offset}", "    ")
        run = self.record.runs[field.run]
        resolve = self.from_record("(int64_t)position")
        condition = self.run_condition(resolve, run)
        fixed = run.start is not None
        lines = []
        place = f"bytes + {run.start}" if fixed else "bytes + position"
        inner = self.store(field, place, "        ")
        if field.length:
            if available and "available" in field.length.names:
                length = f"(int64_t)record->{field.name}_length"
            else:
                length = self.run_length(resolve, run)
            lines += [f"        int64_t size = {length};",
                      "        size = size < 0 ? 0 : size;",
                      f"        if (size != (int64_t)record->{field.name}_length || (uint64_t)size > capacity - position)",
                      "            return 0;"]  # fmt: skip
            inner = ["        if (size != 0)", f"            memcpy({place}, record->{field.name}, (size_t)size);",
                     "        position += (uint64_t)size;"]  # fmt: skip
        elif not fixed:
            lines += [f"        if ({field.size} > capacity - position)", "            return 0;"]
            inner.append(f"        position += {field.size};")
        head = f"    if ({condition}) {{" if condition else "    {"
        return [head, *lines, *inner, "    }"]

    def store(self, field, place, indent):
        def value_of(value):
            text = f"record->{value.name}"
            return f"(int64_t){text}"

        width = 0 if field.length else field.size
        if field.is_word:
            lines = ["{", "    uint32_t word = 0;"]
            for bit in field.bits:
                if bit.kind == "SWS":
                    call = f"kiwi_put_words(&word, record->{bit.name}, {bit.high}, {bit.low})"
                elif bit.kind == "I":
                    call = f"kiwi_put_signed(&word, record->{bit.name}, {bit.high}, {bit.low})"
                else:
                    minus = " - 1" if bit.plus else ""
                    call = f"kiwi_put_bits(&word, {value_of(bit)}{minus}, {bit.high}, {bit.low})"
                lines.append(f"    good = {call} && good;")
            lines += [f"    kiwi_store{width * 8}({place}, word);", "}"]
        elif field.length:
            lines = []
        elif is_bytes(field):
            lines = [f"memcpy({place}, record->{field.name}, {field.size});"]
        elif field.kind in ("PID", "MID"):
            lines = [f"good = kiwi_store_{field.kind.lower()}({place}, &record->{field.name}) && good;"]
        elif is_words(field):
            lines = [f"good = kiwi_store_words{width * 8}({place}, record->{field.name}) && good;"]
        elif field.plus:
            lines = ["{", "    uint32_t word = 0;",
                     f"    good = kiwi_put_bits(&word, {value_of(field)} - 1, {width * 8 - 1}, 0) && good;",
                     f"    kiwi_store{width * 8}({place}, word);", "}"]  # fmt: skip
        elif field.kind == "ANGLE":
            lines = [f"good = record->{field.name} <= 0xFFFFFFu && good;",
                     f"kiwi_store24({place}, record->{field.name});"]  # fmt: skip
        else:
            lines = [f"kiwi_store{width * 8}({place}, (uint{width * 8}_t)record->{field.name});"]
        return [indent + line for line in lines]

    def round_trip(self):
        passed = ""
        for number, name in enumerate(self.record.parameters):
            if name in self.used_parameters():
                passed += f", arguments[{number}]"
        varies = len(self.record.runs) > 1
        head = f"layout_{self.name}(bytes, length, arguments, &found) && size == found.head" if varies else f"size == {self.record.fixed_size}"
        return "\n".join([
            f"static bool round_trip_{self.name}(const uint8_t *bytes, uint64_t length, const uint64_t *arguments)", "{",
            f"    struct kiwi_{self.name} record;", "    uint8_t again[KIWI_MAXIMUM_HEAD];",
            *(["    struct kiwi_layout found;"] if varies else []), "    (void)arguments;",
            f"    if (!kiwi_{self.name}_decode(&record, bytes, length{passed}))", "        return false;",
            f"    size_t size = kiwi_{self.name}_encode(&record, again, sizeof again{passed});",
            f"    return {head} && memcmp(again, bytes, size) == 0;", "}", ""])  # fmt: skip

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
            for number, part in enumerate(parts):
                type_ = f"&kiwi_type_{part.type}" if part.type else "NULL"
                part_kind = "ONE" if part.kind == "reference" else part.kind.upper()
                look_ups = part.look_ups()
                table = f"look_ups_{kind}_{self.name}_{number}" if look_ups else "NULL"
                lines.append(f"    {{{type_}, {kind}_{self.name}_{number}, {table}, {quoted(part.name)}, {quoted(part.doc)}, "
                             f"KIWI_PART_{part_kind}, {part.first}, {len(look_ups)}}},")  # fmt: skip
            lines.append("};\n")
        return "\n".join(lines + [self.type_table(values)])

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
        width = WIDTHS[word.kind] if word.kind in WIDTHS else (0 if repeated else word.size)
        offset = value.offset if value.run == 0 else 0
        enum = f"&kiwi_enum_{value.enum}" if value.enum else "NULL"
        null = f"{hex(value.null or 0)}u"
        return (f"    {{{quoted(value.name)}, {quoted(value.unit)}, {quoted(value.doc)}, {enum}, {null}, {offset}, "
                f"{value.run}, {field_type(value)}, {width}, {high}, {low}, {value.plus}, "
                f"{'true' if value.null is not None else 'false'}, {'true' if repeated else 'false'}, "
                f"KIWI_CERTAINTY_{value.certainty.upper()}}},")  # fmt: skip

    def type_table(self, values):
        record = self.record
        size_of = self.reserved_size_of_fixed
        classes = ["KIWI_TYPE_N"]
        fixed_runs = ["true"]
        for run in record.runs[1:]:
            kind = {"unknown": "UNKNOWN", "reserved": "RESERVED"}.get(run.field.kind, "N")
            classes.append(f"KIWI_TYPE_{kind}")
            fixed_runs.append("true" if run.start is not None else "false")

        def pointer(condition, text):
            return text if condition else "NULL"

        rows = {
            "name": quoted(self.name), "section": quoted(record.section), "meaning": quoted(record.doc),
            "fields": pointer(values, f"fields_{self.name}"), "parts": pointer(record.parts, f"parts_{self.name}"),
            "references": pointer(record.references, f"references_{self.name}"),
            "layout": pointer(len(record.runs) > 1, f"layout_{self.name}"),
            "extent": pointer(record.extent, f"extent_{self.name}"),
            "reserved": pointer(self.reserved(), f"reserved_{self.name}"),
            "measure": pointer(self.is_measured(), f"measure_{self.name}"), "round_trip": f"round_trip_{self.name}",
            "field_count": len(values), "part_count": len(record.parts), "reference_count": len(record.references),
            "fixed_size": record.fixed_size, "reserved_size": size_of("reserved"), "unknown_size": size_of("unknown"),
            "run_count": len(record.runs), "run_class": "{" + ", ".join(classes) + "}",
            "run_fixed": "{" + ", ".join(fixed_runs) + "}", "frame": "true" if record.frame else "false",
            "plain": "true" if not (size_of("reserved") or size_of("unknown") or set(classes) - {"KIWI_TYPE_N"}) else "false",
            "variable": "true" if len(record.runs) > 1 else "false",
        }  # fmt: skip
        body = "\n".join(f"    .{key} = {value}," for key, value in rows.items())
        return f"const struct kiwi_record_type kiwi_type_{self.name} = {{\n{body}\n}};\n"

    def source(self):
        """Everything of one record, getters first since the rest calls them."""
        functions = [self.layout(), self.extent(), self.reserved()]
        functions += [self.resolver(part, "part", number) for number, part in enumerate(self.record.parts)]
        functions += [self.resolver(part, "reference", number) for number, part in enumerate(self.record.references)]
        getters = [self.getter(name) for name in self.by_name if name in self.getters]
        return "\n".join([f"/* {self.name} */\n", *getters, *filter(None, functions), self.measure(), self.decode(), self.encode(),
                          self.round_trip(), self.tables()])  # fmt: skip

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
    return "\n".join(lines)


def listing(kind, names):
    """The public function that hands out everything of a kind."""
    prefix = {"record_type": "kiwi_type_", "enumeration": "kiwi_enum_"}[kind]
    return [f"static const struct kiwi_{kind} *const {kind}s[] = {{", *[f"    &{prefix}{name}," for name in names], "};\n",
            f"const struct kiwi_{kind} *const *kiwi_{kind}s(size_t *count)", "{",
            f"    *count = sizeof {kind}s / sizeof {kind}s[0];", f"    return {kind}s;", "}", ""]  # fmt: skip


def source(schema):
    lines = [NOTICE, '#include <kiwi/records.h>\n', "#include <string.h>\n", '#include "bytes/codec.h"\n']
    lines += [enum_table(enum) for enum in schema.enums.values()]
    writers = [RecordWriter(schema, record) for record in schema.records.values()]
    lines += [f"static kiwi_measure measure_{writer.name};" for writer in writers if writer.is_measured()]
    lines += [writer.source() for writer in writers]
    lines += listing("record_type", schema.records)
    lines += listing("enumeration", schema.enums)
    return "\n".join(lines)
