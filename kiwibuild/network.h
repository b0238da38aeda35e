/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_NETWORK_H
#define KIWIBUILD_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/failure.h"
#include "input/feature.h"
#include "position.h"
#include "profile.h"
#include "text.h"

enum passage {
    PASSAGE_BOTH,
    PASSAGE_FORWARD,
    PASSAGE_BACKWARD,
};

/** One input line with a `highway` tag, or one ring of an area with it. */
struct way {
    size_t first; /**< vertex */
    size_t count;
    uint32_t first_link; /**< id; the links of a way count up, and one id is left out between two ways */
    int road_type;
    int display_class;
    int coarsest_level;
    int label_priority;
    enum passage passage;
    bool bridge, tunnel, toll, planned;
    uint32_t name;          /**< text, 0 if none */
    size_t first_reference; /**< texts: route numbers */
    size_t reference_count;
};

/** One line, area or point that is no road. */
struct shape {
    enum shape_kind kind;
    size_t first; /**< vertex */
    size_t count;
    int type_code;
    int display_class;
    int coarsest_level, finest_level;
};

struct place {
    struct position position;
    int coarsest_level;
    int label_priority;
    uint32_t name;
};

/** Ids of two nodes that are the same vertex. */
struct node_pair {
    int64_t from, to;
};

/** Everything that goes on the disc. */
struct network {
    struct position *positions; /**< vertices of ways and shapes */
    int64_t *ids;     /**< per vertex of a way: its node, or NO_NODE; until the network is finished */
    bool *nodes;      /**< per vertex: a link begins or ends here, or borders of shapes meet */
    uint32_t *joints; /**< per vertex of a way: the first vertex that is the same node */
    size_t position_count, position_capacity, id_capacity;
    struct node_pair *pairs; /**< nodes that follow each other at one place, and are one vertex */
    size_t pair_count, pair_capacity;
    struct way *ways;
    size_t way_count, way_capacity;
    struct shape *shapes;
    size_t shape_count, shape_capacity;
    struct place *places;
    size_t place_count, place_capacity;
    uint32_t *references; /**< of all ways */
    size_t reference_count, reference_capacity;
    struct texts *texts;
    uint32_t last_link;
    int place_type_code;
};

bool network_start(struct network *network, const struct profile *profile, enum charset charset,
                   struct failure *failure);
void network_free(struct network *network);

/** Takes over a feature; false if the profile does not know it. */
bool network_add(struct network *network, const struct profile *profile, const struct feature *feature);

/** Unwraps longitudes where that makes the network narrower, finds nodes, numbers links. */
bool network_finish(struct network *network, struct failure *failure);

#endif
