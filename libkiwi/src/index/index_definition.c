/* SPDX-License-Identifier: MIT */
/* The definitions that data of an index are decoded by. */
#include "index/index_take.h"

bool kiwi_index_definition(const struct kiwi_index_pieces *pieces, uint32_t piece,
                           struct kiwi_definition *definition, const char **why)
{
    static const char missing[] = "it has no definition";
    uint8_t bytes[16 + 16 * KIWI_DEFINITION_FIELDS];
    definition->count = 0;
    if (why)
        *why = missing;
    if (piece == KIWI_NO_PIECE)
        return false;
    const struct kiwi_index_piece *place = &pieces->pieces[piece];
    return kiwi_definition_read(bytes, kiwi_index_read(place->file, place->offset, bytes, sizeof bytes),
                                definition, why);
}

bool kiwi_index_split(const struct kiwi_definition *definition, uint32_t parent_size, uint32_t option_size,
                      unsigned *split)
{
    static const uint8_t zeros[512];
    struct kiwi_data_record record;
    if (parent_size > sizeof zeros || option_size > sizeof zeros || option_size == 0)
        return false;
    for (unsigned i = 0; i < definition->count; i++)
        if (definition->entries[i].counter != 0 || definition->entries[i].flags)
            return false; /* they have no fixed size */
    for (unsigned i = parent_size == 0 ? 0 : 1; i < definition->count; i++) {
        bool parent = i == 0 || (kiwi_definition_decode(definition, 0, i, zeros, sizeof zeros, &record) &&
                                 (record.used == parent_size || record.length == parent_size));
        if (parent &&
            kiwi_definition_decode(definition, i, definition->count, zeros, sizeof zeros, &record) &&
            (record.used == option_size || record.length == option_size)) {
            *split = i;
            return true;
        }
    }
    return false;
}
