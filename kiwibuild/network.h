/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_NETWORK_H
#define KIWIBUILD_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/failure.h"
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

/** Everything that goes on the disc. */
struct network {
    struct position *positions; /**< vertices of ways and shapes */
    bool *nodes;                /**< per vertex: a link begins or ends here, or borders of shapes meet */
    size_t position_count, position_capacity;
    struct way *ways;
    size_t way_count, way_capacity;
    struct shape *shapes;
    size_t shape_count, shape_capacity;
    bool ring_open; /**< the last shape is an area whose holes may follow */
    struct place *places;
    size_t place_count, place_capacity;
    uint32_t *references; /**< of all ways */
    size_t reference_count, reference_capacity;
    struct texts *texts;
    uint32_t last_link;
    size_t ignored; /**< geometries of features that mean nothing in the profile */
    int place_type_code;
};

bool network_start(struct network *network, const struct profile *profile, enum charset charset,
                   struct failure *failure);
void network_free(struct network *network);

struct geometry;

/** Takes over a geometry of a feature, if the profile knows it. */
void network_add(struct network *network, const struct profile *profile, const struct geometry *geometry);

/** Unwraps longitudes where that makes the network narrower, finds nodes, numbers links. */
bool network_finish(struct network *network, struct failure *failure);

#endif
