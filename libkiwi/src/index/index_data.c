/* SPDX-License-Identifier: MIT */
/* Matching data of the index, record by record, with fields named after their definition. */
#include "index/index_data.h"

#include <stdio.h>
#include <string.h>

#include <kiwi/index.h>

#include "bytes/codec.h"

/* Records are short; a longer one is asked for again. */
enum { FIRST_VIEW = 1024 };

enum kiwi_status kiwi_index_record(const struct kiwi_definition *definition, unsigned first, unsigned end,
                                   struct kiwi_window *window, struct kiwi_source *source, uint64_t offset,
                                   uint64_t length, struct kiwi_data_record *record, struct kiwi_error *error)
{
    uint64_t want = length < FIRST_VIEW ? length : FIRST_VIEW;
    for (;;) {
        struct kiwi_view view;
        enum kiwi_status status = kiwi_window_view(window, source, offset, want, &view, error);
        if (status != KIWI_OK)
            return status;
        if (kiwi_definition_decode(definition, first, end, view.bytes, view.length, record))
            return KIWI_OK;
        if (want == length || want > KIWI_DATA_RECORD_LIMIT)
            return KIWI_END;
        want = length < KIWI_DATA_RECORD_LIMIT + 1 ? length : KIWI_DATA_RECORD_LIMIT + 1;
    }
}

/* The record type of the record last met */

static bool round_trip(const uint8_t *bytes, uint64_t length, const uint64_t *arguments)
{
    const struct kiwi_index_data *data = (const struct kiwi_index_data *)(uintptr_t)arguments[0];
    uint8_t encoded[KIWI_DATA_RECORD_LIMIT];
    struct kiwi_data_record record;
    if (!kiwi_definition_decode(&data->definition, data->record.first, data->record.end, bytes,
                                (size_t)length, &record) ||
        record.length != length ||
        kiwi_definition_encode(&data->definition, &record, encoded, sizeof encoded) != length)
        return false;
    return memcmp(bytes, encoded, record.used) == 0;
}

static uint32_t tag_number(const char *tag)
{
    return kiwi_load32((const uint8_t *)tag);
}

static const char *meaning_of(const char *usage)
{
    const struct kiwi_enumeration *usages = &kiwi_enum_field_usage;
    uint32_t code = tag_number(usage);
    for (size_t i = 0; i < usages->count; i++)
        if (usages->entries[i].code == code)
            return usages->entries[i].meaning;
    return "a usage that is not known";
}

/** Names of the entries: their usage, with a number from the second one of a usage on. */
static void name_entries(struct kiwi_index_data *data)
{
    for (unsigned i = 0; i < data->definition.count; i++) {
        char usage[sizeof data->definition.entries[i].usage];
        unsigned before = 0;
        memcpy(usage, data->definition.entries[i].usage, sizeof usage);
        for (unsigned k = 0; k < i; k++)
            before += memcmp(data->definition.entries[k].usage, usage, 4) == 0;
        if (before == 0)
            snprintf(data->numbered[i], sizeof data->numbered[i], "%s", usage);
        else
            snprintf(data->numbered[i], sizeof data->numbered[i], "%s_%u", usage, before + 1);
        data->meanings[i] = meaning_of(usage);
    }
}

/** The next field; NULL if there is no room, which a definition of so few entries leaves. */
static struct kiwi_field *add_field(struct kiwi_index_data *data, const char *name, const char *suffix,
                                    const char *meaning, enum kiwi_field_type type, uint32_t offset,
                                    unsigned width)
{
    struct kiwi_record_type *record = &data->type;
    if (record->field_count == KIWI_DATA_FIELDS)
        return NULL;
    struct kiwi_field *field = &data->fields[record->field_count];
    char *text = data->names[record->field_count++];
    size_t length = strlen(name);
    memcpy(text, name, length);
    memcpy(text + length, suffix, strlen(suffix) + 1);
    *field = (struct kiwi_field){.name = text,
                                 .unit = "",
                                 .meaning = meaning,
                                 .offset = (uint16_t)offset,
                                 .type = (uint8_t)type,
                                 .width = (uint8_t)width,
                                 .high = (uint8_t)(8 * width - 1),
                                 .certainty = KIWI_CERTAINTY_DISC};
    if (width == 0 || width > 4 || type == KIWI_TYPE_CC || type == KIWI_TYPE_UNKNOWN) {
        field->high = 0;
        field->low = 1;
    }
    return field;
}

/** Bytes or elements that are too long or too many for one field of a fixed width: a run of their own, while
 * there is one. */
static void add_run(struct kiwi_index_data *data, unsigned i, enum kiwi_field_type type,
                    const struct kiwi_datum *datum, unsigned width)
{
    struct kiwi_record_type *record = &data->type;
    if (record->run_count == KIWI_MAXIMUM_RUNS)
        return;
    struct kiwi_field *field = add_field(data, data->numbered[i], "", data->meanings[i], type, 0, 0);
    if (!field)
        return;
    field->run = record->run_count++;
    field->width = (uint8_t)width;
    field->repeated = true;
    record->run_class[field->run] = KIWI_TYPE_N;
    record->run_fixed[field->run] = true;
    data->layout.start[field->run] = datum->offset;
    data->layout.length[field->run] = datum->length;
}

static void add_bytes(struct kiwi_index_data *data, unsigned i, enum kiwi_field_type type,
                      const struct kiwi_datum *datum)
{
    if (datum->length <= 255)
        add_field(data, data->numbered[i], "", data->meanings[i], type, datum->offset, datum->length);
    else
        add_run(data, i, type, datum, 1);
}

static void add_position(struct kiwi_index_data *data, unsigned i, const struct kiwi_datum *datum)
{
    add_field(data, data->numbered[i], ".latitude", data->meanings[i], KIWI_TYPE_ANGLE, datum->offset, 3);
    add_field(data, data->numbered[i], ".longitude", data->meanings[i], KIWI_TYPE_ANGLE, datum->offset + 3,
              3);
}

static void add_number(struct kiwi_index_data *data, unsigned i, const struct kiwi_datum *datum)
{
    const struct kiwi_definition_entry *entry = &data->definition.entries[i];
    enum kiwi_field_type type = entry->words                            ? KIWI_TYPE_D
                                : entry->element == KIWI_ELEMENT_SIGNED ? KIWI_TYPE_I
                                                                        : KIWI_TYPE_N;
    if (datum->count == 1) {
        struct kiwi_field *field = add_field(data, data->numbered[i], "", data->meanings[i], type,
                                             datum->offset, entry->width);
        if (field && entry->width == 4 && type == KIWI_TYPE_N) {
            field->has_null = true;
            field->null_value = UINT32_MAX;
        }
    } else if (type == KIWI_TYPE_N) {
        add_run(data, i, type, datum, entry->width);
    } else {
        add_bytes(data, i, KIWI_TYPE_UNKNOWN, datum);
    }
}

static void add_nibble(struct kiwi_index_data *data, const char *name, const char *suffix,
                       const char *meaning, enum kiwi_field_type type, uint32_t offset, bool low)
{
    struct kiwi_field *field = add_field(data, name, suffix, meaning, type, offset, 1);
    if (field) {
        field->high = low ? 3 : 7;
        field->low = low ? 0 : 4;
    }
}

/** One nibble is a number; more than one, if they begin at a byte, their bytes. */
static void add_nibbles(struct kiwi_index_data *data, unsigned i, const struct kiwi_datum *datum)
{
    enum kiwi_field_type type = data->definition.entries[i].words ? KIWI_TYPE_D : KIWI_TYPE_N;
    if (datum->count != 1) {
        if (!datum->low && datum->count % 2 == 0)
            add_bytes(data, i, KIWI_TYPE_UNKNOWN, datum);
        return;
    }
    add_nibble(data, data->numbered[i], "", data->meanings[i], type, datum->offset, datum->low);
}

/** The number before the elements, and the nibble that is left over before it or them. */
static void add_counter(struct kiwi_index_data *data, unsigned i)
{
    const struct kiwi_definition_entry *entry = &data->definition.entries[i];
    const struct kiwi_datum *datum = &data->record.data[i];
    bool nibble = entry->counter == KIWI_COUNTER_NIBBLE;
    if (nibble)
        add_nibble(data, data->numbered[i], ".count", "how many follow", KIWI_TYPE_N, datum->counter,
                   datum->counter_low);
    if (datum->has_unused)
        add_nibble(data, data->numbered[i], ".unused", "half a byte that is left over", KIWI_TYPE_RESERVED,
                   (entry->counter != 0 && !nibble ? datum->counter : datum->offset) - 1, true);
    if (entry->counter != 0 && !nibble)
        add_field(data, data->numbered[i], ".count", "how many follow", KIWI_TYPE_N, datum->counter,
                  entry->counter);
}

static void add_entry(struct kiwi_index_data *data, unsigned i)
{
    const struct kiwi_definition_entry *entry = &data->definition.entries[i];
    const struct kiwi_datum *datum = &data->record.data[i];
    if (!datum->present)
        return;
    add_counter(data, i);
    switch ((enum kiwi_element)entry->element) {
    case KIWI_ELEMENT_UNSIGNED:
    case KIWI_ELEMENT_SIGNED: add_number(data, i, datum); break;
    case KIWI_ELEMENT_NIBBLE: add_nibbles(data, i, datum); break;
    case KIWI_ELEMENT_TEXT: add_bytes(data, i, KIWI_TYPE_CC, datum); break;
    default:
        if (datum->length == 6 &&
            (entry->element == KIWI_ELEMENT_POSITION || memcmp(entry->usage + 2, "XY", 2) == 0))
            add_position(data, i, datum);
        else
            add_bytes(data, i, KIWI_TYPE_UNKNOWN, datum);
        break;
    }
}

enum { CATEGORY_PARENT, CATEGORY_OPTION, MATCHING_RECORD };

static const char *const record_names[] = {[CATEGORY_PARENT] = "category_parent",
                                           [CATEGORY_OPTION] = "category_option",
                                           [MATCHING_RECORD] = "matching_record"};

const char *const *kiwi_index_record_names(size_t *count)
{
    *count = sizeof record_names / sizeof record_names[0];
    return record_names;
}

static void make_type(struct kiwi_index_data *data, const char *name, const char *meaning)
{
    struct kiwi_record_type *type = &data->type;
    const struct kiwi_data_record *record = &data->record;
    memset(type, 0, sizeof *type);
    memset(&data->layout, 0, sizeof data->layout);
    type->name = name;
    type->section = "11.2.2";
    type->meaning = meaning;
    type->fields = data->fields;
    type->round_trip = round_trip;
    type->run_count = 1;
    type->run_class[0] = KIWI_TYPE_N;
    type->run_fixed[0] = true;
    type->fixed_size = (uint16_t)record->length;
    type->reserved_size = (uint16_t)(record->length - record->used);
    type->plain = record->length == record->used;
    for (unsigned i = record->first; i < record->end; i++)
        add_entry(data, i);
    if (record->has_unused)
        add_nibble(data, "unused", "", "half a byte that is left over", KIWI_TYPE_RESERVED, record->used - 1,
                   true);
    if (record->length != record->used) {
        struct kiwi_field *field = add_field(data, "padding", "", "to an even length", KIWI_TYPE_RESERVED,
                                             record->used, 1);
        if (field)
            field->certainty = KIWI_CERTAINTY_DISC;
    }
    data->layout.head = data->layout.length[0] = (uint32_t)record->length;
    data->arguments[0] = (uint64_t)(uintptr_t)data;
}

/* Going through the data */

static void report(const struct kiwi_index_data *data, enum kiwi_severity severity, uint64_t position,
                   const char *field, const char *expected, uint64_t found)
{
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)found);
    if (!data->reporter->callback)
        return;
    const struct kiwi_finding finding = {
        severity, data->piece->offset + position, data->piece->file->path, data->path, field, expected, text};
    data->reporter->callback(data->reporter->context, &finding);
}

void kiwi_index_data_begin(struct kiwi_index_data *data, const struct kiwi_index_pieces *pieces,
                           uint32_t piece, const char *path, const struct kiwi_reporter *reporter)
{
    data->piece = &pieces->pieces[piece];
    data->reporter = reporter;
    data->path = path;
    data->position = data->index = 0;
    data->longest = 0;
    data->broken = data->ended = false;
    data->why = NULL;
    data->split = 0;
    const char *why;
    if (!kiwi_index_definition(pieces, data->piece->definition, &data->definition, &why))
        data->why = why;
    else if (data->piece->step == KIWI_STEP_CATEGORY &&
             !kiwi_index_split(&data->definition, data->piece->parent_size, data->piece->option_size,
                               &data->split))
        data->why = "the definition does not fit the sizes of parent and options";
    name_entries(data);
}

/** Entries and space of the next record; false if there is none. */
static bool next_record(const struct kiwi_index_data *data, unsigned *first, unsigned *end, uint64_t *space)
{
    const struct kiwi_index_piece *piece = data->piece;
    uint64_t left = piece->length - data->position;
    *space = left;
    *first = 0;
    *end = data->definition.count;
    if (data->why || data->broken || left == 0)
        return false;
    if (piece->step == KIWI_STEP_MATCHING)
        return true;
    bool parent = data->index == 0 && data->split > 0;
    uint64_t options = data->index - (data->split > 0 ? 1 : 0);
    *first = parent ? 0 : data->split;
    *end = parent ? data->split : data->definition.count;
    *space = parent ? piece->parent_size : piece->option_size;
    return *space <= left && (parent || options < piece->count);
}

/** Findings at the end of matching data. */
static void end_matching(struct kiwi_index_data *data)
{
    const struct kiwi_index_piece *piece = data->piece;
    data->ended = true;
    if (piece->step != KIWI_STEP_MATCHING || data->why)
        return;
    if (data->broken)
        report(data, KIWI_ERROR, data->position, "", "matching data that end with a record",
               piece->length - data->position);
    else if (data->index != piece->count)
        report(data, KIWI_WARNING, 0, "number_of_matching_records", "as many records as there are declared",
               data->index);
    if (data->longest > piece->record_size)
        report(data, KIWI_WARNING, 0, "maximum_matching_record_size", "no record longer than is declared",
               data->longest);
}

/** What is left, in one gap. */
static enum kiwi_data_step rest(struct kiwi_index_data *data, struct kiwi_item *item)
{
    uint64_t left = data->piece->length - data->position;
    bool category = data->piece->step == KIWI_STEP_CATEGORY;
    if (!data->ended)
        end_matching(data);
    if (left == 0)
        return KIWI_DATA_END;
    *item = (struct kiwi_item){.offset = data->piece->offset + data->position,
                               .length = left,
                               .gap = KIWI_GAP_UNKNOWN,
                               .name = category ? "category_data" : "matching_data",
                               .reason = data->why ? data->why
                                         : data->broken
                                             ? "no record of the definition begins here"
                                             : "how menus below the first one are laid out is not known"};
    data->position = data->piece->length;
    return KIWI_DATA_GAP;
}

/** Whether a record that needs no more than so many bytes ends at some that cannot be read. */
static bool is_unreadable(const struct kiwi_index_piece *piece, uint64_t position, uint64_t space)
{
    struct kiwi_extent bad;
    uint64_t start = piece->offset + position;
    space = space < KIWI_DATA_RECORD_LIMIT ? space : KIWI_DATA_RECORD_LIMIT;
    return kiwi_source_unreadable(piece->file->source, start, start + space, &bad);
}

enum kiwi_data_step kiwi_index_data_next(struct kiwi_index_data *data, struct kiwi_window *window, bool brief,
                                         struct kiwi_item *item, struct kiwi_error *error)
{
    const struct kiwi_index_piece *piece = data->piece;
    bool category = piece->step == KIWI_STEP_CATEGORY;
    uint64_t space;
    unsigned first;
    unsigned end;
    if (!next_record(data, &first, &end, &space))
        return rest(data, item);
    enum kiwi_status status = kiwi_index_record(&data->definition, first, end, window, piece->file->source,
                                                piece->offset + data->position, space, &data->record, error);
    if (status != KIWI_OK && status != KIWI_END)
        return KIWI_DATA_FAILED;
    if (status == KIWI_END || (category && data->record.length != space)) {
        data->broken = true;
        if (status == KIWI_END && is_unreadable(piece, data->position, space))
            data->why = "bytes here cannot be read";
        return rest(data, item);
    }
    *item = (struct kiwi_item){.offset = piece->offset + data->position, .length = data->record.length};
    data->position += data->record.length;
    data->index++;
    data->longest = data->record.length > data->longest ? data->record.length : data->longest;
    if (brief)
        return KIWI_DATA_RECORD;
    if (category)
        make_type(data, record_names[first == 0 && data->split > 0 ? CATEGORY_PARENT : CATEGORY_OPTION],
                  "A menu or one of its options.");
    else
        make_type(data, record_names[MATCHING_RECORD], "An entry of a search list, by its definition.");
    item->type = &data->type;
    item->layout = &data->layout;
    item->bytes = data->record.bytes;
    item->arguments = data->arguments;
    return KIWI_DATA_RECORD;
}
