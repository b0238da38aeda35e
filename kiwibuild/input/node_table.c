/* SPDX-License-Identifier: MIT */
/* Where nodes are: an array sorted by id, which it is already in most files. */
#include "node_table.h"

#include <stdlib.h>

#include "kiwibuild/memory.h"
#include "kiwibuild/sort.h"

enum { Y_SCALE = Y_PER_DEGREE / X_PER_DEGREE };

void node_table_add(struct node_table *table, int64_t id, struct position position)
{
    table->nodes = grow(table->nodes, &table->capacity, table->count + 1, sizeof *table->nodes);
    if (table->count > 0 && table->nodes[table->count - 1].id >= id)
        table->unsorted = true;
    table->nodes[table->count++] = (struct located_node){id, (int32_t)position.x,
                                                         (int32_t)(position.y / Y_SCALE)};
}

static int compare_ids(const void *left, const void *right)
{
    const struct located_node *a = left, *b = right;
    return (a->id > b->id) - (a->id < b->id);
}

size_t node_table_finish(struct node_table *table, int64_t *first)
{
    size_t kept = 0;
    if (!table->unsorted)
        return 0;
    sort(table->nodes, table->count, sizeof *table->nodes, compare_ids); /* of one id the first stays first */
    for (size_t i = 0; i < table->count; i++) {
        if (kept > 0 && table->nodes[kept - 1].id == table->nodes[i].id) {
            if (kept == i)
                *first = table->nodes[i].id;
        } else
            table->nodes[kept++] = table->nodes[i];
    }
    size_t dropped = table->count - kept;
    table->count = kept;
    table->unsorted = false;
    return dropped;
}

bool node_table_find(const struct node_table *table, int64_t id, struct position *position)
{
    const struct located_node wanted = {.id = id};
    const struct located_node *node =
        table->count ? bsearch(&wanted, table->nodes, table->count, sizeof *table->nodes, compare_ids) : NULL;
    if (!node)
        return false;
    *position = (struct position){node->x, (int64_t)node->y * Y_SCALE};
    return true;
}

void node_table_free(struct node_table *table)
{
    release(table->nodes);
    *table = (struct node_table){0};
}
