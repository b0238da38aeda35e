/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_MERGE_KEY_H
#define KIWIDUMP_MERGE_KEY_H

/* What shapes that belong together have in common. */

#include "map_shapes.h"

/** Words of the records of a shape that say what it is: of a road its multilink's and its link's. */
enum { MERGE_WORDS = 3 };

/** Where such a word stands in its record, and the bits of it that count. */
struct merge_place {
    uint16_t offset, mask;
};

struct merge_places {
    struct merge_place road[MERGE_WORDS], background[MERGE_WORDS];
};

/** As the schema has them. */
struct merge_places merge_find_places(void);

struct merge_key {
    uint16_t words[MERGE_WORDS]; /* as the disc has them, but for the bits that count or place something */
    const struct merge_place *places; /* of the words */
    enum kiwi_shape_kind kind;
    enum kiwi_shape_class shape_class;
    uint32_t display_class;
    bool deleted;

    /* Of the first shape, not to be compared. */
    const struct kiwi_file *file;
    uint64_t offset, multilink;
    uint32_t link, link_id;
    int level;
};

/** The key of the shape at hand, a road or a background; places must outlive it. */
struct merge_key merge_key(const struct merge_places *places, const struct map_shapes *shapes);
bool merge_same(const struct merge_key *a, const struct merge_key *b);
/** A number that is the same for keys that are. */
uint32_t merge_hash(const struct merge_key *key);
/** Whether it may be passed in one direction only. */
bool merge_directed(const struct merge_key *key);

/** Describes a feature made of so many shapes; its geometry is the caller's. */
void merge_describe(struct shape_maker *maker, const struct merge_key *key, uint32_t pieces);

/** Edges of a frame, and its rows. */
struct merge_frame {
    int32_t west, south, east, north;
    const struct kiwi_parcel *parcel;
};

/** Row in which the last parcel begins that touches a height of the frame, in frame units. */
uint32_t merge_due(const struct merge_frame *frame, int32_t y);

#endif
