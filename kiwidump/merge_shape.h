/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_MERGE_SHAPE_H
#define KIWIDUMP_MERGE_SHAPE_H

/* Shapes that are cut at the edges of parcels, while they are put together. */

#include "crossing.h"
#include "feature.h"

/** Everything for printing the features of one disc; too large for the stack of a thread. */
struct features {
    struct dump *dump;
    struct kiwi_map *map;
    struct kiwi_parcel parcel;
    struct feature_writer writer;
    uint64_t count;
};

/** Memory for shapes that are not complete yet; a level that needs more is refused. */
#define MERGE_LIMIT ((uint64_t)512 << 20)

/** What shapes that belong together have in common, and what is printed of the first of them. */
struct merge_key {
    enum kiwi_shape_kind kind;
    uint32_t type, display_class;
    uint32_t flags; /* roads: one-way code and flags; backgrounds: display scales and underground */
    enum kiwi_shape_class shape_class;
    const struct kiwi_file *file;
    uint64_t offset, multilink;
    uint32_t link, link_id;
};

struct merge_key merge_key(const struct kiwi_shape *shape, const struct kiwi_parcel *parcel);
bool merge_same(const struct merge_key *a, const struct merge_key *b);
/** A number that is the same for keys that are. */
uint32_t merge_hash(const struct merge_key *key);

/** Prints a feature up to its geometry, which the caller prints, and from there to its end. */
struct merge_shape {
    struct kiwi_shape shape;
    struct kiwi_multilink_header multilink;
    struct kiwi_link_shape link;
    struct kiwi_minimum_graphics_data_record background;
};
void merge_begin(struct features *features, int level, const struct merge_key *key, uint32_t pieces,
                 struct merge_shape *shape);
void merge_end(struct features *features);

/** Counts memory; false above the limit. */
struct merge_memory {
    uint64_t used;
    bool failed;
};
void *merge_take(struct merge_memory *memory, size_t size);
/** An array with room for one element more; NULL if there is none. */
void *merge_grow(struct merge_memory *memory, void *array, size_t count, size_t *capacity, size_t size);
void merge_give(struct merge_memory *memory, void *block, size_t size);

/** Edges of a frame, and its rows. */
struct merge_frame {
    int32_t west, south, east, north;
    const struct kiwi_parcel *parcel;
};

/** Row in which the last parcel begins that touches a height of the frame, in frame units. */
uint32_t merge_due(const struct merge_frame *frame, int32_t y);

#endif
