/* SPDX-License-Identifier: MIT */
/* Recipe step "field": changes a field by the path of its record. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

/** Where a field lies and what it looks like. */
struct found {
    unsigned hits;
    uint64_t offset; /* in the file */
    size_t length;   /* of the word, the text or the bytes */
    const struct kiwi_field *field;
};

static const struct kiwi_field *find_field(const struct kiwi_record_type *type, const char *name)
{
    for (unsigned i = 0; i < type->field_count; i++)
        if (strcmp(type->fields[i].name, name) == 0)
            return &type->fields[i];
    return NULL;
}

static void look(const struct kiwi_item *item, const char *name, struct found *found)
{
    const struct kiwi_field *field = find_field(item->type, name);
    if (!field || item->layout->length[field->run] == 0)
        return;
    found->hits++;
    found->field = field;
    found->offset = item->offset + item->layout->start[field->run] + field->offset;
    found->length = field->repeated ? item->layout->length[field->run] : field->width;
}

static bool locate(struct plan *plan, const char *record, const char *name, struct found *found,
                   struct failure *failure)
{
    const struct kiwi_walk_options options = {.size = sizeof options, .file = plan->target.file->path};
    struct kiwi_walk *walk;
    struct kiwi_item item;
    struct kiwi_error error;
    *found = (struct found){0};
    if (kiwi_walk_open(plan->target.disc, &options, &walk, &error) != KIWI_OK)
        return refuse_kiwi(failure, plan->target.image.path, &error);
    for (enum kiwi_event event = kiwi_walk_next(walk, &item); event != KIWI_EVENT_END;
         event = kiwi_walk_next(walk, &item))
        if (event == KIWI_EVENT_RECORD && strcmp(kiwi_walk_path(walk), record) == 0)
            look(&item, name, found);
    bool done = kiwi_walk_status(walk, &error) == KIWI_OK ||
                refuse_kiwi(failure, plan->target.image.path, &error);
    kiwi_walk_close(walk);
    if (!done || found->hits == 1)
        return done;
    return refuse(failure, EXIT_REFUSED, "%.200s.%.60s: %s", record, name,
                  found->hits == 0 ? "there is no such field in the file"
                                   : "more than one field has this path");
}

static bool is_number(const struct kiwi_field *field)
{
    return field->high >= field->low && field->width <= 4 && !field->repeated;
}

/** Lays value over bytes, which hold the field now. */
static bool encode(const struct kiwi_field *field, const struct field_value *value, uint8_t *bytes,
                   size_t length)
{
    if (value->kind == VALUE_BYTES) {
        if (value->bytes.length != length)
            return false;
        if (length != 0)
            memcpy(bytes, value->bytes.bytes, length);
        return true;
    }
    if (value->kind == VALUE_TEXT) {
        size_t count = strlen(value->text);
        if ((field->type != KIWI_TYPE_C && field->type != KIWI_TYPE_CC) || count > length)
            return false;
        for (size_t i = 0; i < count; i++)
            if ((unsigned char)value->text[i] >= 0x80) /* which bytes depends on the disc; hex says it */
                return false;
        memset(bytes, 0, length);
        memcpy(bytes, value->text, count);
        return true;
    }
    if (!is_number(field) || value->number < 0 || value->number > UINT32_MAX)
        return false;
    uint32_t mask = UINT32_MAX >> (31 - (field->high - field->low));
    uint32_t word = 0;
    if ((uint32_t)value->number > mask)
        return false;
    for (size_t i = 0; i < length; i++)
        word = word << 8 | bytes[i];
    word = (word & ~(mask << field->low)) | (uint32_t)value->number << field->low;
    for (size_t i = length; i-- > 0; word >>= 8)
        bytes[i] = (uint8_t)word;
    return true;
}

static bool change_field(struct plan *plan, const struct step *step, const struct found *found,
                         const uint8_t *bytes, uint8_t *scratch, struct failure *failure)
{
    memcpy(scratch, bytes, found->length);
    if (!encode(found->field, &step->old_value, scratch, found->length))
        return refuse(failure, EXIT_INPUT, "%.200s: the old value does not suit the field", step->path);
    if (memcmp(scratch, bytes, found->length) != 0) {
        struct field_value value = step->new_value;
        bool already = encode(found->field, &value, scratch, found->length) &&
                       memcmp(scratch, bytes, found->length) == 0;
        return refuse(failure, EXIT_REFUSED,
                      already ? "%.200s: has the new value already: is it patched?"
                              : "%.200s: does not have the old value of the recipe",
                      step->path);
    }
    if (!encode(found->field, &step->new_value, scratch, found->length))
        return refuse(failure, EXIT_INPUT, "%.200s: the new value does not suit the field", step->path);
    return changes_add(&plan->changes, plan->target.base + found->offset, scratch, found->length,
                       step->why ? step->why : "field", step->path, failure);
}

bool plan_add_field(struct plan *plan, const struct step *step, struct failure *failure)
{
    const char *dot = strrchr(step->path, '.');
    struct found found;
    char record[512];
    if (!dot || (size_t)(dot - step->path) >= sizeof record)
        return refuse(failure, EXIT_INPUT, "%.200s: must be the path of a record, a dot and a field",
                      step->path);
    snprintf(record, sizeof record, "%.*s", (int)(dot - step->path), step->path);
    if (!locate(plan, record, dot + 1, &found, failure))
        return false;
    uint8_t *bytes = malloc(2 * found.length + 1);
    struct kiwi_error error;
    size_t received = 0;
    if (!bytes)
        return refuse_memory(failure);
    bool done = kiwi_source_read(plan->target.image.source, plan->target.base + found.offset, bytes,
                                 found.length, &received, &error) == KIWI_OK ||
                refuse_kiwi(failure, plan->target.image.path, &error);
    if (done && received < found.length)
        done = refuse(failure, EXIT_REFUSED, "%.200s: lies beyond the end", step->path);
    done = done && change_field(plan, step, &found, bytes, bytes + found.length, failure);
    free(bytes);
    return done;
}
