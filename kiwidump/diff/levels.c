/* SPDX-License-Identifier: MIT */
/* The map frames of two discs, parcel by parcel. */
#include "diff/diff.h"

static bool same_parcel(const struct kiwi_parcel *a, const struct kiwi_parcel *b)
{
    return a->file == b->file && a->offset == b->offset;
}

/** Frames of real discs have up to 136 KB and some thousand records. One with more than these is compared in
 * pieces, so that memory has an end. */
enum { PARCEL_RECORDS = 16384, PARCEL_BYTES = 1 << 20 };

static bool has_room(const struct tree *tree)
{
    return tree->count < PARCEL_RECORDS && tree->data_length + tree->text_length < PARCEL_BYTES;
}

/** Goes on to the next parcel, whose frame is not read yet. */
static void find_parcel(struct side *side)
{
    const struct kiwi_parcel *parcel = NULL;
    tree_clear(&side->tree);
    side->has_parcel = false;
    while (side->more && !(parcel = kiwi_walk_parcel(side->walk)))
        diff_step(side);
    if (side->more) {
        side->parcel = *parcel;
        side->has_parcel = true;
    }
}

/** Whether the walk is still in the parcel. */
static bool is_inside(const struct side *side)
{
    const struct kiwi_parcel *parcel = side->more ? kiwi_walk_parcel(side->walk) : NULL;
    return parcel && same_parcel(parcel, &side->parcel);
}

/** What is found in a frame is reported by who goes into it; what is found outside, by diff_rest(), if that
 * is called. */
static void step_in_frame(struct diff *diff, struct side *side)
{
    if (diff->goes_on)
        findings_listen(&diff->dump->findings);
    diff_step(side);
    if (diff->goes_on)
        findings_mute(&diff->dump->findings);
}

static void enter_parcel(struct diff *diff, struct side *side)
{
    kiwi_walk_enter(side->walk);
    step_in_frame(diff, side);
}

static void skip_parcel(struct side *side)
{
    while (is_inside(side))
        diff_step(side);
}

/** Makes a tree of the parcel's records. */
static enum kiwi_status collect_parcel(struct diff *diff, struct side *side, struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    tree_clear(&side->tree);
    for (; status == KIWI_OK && is_inside(side) && has_room(&side->tree); step_in_frame(diff, side))
        status = tree_add(&side->tree, &side->item, kiwi_walk_path(side->walk), error);
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

/** A parcel that only one disc has, and on to the next. */
static enum kiwi_status put_parcel(struct diff *diff, const char *change, struct side *side,
                                   struct kiwi_error *error)
{
    enter_parcel(diff, side);
    enum kiwi_status status = collect_parcel(diff, side, error);
    if (status == KIWI_OK)
        put_all(diff, change, side);
    skip_parcel(side);
    find_parcel(side);
    return status;
}

/** All parcels of a level on one disc only. */
static enum kiwi_status put_level(struct diff *diff, struct side *side, const char *change,
                                  const struct kiwi_walk_options *options, struct kiwi_error *error)
{
    enum kiwi_status status = diff_open_walk(diff, side, options, error);
    if (status == KIWI_OK)
        find_parcel(side);
    while (status == KIWI_OK && side->has_parcel && !diff_is_enough(diff))
        status = put_parcel(diff, change, side, error);
    return diff_close_walk(side, status, error);
}

/** Whether the frames of the parcel that both have are the same byte for byte. */
static enum kiwi_status are_equal(struct diff *diff, bool *equal, struct kiwi_error *error)
{
    struct stretch stretches[2];
    struct difference difference;
    enum kiwi_status status = KIWI_OK;
    *equal = diff->sides[0].parcel.size == diff->sides[1].parcel.size;
    for (int i = 0; i < 2; i++) {
        const struct kiwi_parcel *parcel = &diff->sides[i].parcel;
        stretches[i] = (struct stretch){parcel->file->source, parcel->offset, parcel->size};
        *equal = *equal && stretches[i].source;
    }
    if (*equal) {
        status = diff_bytes(diff, stretches, &difference, error);
        *equal = status == KIWI_OK && difference.count == 0;
    }
    return status;
}

/** The parcel that both discs have, and on to the next. */
static enum kiwi_status compare_parcel(struct diff *diff, struct kiwi_error *error)
{
    struct side *sides = diff->sides;
    bool equal = false;
    enum kiwi_status status = are_equal(diff, &equal, error);
    for (int i = 0; i < 2 && status == KIWI_OK && !equal; i++)
        enter_parcel(diff, &sides[i]);
    while (status == KIWI_OK && !equal && (is_inside(&sides[0]) || is_inside(&sides[1]))) {
        for (int i = 0; i < 2 && status == KIWI_OK; i++)
            status = collect_parcel(diff, &sides[i], error);
        if (status == KIWI_OK && sides[0].tree.count > 0 && sides[1].tree.count > 0)
            diff_compare(diff, 0, 0);
        struct pair *pair = diff_pair_of(diff, &sides[1], sides[1].parcel.file);
        if (pair)
            pair->follows |= sides[0].tree.follow != sides[1].tree.follow;
    }
    for (int i = 0; i < 2; i++) {
        skip_parcel(&sides[i]);
        find_parcel(&sides[i]);
    }
    return status;
}

/** The parcels of a level on both discs, which have the same grid. */
static enum kiwi_status compare_parcels(struct diff *diff, const struct kiwi_walk_options *options,
                                        struct kiwi_error *error)
{
    struct side *sides = diff->sides;
    enum kiwi_status status = KIWI_OK;
    for (int i = 0; i < 2 && status == KIWI_OK; i++) {
        status = diff_open_walk(diff, &sides[i], options, error);
        if (status == KIWI_OK)
            find_parcel(&sides[i]);
    }
    while (status == KIWI_OK && (sides[0].has_parcel || sides[1].has_parcel) && !diff_is_enough(diff)) {
        int order = !sides[0].has_parcel   ? 1
                    : !sides[1].has_parcel ? -1
                                           : order_of(&sides[0].parcel, &sides[1].parcel);
        if (order == 0)
            status = compare_parcel(diff, error);
        else if (order < 0)
            status = put_parcel(diff, "removed", &sides[0], error);
        else
            status = put_parcel(diff, "added", &sides[1], error);
    }
    for (int i = 0; i < 2; i++)
        status = diff_close_walk(&sides[i], status, error);
    return status;
}

static enum kiwi_status compare_level(struct diff *diff, int number, struct kiwi_error *error)
{
    const struct options *options = &diff->dump->options;
    const struct kiwi_level *a = level_of(&diff->sides[0], number);
    const struct kiwi_level *b = level_of(&diff->sides[1], number);
    const struct kiwi_box box = kiwi_box_from_wgs84(kiwi_disc_geodetic(diff->sides[0].disc), options->box);
    const struct kiwi_walk_options walk = {.size = sizeof walk,
                                           .file = options->file,
                                           .level = &number,
                                           .box = options->has_box ? &box : NULL,
                                           .whole_frames = true};
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
