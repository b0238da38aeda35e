/* SPDX-License-Identifier: MIT */
/* --prove: goes through the map and route planning once, and hands what there is to the proofs. */
#include "prove/proof.h"

#include <stdlib.h>
#include <string.h>

#include "common/progress.h"

/** Adds the scores of a level to those of the disc, and begins anew. */
static void add_scores(struct prover *prover)
{
    for (size_t i = 0; i < PROOF_COUNT; i++) {
        const struct score *score = &prover->scores[i];
        struct score *total = &prover->totals[i];
        total->good += score->good;
        total->all += score->all;
        for (size_t j = 0; j < score->example_count && total->example_count < PROOF_EXAMPLES; j++)
            total->examples[total->example_count++] = score->examples[j];
    }
    memset(prover->scores, 0, sizeof prover->scores);
}

/** The edges of the frame at hand: of a part, in the units of the whole parcel. */
static void set_edges(struct prover *prover)
{
    const struct kiwi_parcel *parcel = &prover->parcel;
    const int64_t width = (int64_t)parcel->columns * KIWI_PARCEL_UNITS;
    const int64_t height = (int64_t)parcel->rows * KIWI_PARCEL_UNITS;
    prover->west = (int32_t)(width * parcel->part_column / parcel->part_columns);
    prover->east = (int32_t)(width * (parcel->part_column + 1) / parcel->part_columns);
    prover->south = (int32_t)(height * parcel->part_row / parcel->part_rows);
    prover->north = (int32_t)(height * (parcel->part_row + 1) / parcel->part_rows);
}

static enum kiwi_status prove_frame(struct prover *prover, struct kiwi_error *error)
{
    const unsigned kinds = KIWI_ROAD | KIWI_BACKGROUND | KIWI_NAME;
    struct kiwi_shape shape;
    enum kiwi_status status = kiwi_shapes_start(prover->shapes, &prover->parcel, kinds, error);
    if (status != KIWI_OK)
        return status;
    set_edges(prover);
    prove_frame_place(prover);
    while ((status = kiwi_shapes_next(prover->shapes, &shape, error)) == KIWI_OK) {
        prove_inside(prover, &shape);
        prove_codes(prover, &shape);
        prove_area_closes(prover, &shape);
        prove_text(prover, &shape);
        prove_collect_crossings(prover, &shape);
        prove_collect_link(prover, &shape);
    }
    return status == KIWI_END ? KIWI_OK : status;
}

static enum kiwi_status prove_frames(struct prover *prover, struct kiwi_parcels *parcels,
                                     struct progress *progress, struct kiwi_error *error)
{
    const uint64_t total = kiwi_disc_size(prover->dump->disc);
    enum kiwi_status status;
    while ((status = kiwi_parcels_next(parcels, &prover->parcel, error)) == KIWI_OK) {
        status = prove_has(&prover->parcel) ? prove_frame(prover, error) : KIWI_OK;
        if (status != KIWI_OK)
            return status;
        prover->done += prover->parcel.size;
        if (progress_due(progress))
            progress_show(progress, prover->done, total);
    }
    return status == KIWI_END ? KIWI_OK : status;
}

static enum kiwi_status prove_level(struct prover *prover, const struct kiwi_level *level,
                                    struct progress *progress, struct kiwi_error *error)
{
    const struct options *options = &prover->dump->options;
    const struct kiwi_box box = kiwi_box_from_wgs84(kiwi_disc_geodetic(prover->dump->disc), options->box);
    struct kiwi_parcels *parcels;
    samples_clear(&prover->crossings);
    enum kiwi_status status = kiwi_parcels_open(prover->map, level, options->has_box ? &box : NULL, &parcels,
                                                error);
    if (status != KIWI_OK)
        return status;
    status = prove_frames(prover, parcels, progress, error);
    kiwi_parcels_close(parcels);
    prover->parcel.level = level;
    prove_crossings(prover);
    report_level(prover, level->number);
    add_scores(prover);
    return status;
}

static enum kiwi_status prove_levels(struct prover *prover, struct kiwi_error *error)
{
    const struct options *options = &prover->dump->options;
    struct json *json = &prover->dump->json;
    struct progress progress;
    enum kiwi_status status = KIWI_OK;
    progress_begin(&progress, options->quiet);
    json_key(json, "levels");
    json_begin_array(json);
    for (size_t i = 0; status == KIWI_OK && i < kiwi_map_level_count(prover->map); i++) {
        const struct kiwi_level *level = kiwi_map_level(prover->map, i);
        if (!options->has_level || level->number == options->level)
            status = prove_level(prover, level, &progress, error);
    }
    json_end_array(json);
    progress_end(&progress);
    return status;
}

/** What is compared with the map: a part of it is not enough for that. */
struct others {
    struct kiwi_regions *regions;
    struct kiwi_index *index;
};

static enum kiwi_status open_others(struct prover *prover, struct others *others, struct kiwi_error *error)
{
    const struct options *options = &prover->dump->options;
    if (options->has_level || options->has_box)
        return KIWI_OK;
    enum kiwi_status status = kiwi_regions_open(prover->map, &others->regions, error);
    if (status == KIWI_OK || status == KIWI_ERROR_NOT_FOUND)
        status = kiwi_index_open(prover->dump->disc, &others->index, error);
    if (others->regions || others->index)
        prove_choose_links(prover);
    return status == KIWI_ERROR_NOT_FOUND ? KIWI_OK : status;
}

static enum kiwi_status prove_disc(struct prover *prover, struct kiwi_error *error)
{
    struct others others = {NULL, NULL};
    enum kiwi_status status = open_others(prover, &others, error);
    if (status == KIWI_OK)
        status = prove_levels(prover, error);
    if (status == KIWI_OK && others.regions)
        status = prove_links(prover, others.regions, error);
    if (status == KIWI_OK && others.index)
        status = prove_streets(prover, others.index, error);
    add_scores(prover);
    kiwi_index_close(others.index);
    kiwi_regions_close(others.regions);
    return status;
}

static enum kiwi_status open_all(struct prover *prover, struct kiwi_error *error)
{
    enum kiwi_status status = kiwi_map_open(prover->dump->disc, &prover->map, error);
    prove_open_charsets(prover);
    if (status == KIWI_OK)
        status = kiwi_shapes_open(prover->map, &prover->shapes, error);
    if (status == KIWI_OK &&
        !(samples_open(&prover->crossings) && samples_open(&prover->links) && prove_open_names(prover)))
        status = dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    return status;
}

static void close_all(struct prover *prover)
{
    samples_close(&prover->crossings);
    samples_close(&prover->links);
    free(prover->names);
    prove_close_charsets(prover);
    kiwi_shapes_close(prover->shapes);
    kiwi_map_close(prover->map);
    free(prover);
}

enum kiwi_status dump_prove(struct dump *dump, struct kiwi_error *error)
{
    struct prover *prover = calloc(1, sizeof *prover);
    if (!prover)
        return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    prover->dump = dump;
    prover->sample = kiwi_disc_sample(dump->disc);
    enum kiwi_status status = open_all(prover, error);
    if (status == KIWI_OK) {
        json_begin_object(&dump->json);
        status = prove_disc(prover, error);
        report_end(prover);
    }
    close_all(prover);
    return status;
}
