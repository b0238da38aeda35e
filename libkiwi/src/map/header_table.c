/* SPDX-License-Identifier: MIT */
/* Places that the management header table names. */
#include "map/header_table.h"

#include <string.h>

#include "bytes/codec.h"
#include "bytes/source.h"

enum kiwi_status kiwi_header_place_of(const struct kiwi_map *map, uint32_t number,
                                      struct kiwi_header_place *place, struct kiwi_error *error)
{
    struct kiwi_management_header_record record;
    uint8_t bytes[64];
    size_t received;
    const size_t size = kiwi_type_management_header_record.fixed_size;
    memset(place, 0, sizeof *place);
    enum kiwi_status status = kiwi_source_read_before(
        map->file->source, KIWI_VOLUME_SIZE + (number - 1) * size, bytes, size, &received, error);
    if (status != KIWI_OK)
        return status;
    if (!kiwi_management_header_record_decode(&record, bytes, received))
        return KIWI_ERROR_NOT_FOUND;
    memcpy(place->name, record.file_name, sizeof record.file_name);
    if (record.size == 0 && !place->name[0])
        return KIWI_ERROR_NOT_FOUND;
    place->file = kiwi_map_named_file(map, map->file, record.file_name, sizeof record.file_name);
    place->offset = kiwi_dsa_offset(record.address, map->sectors);
    if (!place->file || !place->file->source || place->offset >= place->file->size)
        return KIWI_ERROR_NOT_FOUND;
    place->length = (uint64_t)record.size * map->sectors.logical_sector_size;
    if (place->length > place->file->size - place->offset)
        place->length = place->file->size - place->offset;
    return KIWI_OK;
}
