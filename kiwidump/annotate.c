/* SPDX-License-Identifier: MIT */
/* --annotate: each byte of a file with the record and field that it belongs to. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "dump.h"
#include "console.h"
#include "common/progress.h"
#include "common/utf8.h"
#include "value.h"

/*
 * One line for up to LINE_BYTES bytes:  offset, two blanks, bytes, path.field, value, "; " and meaning. A run
 * of equal bytes is written "00x1996". Fields that share a word have "-" for bytes below its first line.
 */

enum { LINE_BYTES = 8 };
/** Equal bytes from here on are written as a run. */
enum { RUN_BYTES = 9 };
enum { PATH_COLUMN = 76 };
enum { VALUE_COLUMN = 26 };
enum { TEXT_LIMIT = 1100 };

struct annotate {
    struct dump *dump;
    struct output *output;
    struct values values;
    struct kiwi_walk *walk;
    const struct kiwi_file *file;
    uint64_t from, end; /* window */
    bool colour;
    uint64_t lines;
};

static void put_colour(struct annotate *annotate, const char *code)
{
    if (annotate->colour) {
        output_literal(annotate->output, "\033[");
        output_bytes(annotate->output, code, strlen(code));
        output_char(annotate->output, 'm');
    }
}

static void put_padded(struct output *output, const char *text, size_t length, size_t width)
{
    output_bytes(output, text, length);
    for (; length < width; length++)
        output_char(output, ' ');
}

static size_t format_hexadecimal(char *text, const uint8_t *bytes, size_t length)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < length; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    return 2 * length;
}

/** One line. bytes: what stands in that column; name may have an index and bits behind it. */
static void put_line(struct annotate *annotate, uint64_t offset, const char *bytes, size_t bytes_length,
                     const char *path, const char *name, const char *value, const char *meaning)
{
    struct output *output = annotate->output;
    char text[24];
    size_t path_length = strlen(path);
    size_t name_length = strlen(name);
    annotate->lines++;
    put_colour(annotate, "2");
    output_bytes(output, text, (size_t)snprintf(text, sizeof text, "%010" PRIX64 "  ", offset));
    put_colour(annotate, "0");
    put_padded(output, bytes, bytes_length, 2 * LINE_BYTES);
    output_literal(output, "  ");
    put_colour(annotate, "36");
    output_bytes(output, path, path_length);
    if (path_length > 0)
        output_char(output, '.');
    put_colour(annotate, "1");
    put_padded(output, name, name_length, 0);
    put_colour(annotate, "0");
    for (size_t used = path_length + (path_length > 0) + name_length; used < PATH_COLUMN; used++)
        output_char(output, ' ');
    output_literal(output, "  ");
    put_padded(output, value, strlen(value), meaning[0] ? VALUE_COLUMN : 0);
    if (meaning[0]) {
        put_colour(annotate, "2");
        output_literal(output, "  ; ");
        output_bytes(output, meaning, strlen(meaning));
        put_colour(annotate, "0");
    }
    output_char(output, '\n');
}

/* Values */

/** Text being made; what does not fit is left out. */
struct text {
    char bytes[TEXT_LIMIT];
    size_t length;
};

static void add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(text->bytes + text->length, sizeof text->bytes - text->length, format, arguments);
    va_end(arguments);
    if (written > 0)
        text->length += (size_t)written;
    if (text->length >= sizeof text->bytes)
        text->length = sizeof text->bytes - 1;
}

static void add_position(struct text *text, const uint8_t *bytes)
{
    struct kiwi_pid pid = kiwi_value_position(bytes);
    struct kiwi_place place = kiwi_pid_place(&pid);
    add(text, "%.6f %.6f", place.latitude, place.longitude);
}

static void add_date(struct text *text, uint32_t days)
{
    int year;
    int month;
    int day;
    kiwi_date((uint16_t)days, &year, &month, &day);
    add(text, "%04d-%02d-%02d", year, month, day);
}

/** Characters of the disc's charset in quotes; control characters as blanks, so that a line stays a line. */
static void add_characters(struct annotate *annotate, struct text *text, const uint8_t *bytes, size_t length)
{
    char utf8[TEXT_LIMIT - 8];
    length = length < 256 ? length : 256;
    size_t size = kiwi_disc_text(annotate->dump->disc, bytes, length, utf8, sizeof utf8);
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)utf8[i] < 0x20 || utf8[i] == 0x7F)
            utf8[i] = ' ';
    add(text, "\"%.*s\"", (int)size, utf8);
}

/** A coordinate in a parcel: also in degrees. */
static void add_coordinate(struct annotate *annotate, struct text *text, const struct kiwi_field *field,
                           int32_t units)
{
    const struct kiwi_parcel *parcel = kiwi_walk_parcel(annotate->walk);
    bool x = field->name[0] == 'x';
    add(text, "%ld", (long)units);
    if (!parcel)
        return;
    struct kiwi_place place = kiwi_parcel_place(parcel, (struct kiwi_point){x ? units : 0, x ? 0 : units});
    add(text, " = %.7f", x ? place.longitude : place.latitude);
}

/** A number that is no code: with its unit, or as what it stands for. */
static void add_number(struct annotate *annotate, struct text *text, const struct kiwi_field *field,
                       const struct kiwi_value *value)
{
    switch ((enum kiwi_field_type)field->type) {
    case KIWI_TYPE_NZ: add_coordinate(annotate, text, field, (int32_t)value->number); break;
    case KIWI_TYPE_SWS:
    case KIWI_TYPE_D: add(text, "%lld bytes", (long long)value->number); break;
    case KIWI_TYPE_RESERVED:
        if (value->raw != 0)
            add(text, "0x%lX", (unsigned long)value->raw);
        break;
    default: add(text, "%lld", (long long)value->number); break;
    }
}

static void add_manufacturer(struct text *text, const uint8_t *bytes)
{
    struct kiwi_mid mid = kiwi_value_manufacturer(bytes);
    add_position(text, bytes);
    add(text, " floor %d ", mid.floor);
    add_date(text, mid.date);
}

static size_t run_length(const uint8_t *bytes, size_t length)
{
    size_t run = 1;
    while (run < length && bytes[run] == bytes[0])
        run++;
    return run;
}

/** The value of a field; arrays are written line by line. */
static void add_value(struct annotate *annotate, struct text *text, const struct kiwi_field *field,
                      const struct kiwi_value *value)
{
    switch (value->kind) {
    case KIWI_VALUE_NONE: add(text, "none"); break;
    case KIWI_VALUE_FLAG: add(text, "%s", value->raw ? "yes" : "no"); break;
    case KIWI_VALUE_NUMBER: add_number(annotate, text, field, value); break;
    case KIWI_VALUE_CODE: {
        const char *name = kiwi_enumeration_name(field->enumeration, value->raw);
        add(text, "%lu %s", (unsigned long)value->raw, name ? name : "(not known)");
        break;
    }
    case KIWI_VALUE_ANGLE: add(text, "%.6f", kiwi_eighths_degrees(value->number)); break;
    case KIWI_VALUE_ADDRESS:
        add(text, "byte %lld = 0x%llX", (long long)value->number, (unsigned long long)value->number);
        break;
    case KIWI_VALUE_SIZE:
        add(text, "%lu = %lld bytes", (unsigned long)value->raw, (long long)value->number);
        break;
    case KIWI_VALUE_DATE: add_date(text, value->raw); break;
    case KIWI_VALUE_POSITION: add_position(text, value->bytes); break;
    case KIWI_VALUE_MANUFACTURER: add_manufacturer(text, value->bytes); break;
    case KIWI_VALUE_TEXT: add_characters(annotate, text, value->bytes, value->length); break;
    case KIWI_VALUE_STEPS:
    case KIWI_VALUE_NUMBERS:
    case KIWI_VALUE_BYTES: break;
    }
}

/** The elements of an array on one line. */
static void add_elements(struct text *text, const struct kiwi_field *field, const uint8_t *bytes,
                         size_t length)
{
    for (size_t i = 0; i + field->width <= length; i += field->width)
        if (field->type == KIWI_TYPE_STEP)
            add(text, "%s(%d,%d)", i == 0 ? "" : " ", (int8_t)bytes[i], (int8_t)bytes[i + 1]);
        else if (field->type == KIWI_TYPE_N)
            add(text, "%s%lu", i == 0 ? "" : " ", (unsigned long)kiwi_value_element(field, bytes + i));
}

static bool is_array(const struct kiwi_field *field)
{
    return field->repeated && (field->type == KIWI_TYPE_STEP || field->type == KIWI_TYPE_N);
}

/* Bytes */

/** How many bytes the next line takes: a run, or up to eight, but none of a run that follows. */
static size_t line_length(const uint8_t *bytes, size_t length)
{
    size_t run = run_length(bytes, length);
    size_t end = length < LINE_BYTES ? length : LINE_BYTES;
    if (run >= RUN_BYTES)
        return run;
    for (size_t i = 1; i < end; i++)
        if (run_length(bytes + i, length - i) >= 4 * RUN_BYTES)
            return i;
    return end;
}

static size_t format_bytes(char *text, size_t capacity, const uint8_t *bytes, size_t length)
{
    if (length <= LINE_BYTES)
        return format_hexadecimal(text, bytes, length);
    return (size_t)snprintf(text, capacity, "%02Xx%llu", bytes[0], (unsigned long long)length);
}

/** Lines for length bytes at offset, as far as they lie in the window; value and meaning stand on the first
 * one. */
static void put_bytes(struct annotate *annotate, uint64_t offset, const uint8_t *bytes, size_t length,
                      const char *path, const struct kiwi_field *field, const char *name, const char *value,
                      const char *meaning)
{
    bool array = field && is_array(field);
    size_t unit = array ? field->width : 1;
    size_t at = 0;
    if (offset < annotate->from)
        at = annotate->from - offset < length ? (size_t)(annotate->from - offset) : length;
    uint64_t room = annotate->end > offset ? annotate->end - offset : 0;
    size_t end = room < length ? (size_t)room : length;
    for (bool first = true; at < end && annotate->output->error == 0; first = false) {
        char text[48];
        char label[96];
        struct text elements = {.length = 0};
        size_t count = line_length(bytes + at, end - at);
        if (array && count > unit)
            count -= count % unit;
        elements.bytes[0] = '\0';
        if (array) {
            snprintf(label, sizeof label, "%s[%lu]", name, (unsigned long)(at / unit));
            if (count <= LINE_BYTES && at % unit == 0)
                add_elements(&elements, field, bytes + at, count);
            else
                add(&elements, "the same %lu times", (unsigned long)(count / unit));
        }
        put_line(annotate, offset + at, text, format_bytes(text, sizeof text, bytes + at, count), path,
                 array ? label : name,
                 array   ? elements.bytes
                 : first ? value
                         : "",
                 first ? meaning : "");
        at += count;
    }
}

/* Records and gaps */

static void put_field(struct annotate *annotate, const struct kiwi_item *item, const struct kiwi_field *field,
                      const char *path, bool same_word)
{
    struct text text = {.length = 0};
    struct text meaning = {.length = 0};
    struct kiwi_value value;
    char name[96];
    size_t offset;
    size_t length;
    bool bits = !field->repeated && field->high >= field->low &&
                field->high - field->low + 1 < field->width * 8;
    if (!kiwi_field_place(field, item->layout, &offset, &length) || length == 0)
        return;
    uint64_t at = item->offset + offset;
    if (at >= annotate->end || (at < annotate->from && length <= annotate->from - at))
        return;
    text.bytes[0] = meaning.bytes[0] = '\0';
    kiwi_field_value(field, item->bytes, item->layout, annotate->values.sectors, &value);
    add_value(annotate, &text, field, &value);
    if (field->unit[0])
        add(&text, " %s", field->unit);
    if (field->type == KIWI_TYPE_RESERVED)
        add(&meaning, "reserved%s%s", field->meaning[0] ? ": " : "", field->meaning);
    else if (field->type == KIWI_TYPE_UNKNOWN)
        add(&meaning, "unknown: %s", field->meaning);
    else
        add(&meaning, "%s", field->meaning);
    if (bits && field->high == field->low)
        snprintf(name, sizeof name, "%s{%u}", field->name, field->high);
    else if (bits)
        snprintf(name, sizeof name, "%s{%u:%u}", field->name, field->high, field->low);
    else
        snprintf(name, sizeof name, "%s", field->name);
    if (same_word)
        put_line(annotate, at < annotate->from ? annotate->from : at, "-", 1, path, name, text.bytes,
                 meaning.bytes);
    else
        put_bytes(annotate, at, item->bytes + offset, length, path, field, name, text.bytes, meaning.bytes);
}

/** Fields that are present, by place; those of a word keep their order. */
static unsigned sort_fields(const struct kiwi_item *item, uint8_t *order)
{
    size_t places[UINT8_MAX];
    unsigned count = 0;
    for (unsigned i = 0; i < item->type->field_count && i < UINT8_MAX; i++) {
        size_t offset;
        size_t length;
        unsigned at = count;
        if (!kiwi_field_place(&item->type->fields[i], item->layout, &offset, &length))
            continue;
        for (; at > 0 && places[at - 1] > offset; at--) {
            places[at] = places[at - 1];
            order[at] = order[at - 1];
        }
        places[at] = offset;
        order[at] = (uint8_t)i;
        count++;
    }
    return count;
}

static void put_record(struct annotate *annotate, const struct kiwi_item *item)
{
    const char *path = kiwi_walk_path(annotate->walk);
    uint8_t order[UINT8_MAX];
    unsigned count = sort_fields(item, order);
    size_t word = SIZE_MAX;
    for (unsigned i = 0; i < count; i++) {
        const struct kiwi_field *field = &item->type->fields[order[i]];
        size_t offset;
        size_t length;
        kiwi_field_place(field, item->layout, &offset, &length);
        put_field(annotate, item, field, path, offset == word);
        word = field->high >= field->low && !field->repeated ? offset : SIZE_MAX;
    }
}

/** A gap is read again, since a walk does not hold its bytes; runs go on over the pieces. */
static enum kiwi_status put_gap(struct annotate *annotate, const struct kiwi_item *item,
                                struct kiwi_error *error)
{
    static const char *const kinds[] = {"padding", "reserved", "unknown"};
    static uint8_t bytes[65536];
    const char *path = kiwi_walk_path(annotate->walk);
    struct text meaning = {.length = 0};
    char name[96];
    uint64_t at = item->offset > annotate->from ? item->offset : annotate->from;
    bool inside = item->offset < annotate->end && item->length < annotate->end - item->offset;
    uint64_t end = inside ? item->offset + item->length : annotate->end;
    meaning.bytes[0] = '\0';
    add(&meaning, "%s%s%s", kinds[item->gap], item->reason[0] ? ": " : "", item->reason);
    snprintf(name, sizeof name, "(%s)", item->name);
    if (item->gap == KIWI_GAP_PADDING && at < end) { /* all zero: one line, however long */
        char text[48];
        uint64_t length = end - at;
        size_t used = length <= LINE_BYTES
                          ? format_hexadecimal(text, (const uint8_t[LINE_BYTES]){0}, (size_t)length)
                          : (size_t)snprintf(text, sizeof text, "00x%llu", (unsigned long long)length);
        put_line(annotate, at, text, used, path, name, "", meaning.bytes);
        return KIWI_OK;
    }
    while (at < end && annotate->output->error == 0) {
        size_t wanted = end - at < sizeof bytes ? (size_t)(end - at) : sizeof bytes;
        size_t received;
        struct kiwi_extent bad;
        enum kiwi_status status = kiwi_source_read_around(item->file->source, at, bytes, wanted, &received,
                                                          error);
        bool damaged = kiwi_source_unreadable(item->file->source, at, at + received, &bad);
        if (damaged && bad.offset == at) {
            char text[48];
            size_t used = (size_t)snprintf(text, sizeof text, "??x%llu", (unsigned long long)bad.length);
            put_line(annotate, at, text, used, path, name, "", meaning.bytes);
            at += bad.length;
            continue;
        }
        if (damaged)
            received = (size_t)(bad.offset - at);
        if (status != KIWI_OK || received == 0)
            return status;
        put_bytes(annotate, at, bytes, received, path, NULL, name, "", meaning.bytes);
        at += received;
    }
    return KIWI_OK;
}

/** One line, whatever letters its name has. */
static void put_file(struct output *output, const struct kiwi_file *file)
{
    char text[TEXT_LIMIT];
    snprintf(text, sizeof text, "# %.1000s, %llu bytes", file->path, (unsigned long long)file->size);
    utf8_clean(text);
    output_bytes(output, text, strlen(text));
    output_char(output, '\n');
}

static enum kiwi_status put_items(struct annotate *annotate, struct kiwi_error *error)
{
    struct kiwi_item item;
    struct progress progress;
    enum kiwi_status status = KIWI_OK;
    const struct kiwi_file *file = NULL;
    progress_begin(&progress, annotate->dump->options.quiet);
    while (status == KIWI_OK && !dump_enough(annotate->dump, annotate->lines) &&
           kiwi_walk_next(annotate->walk, &item) != KIWI_EVENT_END) {
        if (item.file != file) {
            file = item.file;
            put_file(annotate->output, file);
        }
        dump_show_progress(annotate->walk, &progress);
        if (item.type)
            put_record(annotate, &item);
        else if (item.file->source)
            status = put_gap(annotate, &item, error);
    }
    progress_end(&progress);
    return status;
}

enum kiwi_status dump_annotate(struct dump *dump, struct kiwi_error *error)
{
    const struct options *options = &dump->options;
    struct annotate annotate = {
        .dump = dump, .output = dump->output, .from = options->offset, .end = UINT64_MAX};
    const struct kiwi_extent range = {options->offset,
                                      options->has_length ? options->length : UINT64_MAX - options->offset};
    bool window = options->offset != 0 || options->has_length;
    struct kiwi_walk_options walk_options = {.size = sizeof walk_options,
                                             .file = options->file,
                                             .range = window ? &range : NULL,
                                             .in_order = true,
                                             .finding = findings_take,
                                             .context = &dump->findings};
    if (options->has_length && options->length <= UINT64_MAX - options->offset)
        annotate.end = options->offset + options->length;
    annotate.colour = console_wants_colour(dump->output->descriptor);
    if (options->has_length && options->length == 0)
        return KIWI_OK;
    enum kiwi_status status = kiwi_walk_open(dump->disc, &walk_options, &annotate.walk, error);
    if (status != KIWI_OK)
        return status;
    annotate.values = (struct values){dump->disc, kiwi_walk_sectors(annotate.walk)};
    status = put_items(&annotate, error);
    if (status == KIWI_OK)
        status = kiwi_walk_status(annotate.walk, error);
    kiwi_walk_close(annotate.walk);
    return status;
}
