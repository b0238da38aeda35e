/* SPDX-License-Identifier: MIT */
#include "frame.h"

#include <math.h>

const struct kiwi_sectors disc_sectors = {SECTOR, LOGICAL_SECTOR};

enum {
    DATA_FRAME_LIMIT = 0xFFFE * 2, /* 16-bit sizes and displacements in words, FFFF is null */
    FRAME_LIMIT = 0xFFFF * LOGICAL_SECTOR,
    SOURCE_SCALE_HUNDREDS = 100, /* 1 : 10,000, as on the 2007 Australian disc */
    NO_AREA = 0xFF,
};

uint8_t level_scale_flags(const struct level *level)
{
    unsigned flags = 0;
    int i;

    for (i = 0; i < SCALE_COUNT; i++)
        flags = flags << 1 | (level->scales[i] != 0);
    return (uint8_t)flags;
}

struct kiwi_pid cell_position(const struct level *level, int64_t row, int64_t column)
{
    const int64_t half_turn = 180 * (int64_t)KIWI_EIGHTHS_PER_DEGREE;
    int64_t latitude = row * CELL_HEIGHT * ((int64_t)1 << level->shift);
    int64_t longitude = column * CELL_WIDTH * ((int64_t)1 << level->shift);

    while (longitude > half_turn) /* longitudes lie in (-180, 180] */
        longitude -= 2 * half_turn;
    while (longitude <= -half_turn)
        longitude += 2 * half_turn;
    return (struct kiwi_pid){.latitude = kiwi_angle_raw((int32_t)latitude),
                             .longitude = kiwi_angle_raw((int32_t)longitude)};
}

static bool complain(const struct content *content, size_t cell, const char *what, size_t size,
                     struct failure *failure)
{
    const struct level *level = content->level;
    int64_t row = content_row(content, cell), column = content_column(content, cell);
    double scale = (double)(1 << level->shift) / KIWI_EIGHTHS_PER_DEGREE;

    return refuse(failure, EXIT_INPUT,
                  "level %d, parcel at %.5f,%.5f (row %lld, column %lld of the coverage): %s do not fit into "
                  "one parcel "
                  "(%zu bytes), not even if it is divided into %u x %u",
                  level->number, (double)row * CELL_HEIGHT * scale, (double)column * CELL_WIDTH * scale,
                  (long long)(row - level->origin_row), (long long)(column - level->origin_column), what,
                  size, content->side, content->side);
}

bool frame_encode(struct frame *frame, const struct content *content, const struct network *network,
                  size_t cell, struct failure *failure)
{
    static bool (*const append[BASIC_FRAMES])(struct buffer *, const struct content *, const struct network *,
                                              size_t) = {road_frame_append, background_frame_append,
                                                         name_frame_append};
    static const char *const names[BASIC_FRAMES] = {"the roads", "the backgrounds", "the names"};
    int i;

    *frame = (struct frame){0};
    for (i = 0; i < BASIC_FRAMES; i++) {
        size_t before = frame->bytes.size;
        bool good = append[i](&frame->bytes, content, network, cell);

        frame->sizes[i] = frame->bytes.size - before;
        if (!good || frame->sizes[i] > DATA_FRAME_LIMIT)
            return complain(content, cell, names[i], frame->sizes[i], failure);
    }
    if (frame_size(frame, MOST_ENTRIES) > FRAME_LIMIT)
        return complain(content, cell, "all data", frame->bytes.size, failure);
    return true;
}

static size_t header_size(size_t entries)
{
    return kiwi_type_main_map_distribution_header.fixed_size +
           (size_t)BASIC_FRAMES * kiwi_type_data_frame_management_record.fixed_size +
           entries * kiwi_type_adjacent_parcel_address.fixed_size;
}

uint64_t frame_size(const struct frame *frame, size_t entries)
{
    uint64_t size = header_size(entries) + frame->bytes.size;

    return (size + LOGICAL_SECTOR - 1) / LOGICAL_SECTOR * LOGICAL_SECTOR;
}

/** Metres per degree on the ellipsoid at a latitude; the formulas reproduce the real lengths of known discs.
 */
static double metres_north(double phi)
{
    return 111132.92 - 559.82 * cos(2 * phi) + 1.175 * cos(4 * phi) - 0.0023 * cos(6 * phi);
}

static double metres_east(double phi)
{
    return 111412.84 * cos(phi) - 93.5 * cos(3 * phi) + 0.118 * cos(5 * phi);
}

/** Hundredths of a metre, or metres where those exceed 15 bits. */
static void set_length(double centimetres, uint8_t *unit, uint16_t *length)
{
    *unit = centimetres > 0x7FFF ? KIWI_REAL_LENGTH_UNIT_METRE : KIWI_REAL_LENGTH_UNIT_CENTIMETRE;
    *length = (uint16_t)lround(*unit == KIWI_REAL_LENGTH_UNIT_METRE ? centimetres / 100 : centimetres);
}

static void set_real_lengths(struct kiwi_main_map_distribution_header *header, const struct level *level,
                             int64_t row)
{
    double cells = (double)(1 << level->shift) / KIWI_EIGHTHS_PER_DEGREE;
    double phi = ((double)row + 0.5) * CELL_HEIGHT * cells * acos(-1.0) / 180;

    set_length(100 * CELL_WIDTH * cells * metres_east(phi) / CELL_UNITS, &header->longitude_unit,
               &header->longitude_length);
    set_length(100 * CELL_HEIGHT * cells * metres_north(phi) / CELL_UNITS, &header->latitude_unit,
               &header->latitude_length);
}

static void append_entries(const struct frame *frame, uint64_t start, struct buffer *buffer, bool *good)
{
    struct kiwi_data_frame_management_record entry;
    int i;

    for (i = 0; i < BASIC_FRAMES; i++) {
        entry.offset = frame->sizes[i] ? start : KIWI_NULL;
        entry.size = frame->sizes[i];
        start += frame->sizes[i];
        append_encoded(buffer, good, kiwi_data_frame_management_record_encode(&entry, ROOM(buffer)));
    }
}

static void append_address(uint64_t address, uint64_t size, struct buffer *buffer, bool *good)
{
    struct kiwi_adjacent_parcel_address entry = {.address = KIWI_DSA_NULL};

    if (address != KIWI_NULL) {
        entry.address = kiwi_dsa(address, disc_sectors);
        entry.size = (uint16_t)(size / LOGICAL_SECTOR);
        *good = *good && entry.address != KIWI_DSA_NULL;
    }
    append_encoded(buffer, good, kiwi_adjacent_parcel_address_encode(&entry, ROOM(buffer)));
}

/** Instead of an address: where the entries of the parts are that touch this frame. */
static void append_division(const struct neighbour *neighbour, size_t offset, struct buffer *buffer,
                            bool *good)
{
    struct kiwi_adjacent_parcel_address entry = {
        .parts_offset = offset,
        .divisions_latitude = (uint8_t)neighbour->side,
        .divisions_longitude = (uint8_t)neighbour->side,
        .adjoining_parts = (uint8_t)neighbour->count,
    };

    append_encoded(buffer, good, kiwi_adjacent_parcel_address_encode(&entry, ROOM(buffer)));
}

static void append_neighbours(const struct frame_place *place, struct buffer *buffer, bool *good)
{
    size_t extra = header_size(NEIGHBOURS), i, part;

    for (i = 0; i < NEIGHBOURS; i++) {
        const struct neighbour *neighbour = &place->neighbours[i];

        if (neighbour->side > 1) {
            append_division(neighbour, extra, buffer, good);
            extra += neighbour->count * kiwi_type_adjacent_parcel_address.fixed_size;
        } else {
            append_address(neighbour->addresses[0], neighbour->sizes[0], buffer, good);
        }
    }
    for (i = 0; i < NEIGHBOURS; i++)
        for (part = 0; place->neighbours[i].side > 1 && part < place->neighbours[i].count; part++)
            append_address(place->neighbours[i].addresses[part], place->neighbours[i].sizes[part], buffer,
                           good);
}

size_t neighbour_entries(const struct neighbour neighbours[NEIGHBOURS])
{
    size_t entries = NEIGHBOURS, i;

    for (i = 0; i < NEIGHBOURS; i++)
        entries += neighbours[i].side > 1 ? neighbours[i].count : 0;
    return entries;
}

static void set_division(struct kiwi_main_map_distribution_header *header, const struct frame_place *place)
{
    header->parcel_kind = place->side > 1 ? KIWI_PARCEL_KIND_DIVIDED : KIWI_PARCEL_KIND_WHOLE;
    header->division_type = (uint8_t)division_type(place->side);
    header->latitude_part = (uint8_t)place->part_row;
    header->longitude_part = (uint8_t)place->part_column;
}

bool frame_append(const struct frame *frame, const struct level *level, const struct frame_place *place,
                  struct buffer *buffer)
{
    struct kiwi_main_map_distribution_header header = {
        .header_size = header_size(place->has_neighbours ? neighbour_entries(place->neighbours) : 0),
        .lower_left = cell_position(level, place->row, place->column),
        .location_latitude = place->block_row,
        .location_longitude = place->block_column,
        .adjacency = place->has_neighbours,
        .area_number = NO_AREA,
        .data_source_scale = SOURCE_SCALE_HUNDREDS,
        .route_guidance_address = KIWI_DSA_NULL,
    };
    bool good = true;

    set_division(&header, place);
    set_real_lengths(&header, level, place->row);
    append_encoded(buffer, &good, kiwi_main_map_distribution_header_encode(&header, ROOM(buffer)));
    append_entries(frame, header.header_size, buffer, &good);
    if (place->has_neighbours)
        append_neighbours(place, buffer, &good);
    buffer_append(buffer, frame->bytes.bytes, frame->bytes.size);
    buffer_pad(buffer, LOGICAL_SECTOR);
    return good;
}

unsigned division_type(unsigned side)
{
    return side == 4 ? 2 : side == 2 ? 1 : 0;
}

void frame_free(struct frame *frame)
{
    buffer_free(&frame->bytes);
}
