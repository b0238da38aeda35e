/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_LEVEL_LOOK_H
#define KIWI_SRC_LEVEL_LOOK_H

/* What the first frames of a level say about the counts of its record. */

#include "map/map.h"

/** What may still be gone through: the levels of a hostile disc are not read over and over. */
struct kiwi_look_budget {
    unsigned steps;
    uint64_t bytes; /* of lists */
};

/** A count that each frame states, and whether all agree. */
struct kiwi_agreed {
    unsigned seen;
    uint64_t value;
    bool differs;
};

/** Most entries of a frame: two counts of four bits. */
enum { KIWI_ENTRY_LIMIT = 30 };

struct kiwi_evidence {
    unsigned frames, placed;              /* placed: where their headers say */
    unsigned whole[KIWI_ENTRY_LIMIT + 1]; /* as long as stated, with so many entries */
    struct kiwi_agreed classes[3];        /* road, background, name */
    struct kiwi_agreed node_record;       /* bytes; only of chains that have any */
    struct kiwi_agreed guidance;          /* entries of route guidance frames */
    struct {
        unsigned good, bad;
    } divided[3]; /* parts where they say and lists that end well, by type */
};

/** Looks at a level, without a finding; of parts at more frames, since few are divided. */
struct kiwi_evidence kiwi_level_look(struct kiwi_map *map, const struct kiwi_level *level, bool parts,
                                     struct kiwi_look_budget *budget);

#endif
