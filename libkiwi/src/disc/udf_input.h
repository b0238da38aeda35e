/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_UDF_INPUT_H
#define KIWI_SRC_UDF_INPUT_H

#include "bytes/view.h"

#include <stdbool.h>
#include <udfread/blockinput.h>

/**
 * What libudfread reads from. It notes the first block of an operation: that is the file entry of what is
 * opened.
 */
struct kiwi_udf_input {
    struct udfread_block_input base; /* first: libudfread hands its address back */
    struct kiwi_source *source;
    struct kiwi_window window;
    uint64_t budget; /* bytes that may still be read */
    bool noted;
    bool begun; /* an operation, which has read nothing so far */
    uint32_t first_lba;
    uint8_t first_block[UDF_BLOCK_SIZE];
};

void kiwi_udf_input_init(struct kiwi_udf_input *input, struct kiwi_source *source, uint64_t budget);
void kiwi_udf_input_free(struct kiwi_udf_input *input);

/** Begins an operation: the next block read is its first one. */
void kiwi_udf_input_begin(struct kiwi_udf_input *input);

/** If the noted block is a file entry that holds the file itself: where its bytes lie in the image. */
bool kiwi_udf_input_embedded(const struct kiwi_udf_input *input, uint64_t *offset, uint64_t *length);

#endif
