/* SPDX-License-Identifier: MIT */
/* The map frames of two discs, parcel by parcel. */
#include "diff/diff.h"

static bool same_parcel(const struct kiwi_parcel *a, const struct kiwi_parcel *b)
{
    return a->file == b->file && a->offset == b->offset;
}

/** Collects the next parcel's records. */
static enum kiwi_status next_parcel(struct side *side, struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    const struct kiwi_parcel *parcel = NULL;
    tree_clear(&side->tree);
    side->has_parcel = false;
    while (side->more && !(parcel = kiwi_walk_parcel(side->walk)))
        diff_step(side);
    if (side->more) {
        side->parcel = *parcel;
        side->has_parcel = true;
    }
    while (status == KIWI_OK && side->more && (parcel = kiwi_walk_parcel(side->walk)) &&
           same_parcel(parcel, &side->parcel)) {
        status = tree_add(&side->tree, &side->item, kiwi_walk_path(side->walk), error);
        diff_step(side);
    }
    tree_finish(&side->tree);
    return status;
}

static int compare_numbers(uint32_t a, uint32_t b)
{
    return a < b ? -1 : a > b;
}

/** Order of parcels in the walk of a level. */
static int order_of(const struct kiwi_parcel *a, const struct kiwi_parcel *b)
{
    int order = compare_numbers(a->block_set, b->block_set);
    order = order != 0 ? order : compare_numbers(a->block, b->block);
    order = order != 0 ? order : compare_numbers(a->slot, b->slot);
    order = order != 0 ? order : (int)a->divided - (int)b->divided;
    order = order != 0 ? order : compare_numbers(a->part_row, b->part_row);
    return order != 0 ? order : compare_numbers(a->part_column, b->part_column);
}

static void put_all(struct diff *diff, const char *change, struct side *side)
{
    if (side->tree.count > 0 && diff_node(side, 0)->first != TREE_NONE)
        diff_put_one(diff, change, side, diff_node(side, 0)->first);
}

static const struct kiwi_level *level_of(const struct side *side, int number)
{
    return side->map ? kiwi_map_level_by_number(side->map, number) : NULL;
}

static bool same_grid(const struct kiwi_level *a, const struct kiwi_level *b)
{
    const struct kiwi_level_management_record *x = &a->record;
    const struct kiwi_level_management_record *y = &b->record;
    return a->columns == b->columns && a->rows == b->rows && a->grid.south == b->grid.south &&
           a->grid.west == b->grid.west && a->grid.height == b->grid.height &&
           a->grid.width == b->grid.width && x->blocks_latitude == y->blocks_latitude &&
           x->blocks_longitude == y->blocks_longitude && x->parcels_latitude == y->parcels_latitude &&
           x->parcels_longitude == y->parcels_longitude;
}

/** All parcels of a level on one disc only. */
static enum kiwi_status put_level(struct diff *diff, struct side *side, const char *change,
                                  const struct kiwi_walk_options *options, struct kiwi_error *error)
{
    enum kiwi_status status = diff_open_walk(diff, side, options, error);
    while (status == KIWI_OK && !diff_is_enough(diff) && (status = next_parcel(side, error)) == KIWI_OK &&
           side->has_parcel)
        put_all(diff, change, side);
    return diff_close_walk(side, status, error);
}

/** The parcel that both trees have. */
static void compare_parcel(struct diff *diff)
{
    struct side *sides = diff->sides;
    if (sides[0].tree.count > 0 && sides[1].tree.count > 0)
        diff_compare(diff, 0, 0);
    struct pair *pair = diff_pair_of(diff, &sides[1], sides[1].parcel.file);
    if (pair)
        pair->follows |= sides[0].tree.follow != sides[1].tree.follow;
}

/** The parcels of a level on both discs, which have the same grid. */
static enum kiwi_status compare_parcels(struct diff *diff, const struct kiwi_walk_options *options,
                                        struct kiwi_error *error)
{
    struct side *a = &diff->sides[0];
    struct side *b = &diff->sides[1];
    enum kiwi_status status = diff_open_walk(diff, a, options, error);
    if (status == KIWI_OK)
        status = diff_open_walk(diff, b, options, error);
    if (status == KIWI_OK)
        status = next_parcel(a, error);
    if (status == KIWI_OK)
        status = next_parcel(b, error);
    while (status == KIWI_OK && (a->has_parcel || b->has_parcel) && !diff_is_enough(diff)) {
        int order = !a->has_parcel ? 1 : !b->has_parcel ? -1 : order_of(&a->parcel, &b->parcel);
        if (order == 0)
            compare_parcel(diff);
        else
            put_all(diff, order < 0 ? "removed" : "added", order < 0 ? a : b);
        if (order <= 0)
            status = next_parcel(a, error);
        if (order >= 0 && status == KIWI_OK)
            status = next_parcel(b, error);
    }
    status = diff_close_walk(a, status, error);
    return diff_close_walk(b, status, error);
}

static enum kiwi_status compare_level(struct diff *diff, int number, struct kiwi_error *error)
{
    const struct options *options = &diff->dump->options;
    const struct kiwi_level *a = level_of(&diff->sides[0], number);
    const struct kiwi_level *b = level_of(&diff->sides[1], number);
    const struct kiwi_walk_options walk = {.size = sizeof walk,
                                           .file = options->file,
                                           .level = &number,
                                           .box = options->has_box ? &options->box : NULL};
    enum kiwi_status status = KIWI_OK;
    if (a && b && same_grid(a, b))
        return compare_parcels(diff, &walk, error);
    if (a)
        status = put_level(diff, &diff->sides[0], "removed", &walk, error);
    if (b && status == KIWI_OK)
        status = put_level(diff, &diff->sides[1], "added", &walk, error);
    return status;
}

enum kiwi_status diff_levels(struct diff *diff, struct kiwi_error *error)
{
    const struct options *options = &diff->dump->options;
    enum kiwi_status status = KIWI_OK;
    for (int number = 31; status == KIWI_OK && number >= -32 && !diff_is_enough(diff); number--) {
        bool wanted = !options->has_level || number == options->level;
        if (wanted && (level_of(&diff->sides[0], number) || level_of(&diff->sides[1], number)))
            status = compare_level(diff, number, error);
    }
    return status;
}
