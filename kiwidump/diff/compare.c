/* SPDX-License-Identifier: MIT */
/* Compares the records of two trees: those of lists by what they say, others by their place. */
#include <stdlib.h>

#include "diff/align.h"
#include "diff/diff.h"

/** What the records of one name below a record have in common. */
struct group {
    const char *name;
    size_t length;
    bool gaps;
};

static struct group group_of(const struct side *side, const struct tree_node *node)
{
    return (struct group){side->tree.text + node->name, node->group_length, node->gap};
}

static bool in_group(const struct side *side, const struct tree_node *node, const struct group *group)
{
    struct group own = group_of(side, node);
    return own.length == group->length && own.gaps == group->gaps &&
           (own.length == 0 || memcmp(own.name, group->name, own.length) == 0);
}

/** Children of a node that belong to a group, from one of them on. */
static uint32_t collect(const struct side *side, uint32_t child, const struct group *group, uint32_t *list)
{
    uint32_t count = 0;
    for (; child != TREE_NONE; child = diff_node(side, child)->next)
        if (in_group(side, diff_node(side, child), group))
            list[count++] = child;
    return count;
}

static bool is_same_kind(const struct tree_node *a, const struct tree_node *b)
{
    return !a->record == !b->record && (!a->record || strcmp(a->record, b->record) == 0);
}

/** Pairs the records of a group: lists by what they say, others by their number. */
static bool pair_up(struct diff *diff, const uint32_t *old_list, uint32_t old_count, const uint32_t *new_list,
                    uint32_t new_count, uint32_t *pair)
{
    const struct tree_node *any = old_count > 0 ? diff_node(&diff->sides[0], old_list[0])
                                                : diff_node(&diff->sides[1], new_list[0]);
    if (any->list)
        return align(&diff->sides[0].tree, old_list, old_count, &diff->sides[1].tree, new_list, new_count,
                     pair);
    uint32_t k = 0;
    for (uint32_t i = 0; i < old_count; i++) {
        uint32_t index = diff_node(&diff->sides[0], old_list[i])->index;
        while (k < new_count && diff_node(&diff->sides[1], new_list[k])->index < index)
            k++;
        bool found = k < new_count && diff_node(&diff->sides[1], new_list[k])->index == index &&
                     is_same_kind(diff_node(&diff->sides[0], old_list[i]),
                                  diff_node(&diff->sides[1], new_list[k]));
        pair[i] = found ? k++ : TREE_NONE;
    }
    return true;
}

static void compare_lists(struct diff *diff, const uint32_t *old_list, uint32_t old_count,
                          const uint32_t *new_list, uint32_t new_count, uint32_t *pair)
{
    uint32_t k = 0;
    if (!pair_up(diff, old_list, old_count, new_list, new_count, pair)) {
        diff->failed = true;
        return;
    }
    for (uint32_t i = 0; i < old_count; i++) {
        if (pair[i] == TREE_NONE) {
            diff_put_one(diff, "removed", &diff->sides[0], old_list[i]);
            continue;
        }
        for (; k < pair[i]; k++)
            diff_put_one(diff, "added", &diff->sides[1], new_list[k]);
        diff_compare(diff, old_list[i], new_list[k++]);
    }
    for (; k < new_count; k++)
        diff_put_one(diff, "added", &diff->sides[1], new_list[k]);
}

static void compare_group(struct diff *diff, const struct group *group, uint32_t old_number,
                          uint32_t new_number)
{
    const struct tree_node *a = diff_node(&diff->sides[0], old_number);
    const struct tree_node *b = diff_node(&diff->sides[1], new_number);
    uint32_t *lists = calloc((size_t)a->children * 2 + b->children + 1, sizeof *lists);
    if (!lists) {
        diff->failed = true;
        return;
    }
    uint32_t old_count = collect(&diff->sides[0], a->first, group, lists);
    uint32_t new_count = collect(&diff->sides[1], b->first, group, lists + a->children);
    compare_lists(diff, lists, old_count, lists + a->children, new_count, lists + a->children + b->children);
    free(lists);
}

/** Whether an earlier child of the same node is of the same group. */
static bool is_repeated(const struct side *side, uint32_t parent, uint32_t child)
{
    struct group group = group_of(side, diff_node(side, child));
    for (uint32_t i = diff_node(side, parent)->first; i != child; i = diff_node(side, i)->next)
        if (in_group(side, diff_node(side, i), &group))
            return true;
    return false;
}

static bool has_group(const struct side *side, uint32_t parent, const struct group *group)
{
    for (uint32_t i = diff_node(side, parent)->first; i != TREE_NONE; i = diff_node(side, i)->next)
        if (in_group(side, diff_node(side, i), group))
            return true;
    return false;
}

/** Two records that go together. The records of the format are nested seven deep, so this is no deep
 * recursion. */
void diff_compare(struct diff *diff, uint32_t old_number, uint32_t new_number)
{
    const struct side *sides = diff->sides;
    const struct tree_node *a = diff_node(&sides[0], old_number);
    const struct tree_node *b = diff_node(&sides[1], new_number);
    if (a->all == b->all || diff_is_enough(diff))
        return;
    if (a->record || a->gap)
        diff_put_changed(diff, old_number, new_number);
    uint32_t last = TREE_NONE;
    for (uint32_t i = a->first; i != TREE_NONE; i = diff_node(&sides[0], i)->next) {
        struct group group = group_of(&sides[0], diff_node(&sides[0], i));
        /* Most records of a group follow each other. */
        if ((last != TREE_NONE && in_group(&sides[0], diff_node(&sides[0], last), &group)) ||
            is_repeated(&sides[0], old_number, i)) {
            last = i;
            continue;
        }
        last = i;
        compare_group(diff, &group, old_number, new_number);
    }
    last = TREE_NONE;
    for (uint32_t i = b->first; i != TREE_NONE; i = diff_node(&sides[1], i)->next) {
        struct group group = group_of(&sides[1], diff_node(&sides[1], i));
        bool same = last != TREE_NONE && in_group(&sides[1], diff_node(&sides[1], last), &group);
        last = i;
        if (same || is_repeated(&sides[1], new_number, i) || has_group(&sides[0], old_number, &group))
            continue;
        compare_group(diff, &group, old_number, new_number);
    }
}
