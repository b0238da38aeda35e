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
#include "road_tags.h"
#include "text.h"

/** What a feature of a disc is, by the codes that it had there: it goes onto its level as it is. */
struct disc_codes {
    bool present;        /**< else the profile says all of it */
    uint8_t scale_flags; /**< of backgrounds and names, and so on */
    bool underground;
    uint16_t type_code; /**< of names, and so on */
    uint8_t display_class, string_type;
    uint16_t angle;
};

/** One input line that is a road, or one ring of an area that is one. */
struct way {
    int64_t id;   /**< of OpenStreetMap, or NO_WAY */
    size_t first; /**< vertex */
    size_t count;
    uint32_t first_link; /**< id; the links of a way count up, and one id is left out between two ways */
    int road_type;
    int display_class;
    int coarsest_level, finest_level;
    int label_priority;
    struct road_tags tags;
    struct disc_codes codes;
    uint32_t given_link; /**< id that it had on another disc; 0: none */
    bool planned;
    uint32_t name;          /**< text, 0 if none */
    size_t first_reference; /**< texts: route numbers */
    size_t reference_count;
};

/** No id of a way. */
#define NO_WAY INT64_MIN
#define NO_JOINT UINT32_MAX

/** A turn that a relation prohibits, or the only one that it allows. */
struct restriction {
    int64_t relation;
    int64_t from, via, to; /**< ids: of ways, and in the middle of a node or a way */
    uint32_t joint;        /**< the node in the middle, as a vertex; NO_JOINT: it is in no way */
    bool over_way, only;
    const char *file; /**< it comes from there */
};

/** One line, area or point that is no road. */
struct shape {
    enum shape_kind kind;
    size_t first; /**< vertex */
    size_t count;
    size_t first_hole; /**< of an area */
    size_t hole_count;
    int type_code;
    int display_class;
    int coarsest_level, finest_level;
    struct disc_codes codes;
};

/** A ring in an area that is not part of it; or, outside of its other rings, one more ring around a part of
 * it. */
struct hole {
    size_t first; /**< vertex */
    size_t count;
    bool outer;
};

/** A named point: a town or village, or a point of interest. */
struct place {
    struct position position;
    int coarsest_level; /**< -1: it is not on the map */
    int finest_level;
    int label_priority;
    uint32_t name;
    int type_code;
    int category; /**< of a point of interest, else 0 */
    int reach;    /**< kilometres around a town in which streets are its own, else 0 */
    struct disc_codes codes;
};

/** A category of points of interest. */
struct category {
    int code;
    uint32_t title;
};

/** Ids of two nodes that are the same vertex. */
struct node_pair {
    int64_t from, to;
};

/** Everything that goes on the disc. */
struct network {
    struct position *positions; /**< vertices of ways and shapes */
    int64_t *ids;     /**< per vertex of a way: its node, or NO_NODE; until network_forget_nodes() */
    bool *nodes;      /**< per vertex: a link begins or ends here, or borders of shapes meet */
    uint32_t *joints; /**< per vertex of a way: the first vertex that is the same node */
    size_t position_count, position_capacity, id_capacity;
    struct node_pair *pairs; /**< nodes that follow each other at one place, and are one vertex */
    size_t pair_count, pair_capacity;
    struct way *ways;
    size_t way_count, way_capacity;
    struct shape *shapes;
    size_t shape_count, shape_capacity;
    struct hole *holes;
    size_t hole_count, hole_capacity;
    struct place *places;
    size_t place_count, place_capacity;
    struct restriction *restrictions;
    size_t restriction_count, restriction_capacity;
    struct category *categories; /**< by ascending codes */
    size_t category_count;
    uint32_t *references; /**< of all ways */
    size_t reference_count, reference_capacity;
    struct texts *texts;
    uint32_t last_link;
    uint32_t last_given_link;
    int place_type_code;
    int finest_disc_level; /**< of them the one with the smallest parcels */
    uint64_t disc_levels;  /**< bit 32 + n: features of a disc may be on its level n */
    bool unwrapped;        /**< longitudes are 0..360 degrees */
};

bool network_start(struct network *network, const struct profile *profile, enum charset charset,
                   struct failure *failure);
void network_free(struct network *network);

/** Takes over a feature. Returns why not, as a reason for passing it over, or NULL. */
const char *network_add(struct network *network, const struct profile *profile, const struct feature *feature,
                        const struct report *report);

/* What network_add() and disc_feature_add() consist of: everything but the vertices is set. */

void network_add_way(struct network *network, struct way way, const struct contour *contour);
/** An area, with its holes, a line or a point; an area may be drawn as lines. */
void network_add_shape(struct network *network, struct shape shape, const struct feature *feature);
void network_add_place(struct network *network, struct place place);

/** Freeways to private roads, ferries, car trains and carpool lanes, but no walkways and what else has no
 * cars. */
bool road_type_is_for_cars(int road_type);

/** The id that stands for a node and all that follow it at the same place. */
int64_t network_node(const struct network *network, int64_t id);

/** Unwraps longitudes where that makes the network narrower. */
void network_unwrap_all(struct network *network);

/** Moves the south-west and the north-east corner of a rectangle so that a position is in it. */
void bounds_extend(struct position position, struct position *low, struct position *high);

/** South-west and north-east corner of all that there is. */
void network_bounds(const struct network *network, struct position *low, struct position *high);

/** Finds nodes, numbers links. */
bool network_finish(struct network *network, struct failure *failure);

/** After that vertices are known by their joints only. */
void network_forget_nodes(struct network *network);
/** A position like those of the network, once its longitudes are unwrapped. */
struct position network_unwrap(const struct network *network, struct position position);

#endif
