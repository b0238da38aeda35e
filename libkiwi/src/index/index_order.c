/* SPDX-License-Identifier: MIT */
/* The pieces of an index by file and offset. */
#include "index/index_take.h"

#include <stdlib.h>
#include <string.h>

struct sorted {
    const struct kiwi_file *file;
    uint64_t offset, length;
    uint32_t piece;
};

static int by_place(const void *left, const void *right)
{
    const struct sorted *a = left;
    const struct sorted *b = right;
    int file = a->file == b->file ? 0 : strcmp(a->file->path, b->file->path);
    if (file != 0)
        return file;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    return a->piece < b->piece ? -1 : a->piece > b->piece;
}

bool kiwi_index_put_in_order(struct kiwi_index_pieces *pieces)
{
    struct sorted *sorted = malloc((pieces->count + 1) * sizeof *sorted);
    pieces->order = malloc((pieces->count + 1) * sizeof *pieces->order);
    if (!sorted || !pieces->order) {
        free(sorted);
        return false;
    }
    for (size_t i = 0; i < pieces->count; i++)
        sorted[i] = (struct sorted){pieces->pieces[i].file, pieces->pieces[i].offset,
                                    pieces->pieces[i].length, (uint32_t)i};
    qsort(sorted, pieces->count, sizeof *sorted, by_place);
    uint64_t end = 0;
    const struct kiwi_file *file = NULL;
    for (size_t i = 0; i < pieces->count; i++) {
        if (sorted[i].file != file)
            end = 0;
        file = sorted[i].file;
        if (sorted[i].offset < end) {
            kiwi_index_report(pieces, file, sorted[i].offset, "",
                              "bytes that no other part of the index uses", "parts that overlap");
            continue;
        }
        if (sorted[i].length == 0)
            continue;
        end = sorted[i].offset + sorted[i].length;
        pieces->order[pieces->order_count++] = sorted[i].piece;
    }
    free(sorted);
    return true;
}

const uint32_t *kiwi_index_pieces_of(const struct kiwi_index_pieces *pieces, const struct kiwi_file *file,
                                     size_t *count)
{
    size_t first = 0;
    while (first < pieces->order_count && pieces->pieces[pieces->order[first]].file != file)
        first++;
    size_t end = first;
    while (end < pieces->order_count && pieces->pieces[pieces->order[end]].file == file)
        end++;
    *count = end - first;
    return pieces->order + first;
}
