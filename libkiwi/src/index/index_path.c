/* SPDX-License-Identifier: MIT */
/* Paths of the pieces of an index. */
#include "index/index_pieces.h"

#include <stdio.h>

static size_t append_step(const struct kiwi_index_piece *piece, char *path, size_t capacity)
{
    unsigned long number = piece->number;
    int length = 0;
    switch (piece->step) {
    case KIWI_STEP_MANAGEMENT: length = snprintf(path, capacity, "index"); break;
    case KIWI_STEP_VOLUME: length = snprintf(path, capacity, "index.volume[%lu]", number); break;
    case KIWI_STEP_POI: length = snprintf(path, capacity, "index.poi[%lu]", number); break;
    case KIWI_STEP_USER: length = snprintf(path, capacity, "index.user_field"); break;
    case KIWI_STEP_EXPANSION: length = snprintf(path, capacity, "index.expansion_field"); break;
    case KIWI_STEP_FRAME:
        length = piece->above == KIWI_NO_PIECE ? snprintf(path, capacity, "index.file[%lu]", number)
                                               : snprintf(path, capacity, ".next");
        break;
    case KIWI_STEP_RECORD: length = snprintf(path, capacity, ".record[%lu]", number); break;
    case KIWI_STEP_CATEGORY_DEFINITION: length = snprintf(path, capacity, ".category_definition"); break;
    case KIWI_STEP_CATEGORY: length = snprintf(path, capacity, ".category"); break;
    case KIWI_STEP_MATCHING_DEFINITION: length = snprintf(path, capacity, ".matching_definition"); break;
    case KIWI_STEP_MATCHING: length = snprintf(path, capacity, ".matching"); break;
    }
    return length < 0 ? 0 : (size_t)length < capacity ? (size_t)length : capacity - 1;
}

void kiwi_index_piece_path(const struct kiwi_index_pieces *pieces, uint32_t piece, char *path,
                           size_t capacity)
{
    uint32_t chain[2 * KIWI_INDEX_DEPTH + 2];
    size_t count = 0;
    size_t used = 0;
    path[0] = '\0';
    for (uint32_t at = piece; at != KIWI_NO_PIECE && count < sizeof chain / sizeof chain[0];
         at = pieces->pieces[at].above)
        chain[count++] = at;
    while (count > 0)
        used += append_step(&pieces->pieces[chain[--count]], path + used, capacity - used);
}
