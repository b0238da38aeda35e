/* SPDX-License-Identifier: MIT */
/* Changes of a file: bytes and what replaces them, sorted and without overlaps. */
#include "change.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

void changes_free(struct changes *changes)
{
    for (size_t i = 0; i < changes->count; i++) {
        free(changes->items[i].bytes);
        free(changes->items[i].why);
        free(changes->items[i].record);
        kiwi_source_unref(changes->items[i].content);
    }
    free(changes->items);
    *changes = (struct changes){0};
}

static void *copy_bytes(const void *bytes, size_t length)
{
    void *copy = malloc(length > 0 ? length : 1);
    if (copy && length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

static struct change *add(struct changes *changes, const char *why, const char *record)
{
    struct change *items = grow_array(changes->items, &changes->capacity, changes->count, 1, sizeof *items);
    if (!items)
        return NULL;
    changes->items = items;
    struct change *change = &changes->items[changes->count];
    *change = (struct change){.why = copy_bytes(why, strlen(why) + 1)};
    if (record)
        change->record = copy_bytes(record, strlen(record) + 1);
    changes->count++;
    return change->why && (!record || change->record) ? change : NULL;
}

bool changes_add(struct changes *changes, uint64_t offset, const void *bytes, uint64_t length,
                 const char *why, const char *record, struct failure *failure)
{
    struct change *change = add(changes, why, record);
    if (!change)
        return refuse_memory(failure);
    change->offset = offset;
    change->length = length;
    change->bytes = copy_bytes(bytes, (size_t)length);
    return change->bytes ? true : refuse_memory(failure);
}

bool changes_add_content(struct changes *changes, uint64_t offset, struct kiwi_source *content,
                         const char *why, struct failure *failure)
{
    struct change *change = add(changes, why, NULL);
    if (!change)
        return refuse_memory(failure);
    change->offset = offset;
    change->length = kiwi_source_size(content);
    change->content = kiwi_source_ref(content);
    return true;
}

static int compare(const void *a, const void *b)
{
    uint64_t left = ((const struct change *)a)->offset;
    uint64_t right = ((const struct change *)b)->offset;
    return left < right ? -1 : left > right;
}

bool changes_sort(struct changes *changes, struct failure *failure)
{
    if (changes->count > 1)
        qsort(changes->items, changes->count, sizeof *changes->items, compare);
    for (size_t i = 0; i < changes->count; i++) {
        const struct change *change = &changes->items[i];
        if (change->length == 0 || change->length > UINT64_MAX / 4 || change->offset > UINT64_MAX / 4)
            return refuse(failure, EXIT_INPUT, "%s: %" PRIu64 " bytes at %" PRIu64 " cannot be changed",
                          change->why, change->length, change->offset);
        if (i > 0 && change->offset - change[-1].offset < change[-1].length)
            return refuse(failure, EXIT_REFUSED, "two steps change byte %" PRIu64 ": %s; %s", change->offset,
                          change[-1].why, change->why);
    }
    return true;
}

size_t changes_find(const struct changes *changes, uint64_t offset)
{
    size_t low = 0;
    size_t high = changes->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct change *change = &changes->items[middle];
        if (change->offset <= offset && offset - change->offset >= change->length)
            low = middle + 1;
        else if (change->offset <= offset)
            return middle;
        else
            high = middle;
    }
    return low;
}

/** New bytes at..at + length of a change. */
static bool read_new(const struct change *change, uint64_t at, void *bytes, size_t length,
                     struct failure *failure)
{
    if (change->bytes) {
        memcpy(bytes, change->bytes + at, length);
        return true;
    }
    size_t received;
    struct kiwi_error error;
    if (kiwi_source_read(change->content, at, bytes, length, &received, &error) != KIWI_OK)
        return refuse(failure, EXIT_SYSTEM, "%s: %s", change->why, error.text);
    return received == length || refuse(failure, EXIT_REFUSED, "%s: the new bytes became fewer", change->why);
}

bool changes_apply(const struct changes *changes, uint64_t offset, void *bytes, size_t length,
                   struct failure *failure)
{
    for (size_t i = changes_find(changes, offset); i < changes->count; i++) {
        const struct change *change = &changes->items[i];
        if (change->offset >= offset && change->offset - offset >= length)
            return true;
        uint64_t into = change->offset < offset ? offset - change->offset : 0;
        size_t at = change->offset < offset ? 0 : (size_t)(change->offset - offset);
        uint64_t left = change->length - into;
        size_t take = left < length - at ? (size_t)left : length - at;
        if (!read_new(change, into, (char *)bytes + at, take, failure))
            return false;
    }
    return true;
}

bool changes_hash(struct changes *changes, struct kiwi_source *source, struct failure *failure)
{
    struct kiwi_source *overlay;
    bool done = changes_overlay(changes, source, &overlay, failure);
    for (size_t i = 0; done && i < changes->count; i++) {
        struct change *change = &changes->items[i];
        done = hash_source(source, change->offset, change->length, change->old_hash, failure) &&
               hash_source(overlay, change->offset, change->length, change->new_hash, failure);
    }
    kiwi_source_unref(overlay);
    return done;
}

struct overlay {
    const struct changes *changes;
    struct kiwi_source *source;
};

static int overlay_read(void *context, uint64_t offset, void *buffer, size_t length, size_t *received)
{
    const struct overlay *overlay = context;
    struct kiwi_error error;
    struct failure failure;
    if (kiwi_source_read(overlay->source, offset, buffer, length, received, &error) != KIWI_OK)
        return error.system_error ? error.system_error : EIO;
    return changes_apply(overlay->changes, offset, buffer, *received, &failure) ? 0 : EIO;
}

static void overlay_close(void *context)
{
    struct overlay *overlay = context;
    kiwi_source_unref(overlay->source);
    free(overlay);
}

bool changes_overlay(const struct changes *changes, struct kiwi_source *source, struct kiwi_source **result,
                     struct failure *failure)
{
    static const struct kiwi_source_operations operations = {overlay_read, overlay_close};
    struct overlay *overlay = malloc(sizeof *overlay);
    *result = NULL;
    if (!overlay)
        return refuse_memory(failure);
    *overlay = (struct overlay){changes, kiwi_source_ref(source)};
    if (kiwi_source_from_operations(&operations, overlay, kiwi_source_size(source), result, NULL) == KIWI_OK)
        return true;
    overlay_close(overlay);
    return refuse_memory(failure);
}
