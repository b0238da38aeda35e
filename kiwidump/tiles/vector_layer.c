/* SPDX-License-Identifier: MIT */
/* Writes layers of vector tiles. Numbers of fields and commands are those of the specification's chapter 4.
 */
#include "vector_layer.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

/** Kinds of fields in protocol buffers. */
enum wire { WIRE_NUMBER = 0, WIRE_BYTES = 2 };
enum tile_field { TILE_LAYER = 3 };
enum layer_field {
    LAYER_NAME = 1,
    LAYER_FEATURE = 2,
    LAYER_KEY = 3,
    LAYER_VALUE = 4,
    LAYER_EXTENT = 5,
    LAYER_VERSION = 15
};
enum feature_field { FEATURE_ID = 1, FEATURE_TAGS = 2, FEATURE_TYPE = 3, FEATURE_GEOMETRY = 4 };
enum value_field { VALUE_STRING = 1, VALUE_SINT = 6 };
enum command { MOVE_TO = 1, LINE_TO = 2, CLOSE_PATH = 7 };
enum { VERSION = 2, VARINT = 10, FIRST_SLOTS = 64 };

static size_t varint(uint8_t *into, uint64_t number)
{
    size_t length = 0;
    for (; number >= 0x80; number >>= 7)
        into[length++] = (uint8_t)(number | 0x80);
    into[length++] = (uint8_t)number;
    return length;
}

/** Room for more bytes; NULL if there is none. */
static uint8_t *buffer_room(struct buffer *buffer, size_t more)
{
    uint8_t *bytes = buffer->failed ? NULL
                                    : grow_array(buffer->bytes, &buffer->room, buffer->length, more, 1);
    buffer->failed = !bytes;
    if (!bytes)
        return NULL;
    buffer->bytes = bytes;
    return bytes + buffer->length;
}

static void put_number(struct buffer *buffer, uint64_t number)
{
    uint8_t *room = buffer_room(buffer, VARINT);
    if (room)
        buffer->length += varint(room, number);
}

static void put_field(struct buffer *buffer, unsigned field, enum wire wire)
{
    put_number(buffer, field << 3 | wire);
}

static void put_bytes(struct buffer *buffer, unsigned field, const void *bytes, size_t length)
{
    put_field(buffer, field, WIRE_BYTES);
    put_number(buffer, length);
    uint8_t *room = buffer_room(buffer, length);
    if (!room)
        return;
    if (length > 0)
        memcpy(room, bytes, length);
    buffer->length += length;
}

/** Small negative numbers are short, too. */
static uint64_t zigzag(int64_t number)
{
    return (uint64_t)number << 1 ^ (number < 0 ? UINT64_MAX : 0);
}

/* Values */

static uint32_t hash_of(const uint8_t *bytes, size_t length)
{
    uint32_t hash = 2166136261;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ bytes[i]) * 16777619;
    return hash;
}

/** Length of the value with that number; they follow each other. */
static size_t value_length(const struct vector_layer *layer, uint32_t number)
{
    size_t end = number + 1 < layer->value_count ? layer->places[number + 1] : layer->values.length;
    return end - layer->places[number];
}

/** The slot of a value, or the free one where it belongs. */
static uint32_t *slot_of(const struct vector_layer *layer, const uint8_t *value, size_t length)
{
    const uint32_t mask = layer->slot_count - 1;
    for (uint32_t i = hash_of(value, length) & mask;; i = (i + 1) & mask) {
        uint32_t number = layer->slots[i];
        if (number == 0 || (value_length(layer, number - 1) == length &&
                            memcmp(layer->values.bytes + layer->places[number - 1], value, length) == 0))
            return &layer->slots[i];
    }
}

/** Makes room for one value more; half of the slots stay free. */
static bool grow_slots(struct vector_layer *layer)
{
    uint32_t count = layer->slot_count ? 2 * layer->slot_count : FIRST_SLOTS;
    if (layer->value_count < layer->slot_count / 2)
        return true;
    uint32_t *slots = calloc(count, sizeof *slots);
    if (!slots)
        return false;
    free(layer->slots);
    layer->slots = slots;
    layer->slot_count = count;
    for (uint32_t i = 0; i < layer->value_count; i++)
        *slot_of(layer, layer->values.bytes + layer->places[i], value_length(layer, i)) = i + 1;
    return true;
}

/** Takes the value behind the last one into the table, unless it stands there already; its number. */
static uint32_t take_value(struct vector_layer *layer, size_t begin)
{
    struct buffer *values = &layer->values;
    size_t length = values->length - begin;
    values->length = begin; /* so that the last value ends before it */
    uint32_t *slot = slot_of(layer, values->bytes + begin, length);
    if (*slot != 0)
        return *slot - 1;
    layer->places[layer->value_count++] = (uint32_t)begin;
    values->length = begin + length;
    *slot = layer->value_count;
    return layer->value_count - 1;
}

/** Begins a value behind the last one; false if there is no room. */
static bool begin_value(struct vector_layer *layer)
{
    uint32_t *places = grow_array(layer->places, &layer->place_room, layer->value_count, 1, sizeof *places);
    layer->places = places ? places : layer->places;
    layer->failed = layer->failed || !places || !grow_slots(layer);
    return !layer->failed;
}

static void end_value(struct vector_layer *layer, unsigned key, size_t begin)
{
    layer->failed = layer->failed || layer->values.failed;
    if (layer->failed)
        return;
    layer->tags[layer->tag_count++] = key;
    layer->tags[layer->tag_count++] = take_value(layer, begin);
}

void vector_text(struct vector_layer *layer, unsigned key, const char *text, size_t length)
{
    const size_t begin = layer->values.length;
    if (!begin_value(layer))
        return;
    put_bytes(&layer->values, VALUE_STRING, text, length);
    end_value(layer, key, begin);
}

void vector_integer(struct vector_layer *layer, unsigned key, int64_t value)
{
    const size_t begin = layer->values.length;
    if (!begin_value(layer))
        return;
    put_field(&layer->values, VALUE_SINT, WIRE_NUMBER);
    put_number(&layer->values, zigzag(value));
    end_value(layer, key, begin);
}

/* Geometry */

static void put_command(struct vector_layer *layer, enum command command, size_t count)
{
    put_number(&layer->geometry, (uint64_t)count << 3 | command);
}

static void put_point(struct vector_layer *layer, struct vector_point point)
{
    uint8_t *room = buffer_room(&layer->geometry, 2 * VARINT);
    if (!room)
        return;
    size_t length = varint(room, zigzag((int64_t)point.x - layer->x));
    length += varint(room + length, zigzag((int64_t)point.y - layer->y));
    layer->geometry.length += length;
    layer->x = point.x;
    layer->y = point.y;
}

void vector_move(struct vector_layer *layer, struct vector_point place)
{
    put_command(layer, MOVE_TO, 1);
    put_point(layer, place);
}

void vector_line(struct vector_layer *layer, const struct vector_point *points, size_t count)
{
    vector_move(layer, points[0]);
    put_command(layer, LINE_TO, count - 1);
    for (size_t i = 1; i < count; i++)
        put_point(layer, points[i]);
}

void vector_ring(struct vector_layer *layer, const struct vector_point *points, size_t count)
{
    vector_line(layer, points, count);
    put_command(layer, CLOSE_PATH, 1);
}

/* Features */

void vector_begin(struct vector_layer *layer)
{
    layer->tag_count = 0;
    layer->geometry.length = 0;
    layer->x = layer->y = 0;
}

/** The body of a feature but for its geometry. */
static size_t head_of(const struct vector_layer *layer, enum vector_geometry type, uint64_t id, uint8_t *head)
{
    uint8_t tags[2 * VECTOR_PROPERTIES * VARINT];
    size_t tags_length = 0;
    for (unsigned i = 0; i < layer->tag_count; i++)
        tags_length += varint(tags + tags_length, layer->tags[i]);
    size_t length = varint(head, FEATURE_ID << 3 | WIRE_NUMBER);
    length += varint(head + length, id);
    length += varint(head + length, FEATURE_TAGS << 3 | WIRE_BYTES);
    length += varint(head + length, tags_length);
    memcpy(head + length, tags, tags_length);
    length += tags_length;
    length += varint(head + length, FEATURE_TYPE << 3 | WIRE_NUMBER);
    length += varint(head + length, type);
    length += varint(head + length, FEATURE_GEOMETRY << 3 | WIRE_BYTES);
    return length + varint(head + length, layer->geometry.length);
}

void vector_end(struct vector_layer *layer, enum vector_geometry type, uint64_t id)
{
    uint8_t head[(2 * VECTOR_PROPERTIES + 8) * VARINT];
    const struct buffer *geometry = &layer->geometry;
    layer->failed = layer->failed || geometry->failed;
    if (layer->failed || geometry->length == 0)
        return;
    size_t length = head_of(layer, type, id, head);
    put_field(&layer->features, LAYER_FEATURE, WIRE_BYTES);
    put_number(&layer->features, length + geometry->length);
    uint8_t *room = buffer_room(&layer->features, length + geometry->length);
    if (room) {
        memcpy(room, head, length);
        memcpy(room + length, geometry->bytes, geometry->length);
        layer->features.length += length + geometry->length;
    }
    layer->failed = layer->features.failed;
}

/* Layers */

size_t vector_layer_size(const struct vector_layer *layer)
{
    return layer->features.length + layer->values.length;
}

void vector_layer_free(struct vector_layer *layer)
{
    free(layer->features.bytes);
    free(layer->values.bytes);
    free(layer->places);
    free(layer->slots);
    free(layer->geometry.bytes);
}

static void put_head(const struct vector_layer *layer, uint32_t extent, struct buffer *into)
{
    put_field(into, LAYER_VERSION, WIRE_NUMBER);
    put_number(into, VERSION);
    put_bytes(into, LAYER_NAME, layer->name, strlen(layer->name));
    put_field(into, LAYER_EXTENT, WIRE_NUMBER);
    put_number(into, extent);
    for (const char *const *key = layer->keys; *key; key++)
        put_bytes(into, LAYER_KEY, *key, strlen(*key));
    for (uint32_t i = 0; i < layer->value_count; i++)
        put_bytes(into, LAYER_VALUE, layer->values.bytes + layer->places[i], value_length(layer, i));
}

void vector_layer_put(const struct vector_layer *layer, uint32_t extent, struct buffer *tile)
{
    struct buffer head = {.bytes = NULL};
    if (layer->features.length == 0)
        return;
    put_head(layer, extent, &head);
    put_field(tile, TILE_LAYER, WIRE_BYTES);
    put_number(tile, head.length + layer->features.length);
    uint8_t *room = buffer_room(tile, head.length + layer->features.length);
    if (room && !head.failed) {
        memcpy(room, head.bytes, head.length);
        memcpy(room + head.length, layer->features.bytes, layer->features.length);
        tile->length += head.length + layer->features.length;
    }
    tile->failed = tile->failed || head.failed;
    free(head.bytes);
}
