/* SPDX-License-Identifier: MIT */
/* The route guidance frame (chapter 8) that goes with a map frame: headers around opaque bytes. */
#include "guidance.h"

static uint64_t header_size(const struct guidance_layout *guidance)
{
    return kiwi_type_route_guidance_distribution_header.fixed_size +
           (uint64_t)guidance->basic * kiwi_type_route_guidance_management_record.fixed_size +
           (uint64_t)guidance->extended * kiwi_type_extended_route_guidance_management_record.fixed_size;
}

static uint64_t extended_size(const struct guidance_layout *guidance)
{
    return kiwi_type_extended_route_guidance_data_frame.fixed_size + guidance->bytes;
}

uint64_t guidance_basic_size(const struct layout *layout)
{
    const struct guidance_layout *guidance = &layout->guidance;

    return header_size(guidance) + (uint64_t)guidance->basic * guidance->bytes;
}

uint64_t guidance_size(const struct layout *layout, const struct frame *frame)
{
    const struct guidance_layout *guidance = &layout->guidance;
    const uint64_t unit = layout->logical_sector_size;
    uint64_t size = guidance_basic_size(layout) + guidance->extended * extended_size(guidance);

    return frame->sizes[0] && guidance->basic + guidance->extended ? (size + unit - 1) / unit * unit : 0;
}

static void append_records(const struct guidance_layout *guidance, struct buffer *buffer, bool *good)
{
    struct kiwi_route_guidance_management_record basic = {.offset = header_size(guidance),
                                                          .size = guidance->bytes};
    struct kiwi_extended_route_guidance_management_record extended = {.size = extended_size(guidance)};

    for (unsigned i = 0; i < guidance->basic; i++, basic.offset += basic.size)
        append_encoded(buffer, good, kiwi_route_guidance_management_record_encode(&basic, ROOM(buffer)));
    extended.offset = basic.offset;
    for (unsigned i = 0; i < guidance->extended; i++, extended.offset += extended.size)
        append_encoded(buffer, good,
                       kiwi_extended_route_guidance_management_record_encode(&extended, ROOM(buffer)));
}

static void append_frames(const struct guidance_layout *guidance, struct buffer *buffer, bool *good)
{
    struct kiwi_extended_route_guidance_data_frame extended = {.payload = opaque_bytes,
                                                               .payload_length = guidance->bytes};

    for (unsigned i = 0; i < guidance->basic; i++)
        buffer_append(buffer, opaque_bytes, guidance->bytes);
    for (unsigned i = 0; i < guidance->extended; i++) {
        extended.data_id = i;
        append_encoded(buffer, good, kiwi_extended_route_guidance_data_frame_encode(&extended, ROOM(buffer)));
    }
}

bool guidance_append(const struct level *level, const struct frame_site *site, struct buffer *buffer)
{
    const struct guidance_layout *guidance = &level->layout->guidance;
    const struct kiwi_route_guidance_distribution_header header = {
        .header_size = header_size(guidance),
        .lower_left = cell_position(level, site->row, site->column),
        .location_latitude = site->block_row,
        .location_longitude = site->block_column,
        .area_number = NO_AREA,
        .data_source_scale = SOURCE_SCALE_HUNDREDS,
    };
    const size_t start = buffer->size;
    bool good = true;

    append_encoded(buffer, &good, kiwi_route_guidance_distribution_header_encode(&header, ROOM(buffer)));
    append_records(guidance, buffer, &good);
    append_frames(guidance, buffer, &good);
    buffer_pad_from(buffer, start, level->layout->logical_sector_size);
    return good;
}
