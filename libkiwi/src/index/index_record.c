/* SPDX-License-Identifier: MIT */
/* What records of an index have in common: tags, positions, and what leads to their data. */
#include "index/index.h"

#include <string.h>

#include "bytes/codec.h"

void kiwi_index_copy_tag(char *text, const char *tag)
{
    memcpy(text, tag, 4);
    text[4] = '\0';
    for (int i = 0; i < 4; i++)
        text[i] = text[i] >= ' ' && text[i] < 0x7F ? text[i] : '?';
}

bool kiwi_index_is_tag(const char *tag, const char *text)
{
    return memcmp(tag, text, 4) == 0;
}

bool kiwi_index_position(const struct kiwi_data_record *record, int entry, struct kiwi_place *place)
{
    if (entry < 0 || !record->data[entry].present || record->data[entry].length != 6)
        return false;
    const uint8_t *bytes = record->bytes + record->data[entry].offset;
    place->latitude = kiwi_angle_degrees(kiwi_load24(bytes));
    place->longitude = kiwi_angle_degrees(kiwi_load24(bytes + 3));
    return true;
}

const struct kiwi_index_piece *kiwi_index_record_of(const struct kiwi_index *index,
                                                    const struct kiwi_index_piece *data)
{
    return data->above == KIWI_NO_PIECE ? NULL : &index->pieces->pieces[data->above];
}
