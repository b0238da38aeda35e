/* SPDX-License-Identifier: MIT */
/* What libudfread reads from: a source by blocks. */
#include "disc/udf_input.h"

#include <string.h>

/* ECMA-167 4/14.6, 14.9 and 14.17. */
enum {
    TAG_FILE_ENTRY = 261,
    TAG_EXTENDED_FILE_ENTRY = 266,
    ICB_FLAGS = 34,
    ICB_EMBEDDED = 3, /* of the lowest three bits */
    FILE_ENTRY_HEAD = 176,
    EXTENDED_FILE_ENTRY_HEAD = 216,
};

static uint32_t little(const uint8_t *bytes, unsigned count)
{
    uint32_t value = 0;

    while (count-- > 0)
        value = value << 8 | bytes[count];
    return value;
}

static int read_blocks(struct udfread_block_input *base, uint32_t lba, void *buffer, uint32_t count,
                       int flags)
{
    struct kiwi_udf_input *input = (struct kiwi_udf_input *)base;
    uint32_t done;

    (void)flags;
    for (done = 0; done < count && done < INT32_MAX; done++) {
        struct kiwi_view view;

        if (input->budget < UDF_BLOCK_SIZE ||
            kiwi_window_view(&input->window, input->source, ((uint64_t)lba + done) * UDF_BLOCK_SIZE,
                             UDF_BLOCK_SIZE, &view, NULL) != KIWI_OK ||
            view.length < UDF_BLOCK_SIZE)
            break;
        input->budget -= UDF_BLOCK_SIZE;
        memcpy((uint8_t *)buffer + (size_t)done * UDF_BLOCK_SIZE, view.bytes, UDF_BLOCK_SIZE);
        if (!input->noted) {
            input->noted = true;
            input->first_lba = lba;
            memcpy(input->first_block, view.bytes, UDF_BLOCK_SIZE);
        }
    }
    return done > 0 ? (int)done : -1;
}

static uint32_t size_in_blocks(struct udfread_block_input *base)
{
    const struct kiwi_udf_input *input = (const struct kiwi_udf_input *)base;
    uint64_t blocks = kiwi_source_size(input->source) / UDF_BLOCK_SIZE;

    return blocks < UINT32_MAX ? (uint32_t)blocks : UINT32_MAX;
}

void kiwi_udf_input_init(struct kiwi_udf_input *input, struct kiwi_source *source, uint64_t budget)
{
    *input = (struct kiwi_udf_input){
        .base = {.read = read_blocks, .size = size_in_blocks}, .source = source, .budget = budget};
    kiwi_window_init(&input->window);
}

void kiwi_udf_input_free(struct kiwi_udf_input *input)
{
    kiwi_window_free(&input->window);
}

void kiwi_udf_input_begin(struct kiwi_udf_input *input)
{
    input->noted = false;
}

bool kiwi_udf_input_embedded(const struct kiwi_udf_input *input, uint64_t *offset, uint64_t *length)
{
    const uint8_t *block = input->first_block;
    uint32_t tag = little(block, 2);
    uint32_t head = tag == TAG_FILE_ENTRY ? FILE_ENTRY_HEAD : EXTENDED_FILE_ENTRY_HEAD;
    uint32_t attributes;
    uint32_t size;

    if (!input->noted || (tag != TAG_FILE_ENTRY && tag != TAG_EXTENDED_FILE_ENTRY) ||
        (block[ICB_FLAGS] & 7) != ICB_EMBEDDED)
        return false;
    attributes = little(block + head - 8, 4);
    size = little(block + head - 4, 4);
    if (attributes > UDF_BLOCK_SIZE - head)
        attributes = UDF_BLOCK_SIZE - head;
    if (size > UDF_BLOCK_SIZE - head - attributes)
        size = UDF_BLOCK_SIZE - head - attributes;
    *offset = (uint64_t)input->first_lba * UDF_BLOCK_SIZE + head + attributes;
    *length = size;
    return true;
}
