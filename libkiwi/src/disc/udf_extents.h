/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_UDF_EXTENTS_H
#define KIWI_SRC_UDF_EXTENTS_H

#include <stdbool.h>
#include <stdint.h>

/** Where block `block` of a file lies, 0 if nowhere; as udfread_file_lba(). */
typedef uint32_t kiwi_block_lookup(void *context, uint32_t block);

/** A run of blocks that follow one another both in the file and in the image. */
struct kiwi_block_run {
    uint32_t lba; /* 0: nowhere */
    uint32_t count;
};

/**
 * The run that begins at block `start` of a file of `count` blocks (start < count), found with few lookups:
 * steps that double, then bisection in the last step. *lookups counts down; when it is 0 the steps have no
 * other limit than the ends of allocation descriptors.
 */
struct kiwi_block_run kiwi_udf_find_run(kiwi_block_lookup *lookup, void *context, uint32_t start,
                                        uint32_t count, uint32_t *lookups);

#endif
