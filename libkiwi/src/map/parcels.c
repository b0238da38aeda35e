/* SPDX-License-Identifier: MIT */
/* Parcels of the map: those of a level, and the one at a place. */
#include <stdlib.h>

#include "map/parcel_tree.h"
#include "map/place.h"

struct kiwi_parcels {
    struct kiwi_tree tree;
    struct kiwi_claims claims;
};

enum kiwi_status kiwi_parcels_open(struct kiwi_map *map, const struct kiwi_level *level,
                                   const struct kiwi_box *box, struct kiwi_parcels **parcels,
                                   struct kiwi_error *error)
{
    struct kiwi_parcels *made = calloc(1, sizeof *made);
    *parcels = NULL;
    if (!made)
        return kiwi_fail_memory(error);
    kiwi_claims_init(&made->claims, map->disc);
    enum kiwi_status status = kiwi_tree_open(&made->tree, map, level, box, &made->claims, error);
    if (status != KIWI_OK) {
        kiwi_parcels_close(made);
        return status;
    }
    *parcels = made;
    return KIWI_OK;
}

void kiwi_parcels_close(struct kiwi_parcels *parcels)
{
    if (!parcels)
        return;
    kiwi_tree_close(&parcels->tree);
    kiwi_claims_free(&parcels->claims);
    free(parcels);
}

enum kiwi_status kiwi_parcels_next(struct kiwi_parcels *parcels, struct kiwi_parcel *parcel,
                                   struct kiwi_error *error)
{
    struct kiwi_tree_item item;
    struct kiwi_error failure = {.status = KIWI_OK};
    parcels->tree.error = &failure;
    for (;;) {
        enum kiwi_tree_step step = kiwi_tree_next(&parcels->tree, &item);
        if (step == KIWI_TREE_PARCEL) {
            *parcel = item.parcel;
            return KIWI_OK;
        }
        if (step == KIWI_TREE_END)
            return parcels->claims.no_memory ? kiwi_fail_memory(error) : KIWI_END;
        if (step == KIWI_TREE_FAILED) {
            if (error)
                *error = failure;
            return failure.status;
        }
    }
}

/** Whether a place, which lies in a cell of the level, lies in a parcel. */
static bool holds(const struct kiwi_parcel *parcel, uint32_t column, uint32_t row, struct kiwi_place place)
{
    const struct kiwi_level *level = parcel->level;
    if (column < parcel->column || column - parcel->column >= parcel->columns || row < parcel->row ||
        row - parcel->row >= parcel->rows)
        return false;
    if (!parcel->divided)
        return true;
    /* The part whose cells divide the level's grid further; far edges belong to the last part. */
    struct kiwi_level finer = *level;
    uint32_t part_column;
    uint32_t part_row;
    finer.columns *= parcel->part_columns;
    finer.rows *= parcel->part_rows;
    return kiwi_level_cell(&finer, place, &part_column, &part_row) &&
           part_column == parcel->column * parcel->part_columns + parcel->part_column &&
           part_row == parcel->row * parcel->part_rows + parcel->part_row;
}

enum kiwi_status kiwi_map_parcel_at(struct kiwi_map *map, const struct kiwi_level *level,
                                    struct kiwi_place place, struct kiwi_parcel *parcel,
                                    struct kiwi_error *error)
{
    uint32_t column;
    uint32_t row;
    struct kiwi_claims claims;
    struct kiwi_tree tree;
    struct kiwi_tree_item item;
    struct kiwi_error failure = {.status = KIWI_OK};
    enum kiwi_status status = kiwi_place_check(place, error);
    if (status != KIWI_OK)
        return status;
    if (!kiwi_level_cell(level, place, &column, &row))
        return kiwi_fail(error, KIWI_ERROR_NOT_FOUND, 0, KIWI_NULL, "the place lies outside of the coverage");
    kiwi_claims_init(&claims, map->disc);
    status = kiwi_tree_open(&tree, map, level, NULL, &claims, &failure);
    tree.bounded = true;
    tree.first_column = column;
    tree.end_column = column + 1;
    tree.first_row = row;
    tree.end_row = row + 1;
    while (status == KIWI_OK) {
        enum kiwi_tree_step step = kiwi_tree_next(&tree, &item);
        if (step == KIWI_TREE_END && claims.no_memory)
            status = kiwi_fail_memory(&failure);
        else if (step == KIWI_TREE_END)
            status = kiwi_fail(&failure, KIWI_ERROR_NOT_FOUND, 0, KIWI_NULL,
                               "there is no parcel at that place on level %d", level->number);
        else if (step == KIWI_TREE_FAILED)
            status = failure.status;
        else if (step == KIWI_TREE_PARCEL && holds(&item.parcel, column, row, place))
            break;
    }
    if (status == KIWI_OK)
        *parcel = item.parcel;
    else if (error)
        *error = failure;
    kiwi_tree_close(&tree);
    kiwi_claims_free(&claims);
    return status;
}
