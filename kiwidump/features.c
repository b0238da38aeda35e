/* SPDX-License-Identifier: MIT */
/* --features and --find: features one after the other. */
#include "feature_stream.h"
#include "merge.h"

static enum kiwi_status put_features(const struct dump *dump, struct feature_stream *stream, uint64_t *count,
                                     struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_OK;
    while (status == KIWI_OK && !dump_enough(dump, *count) &&
           (status = feature_stream_next(stream, error)) == KIWI_OK) {
        dump_feature_begin(dump, *count);
        status = feature_stream_put(stream, dump->output, error);
        dump_feature_end(dump, count);
    }
    return status == KIWI_END ? KIWI_OK : status;
}

enum kiwi_status dump_features(struct dump *dump, struct kiwi_error *error)
{
    const struct options *options = &dump->options;
    struct feature_stream *stream;
    struct progress progress;
    uint64_t count = 0;
    enum kiwi_status status = feature_stream_open(dump->disc, options, findings_take, &dump->findings,
                                                  &stream, error);
    if (status != KIWI_OK)
        return status;
    progress_begin(&progress, options->quiet);
    feature_stream_show(stream, &progress);
    if (options->collection)
        output_literal(dump->output, "{\"type\":\"FeatureCollection\",\"features\":[\n");
    if (options->merge && feature_stream_map(stream))
        status = merge_features(dump, feature_stream_map(stream), &progress, &count, error);
    if (status == KIWI_OK)
        status = put_features(dump, stream, &count, error);
    if (options->collection)
        output_literal(dump->output, "\n]}\n");
    dump_count(dump, count);
    progress_end(&progress);
    feature_stream_close(stream);
    return status;
}
