/* SPDX-License-Identifier: MIT */
/* Walks through a record and all its parts as the schema lays them out. */
#include "schema/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kiwi/value.h>

#include "bytes/codec.h"
#include "base/grow.h"
#include "base/never.h"

void kiwi_engine_init(struct kiwi_engine *engine, kiwi_engine_report *report, void *context)
{
    memset(engine, 0, sizeof *engine);
    engine->report = report;
    engine->context = context;
}

void kiwi_engine_free(struct kiwi_engine *engine)
{
    free(engine->references);
    engine->references = NULL;
}

/* Accounts */

void kiwi_account_gap(struct kiwi_account *account, enum kiwi_gap gap, uint64_t length)
{
    if (gap == KIWI_GAP_PADDING)
        account->padding += length;
    else if (gap == KIWI_GAP_RESERVED)
        account->reserved += length;
    else
        account->unknown += length;
}

void kiwi_account_record(struct kiwi_account *account, const struct kiwi_record_type *type,
                         const struct kiwi_layout *layout)
{
    if (type->plain) {
        account->field += layout->head;
        return;
    }
    account->reserved += type->reserved_size;
    account->unknown += type->unknown_size;
    account->field += (uint64_t)type->fixed_size - type->reserved_size - type->unknown_size;
    for (unsigned run = 1; run < type->run_count; run++) {
        if (type->run_fixed[run])
            continue;
        if (type->run_class[run] == KIWI_TYPE_UNKNOWN)
            account->unknown += layout->length[run];
        else if (type->run_class[run] == KIWI_TYPE_RESERVED)
            account->reserved += layout->length[run];
        else
            account->field += layout->length[run];
    }
}

static inline bool layout_record(const struct kiwi_record_type *type, const uint8_t *bytes,
                                 uint64_t available, const uint64_t *arguments, struct kiwi_layout *layout)
{
    if (available < type->fixed_size)
        return false;
    if (type->layout)
        return type->layout(bytes, available, arguments, layout);
    layout->head = layout->length[0] = type->fixed_size;
    layout->start[0] = 0;
    return true;
}

bool kiwi_layout_record(const struct kiwi_record_type *type, const uint8_t *bytes, uint64_t available,
                        const uint64_t *arguments, struct kiwi_layout *layout)
{
    return layout_record(type, bytes, available, arguments, layout);
}

/* Findings */

static void report_numbers(struct kiwi_engine *engine, enum kiwi_severity severity, uint64_t position,
                           const char *field, const char *expected, uint64_t first, const char *found,
                           uint64_t second)
{
    char expected_text[96];
    char found_text[96];
    engine->flawed = engine->flawed || severity == KIWI_ERROR;
    snprintf(expected_text, sizeof expected_text, expected, (unsigned long long)first);
    snprintf(found_text, sizeof found_text, found, (unsigned long long)second);
    engine->report(engine->context, severity, engine->view.offset + position, field, expected_text,
                   found_text);
}

/** Which reserved field is not zero: the slow way, only when there is one. */
static void report_reserved(struct kiwi_engine *engine, const struct kiwi_record_type *type,
                            const uint8_t *bytes, const struct kiwi_layout *layout, uint64_t start)
{
    for (unsigned i = 0; i < type->field_count; i++) {
        const struct kiwi_field *field = &type->fields[i];
        if (field->type != KIWI_TYPE_RESERVED || (field->run != 0 && layout->length[field->run] == 0))
            continue;
        uint64_t at = layout->start[field->run] + (uint64_t)field->offset;
        if (field->high < field->low) {
            size_t length = field->repeated ? layout->length[field->run] : field->width;
            if (kiwi_any(bytes + at, length))
                report_numbers(engine, KIWI_NOTE, start + at, field->name, "zero in reserved bytes", 0,
                               "other values", 0);
            continue;
        }
        uint32_t value = field->width == 1   ? bytes[at]
                         : field->width == 2 ? kiwi_load16(bytes + at)
                                             : kiwi_load32(bytes + at);
        value = (value >> field->low) & kiwi_bit_mask(field->high, field->low);
        if (value != 0)
            report_numbers(engine, KIWI_NOTE, start + at, field->name, "zero in reserved bits", 0, "0x%llX",
                           value);
    }
}

/* Paths */

static size_t append_number(char *path, size_t at, uint32_t number)
{
    char digits[10];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    while (count > 0 && at < KIWI_PATH_LENGTH - 1)
        path[at++] = digits[--count];
    return at;
}

/** Appends text, with "#" for index, and ends it. */
static size_t append(char *path, size_t at, const char *text, uint32_t index)
{
    for (; *text && at < KIWI_PATH_LENGTH - 1; text++)
        if (*text == '#')
            at = append_number(path, at, index);
        else
            path[at++] = *text;
    path[at] = '\0';
    return at;
}

/** Appends what leads from a record to a child. */
static size_t append_step(char *path, size_t at, const struct kiwi_part *part, uint32_t index)
{
    if (part->name[0] != '[')
        at = append(path, at, ".", 0);
    at = append(path, at, part->name, index);
    if (part->kind == KIWI_PART_TABLE || part->kind == KIWI_PART_LIST)
        at = append(path, at, "[#]", index + part->first);
    return at;
}

/** Length of the path of the record on top, which is written to engine->path. */
static size_t path_of_top(struct kiwi_engine *engine)
{
    unsigned known = engine->depth;
    while (known > 0 && engine->stack[known - 1].path_length == 0)
        known--;
    size_t at = known > 0 ? engine->stack[known - 1].path_length : engine->root_path_length;
    for (; known < engine->depth; known++) {
        struct kiwi_engine_entry *entry = &engine->stack[known];
        if (entry->step)
            at = append_step(engine->path, at, entry->step, entry->index);
        entry->path_length = at;
    }
    return at;
}

const char *kiwi_engine_path(struct kiwi_engine *engine)
{
    if (!engine->path_ready) {
        size_t at = path_of_top(engine);
        engine->path[at] = '\0';
        if (engine->step)
            append_step(engine->path, at, engine->step, engine->step_index);
        engine->path_ready = true;
    }
    return engine->path;
}

/** Why bytes that should hold a record are a gap. */
static const char truncated[] = "too short for the record that should be here";

static bool is_readable(const struct kiwi_engine *engine, uint64_t start, uint64_t length)
{
    return kiwi_view_readable(&engine->view, start, length) == length;
}

/* Arguments that stand elsewhere in the frame */

/** What a field says of the record at a place in the frame; KIWI_NULL if there is none, or nothing. */
static uint64_t field_at(const struct kiwi_engine *engine, const struct kiwi_engine_entry *frame,
                         const struct kiwi_look_up *look_up, int64_t at)
{
    const struct kiwi_record_type *type = look_up->type;
    const struct kiwi_layout layout = {.head = type->fixed_size};
    uint64_t size = frame->end - frame->start;
    struct kiwi_value value;
    if (at < 0 || (uint64_t)at > size || type->fixed_size > size - (uint64_t)at ||
        !is_readable(engine, frame->start + (uint64_t)at, type->fixed_size))
        return KIWI_NULL;
    kiwi_field_value(&type->fields[look_up->field], engine->view.bytes + frame->start + at, &layout,
                     KIWI_USUAL_SECTORS, &value); /* no address: sectors do not matter */
    return value.kind == KIWI_VALUE_NONE ? KIWI_NULL : (uint64_t)value.number;
}

static void look_up(const struct kiwi_engine *engine, const struct kiwi_engine_entry *frame,
                    const struct kiwi_part *part, uint64_t *arguments)
{
    for (unsigned i = 0; i < part->look_up_count; i++) {
        uint64_t *argument = &arguments[part->look_ups[i].argument];
        *argument = field_at(engine, frame, &part->look_ups[i], (int64_t)*argument);
    }
}

/* References */

/** False if memory ran out. */
static bool keep_reference(struct kiwi_engine *engine, const struct kiwi_engine_reference *reference)
{
    struct kiwi_engine_reference *grown = grow_array(engine->references, &engine->reference_capacity,
                                                     engine->reference_count, 1, sizeof *grown);
    engine->no_memory = !grown;
    engine->flawed = engine->flawed || !grown; /* what it refers to was not looked at */
    if (!grown)
        return false;
    engine->references = grown;
    grown[engine->reference_count] = *reference;
    grown[engine->reference_count].order = (uint32_t)engine->reference_count;
    engine->reference_count++;
    return true;
}

static void report_limit(struct kiwi_engine *engine, uint64_t start)
{
    report_numbers(engine, KIWI_ERROR, start, "offset", "at most %llu references", KIWI_REFERENCE_LIMIT,
                   "more", 0);
}

static void collect(struct kiwi_engine *engine, const struct kiwi_record_type *type, const uint8_t *bytes,
                    const struct kiwi_layout *layout, const uint64_t *arguments, uint32_t index,
                    uint64_t start)
{
    struct kiwi_engine_entry *frame = &engine->stack[engine->stack[engine->depth - 1].frame];
    uint64_t size = frame->end - frame->start;
    frame->sorted =
        false; /* a record that a frame refers to may refer further, as the nodes of a region do */
    for (unsigned i = 0; i < type->reference_count; i++) {
        struct kiwi_part_values values;
        type->references[i].resolve(bytes, layout, arguments, index, layout->head, layout->head, &values);
        if (!values.present)
            continue;
        if (values.offset < 0 || (uint64_t)values.offset >= size) {
            report_numbers(engine, KIWI_ERROR, start, "offset", "an offset below %llu, the size of the frame",
                           size, "%llu", (uint64_t)values.offset);
            continue;
        }
        if (engine->stack[engine->depth - 1].collected)
            continue;
        if (engine->reference_count == KIWI_REFERENCE_LIMIT) {
            report_limit(engine, start);
            return;
        }
        struct kiwi_engine_reference reference = {.offset = (uint64_t)values.offset,
                                                  .length = values.length,
                                                  .part = &type->references[i],
                                                  .index = index};
        memcpy(reference.arguments, values.arguments, sizeof reference.arguments);
        look_up(engine, frame, &type->references[i], reference.arguments);
        if (!keep_reference(engine, &reference))
            return;
    }
}

static int by_offset(const void *left, const void *right)
{
    const struct kiwi_engine_reference *a = left;
    const struct kiwi_engine_reference *b = right;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static void sort_references(struct kiwi_engine *engine, struct kiwi_engine_entry *frame)
{
    struct kiwi_engine_reference *first = engine->references + frame->reference_next;
    size_t count = engine->reference_count - frame->reference_next;
    for (size_t i = 1; i < count; i++) {
        if (first[i].offset < first[i - 1].offset) {
            qsort(first, count, sizeof *first, by_offset);
            break;
        }
    }
    frame->sorted = true;
}

/* Records */

/** The bytes that an item shows: those of the disc, unless a word that was put right places its fields. */
static const uint8_t *shown(const struct kiwi_engine *engine, const struct kiwi_record_type *type,
                            uint64_t start, const struct kiwi_layout *layout, const uint64_t *arguments)
{
    const uint8_t *stated = engine->stated + start;
    struct kiwi_layout other = {.head = 0};
    if (engine->stated == engine->view.bytes)
        return stated;
    bool same = layout_record(type, stated, layout->head, arguments, &other) && other.head == layout->head;
    for (unsigned run = 1; same && run < type->run_count; run++)
        same = other.length[run] == layout->length[run];
    return same ? stated : engine->view.bytes + start;
}

static void record_event(struct kiwi_engine *engine, const struct kiwi_record_type *type, uint64_t start,
                         const struct kiwi_layout *layout, const uint64_t *arguments, struct kiwi_item *item)
{
    const uint8_t *bytes = engine->view.bytes + start;
    if (engine->account)
        kiwi_account_record(engine->account, type, layout);
    if (engine->check && type->reserved && type->reserved(bytes, layout))
        report_reserved(engine, type, bytes, layout, start);
    engine->path_ready = false;
    item->type = type;
    item->layout = layout;
    item->bytes = shown(engine, type, start, layout, arguments);
    item->arguments = arguments;
    item->offset = engine->view.offset + start;
    item->length = layout->head;
}

static bool gap_event(struct kiwi_engine *engine, struct kiwi_engine_entry *entry, uint64_t end,
                      enum kiwi_gap kind, const char *name, const char *reason, struct kiwi_item *item)
{
    uint64_t start = entry->position;
    entry->position = end;
    if (!is_readable(engine, start, end - start)) {
        kind = KIWI_GAP_UNKNOWN;
        name = "unreadable";
        reason = "bytes here cannot be read";
    } else if (kind == KIWI_GAP_PADDING && kiwi_any(engine->view.bytes + start, end - start)) {
        kind = KIWI_GAP_UNKNOWN;
        name = "unreferenced";
        reason = "no record refers to these bytes";
        engine->flawed = true;
    } else if (kind == KIWI_GAP_RESERVED && engine->check &&
               kiwi_any(engine->view.bytes + start, end - start)) {
        report_numbers(engine, KIWI_NOTE, start, name, "zero in reserved bytes", 0, "other values", 0);
    }
    if (engine->account)
        kiwi_account_gap(engine->account, kind, end - start);
    engine->path_ready = false;
    engine->step = NULL;
    *item = (struct kiwi_item){.offset = engine->view.offset + start,
                               .length = end - start,
                               .gap = kind,
                               .name = name,
                               .reason = reason};
    return true;
}

/** True if a record has nothing but fields. */
static bool is_leaf(const struct kiwi_record_type *type)
{
    return type->part_count == 0 && !type->frame;
}

enum entered { ENTERED, BROKEN, TRUNCATED, UNREADABLE };

/** Where a record that says its size ends, at most at end. *result is BROKEN if the size lies. */
static uint64_t stop_of(struct kiwi_engine *engine, const struct kiwi_record_type *type,
                        const struct kiwi_layout *layout, const uint64_t *arguments, uint64_t start,
                        uint64_t end, enum entered *result)
{
    int64_t extent = type->extent(engine->view.bytes + start, layout, arguments);
    if (extent < (int64_t)layout->head) {
        report_numbers(engine, KIWI_ERROR, start, "", "a record size of at least %llu", layout->head, "%llu",
                       extent < 0 ? 0 : (uint64_t)extent);
        *result = BROKEN;
        return start + layout->head;
    }
    if ((uint64_t)extent > end - start) {
        report_numbers(engine, KIWI_ERROR, start, "", "a record size of at most %llu", end - start, "%llu",
                       (uint64_t)extent);
        *result = BROKEN;
        return end;
    }
    return start + (uint64_t)extent;
}

/**
 * Lays out the record at start, which may use what lies before end, and goes into it if it has parts. *next
 * is where it ends. BROKEN: it was entered, but its size lies, so what follows cannot be found. TRUNCATED and
 * UNREADABLE: it was not entered.
 */
static enum entered enter(struct kiwi_engine *engine, const struct kiwi_record_type *type, uint64_t start,
                          uint64_t end, const uint64_t *arguments, uint32_t index, bool fills, uint64_t *next,
                          struct kiwi_item *item)
{
    const uint8_t *bytes = engine->view.bytes + start;
    uint64_t available = end - start;
    bool leaf = is_leaf(type);
    enum entered result = ENTERED;
    if (NEVER(!leaf && engine->depth >= KIWI_ENGINE_DEPTH)) /* the schema is not that deep */
        return TRUNCATED;
    struct kiwi_engine_entry *entry = leaf ? NULL : &engine->stack[engine->depth];
    struct kiwi_layout *layout = leaf ? &engine->leaf : &entry->layout;
    uint64_t *kept = leaf ? engine->leaf_arguments : entry->arguments;
    if (arguments)
        memcpy(kept, arguments, sizeof engine->leaf_arguments);
    bool fits = layout_record(type, bytes, available, kept, layout);
    if (engine->view.damaged && !is_readable(engine, start,
                                             fits                           ? layout->head
                                             : available < type->fixed_size ? available
                                                                            : type->fixed_size))
        return UNREADABLE;
    if (!fits) {
        uint64_t needed = available < type->fixed_size ? type->fixed_size : (uint64_t)layout->head + 1;
        report_numbers(engine, KIWI_ERROR, start, "", "at least %llu bytes for the record", needed, "%llu",
                       available);
        return TRUNCATED;
    }
    uint64_t stop = fills || !leaf ? end : start + layout->head;
    if (type->extent)
        stop = stop_of(engine, type, layout, kept, start, end, &result);
    *next = stop;
    if (leaf) {
        if (type->reference_count &&
            engine->depth > 0) /* by itself it lies in no frame that it could refer into */
            collect(engine, type, bytes, layout, kept, index, start);
        engine->step_index = index;
    } else {
        entry->type = type;
        entry->start = start;
        entry->end = stop;
        entry->index = index;
        entry->open_ended = !fills && !type->extent;
        entry->position = start + layout->head;
        entry->part = 0;
        entry->in_part = false;
        entry->sorted = entry->looked_ahead = false;
        entry->collected = !type->frame && engine->depth > 0 && engine->stack[engine->depth - 1].collected;
        entry->frame = type->frame || engine->depth == 0 ? engine->depth
                                                         : engine->stack[engine->depth - 1].frame;
        entry->reference_first = entry->reference_next = engine->reference_count;
        entry->step = engine->step;
        entry->path_length = 0;
        engine->depth++;
        engine->step = NULL;
        if (type->reference_count)
            collect(engine, type, bytes, layout, kept, index, start);
    }
    record_event(engine, type, start, layout, kept, item);
    return result;
}

void kiwi_engine_start(struct kiwi_engine *engine, const struct kiwi_record_type *type, struct kiwi_view view,
                       const uint64_t *arguments, const char *path)
{
    engine->view = view;
    engine->stated = view.bytes;
    engine->flawed = false;
    engine->depth = 0;
    engine->reference_count = 0;
    engine->root = type;
    engine->tail = view.length;
    memset(engine->root_arguments, 0, sizeof engine->root_arguments);
    if (arguments)
        memcpy(engine->root_arguments, arguments, sizeof engine->root_arguments);
    engine->root_path_length = append(engine->path, 0, path, 0);
    engine->step = NULL;
    engine->path_ready = true;
}

void kiwi_engine_restart(struct kiwi_engine *engine, const struct kiwi_record_type *type,
                         struct kiwi_view mended, const uint64_t *arguments, const char *path)
{
    const uint8_t *stated = engine->stated;
    kiwi_engine_start(engine, type, mended, arguments, path);
    engine->stated = stated;
}

static void report_nothing(void *context, enum kiwi_severity severity, uint64_t offset, const char *field,
                           const char *expected, const char *found)
{
    (void)context, (void)severity, (void)offset, (void)field, (void)expected, (void)found;
}

bool kiwi_engine_try(struct kiwi_engine *engine)
{
    const struct kiwi_engine kept = {.brief = engine->brief,
                                     .check = engine->check,
                                     .report = engine->report,
                                     .account = engine->account,
                                     .root = engine->root};
    struct kiwi_item item;
    engine->brief = true;
    engine->check = false;
    engine->report = report_nothing;
    engine->account = NULL;
    while (!engine->flawed && kiwi_engine_next(engine, &item))
        ;
    engine->brief = kept.brief;
    engine->check = kept.check;
    engine->report = kept.report;
    engine->account = kept.account;
    engine->root = kept.root; /* again; the path is that of the root still, since nothing asked for another */
    engine->tail = engine->view.length;
    return !engine->flawed;
}

/** The root record itself; what it leaves when it has no parts is one gap. */
static bool start_root(struct kiwi_engine *engine, struct kiwi_item *item)
{
    const struct kiwi_record_type *type = engine->root;
    uint64_t next;
    engine->root = NULL;
    enum entered result = enter(engine, type, 0, engine->view.length, engine->root_arguments, 0, true, &next,
                                item);
    if (result >= TRUNCATED)
        engine->tail = 0;
    else /* its own size may be less than the view */
        engine->tail = is_leaf(type) ? engine->leaf.head : engine->stack[0].end;
    return result < TRUNCATED;
}

/** The gap behind a root that does not fill the view or did not fit. */
static bool finish_root(struct kiwi_engine *engine, struct kiwi_item *item)
{
    struct kiwi_engine_entry rest = {.position = engine->tail};
    if (engine->tail == engine->view.length)
        return false;
    engine->tail = engine->view.length;
    if (rest.position == 0)
        return gap_event(engine, &rest, engine->view.length, KIWI_GAP_UNKNOWN, "truncated", truncated, item);
    return gap_event(engine, &rest, engine->view.length, KIWI_GAP_PADDING, "padding", "", item);
}

void kiwi_engine_skip(struct kiwi_engine *engine)
{
    if (engine->step || engine->depth == 0)
        return; /* a leaf has no parts */
    struct kiwi_engine_entry *entry = &engine->stack[engine->depth - 1];
    engine->reference_count = entry->reference_first;
    entry->position = entry->end;
    entry->part = UINT32_MAX;
    entry->in_part = false;
    entry->sorted = true;
}

const struct kiwi_engine_entry *kiwi_engine_ancestor(const struct kiwi_engine *engine,
                                                     const struct kiwi_record_type *type)
{
    for (unsigned i = engine->depth; i-- > 0;)
        if (engine->stack[i].type == type)
            return &engine->stack[i];
    return NULL;
}

/* Parts */

/** Resolves the next part; false if it is empty. */
static bool begin_part(struct kiwi_engine *engine, struct kiwi_engine_entry *entry)
{
    const struct kiwi_part *part = &entry->type->parts[entry->part];
    const uint8_t *bytes = engine->view.bytes + entry->start;
    struct kiwi_part_values *values = &entry->values;
    uint64_t space = entry->end - entry->position;
    engine->step = NULL;
    engine->path_ready = false;
    memset(values->arguments, 0, sizeof values->arguments);
    part->resolve(bytes, &entry->layout, entry->arguments, entry->index, entry->position - entry->start,
                  entry->end - entry->start, values);
    look_up(engine, &engine->stack[entry->frame], part, values->arguments);
    if (!values->present || values->count <= 0)
        return false;
    if (values->length == -1)
        values->length = (int64_t)space;
    if (values->length < 0)
        return false;
    uint64_t length = (uint64_t)values->length;
    if (length == 0 && !part->type)
        return false;
    if (length > space) {
        report_numbers(engine, KIWI_ERROR, entry->start, part->name, "a length of at most %llu", space,
                       "%llu", length);
        length = space;
    }
    if (part->kind == KIWI_PART_TABLE) {
        if (values->stride <= 0)
            return false;
        uint64_t count = length / (uint64_t)values->stride;
        if ((uint64_t)values->count > count) {
            report_numbers(engine, KIWI_ERROR, entry->start, part->name, "at most %llu records", count,
                           "%llu", (uint64_t)values->count);
            values->count = (int64_t)count;
        }
    }
    entry->part_end = entry->position + length;
    entry->next_start = entry->position;
    entry->next_index = 0;
    entry->in_part = true;
    return true;
}

/** Whether a part says its own length: then what its records leave of it is a gap inside it. */
static bool has_length(const struct kiwi_engine_entry *entry, const struct kiwi_part *part)
{
    return entry->values.length >= 0 && entry->part_end != entry->end && part->kind != KIWI_PART_TABLE;
}

/** What an unfinished list leaves of its part. */
static bool finish_part(struct kiwi_engine *engine, struct kiwi_engine_entry *entry,
                        const struct kiwi_part *part, struct kiwi_item *item)
{
    bool left = has_length(entry, part) && entry->position < entry->part_end;
    entry->in_part = false;
    entry->part++;
    if (left)
        gap_event(engine, entry, entry->part_end, KIWI_GAP_PADDING, "padding", "", item);
    return left;
}

/** Goes over records as long as nothing about them is worth an event or a finding. */
static void skim(struct kiwi_engine *engine, struct kiwi_engine_entry *entry, const struct kiwi_part *part)
{
    const bool table = part->kind == KIWI_PART_TABLE;
    const uint8_t *bytes = engine->view.bytes;
    kiwi_measure *measure = part->type->measure;
    struct kiwi_account account = {0};
    uint64_t position = entry->position;
    uint64_t next = entry->next_start;
    uint32_t index = entry->next_index;
    for (; (int64_t)index < entry->values.count && next <= position; index++) {
        const struct kiwi_account before = account;
        uint64_t end = table ? position + (uint64_t)entry->values.stride : entry->part_end;
        uint64_t size = measure(bytes + position, end - position, entry->values.arguments, &account);
        if (size == 0) {
            account = before;
            break;
        }
        position += size;
        next = table ? end : position;
    }
    if (engine->account)
        kiwi_account_add(engine->account, &account, 1);
    entry->position = position;
    entry->next_start = next;
    entry->next_index = index;
}

/** The next child of the current part. False: the part is done without one. */
static bool next_in_part(struct kiwi_engine *engine, struct kiwi_engine_entry *entry, struct kiwi_item *item)
{
    const struct kiwi_part *part = &entry->type->parts[entry->part];
    if (part->kind == KIWI_PART_UNKNOWN || part->kind == KIWI_PART_RESERVED) {
        entry->in_part = false;
        entry->part++;
        if (entry->part_end == entry->position)
            return false;
        return gap_event(engine, entry, entry->part_end,
                         part->kind == KIWI_PART_UNKNOWN ? KIWI_GAP_UNKNOWN : KIWI_GAP_RESERVED, part->name,
                         part->meaning, item);
    }
    bool table = part->kind == KIWI_PART_TABLE;
    if ((engine->brief || (engine->passes_tables && table)) && part->type->measure && !engine->view.damaged)
        skim(engine, entry, part);
    if ((int64_t)entry->next_index >= entry->values.count)
        return finish_part(engine, entry, part, item);
    uint64_t start = entry->next_start > entry->position ? entry->next_start : entry->position;
    uint64_t end = table ? start + (uint64_t)entry->values.stride : entry->part_end;
    if (entry->position < start)
        return gap_event(engine, entry, start, KIWI_GAP_PADDING, "padding", "", item);
    if (start == end) {
        report_numbers(engine, KIWI_ERROR, entry->start, part->name, "%llu records",
                       (uint64_t)entry->values.count, "%llu", entry->next_index);
        return finish_part(engine, entry, part, item);
    }
    uint32_t index = entry->next_index++;
    engine->step = part;
    engine->step_index = index;
    engine->path_ready = false;
    uint64_t next = end;
    bool fills = table || (part->kind == KIWI_PART_ONE && has_length(entry, part));
    enum entered result = enter(engine, part->type, start, end, entry->values.arguments, index, fills, &next,
                                item);
    if (result == UNREADABLE && table) {
        entry->next_start = end;
        return gap_event(engine, entry, end, KIWI_GAP_UNKNOWN, "", "", item);
    }
    if (result != ENTERED)
        entry->values.count = index + 1; /* the rest of the list cannot be found */
    if (result >= TRUNCATED) {
        entry->in_part = false;
        entry->part = result == UNREADABLE && has_length(entry, part) ? entry->part + 1 : UINT32_MAX;
        return gap_event(engine, entry, entry->part_end, KIWI_GAP_UNKNOWN, "truncated", truncated, item);
    }
    if (is_leaf(part->type))
        entry->position = start + engine->leaf.head;
    entry->next_start = table ? end : is_leaf(part->type) ? next : 0;
    return true;
}

/** Whether records inside of one of a type refer to others in the same frame. */
static bool refers_further(const struct kiwi_record_type *type)
{
    if (type->frame)
        return false;
    for (unsigned i = 0; i < type->part_count; i++)
        if (type->parts[i].type &&
            (type->parts[i].type->reference_count > 0 || refers_further(type->parts[i].type)))
            return true;
    return false;
}

static bool go_on(struct kiwi_engine *engine, unsigned floor, struct kiwi_item *item);

/** Collects what the record of a reference refers to. */
static void look_into(struct kiwi_engine *engine, const struct kiwi_engine_entry *frame,
                      const struct kiwi_engine_reference *reference)
{
    struct kiwi_engine probe;
    struct kiwi_item item;
    uint64_t start = frame->start + reference->offset;
    uint64_t room = frame->end - start;
    uint64_t next;
    uint64_t length = (uint64_t)reference->length < room ? (uint64_t)reference->length : room;
    kiwi_engine_init(&probe, report_nothing, NULL);
    probe.view = engine->view;
    probe.stack[0] = *frame;
    probe.stack[0].frame = 0;
    probe.stack[0].reference_first = probe.stack[0].reference_next = 0;
    probe.depth = 1;
    enter(&probe, reference->part->type, start, start + length, reference->arguments, reference->index, true,
          &next, &item);
    while (!probe.no_memory && go_on(&probe, 1, &item))
        ;
    for (size_t i = 0; i < probe.reference_count; i++) {
        if (engine->reference_count == KIWI_REFERENCE_LIMIT) {
            report_limit(engine, start);
            break;
        }
        if (!keep_reference(engine, &probe.references[i]))
            break;
    }
    engine->no_memory = engine->no_memory || probe.no_memory;
    kiwi_engine_free(&probe);
}

/**
 * What a frame refers to may refer further, and to bytes in front of it: the links of a region may lie before
 * its nodes. So before the first gap all of it is collected. False if that is done.
 */
static bool look_ahead(struct kiwi_engine *engine, struct kiwi_engine_entry *frame)
{
    size_t count = engine->reference_count;
    bool more = false;
    if (frame->looked_ahead)
        return false;
    frame->looked_ahead = true;
    for (size_t i = frame->reference_next; i < count && !engine->no_memory; i++) {
        struct kiwi_engine_reference reference = engine->references[i];
        if (reference.length < 0 || !refers_further(reference.part->type))
            continue;
        look_into(engine, frame, &reference);
        engine->references[i].collected = more = true;
    }
    if (more)
        sort_references(engine, frame);
    return more;
}

/** The next record that a frame refers to. False: there is none. */
static bool next_reference(struct kiwi_engine *engine, struct kiwi_engine_entry *frame,
                           struct kiwi_item *item)
{
    while (frame->reference_next < engine->reference_count) {
        const struct kiwi_engine_reference *following = &engine->references[frame->reference_next + 1];
        struct kiwi_engine_reference reference = following[-1]; /* collecting may move the array */
        uint64_t size = frame->end - frame->start;
        uint64_t start = frame->start + reference.offset;
        uint64_t end = frame->end;
        if (start > frame->position && look_ahead(engine, frame))
            continue;
        if (start > frame->position)
            return gap_event(engine, frame, start, KIWI_GAP_PADDING, "padding", "", item);
        engine->step = reference.part;
        engine->step_index = reference.index;
        engine->path_ready = false;
        frame->reference_next++;
        if (start < frame->position) {
            report_numbers(engine, KIWI_ERROR, start, "offset",
                           "an offset of at least %llu, where the record before ends",
                           frame->position - frame->start, "%llu", reference.offset);
            continue;
        }
        if (reference.length >= 0) {
            uint64_t length = (uint64_t)reference.length;
            if (length > size - reference.offset) {
                report_numbers(engine, KIWI_ERROR, start, "size", "a size of at most %llu",
                               size - reference.offset, "%llu", length);
                length = size - reference.offset;
            }
            end = start + length;
        } else if (frame->reference_next < engine->reference_count && following->offset > reference.offset) {
            end = frame->start + following->offset;
        }
        uint64_t next = end;
        bool fills = reference.length >= 0;
        frame->collected = reference.collected;
        enum entered result = enter(engine, reference.part->type, start, end, reference.arguments,
                                    reference.index, fills, &next, item);
        frame->collected = false;
        if (result >= TRUNCATED)
            return gap_event(engine, frame, end, KIWI_GAP_UNKNOWN, "truncated", truncated, item);
        if (is_leaf(reference.part->type))
            frame->position = start + engine->leaf.head;
        return true;
    }
    return false;
}

/** Leaves the record on top; what it did not account is a gap of its own or of the record around it. */
static bool leave(struct kiwi_engine *engine, struct kiwi_engine_entry *entry, struct kiwi_item *item)
{
    if (!entry->open_ended && entry->position < entry->end)
        return gap_event(engine, entry, entry->end, KIWI_GAP_PADDING, "padding", "", item);
    if (entry->frame == engine->depth - 1)
        engine->reference_count = entry->reference_first;
    engine->depth--;
    if (engine->depth > 0)
        engine->stack[engine->depth - 1].position = entry->position;
    return false;
}

/** Goes on with the record on top. True if that is an item. */
static bool take_turn(struct kiwi_engine *engine, struct kiwi_item *item)
{
    struct kiwi_engine_entry *entry = &engine->stack[engine->depth - 1];
    if (entry->in_part)
        return next_in_part(engine, entry, item);
    if (entry->part < entry->type->part_count) {
        if (!begin_part(engine, entry))
            entry->part++;
        return false;
    }
    if (entry->frame != engine->depth - 1 || entry->reference_next >= engine->reference_count)
        return leave(engine, entry, item);
    if (!entry->sorted)
        sort_references(engine, entry);
    return next_reference(engine, entry, item);
}

/** The next item inside of the records above so many. False: there is none. */
static bool go_on(struct kiwi_engine *engine, unsigned floor, struct kiwi_item *item)
{
    while (engine->depth > floor)
        if (take_turn(engine, item) && (!item->type || !engine->brief))
            return true;
    return false;
}

bool kiwi_engine_next(struct kiwi_engine *engine, struct kiwi_item *item)
{
    if (engine->root && start_root(engine, item) && !engine->brief)
        return true;
    return go_on(engine, 0, item) || finish_root(engine, item);
}
