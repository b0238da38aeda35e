/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_CHANGE_H
#define KIWIPATCH_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/source.h>

#include "common/failure.h"
#include "hash.h"

/** Bytes that would be replaced by as many others. */
struct change {
    uint64_t offset, length;
    uint8_t *bytes;                                   /* the new ones; NULL if content has them */
    struct kiwi_source *content;                      /* of a module: too much for memory */
    uint8_t old_hash[HASH_SIZE], new_hash[HASH_SIZE]; /* filled by changes_hash() */
    char *why;
    char *record; /* path of the record, or NULL */
    bool derived; /* a checksum that follows other changes */
    bool module;  /* a whole one, which brings its own checksums */
};

/** Changes of one file, ascending after changes_sort(). */
struct changes {
    struct change *items;
    size_t count, capacity;
};

void changes_free(struct changes *changes);

/** Copies bytes, why and record (may be NULL). */
bool changes_add(struct changes *changes, uint64_t offset, const void *bytes, uint64_t length,
                 const char *why, const char *record, struct failure *failure);
/** All of content, of which it takes a reference. */
bool changes_add_content(struct changes *changes, uint64_t offset, struct kiwi_source *content,
                         const char *why, struct failure *failure);

/** Sorts them; refuses those that meet, and empty ones. */
bool changes_sort(struct changes *changes, struct failure *failure);

/** Index of the first change that ends behind offset, or count. */
size_t changes_find(const struct changes *changes, uint64_t offset);

/** Whether two ranges of bytes have one in common. */
static inline bool ranges_meet(uint64_t a, uint64_t a_length, uint64_t b, uint64_t b_length)
{
    return a < b ? b - a < a_length : a - b < b_length;
}

/** Lays the new bytes over length bytes that stand at offset. */
bool changes_apply(const struct changes *changes, uint64_t offset, void *bytes, size_t length,
                   struct failure *failure);

/** Hashes what source, seen from file offset 0, has now in their places, and what would stand there. */
bool changes_hash(struct changes *changes, struct kiwi_source *source, struct failure *failure);

/** source as it would be with the changes, both of which must live longer; only for reading. */
bool changes_overlay(const struct changes *changes, struct kiwi_source *source, struct kiwi_source **overlay,
                     struct failure *failure);

#endif
