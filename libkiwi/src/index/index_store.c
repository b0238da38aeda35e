/* SPDX-License-Identifier: MIT */
/* Keeps the pieces of an index, and finds them by their place. */
#include "index/index_take.h"

#include <stdlib.h>

#include "base/grow.h"

uint64_t kiwi_index_clip(const struct kiwi_file *file, uint64_t offset, uint64_t length)
{
    return length < file->size - offset ? length : file->size - offset;
}

/** Where a piece is remembered by its place, or would be. */
static size_t find_slot(const struct kiwi_index_pieces *pieces, enum kiwi_index_step step,
                        const struct kiwi_index_place *place)
{
    uint64_t hash = ((uint64_t)(uintptr_t)place->file ^ place->offset << 8 ^ (uint64_t)step) *
                    UINT64_C(0x9E3779B97F4A7C15);
    size_t slot = (size_t)(hash >> 40) % KIWI_INDEX_SLOTS;
    for (;; slot = (slot + 1) % KIWI_INDEX_SLOTS) {
        if (pieces->slots[slot] == KIWI_NO_PIECE)
            return slot;
        const struct kiwi_index_piece *piece = &pieces->pieces[pieces->slots[slot]];
        if (piece->step == step && piece->offset == place->offset && piece->file == place->file)
            return slot;
    }
}

uint32_t kiwi_index_add(struct kiwi_index_pieces *pieces, const struct kiwi_index_piece *piece)
{
    if (pieces->count == KIWI_INDEX_PIECE_LIMIT || pieces->full) {
        if (!pieces->full)
            kiwi_index_report_number(pieces, piece->file, piece->offset, "", "an index of fewer parts",
                                     KIWI_INDEX_PIECE_LIMIT);
        pieces->full = true;
        return KIWI_NO_PIECE;
    }
    struct kiwi_index_piece *grown = grow_array(pieces->pieces, &pieces->capacity, pieces->count, 1,
                                                sizeof *grown);
    if (!grown) {
        pieces->full = true;
        return KIWI_NO_PIECE;
    }
    pieces->pieces = grown;
    pieces->pieces[pieces->count] = *piece;
    pieces->pieces[pieces->count].length = kiwi_index_clip(piece->file, piece->offset, piece->length);
    size_t slot = find_slot(pieces, piece->step, &(struct kiwi_index_place){piece->file, piece->offset});
    if (pieces->slots[slot] == KIWI_NO_PIECE)
        pieces->slots[slot] = (uint32_t)pieces->count;
    return (uint32_t)pieces->count++;
}

uint32_t kiwi_index_piece_at(const struct kiwi_index_pieces *pieces, enum kiwi_index_step step,
                             const struct kiwi_index_place *place)
{
    return pieces->slots[find_slot(pieces, step, place)];
}
