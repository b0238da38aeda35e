/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_OSM_H
#define KIWIBUILD_OSM_H

/* OpenStreetMap's objects as its files have them, and the readers of the two formats. */

#include "feature.h"
#include "kiwibuild/memory.h"
#include "passed_over.h"
#include "stream.h"

struct osm_node {
    int64_t id;
    struct position position;
    struct tags tags;
};

struct osm_way {
    int64_t id;
    struct tags tags;
    const int64_t *nodes;
    const struct position *positions; /* of the nodes, if the file has them at its ways; else NULL */
    size_t node_count;
};

/** Where objects go, in the order of the file; NULL for kinds that nobody asks for. */
struct osm_sink {
    bool (*node)(void *context, const struct osm_node *node, struct failure *failure);
    bool (*way)(void *context, const struct osm_way *way, struct failure *failure);
    bool (*relation)(void *context, const struct relation *relation, struct failure *failure);
    void *context;
    struct passed_over *passed_over;
};

/** The place of 10^-9 degrees north and east. */
static inline struct position osm_position(int64_t latitude, int64_t longitude)
{
    enum { PER_UNIT = 1000000000 / X_PER_DEGREE };
    int64_t x = longitude + (longitude < 0 ? -PER_UNIT / 2 : PER_UNIT / 2),
            y = latitude + (latitude < 0 ? -PER_UNIT / 2 : PER_UNIT / 2);
    return (struct position){x / PER_UNIT, y / PER_UNIT * (Y_PER_DEGREE / X_PER_DEGREE)};
}

/** Which kinds of objects each block of a PBF file has: one byte each, filled when they are read first. */
struct osm_blocks {
    uint8_t *kinds;
    size_t count, capacity;
};

/** A file must be there as a whole: damaged blocks are counted, and refused at the end. */
bool osm_pbf_read(struct stream *stream, struct osm_blocks *blocks, const struct osm_sink *sink,
                  struct failure *failure);

bool osm_xml_read(struct stream *stream, const struct osm_sink *sink, struct failure *failure);

#endif
