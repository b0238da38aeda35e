/* SPDX-License-Identifier: MIT */
/* The link from the map to route planning: the regions that a main map frame names (7.1.1 (11)). */
#include <math.h>
#include <stdio.h>

#include "map/place.h"
#include "route/regions.h"

static bool in_arc(double west, double east, double longitude)
{
    return west <= east ? longitude >= west && longitude <= east : longitude >= west || longitude <= east;
}

/** Whether the box of a region touches a box, which is rounded outwards to whole 1/8 seconds. */
static bool touches(const struct kiwi_region *region, const struct kiwi_box *box)
{
    double west = floor(box->west * KIWI_EIGHTHS_PER_DEGREE);
    double east = ceil(box->east * KIWI_EIGHTHS_PER_DEGREE);
    double left = kiwi_degrees_eighths(region->box.west);
    return floor(box->south * KIWI_EIGHTHS_PER_DEGREE) <= kiwi_degrees_eighths(region->box.north) &&
           ceil(box->north * KIWI_EIGHTHS_PER_DEGREE) >= kiwi_degrees_eighths(region->box.south) &&
           (in_arc(left, kiwi_degrees_eighths(region->box.east), west) || in_arc(west, east, left));
}

/** What is wrong with a region that a parcel names; NULL if nothing is. */
static const char *mistake(struct kiwi_regions *regions, const struct kiwi_box *box,
                           const struct kiwi_region_number *number, enum kiwi_severity *severity)
{
    const struct kiwi_region_level *level = kiwi_regions_level_by_number(regions, number->level);
    struct kiwi_region region;
    *severity = KIWI_ERROR;
    if (!level)
        return "a region of a level that route planning has";
    if (kiwi_regions_get(regions, level, number->region, &region, NULL) != KIWI_OK)
        return "a number below the number of regions of its level";
    *severity = KIWI_WARNING;
    return region.dummy || !touches(&region, box) ? "a region whose box touches the parcel" : NULL;
}

void kiwi_frame_check(struct kiwi_regions *regions, const struct kiwi_parcel *parcel,
                      const struct kiwi_file *file, const char *path, const struct kiwi_view *view)
{
    const size_t head = kiwi_type_main_map_distribution_header.fixed_size;
    const size_t size = kiwi_type_region_number.fixed_size;
    struct kiwi_main_map_distribution_header header;
    struct kiwi_box box = kiwi_parcel_box(parcel);
    if (!kiwi_main_map_distribution_header_decode(&header, view->bytes, view->length))
        return; /* the walk reports it */
    for (size_t i = 0; i < header.number_of_regions && i < (view->length - head) / size; i++) {
        struct kiwi_region_number number;
        enum kiwi_severity severity;
        const char *expected;
        char whole[128];
        char found[48];
        kiwi_region_number_decode(&number, view->bytes + head + i * size, size);
        if (number.level == KIWI_DUMMY_LEVEL || !(expected = mistake(regions, &box, &number, &severity)))
            continue;
        snprintf(whole, sizeof whole, "%s.region[%lu]", path, (unsigned long)i);
        snprintf(found, sizeof found, "level %d, region %u", number.level, number.region);
        kiwi_map_report(regions->map, severity, file, view->offset + head + i * size, whole, "region",
                        expected, found);
    }
}
