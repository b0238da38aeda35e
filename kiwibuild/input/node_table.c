/* SPDX-License-Identifier: MIT */
/* Where nodes are: an array sorted by id, which it is already in most files. */
#include "node_table.h"

#include <stdlib.h>

#include "kiwibuild/memory.h"

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

/** Merges two sorted runs; of equal ids the one of the first run comes first. */
static void merge(const struct located_node *a, size_t a_count, const struct located_node *b, size_t b_count,
                  struct located_node *target)
{
    while (a_count > 0 && b_count > 0) {
        bool first = compare_ids(a, b) <= 0;
        *target++ = first ? *a++ : *b++;
        a_count -= first;
        b_count -= !first;
    }
    while (a_count-- > 0)
        *target++ = *a++;
    while (b_count-- > 0)
        *target++ = *b++;
}

/** By merging, as nodes of one id must keep their order. */
static void sort(struct located_node *nodes, struct located_node *scratch, size_t count)
{
    if (count < 2)
        return;
    size_t half = count / 2;
    sort(nodes, scratch, half);
    sort(nodes + half, scratch + half, count - half);
    merge(nodes, half, nodes + half, count - half, scratch);
    for (size_t i = 0; i < count; i++)
        nodes[i] = scratch[i];
}

size_t node_table_finish(struct node_table *table, int64_t *first)
{
    size_t kept = 0;
    if (!table->unsorted)
        return 0;
    struct located_node *scratch = allocate(table->count, sizeof *scratch);
    sort(table->nodes, scratch, table->count);
    free(scratch);
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
    free(table->nodes);
    *table = (struct node_table){0};
}
