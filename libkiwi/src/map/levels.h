/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_LEVELS_H
#define KIWI_SRC_LEVELS_H

/* The distribution header of chapter 6 and its levels. Sizes, counts and offsets in it follow from each
 * other: one that contradicts the records is a finding, and what they bear out is taken
 * (docs/design/variants.md). */

#include "map/map.h"

/** Block sets of all levels up to which their tables are derived from each other; a disc with more is taken
 * as it says. */
enum { KIWI_DERIVED_SETS = 4096 };

/** Bytes from the distribution header on, as many as its records may take. */
struct kiwi_heads {
    const uint8_t *bytes;
    uint64_t length;
};

/** What places the records behind the distribution header. */
struct kiwi_level_frame {
    uint64_t level_size, levels; /**< level management records */
    uint64_t set_size;           /**< of a block set management record */
};

/** Reads the distribution header and the levels behind it. */
enum kiwi_status kiwi_levels_read(struct kiwi_map *map, struct kiwi_error *error);

/** How many block sets a level has. */
uint64_t kiwi_level_block_sets(const struct kiwi_level_management_record *record);

/** Bytes that the header and its levels take, if its numbers are right. */
uint64_t kiwi_level_frame_length(const struct kiwi_parcel_related_distribution_header *header);

/** Whether sizes and number of the levels agree with where they say that their block sets begin. */
bool kiwi_level_frame_is_sound(const struct kiwi_parcel_related_distribution_header *header,
                               struct kiwi_heads heads);

/** Puts map->header right as far as records bear it out; heads need not hold all that it announces. */
void kiwi_level_frame_derive(struct kiwi_map *map, struct kiwi_heads heads);

/** The same for what leads from the levels, already read, to block sets and blocks. */
void kiwi_level_tables_derive(struct kiwi_map *map, struct kiwi_heads heads);

/** Sets a level's grid from the counts of its record. */
void kiwi_level_set_grid(struct kiwi_level *level,
                         const struct kiwi_parcel_related_distribution_header *header);

/** Puts right a count of a grid and numbers of data frames that contradict the other levels and the frames.
 */
void kiwi_level_probe(struct kiwi_map *map);

#endif
