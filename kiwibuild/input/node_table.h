/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_NODE_TABLE_H
#define KIWIBUILD_NODE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kiwibuild/position.h"

struct located_node {
    int64_t id;
    int32_t x, y; /* 10^-7 degrees */
};

/** Where nodes are, by id. */
struct node_table {
    struct located_node *nodes;
    size_t count, capacity;
    bool unsorted;
};

void node_table_add(struct node_table *table, int64_t id, struct position position);

/**
 * Behind the last node: sorts them, if they are not, and keeps the first one of each id. Returns how many
 * were dropped; *first is the id of the first one.
 */
size_t node_table_finish(struct node_table *table, int64_t *first);

/** False if there is no such node. */
bool node_table_find(const struct node_table *table, int64_t id, struct position *position);

void node_table_free(struct node_table *table);

#endif
