/* SPDX-License-Identifier: MIT */
/* A list of files with their extents, and the set of folders met while listing. */
#include "disc/listing.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

void kiwi_listing_free(struct kiwi_listing *listing)
{
    for (size_t i = 0; i < listing->count; i++) {
        free(listing->entries[i].path);
        free(listing->entries[i].native);
        free(listing->entries[i].extents);
    }
    free(listing->entries);
    *listing = (struct kiwi_listing){.entries = NULL};
}

struct kiwi_entry *kiwi_listing_add(struct kiwi_listing *listing, char *path, uint64_t size)
{
    struct kiwi_entry *entry;

    if (!path)
        return NULL;
    struct kiwi_entry *entries = grow_array(listing->entries, &listing->capacity, listing->count, 1,
                                            sizeof *entries);
    if (!entries) {
        free(path);
        return NULL;
    }
    listing->entries = entries;
    entry = &listing->entries[listing->count++];
    *entry = (struct kiwi_entry){.path = path, .size = size};
    return entry;
}

bool kiwi_entry_add_extent(struct kiwi_entry *entry, uint64_t offset, uint64_t length)
{
    struct kiwi_extent *extents;

    if (length == 0)
        return true;
    if (entry->extent_count > 0) {
        struct kiwi_extent *last = &entry->extents[entry->extent_count - 1];

        if (offset >= last->offset && offset - last->offset == last->length &&
            length <= UINT64_MAX - last->length) {
            last->length += length;
            return true;
        }
    }
    extents = realloc(entry->extents, (entry->extent_count + 1) * sizeof *extents);
    if (!extents)
        return false;
    extents[entry->extent_count++] = (struct kiwi_extent){offset, length};
    entry->extents = extents;
    return true;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(((const struct kiwi_entry *)a)->path, ((const struct kiwi_entry *)b)->path);
}

void kiwi_listing_sort(struct kiwi_listing *listing)
{
    if (listing->count > 1)
        qsort(listing->entries, listing->count, sizeof listing->entries[0], compare_paths);
}

char *kiwi_join_path(const char *folder, const char *name)
{
    size_t folder_length = strlen(folder);
    size_t name_length = strlen(name);
    char *path = malloc(folder_length + name_length + 2);
    char *end = path;

    if (!path)
        return NULL;
    if (folder_length > 0) {
        memcpy(path, folder, folder_length);
        end = path + folder_length;
        *end++ = '/';
    }
    memcpy(end, name, name_length + 1);
    return path;
}

char *kiwi_safe_name(char *name)
{
    if (!name)
        return NULL;
    for (char *c = name; *c != '\0'; c++)
        if (*c == '/')
            *c = '_';
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        name[0] = '_';
    if (name[0] == '\0') {
        char *longer = realloc(name, 2);

        if (!longer) {
            free(name);
            return NULL;
        }
        name = longer;
        memcpy(name, "_", 2);
    }
    return name;
}

static size_t hash(uint64_t number)
{
    number *= UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(number >> 20);
}

/* Slots hold number + 1, so that 0 is empty; capacity is a power of two. */
static void insert(uint64_t *slots, size_t capacity, uint64_t stored)
{
    size_t i = hash(stored) & (capacity - 1);

    while (slots[i] != 0)
        i = (i + 1) & (capacity - 1);
    slots[i] = stored;
}

static bool grow(struct kiwi_set *set)
{
    size_t capacity = set->capacity != 0 ? set->capacity * 2 : 64;
    uint64_t *slots = calloc(capacity, sizeof *slots);

    if (!slots)
        return false;
    for (size_t i = 0; i < set->capacity; i++)
        if (set->slots[i] != 0)
            insert(slots, capacity, set->slots[i]);
    free(set->slots);
    set->slots = slots;
    set->capacity = capacity;
    return true;
}

enum kiwi_set_result kiwi_set_add(struct kiwi_set *set, uint64_t number)
{
    uint64_t stored = number + 1;

    if (set->count >= set->capacity / 2 && !grow(set))
        return KIWI_SET_NO_MEMORY;
    for (size_t i = hash(stored) & (set->capacity - 1); set->slots[i] != 0; i = (i + 1) & (set->capacity - 1))
        if (set->slots[i] == stored)
            return KIWI_SET_OLD;
    insert(set->slots, set->capacity, stored);
    set->count++;
    return KIWI_SET_NEW;
}

void kiwi_set_free(struct kiwi_set *set)
{
    free(set->slots);
    *set = (struct kiwi_set){.slots = NULL};
}
