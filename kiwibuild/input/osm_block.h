/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_OSM_BLOCK_H
#define KIWIBUILD_OSM_BLOCK_H

#include "osm.h"
#include "protobuf.h"

enum osm_kind {
    OSM_NODES = 1,
    OSM_WAYS = 2,
    OSM_RELATIONS = 4,
};

/** What is decoded of the objects of a block, in memory that the next block uses again. */
struct osm_block {
    struct buffer texts;  /* of the block's table, each with NUL */
    const char **strings; /* into it */
    size_t string_count, string_capacity;
    int64_t granularity, latitude, longitude; /* 10^-9 degrees */
    struct tag *tags;
    size_t tag_capacity;
    int64_t *ids;
    size_t id_capacity;
    struct position *positions;
    size_t position_capacity;
    struct member *members;
    size_t member_capacity;
    unsigned kinds; /* of objects in the block, enum osm_kind */
    bool stopped;   /* the sink has refused */
};

/**
 * Decodes a PrimitiveBlock and hands over its objects. Returns what is wrong with it, or NULL; also where the
 * sink has refused, which stopped says.
 */
const char *osm_block_read(struct osm_block *block, struct protobuf message, const struct osm_sink *sink,
                           struct failure *failure);

void osm_block_free(struct osm_block *block);

#endif
