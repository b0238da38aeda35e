/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_PATCHES_H
#define KIWIBUILD_PATCHES_H

/* What changes in files that are copied from another disc. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <kiwi/disc.h>

#include "common/failure.h"
#include "memory.h"

struct patch {
    const struct kiwi_file *file;
    uint64_t offset;    /**< in the file, also behind its end */
    size_t first, size; /**< in the bytes */
};

struct patches {
    struct patch *items;
    size_t count, capacity;
    struct buffer bytes;
    /** Files that grow, and how long they are then. */
    struct growth {
        const struct kiwi_file *file;
        uint64_t end;
    } * grown;
    size_t grown_count, grown_capacity;
};

/** Bytes of a file become others; of two patches of one place the later one counts. */
void patches_add(struct patches *patches, const struct kiwi_file *file, uint64_t offset, const void *bytes,
                 size_t size);

/** Room at the end of a file, at a multiple of unit; returns its offset. */
uint64_t patches_grow(struct patches *patches, const struct kiwi_file *file, uint64_t size, uint64_t unit);

/** Applies those of a file to its copy, which ends with a whole sector if it grew. */
bool patches_apply(const struct patches *patches, const struct kiwi_file *file, FILE *copy,
                   struct failure *failure);

void patches_free(struct patches *patches);

#endif
