/* SPDX-License-Identifier: MIT */
/* What all encoders of frames need: coordinates, scale flags and opaque bytes as the disc has them. */
#include "encoding.h"

#define OPAQUE_4 0xA1, 0xB2, 0xC3, 0xD4
#define OPAQUE_32 OPAQUE_4, OPAQUE_4, OPAQUE_4, OPAQUE_4, OPAQUE_4, OPAQUE_4, OPAQUE_4, OPAQUE_4
#define OPAQUE_128 OPAQUE_32, OPAQUE_32, OPAQUE_32, OPAQUE_32

const uint8_t opaque_bytes[OPAQUE_SIZE] = {OPAQUE_128, OPAQUE_128, OPAQUE_128, OPAQUE_128};

uint16_t raw_coordinate(const struct layout *layout, int64_t units)
{
    int64_t parcel = units > 0 ? (units - 1) / CELL_UNITS : 0;

    if (layout->upper_edges)
        return kiwi_nz_raw((uint32_t)units);
    return (uint16_t)(parcel << 13 | (units - parcel * CELL_UNITS)); /* as on the 2007 Australian disc */
}

uint8_t level_scale_flags(const struct level *level)
{
    unsigned flags = 0;

    for (int i = 0; i < SCALE_COUNT; i++)
        flags = flags << 1 | (level->scales[i] != 0);
    return (uint8_t)flags;
}

uint8_t level_detail_flags(const struct level *level)
{
    unsigned flags = level_scale_flags(level), rest = flags & (flags - 1);

    return (uint8_t)(rest & (rest - 1) ? rest : flags);
}

struct kiwi_pid cell_position(const struct level *level, int64_t row, int64_t column)
{
    const int64_t half_turn = 180 * (int64_t)KIWI_EIGHTHS_PER_DEGREE;
    int64_t latitude = axis_eighths(&level->y, row);
    int64_t longitude = axis_eighths(&level->x, column);

    while (longitude > half_turn) /* longitudes lie in (-180, 180] */
        longitude -= 2 * half_turn;
    while (longitude <= -half_turn)
        longitude += 2 * half_turn;
    return (struct kiwi_pid){.latitude = kiwi_angle_raw((int32_t)latitude),
                             .longitude = kiwi_angle_raw((int32_t)longitude)};
}
