/* SPDX-License-Identifier: MIT */
/* Zones of an index: the files that a menu names, and what they are called. */
#include "index/index.h"

#include <string.h>

#include "index/index_data.h"

/** Zones and their files: options of a menu that name files. */
static void read_zones(struct kiwi_index *index, uint32_t at)
{
    const struct kiwi_index_piece *piece = &index->pieces->pieces[at];
    struct kiwi_definition definition;
    struct kiwi_data_record record;
    unsigned split;
    if (!kiwi_index_definition(index->pieces, piece->definition, &definition, NULL) ||
        !kiwi_index_split(&definition, piece->parent_size, piece->option_size, &split))
        return;
    int code = kiwi_definition_find(&definition, "SZCD");
    int name = kiwi_definition_find(&definition, "NXFM");
    uint64_t position = piece->parent_size;
    for (uint32_t i = 0; name >= 0 && i < piece->count && position < piece->length;
         i++, position += piece->option_size) {
        char text[256] = "";
        if (index->zone_count == KIWI_ZONE_LIMIT ||
            kiwi_index_record(&definition, split, definition.count, &index->window, piece->file->source,
                              piece->offset + position, piece->length - position, &record, NULL) != KIWI_OK ||
            !record.data[name].present || record.data[name].length >= sizeof text)
            return;
        memcpy(text, record.bytes + record.data[name].offset, record.data[name].length);
        const struct kiwi_file *file = text[0] ? kiwi_index_find_file(index->pieces, text, piece->file)
                                               : NULL;
        struct kiwi_index_zone *zone = &index->zones[index->zone_count];
        *zone = (struct kiwi_index_zone){.name = index->zone_names[index->zone_count], .file = file};
        kiwi_datum_number(&definition, &record, code, 0, &zone->code);
        if (file)
            index->zone_count++;
    }
}

/** Names of zones: entries with the code and the name of a zone; the first one counts. */
static void name_zones(struct kiwi_index *index, uint32_t at)
{
    const struct kiwi_index_piece *piece = &index->pieces->pieces[at];
    struct kiwi_definition definition;
    struct kiwi_data_record record;
    if (!kiwi_index_definition(index->pieces, piece->definition, &definition, NULL))
        return;
    int code = kiwi_definition_find(&definition, "SZCD");
    int name = kiwi_definition_find(&definition, "NAME");
    uint64_t position = 0;
    for (uint32_t i = 0; code >= 0 && name >= 0 && i < KIWI_ZONE_LIMIT && position < piece->length;
         i++, position += record.length) {
        uint32_t value;
        if (kiwi_index_record(&definition, 0, definition.count, &index->window, piece->file->source,
                              piece->offset + position, piece->length - position, &record, NULL) != KIWI_OK)
            return;
        for (size_t k = 0; k < index->zone_count; k++) {
            if (kiwi_datum_number(&definition, &record, code, 0, &value) && value == index->zones[k].code &&
                !index->zone_names[k][0] && record.data[name].present)
                kiwi_disc_text(index->disc, record.bytes + record.data[name].offset, record.data[name].length,
                               index->zone_names[k], KIWI_ZONE_NAME);
        }
    }
}

void kiwi_index_find_zones(struct kiwi_index *index)
{
    const struct kiwi_index_pieces *pieces = index->pieces;
    for (uint32_t i = 0; i < pieces->count; i++) {
        const struct kiwi_index_piece *record = kiwi_index_record_of(index, &pieces->pieces[i]);
        if (pieces->pieces[i].step == KIWI_STEP_CATEGORY && record && kiwi_index_is_tag(record->tag, "SRZN"))
            read_zones(index, i);
    }
    for (uint32_t i = 0; i < pieces->count; i++) {
        const struct kiwi_index_piece *record = kiwi_index_record_of(index, &pieces->pieces[i]);
        if (pieces->pieces[i].step == KIWI_STEP_MATCHING && record && kiwi_index_is_tag(record->tag, "SRSZ"))
            name_zones(index, i);
    }
}
