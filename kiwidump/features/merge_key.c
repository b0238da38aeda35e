/* SPDX-License-Identifier: MIT */
/* Compares shapes by the words of their records that say what they are, whatever the bits in them mean. */
#include "merge_key.h"

#include "common/bytes.h"

/** A word, by one of its fields, and the fields in it that differ between pieces of one thing. */
struct word {
    const struct kiwi_record_type *type;
    const char *field;
    const char *others[6];
};

static const struct word road_words[] = {
    {&kiwi_type_multilink_header,
     "road_type",
     {"link_id_differential_deleted"}}, /* chains of one link never say so */
    {&kiwi_type_link_shape, "one_way", {"number_of_points"}},
};
static const struct word background_words[] = {
    {&kiwi_type_minimum_graphics_data_record, "type_code", {NULL}},
    {&kiwi_type_minimum_graphics_data_record, "display_scale_flags", {"number_of_offsets"}},
    {&kiwi_type_minimum_graphics_data_record,
     "underground",
     {"additional_information_type", "has_additional_information", "has_name_offset", "has_auxiliary_data",
      "multiplication_exponent"}},
};

enum {
    ROAD_WORDS = sizeof road_words / sizeof road_words[0],
    BACKGROUND_WORDS = sizeof background_words / sizeof background_words[0],
    HEAD_LENGTH = 64, /* enough for the fixed part of those records, and what flags add to it */
};

static const struct kiwi_field *field_of(const struct kiwi_record_type *type, const char *name)
{
    const struct kiwi_field *field = type->fields;
    while (strcmp(field->name, name) != 0)
        field++;
    return field;
}

static struct merge_place place_of(const struct word *word)
{
    unsigned mask = UINT16_MAX;
    for (size_t i = 0; word->others[i]; i++) {
        const struct kiwi_field *field = field_of(word->type, word->others[i]);
        mask &= ~((2u << field->high) - (1u << field->low));
    }
    return (struct merge_place){field_of(word->type, word->field)->offset, (uint16_t)mask};
}

struct merge_places merge_find_places(void)
{
    struct merge_places places = {.road = {{0}}};
    for (size_t i = 0; i < ROAD_WORDS; i++)
        places.road[i] = place_of(&road_words[i]);
    for (size_t i = 0; i < BACKGROUND_WORDS; i++)
        places.background[i] = place_of(&background_words[i]);
    return places;
}

struct frame {
    const uint8_t *bytes;
    size_t length;
};

/** A word of the record that lies so far into the frame. */
static uint16_t word_at(const struct frame *frame, uint64_t record, const struct merge_place *place)
{
    uint64_t offset = record + place->offset;
    if (offset >= frame->length || frame->length - offset < 2)
        return 0;
    return (uint16_t)(load16_big(frame->bytes + offset) & place->mask);
}

struct merge_key merge_key(const struct merge_places *places, const struct map_shapes *shapes)
{
    const struct kiwi_shape *shape = &shapes->shape;
    const struct kiwi_parcel *parcel = &shapes->parcel;
    uint64_t record = shape->offset - parcel->offset;
    struct frame frame;
    frame.bytes = kiwi_shapes_frame(shapes->iterator, &frame.length);
    struct merge_key key = {.kind = shape->kind,
                            .display_class = shape->display_class,
                            .deleted = shape->deleted,
                            .file = parcel->file,
                            .offset = shape->offset,
                            .level = parcel->level->number};
    if (shape->kind == KIWI_ROAD) {
        key.places = places->road;
        key.multilink = shape->multilink_offset;
        key.link = shape->link;
        key.link_id = shape->link_id;
        key.words[0] = word_at(&frame, key.multilink - parcel->offset, &key.places[0]);
        key.words[1] = word_at(&frame, record, &key.places[1]);
    } else {
        key.places = places->background;
        key.shape_class = shape->shape_class;
        for (size_t i = 0; i < BACKGROUND_WORDS; i++)
            key.words[i] = word_at(&frame, record, &key.places[i]);
    }
    return key;
}

bool merge_same(const struct merge_key *a, const struct merge_key *b)
{
    return memcmp(a->words, b->words, sizeof a->words) == 0 && a->kind == b->kind &&
           a->shape_class == b->shape_class && a->display_class == b->display_class &&
           a->deleted == b->deleted;
}

uint32_t merge_hash(const struct merge_key *key)
{
    uint32_t hash = (uint32_t)key->kind;
    for (size_t i = 0; i < MERGE_WORDS; i++)
        hash = hash * 2654435761u + key->words[i];
    hash = hash * 2654435761u + key->display_class;
    return hash * 2654435761u + (uint32_t)key->shape_class;
}

/* The records again, of their words alone: what they say is decoded where all others are. */

struct records {
    uint8_t multilink[HEAD_LENGTH], record[HEAD_LENGTH];
};

static void put_word(uint8_t head[HEAD_LENGTH], const struct merge_key *key, size_t word)
{
    uint8_t *at = head + key->places[word].offset;
    at[0] = (uint8_t)(key->words[word] >> 8);
    at[1] = (uint8_t)key->words[word];
}

static void restore(struct records *records, const struct merge_key *key, struct kiwi_shape *shape)
{
    memset(records, 0, sizeof *records);
    shape->record = records->record;
    shape->record_length = sizeof records->record;
    if (key->kind == KIWI_ROAD) {
        put_word(records->multilink, key, 0);
        put_word(records->record, key, 1);
        shape->multilink = records->multilink;
        shape->multilink_length = sizeof records->multilink;
        shape->type = (uint32_t)kiwi_multilink_header_road_type(records->multilink);
    } else {
        for (size_t i = 0; i < BACKGROUND_WORDS; i++)
            put_word(records->record, key, i);
        shape->type = (uint32_t)kiwi_minimum_graphics_data_record_type_code(records->record);
    }
}

bool merge_directed(const struct merge_key *key)
{
    struct records records;
    struct kiwi_shape shape;
    if (key->kind != KIWI_ROAD)
        return false;
    restore(&records, key, &shape);
    int64_t one_way = kiwi_link_shape_one_way(shape.record);
    return one_way != KIWI_ONE_WAY_NONE && one_way != KIWI_ONE_WAY_CLOSED;
}

void merge_describe(struct shape_maker *maker, const struct merge_key *key, uint32_t pieces)
{
    struct records records;
    struct kiwi_shape shape = {.kind = key->kind,
                               .offset = key->offset,
                               .display_class = key->display_class,
                               .multilink_offset = key->multilink,
                               .link = key->link,
                               .link_id = key->link_id,
                               .shape_class = key->shape_class,
                               .deleted = key->deleted};
    restore(&records, key, &shape);
    shape_describe(maker, key->file, key->level, &shape);
    properties_integer(&maker->feature.properties, PROPERTY_PIECES, pieces);
}

/* Frames */

uint32_t merge_due(const struct merge_frame *frame, int32_t y)
{
    return frame->parcel->row + (uint32_t)y / KIWI_PARCEL_UNITS;
}
