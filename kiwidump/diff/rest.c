/* SPDX-License-Identifier: MIT */
/* All that lies outside of map frames, in the order of the walk: headers, route planning, guidance, the
 * index, LOADING.KWI, other files, and bytes that are not decoded. */
#include "diff/align.h"
#include "diff/diff.h"

/** Bytes that a window may have: records that the disc itself defines take about 1 KB each. */
enum { WINDOW_BYTES = 1 << 20 };

static bool is_wanted(struct diff *diff, struct side *side)
{
    const struct pair *pair = diff_pair_of(diff, side, side->item.file);
    if (!pair || !pair->files[0] || !pair->files[1])
        return false;
    return diff->exact ? pair->exact : pair->differs && !kiwi_walk_parcel(side->walk);
}

static uint32_t count_of(const struct side *side)
{
    return side->tree.count > 0 ? side->tree.count - 1 : 0;
}

/** Adds to a side's window what there is room for. */
static enum kiwi_status fill(struct diff *diff, struct side *side, struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    const struct kiwi_item *item = &side->item;
    for (; status == KIWI_OK && side->more && count_of(side) < WINDOW &&
           side->tree.data_length + side->tree.text_length < WINDOW_BYTES;
         diff_step(side))
        if (is_wanted(diff, side) && !item->type && item->gap == KIWI_GAP_FRAME)
            kiwi_walk_enter(side->walk);
        else if (is_wanted(diff, side))
            status = tree_add(&side->tree, item, kiwi_walk_path(side->walk), error);
    tree_finish(&side->tree);
    diff->failed = diff->failed || side->tree.failed;
    return status;
}

static void put_alone(struct diff *diff, const char *change, struct side *side, uint32_t number)
{
    const struct tree_node *node = diff_node(side, number);
    struct pair *pair = diff_pair_of(diff, side, node->file);
    if (node->tells || diff->exact)
        diff_put_one(diff, change, side, number);
    else if (pair)
        pair->follows = true;
}

static void compare_two(struct diff *diff, uint32_t old_number, uint32_t new_number)
{
    const struct tree_node *a = diff_node(&diff->sides[0], old_number);
    const struct tree_node *b = diff_node(&diff->sides[1], new_number);
    struct pair *pair = diff_pair_of(diff, &diff->sides[1], b->file);
    diff_put_changed(diff, old_number, new_number);
    if (pair && !diff->exact)
        pair->follows |= a->follow != b->follow;
}

/** Compares the first records of both windows, whose partners are known. */
static void compare_first(struct diff *diff, const uint32_t *counts)
{
    struct side *sides = diff->sides;
    uint32_t k = 0;
    for (uint32_t i = 0; i < counts[0] && !diff_is_enough(diff); i++) {
        if (diff->partner[i] == TREE_NONE || diff->partner[i] >= counts[1]) {
            put_alone(diff, "removed", &sides[0], i + 1);
            continue;
        }
        for (; k < diff->partner[i]; k++)
            put_alone(diff, "added", &sides[1], k + 1);
        compare_two(diff, i + 1, ++k);
    }
    for (; k < counts[1] && !diff_is_enough(diff); k++)
        put_alone(diff, "added", &sides[1], k + 1);
}

/** How many records of each window are settled: those before the last that are the same, so that the next
 * windows begin with the same; at least some, and all of them at the end of both discs. */
static void settle(const struct diff *diff, const uint32_t *have, uint32_t *settled)
{
    const struct side *sides = diff->sides;
    const bool end = !sides[0].more && !sides[1].more;
    for (int i = 0; i < 2; i++)
        settled[i] = end ? have[i] : (have[i] + 1) / 2;
    for (uint32_t i = have[0]; !end && i-- > have[0] / 8;) {
        uint32_t k = diff->partner[i];
        if (k == TREE_NONE || diff_node(&sides[0], i + 1)->hash != diff_node(&sides[1], k + 1)->hash)
            continue;
        settled[0] = i + 1;
        settled[1] = k + 1;
        return;
    }
}

static enum kiwi_status compare_windows(struct diff *diff, struct kiwi_error *error)
{
    struct side *sides = diff->sides;
    enum kiwi_status status = KIWI_OK;
    while (status == KIWI_OK && !diff_is_enough(diff)) {
        uint32_t have[2];
        uint32_t settled[2];
        for (int i = 0; i < 2 && status == KIWI_OK; i++) {
            status = fill(diff, &sides[i], error);
            have[i] = count_of(&sides[i]);
        }
        if (status != KIWI_OK || (have[0] == 0 && have[1] == 0))
            break;
        diff->failed = diff->failed || !align(&sides[0].tree, sides[0].list, have[0], &sides[1].tree,
                                              sides[1].list, have[1], diff->partner);
        if (diff->failed)
            break;
        settle(diff, have, settled);
        compare_first(diff, settled);
        for (int i = 0; i < 2; i++)
            tree_drop(&sides[i].tree, settled[i]);
    }
    return status;
}

/** The only file that has to be walked, or NULL. */
static const struct pair *only_pair(const struct diff *diff)
{
    const struct pair *only = NULL;
    for (size_t i = 0; i < diff->pair_count; i++) {
        const struct pair *pair = &diff->pairs[i];
        if (!pair->files[0] || !pair->files[1] || !(diff->exact ? pair->exact : pair->differs))
            continue;
        if (only)
            return NULL;
        only = pair;
    }
    return only;
}

enum kiwi_status diff_rest(struct diff *diff, struct kiwi_error *error)
{
    const struct pair *only = only_pair(diff);
    enum kiwi_status status = KIWI_OK;
    for (int i = 0; i < 2 && status == KIWI_OK; i++) {
        struct side *side = &diff->sides[i];
        const struct kiwi_walk_options options = {
            .size = sizeof options, .file = only ? only->files[i]->path : NULL, .whole_frames = true};
        tree_clear(&side->tree);
        side->tree.flat = true;
        for (uint32_t k = 0; k < WINDOW; k++)
            side->list[k] = k + 1;
        status = diff_open_walk(diff, side, &options, error);
    }
    if (status == KIWI_OK)
        status = compare_windows(diff, error);
    for (int i = 0; i < 2; i++) {
        status = diff_close_walk(&diff->sides[i], status, error);
        diff->sides[i].tree.flat = false;
    }
    return status;
}
