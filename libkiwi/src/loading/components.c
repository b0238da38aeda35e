/* SPDX-License-Identifier: MIT */
/* The list of components in LOADING.KWI of R-Car units. Nothing known leads to it, so it is found by what it
 * must be. */
#include "loading/components.h"

#include <stdlib.h>
#include <string.h>

#include "bytes/codec.h"
#include "bytes/source.h"
#include "bytes/fail.h"

/** The list is looked for in so many bytes; on the unit on record it begins at 4E02E. */
enum { SEARCHED = 1 << 20 };
/** One entry alone could be anything. */
enum { FEWEST = 2 };

static bool is_name(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] < 0x20 || bytes[i] >= 0x7F)
            return false;
    return length > 0;
}

/** Reads the entry at bytes if it can be the next one: its component begins where the one before ends. */
static bool take_entry(struct kiwi_components *components, const uint8_t *bytes, size_t available,
                       uint64_t at)
{
    struct kiwi_loading_component *component = &components->items[components->count];
    const struct kiwi_loading_component *before = components->count > 0 ? component - 1 : NULL;
    struct kiwi_component_entry entry;
    if (components->count == KIWI_COMPONENT_LIMIT || available < kiwi_type_component_entry.fixed_size ||
        !kiwi_component_entry_decode(&entry, bytes, available) ||
        entry.name_length >= sizeof component->name || entry.size == 0 ||
        entry.offset != (before ? before->offset + before->size : 0) ||
        !is_name(entry.file_name, entry.name_length))
        return false;
    *component = (struct kiwi_loading_component){.entry_offset = at,
                                                 .entry_length = kiwi_type_component_entry.fixed_size +
                                                                 entry.file_name_length,
                                                 .offset = entry.offset,
                                                 .size = entry.size};
    memcpy(component->name, entry.file_name, entry.name_length);
    components->count++;
    return true;
}

/** Whether the list goes on with an entry that was not understood: then nobody knows where the list ends and
 * the first component begins. */
static bool goes_on(const struct kiwi_components *components, const uint8_t *bytes, size_t available)
{
    const struct kiwi_loading_component *last = &components->items[components->count - 1];
    struct kiwi_component_entry entry;
    return available >= kiwi_type_component_entry.fixed_size &&
           kiwi_component_entry_decode(&entry, bytes, available) && entry.size != 0 &&
           entry.offset == last->offset + last->size;
}

/** Reads the list that begins with the entry at bytes; offsets become those in the file. */
static bool take_list(struct kiwi_components *components, const uint8_t *bytes, size_t available, uint64_t at)
{
    size_t length = 0;
    components->count = 0;
    while (take_entry(components, bytes + length, available - length, at + length))
        length += components->items[components->count - 1].entry_length;
    if (components->count < FEWEST || goes_on(components, bytes + length, available - length))
        components->count = 0;
    for (size_t i = 0; i < components->count; i++)
        components->items[i].offset += at + length;
    return components->count > 0;
}

enum kiwi_status kiwi_components_find(struct kiwi_source *source, uint64_t tables_size,
                                      struct kiwi_components *components, struct kiwi_error *error)
{
    static const uint8_t zeros[4]; /* the first component begins at 0 */
    uint8_t *bytes = malloc(SEARCHED);
    size_t length = 0;
    components->count = 0;
    if (!bytes)
        return kiwi_fail_memory(error);
    enum kiwi_status status = kiwi_source_read_before(source, tables_size, bytes, SEARCHED, &length, error);
    for (size_t i = tables_size % 2; i + sizeof zeros < length; i += 2)
        if (memcmp(bytes + i, zeros, sizeof zeros) == 0 &&
            take_list(components, bytes + i, length - i, tables_size + i))
            break;
    free(bytes);
    return status;
}
