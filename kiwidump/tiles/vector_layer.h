/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_VECTOR_LAYER_H
#define KIWIDUMP_VECTOR_LAYER_H

/* A layer of a vector tile in the making (Mapbox Vector Tile 2.1): features as protocol buffers, whose values
 * stand once in a table of the layer. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes that grow; failed once memory ran out, or their owner's limit was reached. */
struct buffer {
    uint8_t *bytes;
    size_t length, room;
    bool failed;
};

/** What a feature is drawn as, by the numbers of the format. */
enum vector_geometry { VECTOR_POINT = 1, VECTOR_LINE = 2, VECTOR_POLYGON = 3 };

enum { VECTOR_PROPERTIES = 16 };

/** Zeroed when it is new, but for name and keys. */
struct vector_layer {
    const char *name;
    const char *const *keys; /* of properties, ended by NULL */
    struct buffer features, values;
    uint32_t *places; /* of each value in values */
    size_t place_room;
    uint32_t value_count;
    uint32_t *slots; /* numbers of values plus 1, by their hash; 0 = free */
    uint32_t slot_count;
    /* of the feature at hand */
    uint32_t tags[2 * VECTOR_PROPERTIES];
    unsigned tag_count;
    struct buffer geometry;
    int32_t x, y; /* of the pen */
    bool failed;
};

struct vector_point {
    int32_t x, y;
};

void vector_layer_free(struct vector_layer *layer);

/** Begins a feature, which has no properties and no geometry yet. */
void vector_begin(struct vector_layer *layer);
/** Properties: the number of the key, and its value. */
void vector_text(struct vector_layer *layer, unsigned key, const char *text, size_t length);
void vector_integer(struct vector_layer *layer, unsigned key, int64_t value);
/** A place, a line of two points or more, a ring of three or more, whose last point is not its first. */
void vector_move(struct vector_layer *layer, struct vector_point place);
void vector_line(struct vector_layer *layer, const struct vector_point *points, size_t count);
void vector_ring(struct vector_layer *layer, const struct vector_point *points, size_t count);
/** Ends it. Nothing is added if it has no geometry. */
void vector_end(struct vector_layer *layer, enum vector_geometry type, uint64_t id);

/** Bytes that the layer has so far, about. */
size_t vector_layer_size(const struct vector_layer *layer);

/** Adds the layer to a tile, if it has features. */
void vector_layer_put(const struct vector_layer *layer, uint32_t extent, struct buffer *tile);

#endif
