/* SPDX-License-Identifier: MIT */
/* A label as a record of a name data frame (7.4.2.1.1). */
#include "name_record.h"

#include <string.h>

#include "encoding.h"

enum {
    HORIZONTAL = 90,  /* clockwise from north */
    MAIN_STREET = 12, /* priority of labels, by the profile */
};

static void append_text(struct buffer *buffer, bool *good, const char *text)
{
    struct buffer padded = {0};
    struct kiwi_character_information information;

    buffer_append(&padded, text, strlen(text));
    buffer_pad(&padded, 2);
    information = (struct kiwi_character_information){padded.size, padded.bytes, (uint32_t)padded.size};
    append_encoded(buffer, good, kiwi_character_information_encode(&information, ROOM(buffer)));
    buffer_free(&padded);
}

/** Which of the layout's string types a label has; number counts the labels of a frame. */
static unsigned string_type(const struct name_layout *layout, const struct label *label, size_t number)
{
    if (label->codes)
        return label->codes->string_type;
    return label->kind == LABEL_STREET ? layout->street_types[number % layout->street_type_count]
                                       : layout->place_types[number % layout->place_type_count];
}

static uint16_t type_code(const struct label *label)
{
    if (label->codes)
        return label->codes->type_code;
    return label->kind == LABEL_PLACE    ? (uint16_t)label->type_code
           : label->kind == LABEL_STREET ? KIWI_TYPE_CODE_ROAD_FREEWAY_CLASS_1 /* as on the Australian disc */
                                         : KIWI_TYPE_CODE_ROUTE_SHIELD;
}

/** Names of small streets would cover the coarsest scale. */
static uint8_t scale_flags(const struct level *level, const struct label *label)
{
    if (label->codes)
        return label->codes->scale_flags;
    return label->kind == LABEL_STREET && label->priority < MAIN_STREET ? level_detail_flags(level)
                                                                        : level_scale_flags(level);
}

static uint16_t angle_of_label(const struct label *label)
{
    if (label->codes)
        return label->codes->angle;
    return (uint16_t)(label->kind == LABEL_STREET ? label->angle : HORIZONTAL);
}

static struct kiwi_name_data_record describe(const struct level *level, const struct label *label,
                                             size_t number)
{
    const struct name_layout *layout = &level->layout->names;

    return (struct kiwi_name_data_record){
        .temporal = layout->temporal,
        .display_scale_flags = scale_flags(level, label),
        .string_type = (uint8_t)string_type(layout, label, number),
        .has_altitude = layout->altitude,
        .orientation = layout->vertical ? KIWI_ORIENTATION_VERTICAL : KIWI_ORIENTATION_HORIZONTAL,
        .priority = (int8_t)(layout->all_priorities && !label->codes
                                 ? (int)((label->text * 29 + number) % 64) - 32
                                 : label->priority),
        .type_code = type_code(label),
        .has_auxiliary_data = layout->auxiliary,
        .has_object_auxiliary_data = layout->auxiliary,
        .placement_kind = label->kind == LABEL_PLACE ? KIWI_PLACEMENT_KIND_POINT : KIWI_PLACEMENT_KIND_LINE,
        .placement_target = label->kind == LABEL_PLACE ? KIWI_PLACEMENT_TARGET_BACKGROUND
                                                       : KIWI_PLACEMENT_TARGET_ROAD,
        .number_of_placements = (uint8_t)layout->placements,
        .object_offset = KIWI_NULL,
        .x = raw_coordinate(level->layout, label->x),
        .y = raw_coordinate(level->layout, label->y),
        .rotation_mode = KIWI_ROTATION_MODE_RELATIVE,
        .character_orientation = 1,
        .rotate_string = true,
        .angle = angle_of_label(label),
        .alignment = KIWI_ALIGNMENT_MIDDLE,
        .symbol_position = KIWI_SYMBOL_POSITION_ABOVE,
    };
}

static void append_placements(struct buffer *buffer, bool *good, unsigned count)
{
    struct kiwi_string_placement_record placement = {0};

    for (unsigned i = 0; i < count; i++) {
        placement.side = (uint8_t)(i % 4);
        placement.distance = (uint16_t)((i + 1) * 0x3FFF / (count + 1));
        append_encoded(buffer, good, kiwi_string_placement_record_encode(&placement, ROOM(buffer)));
    }
}

/** What follows the head: text and the words behind it, or opaque bytes. */
static void append_body(struct buffer *body, bool *good, const struct kiwi_name_data_record *record,
                        const struct name_layout *layout, const char *text)
{
    static const uint8_t altitude[2] = {0x01, 0x23}, auxiliary[2] = {0x45, 0x67};
    bool has_text = record->string_type == KIWI_STRING_TYPE_BARYCENTRIC ||
                    record->string_type == KIWI_STRING_TYPE_LINEAR_B ||
                    record->string_type == KIWI_STRING_TYPE_LINEAR_C ||
                    record->string_type == KIWI_STRING_TYPE_SYMBOL;

    if (!has_text) {
        buffer_append(body, opaque_bytes, layout->raw_body);
        return;
    }
    if (record->string_type == KIWI_STRING_TYPE_LINEAR_B)
        append_placements(body, good, layout->placements);
    append_text(body, good, text);
    buffer_append(body, auxiliary, layout->auxiliary ? sizeof auxiliary : 0);
    buffer_append(body, altitude, layout->altitude ? sizeof altitude : 0);
    buffer_append(body, opaque_bytes, layout->temporal ? 8 : 0);
}

void name_record_append(struct buffer *buffer, bool *good, const struct level *level,
                        const struct network *network, const struct label *label, size_t number)
{
    struct kiwi_name_data_record record = describe(level, label, number);
    struct buffer body = {0};
    uint8_t head[64];

    append_body(&body, good, &record, &level->layout->names, texts_get(network->texts, label->text));
    record.record_size = (uint32_t)(kiwi_name_data_record_encode(&record, head, sizeof head) + body.size);
    append_encoded(buffer, good, kiwi_name_data_record_encode(&record, ROOM(buffer)));
    buffer_append(buffer, body.bytes, body.size);
    buffer_free(&body);
}
