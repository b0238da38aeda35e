/* SPDX-License-Identifier: MIT */
/* What libudfread reads from: a source by blocks. */
#include "disc/udf_input.h"

#include "bytes/source.h"

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

/* What is read of a file entry at first: all of it, if the file is one extent without attributes. */
enum { SHORT_ENTRY = FILE_ENTRY_HEAD + 8 };

static uint32_t little(const uint8_t *bytes, unsigned count)
{
    uint32_t value = 0;

    while (count-- > 0)
        value = value << 8 | bytes[count];
    return value;
}

static bool is_file_entry(const uint8_t *block)
{
    const uint32_t tag = little(block, 2);

    return tag == TAG_FILE_ENTRY || tag == TAG_EXTENDED_FILE_ENTRY;
}

static uint32_t head_of_entry(const uint8_t *block)
{
    return little(block, 2) == TAG_FILE_ENTRY ? FILE_ENTRY_HEAD : EXTENDED_FILE_ENTRY_HEAD;
}

/* Bytes of a file entry, of which so many are there: its head, extended attributes, allocation descriptors.
 */
static uint64_t length_of_entry(const uint8_t *block, uint64_t there)
{
    const uint32_t head = head_of_entry(block);

    return there < head ? head : (uint64_t)head + little(block + head - 8, 4) + little(block + head - 4, 4);
}

static bool read_exactly(const struct kiwi_udf_input *input, uint64_t offset, uint8_t *bytes, size_t length)
{
    size_t received;

    return kiwi_source_read_before(input->source, offset, bytes, length, &received, NULL) == KIWI_OK &&
           received == length;
}

/*
 * The first block of an operation, if it is a file entry: what of it means something, which is a tenth, and a
 * disc of thousands of files has as many of them. False: it is to be read as any other.
 */
static bool read_entry(const struct kiwi_udf_input *input, uint64_t offset, uint8_t *block)
{
    uint64_t there = 0;
    uint64_t wanted = SHORT_ENTRY;

    memset(block, 0, UDF_BLOCK_SIZE);
    while (there < wanted) {
        if (wanted > UDF_BLOCK_SIZE ||
            !read_exactly(input, offset + there, block + there, (size_t)(wanted - there)) ||
            !is_file_entry(block))
            return false;
        there = wanted;
        wanted = length_of_entry(block, there);
    }
    return true;
}

/* Any block, through the window. */
static bool read_block(struct kiwi_udf_input *input, uint64_t offset, uint8_t *block)
{
    struct kiwi_view view;

    if (kiwi_window_view(&input->window, input->source, offset, UDF_BLOCK_SIZE, &view, NULL) != KIWI_OK ||
        view.length < UDF_BLOCK_SIZE)
        return false;
    memcpy(block, view.bytes, UDF_BLOCK_SIZE);
    return true;
}

static int read_blocks(struct udfread_block_input *base, uint32_t lba, void *buffer, uint32_t count,
                       int flags)
{
    struct kiwi_udf_input *input = (struct kiwi_udf_input *)base;
    uint32_t done;

    (void)flags;
    kiwi_window_stop_at(&input->window, ((uint64_t)lba + count) * UDF_BLOCK_SIZE);
    for (done = 0; done < count && done < INT32_MAX && input->budget >= UDF_BLOCK_SIZE; done++) {
        const uint64_t offset = ((uint64_t)lba + done) * UDF_BLOCK_SIZE;
        uint8_t *block = (uint8_t *)buffer + (size_t)done * UDF_BLOCK_SIZE;

        if (!(input->begun && read_entry(input, offset, block)) && !read_block(input, offset, block))
            break;
        input->budget -= UDF_BLOCK_SIZE;
        if (!input->noted) {
            input->noted = true;
            input->first_lba = lba;
            memcpy(input->first_block, block, UDF_BLOCK_SIZE);
        }
        input->begun = false;
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
    input->begun = true;
}

bool kiwi_udf_input_embedded(const struct kiwi_udf_input *input, uint64_t *offset, uint64_t *length)
{
    const uint8_t *block = input->first_block;
    uint32_t head = head_of_entry(block);
    uint32_t attributes;
    uint32_t size;

    if (!input->noted || !is_file_entry(block) || (block[ICB_FLAGS] & 7) != ICB_EMBEDDED)
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
