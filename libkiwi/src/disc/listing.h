/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_LISTING_H
#define KIWI_SRC_LISTING_H

#include <kiwi/source.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bounds of every walk over a tree of folders, against cycles and trees that have no end. */
#define KIWI_DEPTH_LIMIT 8u
#define KIWI_FILE_LIMIT 65536u
#define KIWI_DIRECTORY_BYTES_LIMIT ((uint64_t)64 << 20)

/** One file of one file system. */
struct kiwi_entry {
    char *path;    /* as struct kiwi_file's */
    char *native;  /* what to open, in a directory of the host; else NULL */
    uint64_t size; /* as recorded; see kiwi_image_list() for clipping */
    struct kiwi_extent *extents;
    size_t extent_count;
    uint64_t recorded_size; /* size before clipping */
    unsigned file_systems;  /* that hold it at this place and size, and ... */
    unsigned disagreeing;   /* elsewhere; bits of enum kiwi_file_system */
};

struct kiwi_listing {
    struct kiwi_entry *entries;
    size_t count;
    size_t capacity;
};

void kiwi_listing_free(struct kiwi_listing *listing);

/** Appends an entry without extents; takes path, which may be NULL (then it fails). NULL: out of memory. */
struct kiwi_entry *kiwi_listing_add(struct kiwi_listing *listing, char *path, uint64_t size);

/** Appends an extent; one that continues the last one is joined to it. */
bool kiwi_entry_add_extent(struct kiwi_entry *entry, uint64_t offset, uint64_t length);

/** Byte-wise by path. */
void kiwi_listing_sort(struct kiwi_listing *listing);

/** folder + '/' + name, or name alone in the root (""). Owned by the caller; NULL: out of memory. */
char *kiwi_join_path(const char *folder, const char *name);

/**
 * Makes a name fit for a path: '/' becomes '_', and so does the first dot of "." and ".."; empty becomes
 * "_".
 */
char *kiwi_safe_name(char *name);

/** A set of numbers, for directories already visited. */
struct kiwi_set {
    uint64_t *slots;
    size_t capacity;
    size_t count;
};

enum kiwi_set_result {
    KIWI_SET_NEW,
    KIWI_SET_OLD,
    KIWI_SET_NO_MEMORY,
};

/** Adds number (not UINT64_MAX). */
enum kiwi_set_result kiwi_set_add(struct kiwi_set *set, uint64_t number);
void kiwi_set_free(struct kiwi_set *set);

#endif
