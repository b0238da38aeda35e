/* SPDX-License-Identifier: MIT */
/* What the head of a region's node data says (10.1), without reading its frame. */
#include <kiwi/route.h>

#include "bytes/source.h"

/** Reads a record inside a region's frame; returns the bytes that came. */
static size_t read_part(const struct kiwi_region *region, uint64_t offset, uint8_t *bytes, size_t length)
{
    size_t received = 0;
    if (offset >= region->size || kiwi_source_read_before(region->file->source, region->offset + offset,
                                                          bytes, length, &received, NULL) != KIWI_OK)
        return 0;
    return received;
}

bool kiwi_region_counts(const struct kiwi_region *region, uint32_t *nodes, uint32_t *links)
{
    struct kiwi_node_and_link_management_record entry;
    struct kiwi_node_distribution_header head;
    uint8_t bytes[16];
    size_t length = read_part(region, kiwi_type_route_planning_distribution_header.fixed_size, bytes,
                              kiwi_type_node_and_link_management_record.fixed_size);
    if (region->level->record.basic_frames < 2 ||
        !kiwi_node_and_link_management_record_decode(&entry, bytes, length) || entry.node_offset == KIWI_NULL)
        return false;
    length = read_part(region, entry.node_offset, bytes, kiwi_type_node_distribution_header.fixed_size);
    if (!kiwi_node_distribution_header_decode(&head, bytes, length))
        return false;
    *nodes = head.number_of_nodes;
    *links = head.number_of_links;
    return true;
}
