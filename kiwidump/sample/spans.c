/* SPDX-License-Identifier: MIT */
/* Which bytes go into a sample, and which of them are texts. */
#include "sample/sampler.h"

#include <stdlib.h>

#include "base/grow.h"

/** Bytes of one span, which are read in one go. */
enum { SPAN_LIMIT = 1 << 20 };

static bool add(struct sampler *sampler, struct spans *spans, struct span span)
{
    struct span *last = spans->count > 0 ? &spans->items[spans->count - 1] : NULL;
    if (last && spans == &sampler->kept && last->file == span.file && span_end(last) == span.offset &&
        last->length + span.length <= SPAN_LIMIT) {
        last->length += span.length;
        return true;
    }
    if (spans->count >= spans->limit)
        return false;
    struct span *items = grow_array(spans->items, &spans->room, spans->count, 1, sizeof span);
    if (!items) {
        sampler->no_memory = true;
        return false;
    }
    spans->items = items;
    items[spans->count++] = span;
    return true;
}

static uint32_t number_of(const struct sampler *sampler, const struct kiwi_file *file)
{
    return sampler->image ? 0 : (uint32_t)(file - kiwi_disc_file(sampler->dump->disc, 0));
}

/** Adds each range of an image, or the range itself. */
static bool add_range(struct sampler *sampler, struct spans *spans, const struct kiwi_file *file,
                      uint64_t offset, uint64_t length, enum mask mask)
{
    const struct kiwi_extent whole = {0, file->size};
    const struct kiwi_extent *extents = sampler->image ? file->extents : &whole;
    size_t count = sampler->image ? file->extent_count : 1;
    uint32_t number = number_of(sampler, file);
    bool done = true;
    for (size_t i = 0; i < count && length > 0 && done; i++) {
        if (offset >= extents[i].length) {
            offset -= extents[i].length;
            continue;
        }
        uint64_t part = extents[i].length - offset < length ? extents[i].length - offset : length;
        const struct span span = {extents[i].offset + offset, (uint32_t)part, number, mask};
        done = add(sampler, spans, span);
        offset = 0;
        length -= part;
    }
    return done;
}

void sample_keep(struct sampler *sampler, const struct kiwi_file *file, uint64_t offset, uint64_t length)
{
    struct kiwi_extent bad;
    if (length == 0 || !file->source || offset >= file->size || length > file->size - offset ||
        kiwi_source_unreadable(file->source, offset, offset + length, &bad))
        return;
    if (length > SPAN_LIMIT || length > SAMPLE_BYTES - sampler->used ||
        !add_range(sampler, &sampler->kept, file, offset, length, MASK_ALL)) {
        sampler->full = true;
        return;
    }
    sampler->used += length;
}

void sample_keep_image(struct sampler *sampler, uint64_t offset, uint32_t length, uint32_t first)
{
    const struct span span = {offset, length, 0, MASK_ALL};
    if (first > SAMPLE_BYTES - sampler->used || !add(sampler, &sampler->kept, span))
        sampler->full = true;
    else
        sampler->used += first;
}

/** A text that there is no room to remember: nothing more is kept, and what was kept with it is given up. */
static void forget(struct sampler *sampler)
{
    sampler->full = true;
    sampler->used = SAMPLE_BYTES;
    if (sampler->kept.count > 0)
        sampler->kept.count--;
}

void sample_mask(struct sampler *sampler, const struct kiwi_file *file, uint64_t offset, uint64_t length,
                 enum mask mask)
{
    if (sampler->used < SAMPLE_BYTES && length <= SPAN_LIMIT &&
        !add_range(sampler, &sampler->texts, file, offset, length, mask))
        forget(sampler);
}

void sample_mask_image(struct sampler *sampler, uint64_t offset, uint32_t length, enum mask mask)
{
    const struct span span = {offset, length, 0, mask};
    if (!add(sampler, &sampler->texts, span))
        forget(sampler);
}

static int compare(const void *a, const void *b)
{
    const struct span *left = a;
    const struct span *right = b;
    return left->file != right->file       ? (left->file < right->file ? -1 : 1)
           : left->offset != right->offset ? (left->offset < right->offset ? -1 : 1)
                                           : (left->length > right->length) - (left->length < right->length);
}

void sample_sort(struct sampler *sampler)
{
    struct spans *kept = &sampler->kept;
    size_t count = 0;
    if (kept->count > 1)
        qsort(kept->items, kept->count, sizeof *kept->items, compare);
    if (sampler->texts.count > 1)
        qsort(sampler->texts.items, sampler->texts.count, sizeof *sampler->texts.items, compare);
    for (size_t i = 0; i < kept->count; i++) {
        struct span *last = count > 0 ? &kept->items[count - 1] : NULL;
        struct span span = kept->items[i];
        uint64_t end = span_end(&span);
        uint64_t behind = last && last->file == span.file ? span_end(last) : 0;
        if (end <= behind)
            continue;
        if (span.offset < behind) {
            span.offset = behind;
            span.length = (uint32_t)(end - behind);
        }
        if (span.offset == behind && last && last->file == span.file &&
            last->length + span.length <= SPAN_LIMIT)
            last->length += span.length;
        else
            kept->items[count++] = span;
    }
    kept->count = count;
}

/** The first range that ends behind an offset of a file. */
static size_t find(const struct spans *spans, uint32_t file, uint64_t offset)
{
    size_t low = 0;
    size_t high = spans->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct span *span = &spans->items[middle];
        if (span->file > file || (span->file == file && span_end(span) > offset))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

uint64_t sample_share(const struct sampler *sampler, const struct kiwi_file *file)
{
    const struct kiwi_extent whole = {0, file->size};
    const struct kiwi_extent *extents = sampler->image ? file->extents : &whole;
    size_t count = sampler->image ? file->extent_count : 1;
    uint32_t number = number_of(sampler, file);
    uint64_t share = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t end = extents[i].offset + extents[i].length;
        for (size_t k = find(&sampler->kept, number, extents[i].offset); k < sampler->kept.count; k++) {
            const struct span *span = &sampler->kept.items[k];
            if (span->file != number || span->offset >= end)
                break;
            uint64_t from = span->offset > extents[i].offset ? span->offset : extents[i].offset;
            uint64_t to = span_end(span) < end ? span_end(span) : end;
            share += to - from;
        }
    }
    return share;
}
