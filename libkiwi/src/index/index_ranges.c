/* SPDX-License-Identifier: MIT */
/* Address ranges of a street: the links that it consists of, with their house numbers. */
#include "index/index.h"

#include "index/index_data.h"

static bool read_number(const struct kiwi_definition *definition, const struct kiwi_data_record *record,
                        const char *usage, uint32_t i, uint32_t *value)
{
    return kiwi_datum_number(definition, record, kiwi_definition_find(definition, usage), i, value);
}

static void fill_range(const struct kiwi_definition *definition, const struct kiwi_data_record *record,
                       struct kiwi_address_range *range)
{
    uint32_t value = 0;
    int areas = kiwi_definition_find(definition, "ARCD");
    range->has_position = kiwi_index_position(record, kiwi_definition_find(definition, "RLXY"),
                                              &range->position);
    range->has_link = read_number(definition, record, "LKID", 0, &range->link);
    range->has_numbers = read_number(definition, record, "STAD", 0, &range->first) &&
                         read_number(definition, record, "STAD", 1, &range->last) &&
                         (range->first != UINT32_MAX || range->last != UINT32_MAX);
    range->representative = read_number(definition, record, "FGSA", 0, &value) && (value & 0x80) != 0;
    range->area_codes = areas >= 0 && record->data[areas].present ? record->data[areas].count : 0;
    for (uint32_t i = 0; i < KIWI_AREA_CODES && i < range->area_codes; i++)
        kiwi_datum_number(definition, record, areas, i, &range->area_code[i]);
}

enum kiwi_status kiwi_ranges_next(struct kiwi_index *index, struct kiwi_ranges *ranges,
                                  struct kiwi_address_range *range, struct kiwi_error *error)
{
    const struct kiwi_index_entry *entry = &ranges->entry;
    struct kiwi_data_record record;
    if (entry->ranges_offset == KIWI_NULL || ranges->next >= entry->ranges)
        return KIWI_END;
    const struct kiwi_list_data *data = index->details[entry->list].targets[entry->next_record - 1];
    if (ranges->next == 0)
        ranges->position = entry->ranges_offset;
    if (ranges->position >= data->length)
        return KIWI_END;
    enum kiwi_status status = kiwi_index_record(
        &data->definition, 0, data->definition.count, &index->range_window, data->file->source,
        data->offset + ranges->position, data->length - ranges->position, &record, error);
    if (status != KIWI_OK)
        return status;
    *range = (struct kiwi_address_range){.file = data->file, .offset = data->offset + ranges->position};
    fill_range(&data->definition, &record, range);
    ranges->position += record.length;
    ranges->next++;
    return KIWI_OK;
}
