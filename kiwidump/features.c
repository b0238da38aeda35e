/* SPDX-License-Identifier: MIT */
#include "find.h"
#include "merge.h"

static void take_shape(struct features *features, const struct kiwi_shape *shape)
{
    if (!feature_take(&features->writer, &features->parcel, shape))
        return;
    features_begin(features);
    feature_put(&features->writer);
    features_end(features);
}

void features_begin(struct features *features)
{
    if (features->dump->options.collection && features->count > 0)
        output_literal(features->dump->output, ",\n");
}

void features_end(struct features *features)
{
    if (!features->dump->options.collection)
        output_char(features->dump->output, '\n');
    features->count++;
}

/* The map */

static enum kiwi_status put_level(struct features *features, struct kiwi_shapes *shapes,
                                  const struct kiwi_level *level, const struct kiwi_file *only,
                                  struct progress *progress, struct kiwi_error *error)
{
    const struct options *options = &features->dump->options;
    struct kiwi_parcels *parcels;
    enum kiwi_status status = kiwi_parcels_open(features->map, level, options->has_box ? &options->box : NULL,
                                                &parcels, error);
    if (status != KIWI_OK)
        return status;
    uint64_t size = kiwi_disc_size(features->dump->disc);
    uint64_t done = 0;
    while (!dump_enough(features->dump, features->count) &&
           (status = kiwi_parcels_next(parcels, &features->parcel, error)) == KIWI_OK) {
        struct kiwi_shape shape;
        if (only && features->parcel.file != only)
            continue;
        status = kiwi_shapes_start(shapes, &features->parcel, feature_kinds(options), error);
        while (status == KIWI_OK && !dump_enough(features->dump, features->count) &&
               (status = kiwi_shapes_next(shapes, &shape)) == KIWI_OK) {
            take_shape(features, &shape);
            if (progress_due(progress))
                progress_show(progress, done, size);
        }
        done += features->parcel.size;
        if (status != KIWI_OK && status != KIWI_END)
            break;
    }
    kiwi_parcels_close(parcels);
    return status == KIWI_END ? KIWI_OK : status;
}

static enum kiwi_status put_map(struct features *features, struct kiwi_error *error)
{
    const struct options *options = &features->dump->options;
    struct kiwi_shapes *shapes;
    struct progress progress;
    const struct kiwi_file *only = options->file ? kiwi_disc_find(features->dump->disc, options->file, NULL)
                                                 : NULL;
    enum kiwi_status status = kiwi_shapes_open(features->map, &shapes, error);
    progress_begin(&progress, options->quiet);
    for (size_t i = 0; status == KIWI_OK && i < kiwi_map_level_count(features->map); i++) {
        const struct kiwi_level *level = kiwi_map_level(features->map, i);
        if (options->has_level && level->number != options->level)
            continue;
        status = options->merge ? merge_level(features, shapes, level, only, &progress, error)
                                : put_level(features, shapes, level, only, &progress, error);
    }
    progress_end(&progress);
    kiwi_shapes_close(shapes);
    return status;
}

enum kiwi_status dump_features(struct dump *dump, struct kiwi_error *error)
{
    static struct features features; /* too large for the stack of a thread */
    const struct options *options = &dump->options;
    features.dump = dump;
    feature_open(&features.writer, dump);
    enum kiwi_status status = kiwi_map_open(dump->disc, findings_take, &dump->findings, &features.map, error);
    if (status != KIWI_OK && status != KIWI_ERROR_NOT_FOUND)
        return status;
    if (options->collection)
        output_literal(dump->output, "{\"type\":\"FeatureCollection\",\"features\":[\n");
    if (status == KIWI_OK && feature_kinds(options) != 0)
        status = put_map(&features, error);
    else
        status = KIWI_OK; /* a disc without a map has no features */
    if (status == KIWI_OK && features.map && (options->kinds & KIND_ROUTE))
        status = dump_route_links(dump, features.map, &features.count, error);
    if (status == KIWI_OK)
        status = find_features(dump, &features.count, error);
    if (options->collection)
        output_literal(dump->output, "\n]}\n");
    kiwi_map_close(features.map);
    return status;
}
