/* SPDX-License-Identifier: MIT */
/* Level management records and their display classes. */
#include "map/level_classes.h"

#include <string.h>

#include "bytes/codec.h"

/* What a record has in front of its tables. */
enum { FIXED = 42 };

static unsigned room_of(uint64_t record_size)
{
    const uint64_t codes = record_size > FIXED ? (record_size - FIXED) / 2 : 0;
    return codes < KIWI_CLASS_LIMIT ? (unsigned)codes : KIWI_CLASS_LIMIT;
}

static void divide(struct kiwi_level *level, const uint16_t *codes, const unsigned numbers[3])
{
    level->road_classes = codes;
    level->road_class_count = numbers[0];
    level->background_classes = codes + numbers[0];
    level->background_class_count = numbers[1];
    level->name_classes = codes + numbers[0] + numbers[1];
    level->name_class_count = numbers[2];
}

bool kiwi_level_take_record(struct kiwi_level *level, const uint8_t *bytes, uint64_t length, uint64_t size,
                            uint16_t codes[KIWI_CLASS_LIMIT])
{
    struct kiwi_level_management_record *record = &level->record;
    uint8_t roomy[FIXED + 2 * KIWI_CLASS_LIMIT] = {0};
    const unsigned room = room_of(size);
    if (size <= FIXED)
        return kiwi_level_management_record_decode(record, bytes, length, size);
    if (length < size)
        return false;
    memcpy(roomy, bytes, size < sizeof roomy ? (size_t)size : sizeof roomy);
    if (!kiwi_level_management_record_decode(record, roomy, sizeof roomy, sizeof roomy))
        return false;
    for (unsigned i = 0; i < KIWI_CLASS_LIMIT; i++)
        codes[i] = i < room ? (uint16_t)kiwi_load16(roomy + FIXED + 2 * (size_t)i) : 0;
    divide(level, codes,
           (const unsigned[]){record->number_of_road_display_classes,
                              record->number_of_background_display_classes,
                              record->number_of_name_display_classes});
    /* The views of the tables do not outlive the copy. */
    record->road_display_classes = record->background_display_classes = record->name_display_classes = NULL;
    record->adjustment = NULL;
    record->road_display_classes_length = record->background_display_classes_length = 0;
    record->name_display_classes_length = record->adjustment_length = 0;
    return true;
}

bool kiwi_level_record_decode(struct kiwi_level_management_record *record, const uint8_t *bytes,
                              uint64_t length, uint64_t size)
{
    struct kiwi_level level = {0};
    uint16_t codes[KIWI_CLASS_LIMIT];
    const bool taken = kiwi_level_take_record(&level, bytes, length, size, codes);
    *record = level.record;
    return taken;
}

/** Whether so many codes are too many, or leave some over that are not zero. */
static bool is_amiss(const struct kiwi_level *level, unsigned used)
{
    const unsigned room = room_of(level->record_size);
    bool left = false;
    for (unsigned i = used; i < room; i++)
        left |= level->road_classes[i] != 0;
    return used > room || left;
}

bool kiwi_level_doubts_classes(const struct kiwi_level *level)
{
    const unsigned names = level->name_class_count;
    if (level->record_size <= FIXED)
        return false;
    /* no class has the code of another one, but 0 is one, too */
    return is_amiss(level, level->road_class_count + level->background_class_count + names) ||
           (names > 1 && level->name_classes[names - 1] == 0 && level->name_classes[names - 2] == 0);
}

bool kiwi_level_divide_classes(struct kiwi_level *level, const unsigned numbers[3])
{
    if (level->record_size <= FIXED || is_amiss(level, numbers[0] + numbers[1] + numbers[2]))
        return false;
    divide(level, level->road_classes, numbers);
    return true;
}
