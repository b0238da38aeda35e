/* SPDX-License-Identifier: MIT */
/* --features and --find: features one after the other, from their sources into a sink. */
#include "features/stream.h"
#include "share.h"
#include "sinks/writer.h"

/** What a thread puts out. */
struct features {
    struct share share;
    struct feature_stream *stream;
    struct sink_writer *writer; /* where it is alone the mode's, else its own, which puts features only */
    struct sink_writer own_writer;
    struct progress progress;
};

static bool takes(void *context, uint64_t bytes)
{
    return share_takes(context, bytes);
}

static enum kiwi_status open_stream(struct features *features, struct kiwi_error *error)
{
    struct share *share = &features->share;
    enum kiwi_status status = feature_stream_open_shared(share->disc, &share->dump->options, share_finding,
                                                         share->alone ? NULL : takes, share,
                                                         &features->stream, error);
    if (status == KIWI_OK)
        feature_stream_show(features->stream, &features->progress);
    return status;
}

static enum kiwi_status open_features(struct share *share, struct kiwi_error *error)
{
    struct features *features = (struct features *)share;
    const struct sink *sink = share->dump->options.sink;
    progress_begin(&features->progress, share->dump->options.quiet || !share->first);
    enum kiwi_status status = open_stream(features, error);
    if (status == KIWI_OK && share->first)
        status = sink_begin(share->result, sink, share->dump->output, error);
    features->writer = share->alone ? share->result : &features->own_writer;
    if (status == KIWI_OK && !share->alone)
        status = sink_begin(features->writer, sink, share->output, error);
    return status;
}

static enum kiwi_status put_features(struct features *features, struct kiwi_error *error)
{
    const struct feature *feature;
    enum kiwi_status status = KIWI_OK;
    while (status == KIWI_OK && !share_enough(&features->share, features->writer->count) &&
           (status = feature_stream_next(features->stream, &feature, error)) == KIWI_OK)
        status = sink_put(features->writer, feature, error);
    return status == KIWI_END ? KIWI_OK : status;
}

/** Puts the features that belong into the other passes of the writer. */
static enum kiwi_status put_again(struct features *features, struct kiwi_error *error)
{
    struct findings *findings = &features->share.dump->findings;
    enum kiwi_status status = KIWI_OK;
    findings_mute(findings); /* the first pass found the same */
    while (status == KIWI_OK && sink_next_pass(features->writer)) {
        feature_stream_close(features->stream);
        status = open_stream(features, error);
        if (status == KIWI_OK)
            status = put_features(features, error);
    }
    findings_listen(findings);
    return status;
}

static enum kiwi_status put_all(struct share *share, struct kiwi_error *error)
{
    struct features *features = (struct features *)share;
    enum kiwi_status status = put_features(features, error);
    return status == KIWI_OK && share->alone ? put_again(features, error) : status;
}

static void close_features(struct share *share, void *result)
{
    struct features *features = (struct features *)share;
    struct sink_writer *writer = result;
    if (!share->alone) {
        writer->count += features->own_writer.count;
        sink_abandon(&features->own_writer);
    }
    feature_stream_close(features->stream);
    progress_end(&features->progress);
}

/** Threads: where features are put together, or their format is more than one behind the other, it is one;
 * also where lines, which a limit is counted by, are not features. */
static unsigned jobs_of(const struct dump *dump)
{
    const struct options *options = &dump->options;
    const struct sink *sink = options->sink;
    bool apart = sink->apart && (sink->one_line || !options->has_limit);
    return options->text || options->merge || !apart ? 1 : share_jobs(dump);
}

enum kiwi_status dump_features(struct dump *dump, struct kiwi_error *error)
{
    static const struct shared_work work = {sizeof(struct features), open_features, put_all, close_features,
                                            NULL};
    struct sink_writer writer = {.state = NULL};
    enum kiwi_status status = share_out(dump, jobs_of(dump), &work, &writer, error);
    if (status == KIWI_OK)
        dump_count(dump, writer.count);
    sink_end(&writer);
    return status;
}
