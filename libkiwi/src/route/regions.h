/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_REGIONS_H
#define KIWI_SRC_REGIONS_H

#include <kiwi/route.h>

#include "map/map.h"

/** Paths of regions, such as region[2,178]. */
enum { KIWI_REGION_PATH_LENGTH = 32 };

struct kiwi_regions {
    struct kiwi_map *map;
    struct kiwi_window window;
    const struct kiwi_file *header_file;
    uint64_t header_offset, header_size; /* the size as far as it can be */
    struct kiwi_region_related_distribution_header header;
    const struct kiwi_file *table_file;   /* NULL if there is no region management table */
    const struct kiwi_file *passage_file; /* NULL if there is no common passage condition table */
    uint64_t passage_offset, passage_size;
    struct kiwi_region_level *levels;
    size_t level_count;
};

void kiwi_region_path(const struct kiwi_region *region, char path[KIWI_REGION_PATH_LENGTH]);

/** Parameters of a route planning distribution header. */
void kiwi_region_arguments(const struct kiwi_region_level *level, uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS]);

/** A finding about a field of a region management record. */
void kiwi_region_report(struct kiwi_regions *regions, enum kiwi_severity severity,
                        const struct kiwi_region *region, const char *field, const char *expected,
                        uint64_t found);

/** Reports where the hierarchy contradicts itself at a region. */
void kiwi_region_check_hierarchy(struct kiwi_regions *regions, const struct kiwi_region *region);

/** Reports what contradicts itself in a region's frame, whose bytes are view. */
void kiwi_region_check(struct kiwi_regions *regions, const struct kiwi_region *region,
                       const struct kiwi_view *view);

/** Reports regions that a main map frame names and that do not exist or lie elsewhere. path is the frame's,
 * view its bytes. */
void kiwi_frame_check(struct kiwi_regions *regions, const struct kiwi_parcel *parcel,
                      const struct kiwi_file *file, const char *path, const struct kiwi_view *view);

#endif
