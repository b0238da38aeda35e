/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_ADDRESSES_H
#define KIWIBUILD_ADDRESSES_H

/* Addresses of the input: house numbers with their street, by tags, interpolation lines and relations. */

#include "input/feature.h"
#include "input/passed_over.h"
#include "text.h"

/** An object of the input, as relations and lines refer to it. */
struct object {
    enum member_type type;
    int64_t id;
};

struct house {
    struct position position;
    uint32_t number;
    uint32_t street; /**< text: of a street or of the place that it belongs to */
    struct object object;
};

struct addresses {
    struct house *items;
    size_t count, capacity;
    struct membership *memberships; /**< members of relations about a street */
    size_t membership_count, membership_capacity;
    struct interpolation *lines; /**< along which there are houses */
    size_t line_count, line_capacity;
    int64_t *line_nodes;
    struct position *line_positions;
    size_t vertex_count, node_capacity, position_capacity;
};

/** Takes over the address of a feature, if it has one; false if it has none. first is named in messages. */
bool addresses_add(struct addresses *addresses, struct texts *texts, const struct feature *feature,
                   const char *path, struct passed_over *passed_over);

/** Takes over which houses a relation about a street has. */
void addresses_add_relation(struct addresses *addresses, struct texts *texts,
                            const struct relation *relation);

/** Behind the last feature: adds what interpolation lines and relations say; drops what has no street. */
void addresses_finish(struct addresses *addresses, struct passed_over *passed_over);

void addresses_free(struct addresses *addresses);

#endif
