/* SPDX-License-Identifier: MIT */
/* Which level of the map is drawn at a scale. */
#include "display_scale.h"

unsigned display_scales(const struct kiwi_level *level, uint32_t scales[DISPLAY_SCALES])
{
    const struct kiwi_level_management_record *record = &level->record;
    const uint32_t all[DISPLAY_SCALES] = {record->display_scale_1, record->display_scale_2,
                                          record->display_scale_3, record->display_scale_4,
                                          record->display_scale_5};
    unsigned count = 0;
    while (count < DISPLAY_SCALES && all[count] != UINT32_MAX && all[count] != 0) {
        scales[count] = all[count];
        count++;
    }
    return count;
}

const struct kiwi_level *display_level(const struct kiwi_map *map, double scale)
{
    const struct kiwi_level *best = NULL;
    const struct kiwi_level *coarsest = NULL;
    for (size_t i = 0; i < kiwi_map_level_count(map); i++) {
        const struct kiwi_level *level = kiwi_map_level(map, i);
        uint32_t scales[DISPLAY_SCALES];
        unsigned count = display_scales(level, scales);
        if (!coarsest || level->number > coarsest->number)
            coarsest = level;
        if ((count == 0 || scales[count - 1] * LEVEL_TOLERANCE >= scale) &&
            (!best || level->number < best->number))
            best = level;
    }
    return best ? best : coarsest;
}
