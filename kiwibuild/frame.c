/* SPDX-License-Identifier: MIT */
/* The main map data frame of a cell (7.1): its header around the data frames. */
#include "frame.h"

#include <math.h>

#include "ground.h"

enum {
    DATA_FRAME_LIMIT = 0xFFFE * 2, /* 16-bit sizes and displacements in words, FFFF is null */
    FRAME_SECTORS = 0xFFFF,
};

static bool complain(const struct content *content, size_t cell, const char *what, size_t size,
                     struct failure *failure)
{
    const struct level *level = content->level;
    int64_t row = content_row(content, cell), column = content_column(content, cell);

    return refuse(failure, EXIT_INPUT,
                  "level %d, parcel at %.5f,%.5f (row %lld, column %lld of the coverage): %s do not fit into "
                  "one parcel "
                  "(%zu bytes), not even if it is divided into %u x %u",
                  level->number, axis_degrees(&level->y, (double)row),
                  axis_degrees(&level->x, (double)column), (long long)(row - level->origin_row),
                  (long long)(column - level->origin_column), what, size,
                  content->divided ? content->parts.rows : 1, content->divided ? content->parts.columns : 1);
}

bool frame_encode(struct frame *frame, const struct content *content, const struct network *network,
                  size_t cell, struct buffer *store, struct failure *failure)
{
    static bool (*const append[BASIC_FRAMES])(struct buffer *, const struct content *, const struct network *,
                                              size_t) = {road_frame_append, background_frame_append,
                                                         name_frame_append};
    static const char *const names[BASIC_FRAMES] = {"the roads", "the backgrounds", "the names"};
    const struct layout *layout = content->level->layout;

    *frame = (struct frame){.store = store, .first = store->size};
    if (layout->empty_parcels != EMPTY_FRAME && content_empty(content, cell)) {
        frame->absent = layout->empty_parcels == EMPTY_NONE;
        return true;
    }
    for (int i = 0; i < BASIC_FRAMES; i++) {
        size_t before = store->size;
        bool good = append[i](store, content, network, cell);

        frame->sizes[i] = store->size - before;
        frame->size += frame->sizes[i];
        if (!good || frame->sizes[i] > DATA_FRAME_LIMIT)
            return complain(content, cell, names[i], frame->sizes[i], failure);
    }
    if (frame_size(frame, layout, MOST_ENTRIES) > (uint64_t)FRAME_SECTORS * layout->logical_sector_size)
        return complain(content, cell, "all data", frame->size, failure);
    return true;
}

static size_t header_size(const struct frame *frame, const struct layout *layout, size_t entries)
{
    return kiwi_type_main_map_distribution_header.fixed_size + frame->regions.size +
           ((size_t)BASIC_FRAMES + layout->extra_frames) * kiwi_type_data_frame_management_record.fixed_size +
           entries * kiwi_type_adjacent_parcel_address.fixed_size;
}

uint64_t frame_size(const struct frame *frame, const struct layout *layout, size_t entries)
{
    uint64_t size = header_size(frame, layout, entries) + frame->size, unit = layout->logical_sector_size;

    return frame->absent ? 0 : (size + unit - 1) / unit * unit;
}

uint64_t frame_road_size(const struct frame *frame, const struct layout *layout, size_t entries)
{
    return header_size(frame, layout, entries) + frame->sizes[0];
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
    double phi = axis_degrees(&level->y, (double)row + 0.5) * acos(-1.0) / 180;
    double width = axis_cell(&level->x) / KIWI_EIGHTHS_PER_DEGREE,
           height = axis_cell(&level->y) / KIWI_EIGHTHS_PER_DEGREE;

    set_length(100 * width * ground_metres_east(phi) / CELL_UNITS, &header->longitude_unit,
               &header->longitude_length);
    set_length(100 * height * ground_metres_north(phi) / CELL_UNITS, &header->latitude_unit,
               &header->latitude_length);
}

/** Behind those that are written come those that stay empty. */
static void append_entries(const struct frame *frame, const struct layout *layout, uint64_t start,
                           struct buffer *buffer, bool *good)
{
    struct kiwi_data_frame_management_record entry;

    for (unsigned i = 0; i < BASIC_FRAMES + layout->extra_frames; i++) {
        entry.size = i < BASIC_FRAMES ? frame->sizes[i] : 0;
        entry.offset = entry.size ? start : KIWI_NULL;
        start += entry.size;
        append_encoded(buffer, good, kiwi_data_frame_management_record_encode(&entry, ROOM(buffer)));
    }
}

static void append_address(uint64_t address, uint64_t size, const struct layout *layout,
                           struct buffer *buffer, bool *good)
{
    struct kiwi_adjacent_parcel_address entry = {.address = KIWI_DSA_NULL};

    if (address != KIWI_NULL) {
        entry.address = kiwi_dsa(address, layout_sectors(layout));
        entry.size = (uint16_t)(size / layout->logical_sector_size);
        *good = *good && entry.address != KIWI_DSA_NULL;
    }
    append_encoded(buffer, good, kiwi_adjacent_parcel_address_encode(&entry, ROOM(buffer)));
}

/** Instead of an address: where the entries of the frames are that touch this one. */
static void append_division(const struct neighbour *neighbour, size_t offset, struct buffer *buffer,
                            bool *good)
{
    struct kiwi_adjacent_parcel_address entry = {
        .parts_offset = offset,
        .divisions_latitude = (uint8_t)neighbour->parts.rows,
        .divisions_longitude = (uint8_t)neighbour->parts.columns,
        .adjoining_parts = (uint8_t)neighbour->count,
    };

    append_encoded(buffer, good, kiwi_adjacent_parcel_address_encode(&entry, ROOM(buffer)));
}

/** The lists behind the eight entries; null ones at the end keep all repetitions of a frame one size. */
static void append_lists(const struct frame_site *site, const struct layout *layout, struct buffer *buffer,
                         bool *good)
{
    size_t done = NEIGHBOURS;

    for (size_t i = 0; i < NEIGHBOURS; i++) {
        const struct neighbour *neighbour = &site->neighbours[i];

        for (size_t part = 0; neighbour->listed && part < neighbour->count; part++, done++)
            append_address(neighbour->addresses[part], neighbour->sizes[part], layout, buffer, good);
    }
    for (; done < site->entries; done++)
        append_address(KIWI_NULL, 0, layout, buffer, good);
}

static void append_neighbours(const struct frame *frame, const struct frame_site *site,
                              const struct layout *layout, struct buffer *buffer, bool *good)
{
    size_t extra = header_size(frame, layout, NEIGHBOURS);

    for (size_t i = 0; i < NEIGHBOURS; i++) {
        const struct neighbour *neighbour = &site->neighbours[i];

        if (neighbour->listed) {
            append_division(neighbour, extra, buffer, good);
            extra += neighbour->count * kiwi_type_adjacent_parcel_address.fixed_size;
        } else {
            append_address(neighbour->count ? neighbour->addresses[0] : KIWI_NULL, neighbour->sizes[0],
                           layout, buffer, good);
        }
    }
    append_lists(site, layout, buffer, good);
}

static void set_kind(struct kiwi_main_map_distribution_header *header, const struct frame_site *site)
{
    if (site->type) {
        header->parcel_kind = KIWI_PARCEL_KIND_DIVIDED;
        header->division_type = (uint8_t)site->type;
        header->latitude_part = (uint8_t)site->part_row;
        header->longitude_part = (uint8_t)site->part_column;
    } else if (site->group > 1) {
        header->parcel_kind = KIWI_PARCEL_KIND_INTEGRATED;
        header->latitude_part = header->longitude_part = (uint8_t)(site->group - 1);
    } else {
        header->parcel_kind = KIWI_PARCEL_KIND_WHOLE;
    }
}

bool frame_append(const struct frame *frame, const struct level *level, const struct frame_site *site,
                  struct buffer *buffer)
{
    struct kiwi_main_map_distribution_header header = {
        .header_size = header_size(frame, level->layout, site->entries),
        .lower_left = cell_position(level, site->row, site->column),
        .location_latitude = site->block_row,
        .location_longitude = site->block_column,
        .adjacency = site->entries > 0,
        .area_number = NO_AREA,
        .data_source_scale = SOURCE_SCALE_HUNDREDS,
        .route_guidance_address = KIWI_DSA_NULL,
        .number_of_regions = (uint16_t)(frame->regions.size / kiwi_type_region_number.fixed_size),
    };
    const size_t start = buffer->size;
    bool good = true;

    if (site->guidance_size) {
        header.route_guidance_address = kiwi_dsa(site->guidance, layout_sectors(level->layout));
        header.route_guidance_size = (uint16_t)(site->guidance_size / level->layout->logical_sector_size);
    }
    set_kind(&header, site);
    set_real_lengths(&header, level, site->row);
    append_encoded(buffer, &good, kiwi_main_map_distribution_header_encode(&header, ROOM(buffer)));
    buffer_append(buffer, frame->regions.bytes, frame->regions.size);
    append_entries(frame, level->layout, header.header_size, buffer, &good);
    if (site->entries)
        append_neighbours(frame, site, level->layout, buffer, &good);
    if (frame->size)
        buffer_append(buffer, frame->store->bytes + frame->first, frame->size);
    buffer_pad_from(buffer, start, level->layout->logical_sector_size);
    return good;
}

void frame_free(struct frame *frame)
{
    buffer_free(&frame->regions);
}
