/* SPDX-License-Identifier: MIT */
/* --features and --find: features one after the other, from their sources into a sink. */
#include "dump.h"
#include "features/stream.h"
#include "sinks/writer.h"

static enum kiwi_status put_features(const struct dump *dump, struct feature_stream *stream,
                                     struct sink_writer *writer, struct kiwi_error *error)
{
    const struct feature *feature;
    enum kiwi_status status = KIWI_OK;
    while (status == KIWI_OK && !dump_enough(dump, writer->count) &&
           (status = feature_stream_next(stream, &feature, error)) == KIWI_OK)
        status = sink_put(writer, feature, error);
    return status == KIWI_END ? KIWI_OK : status;
}

/** Puts the features that belong into one pass of the writer. */
static enum kiwi_status put_pass(struct dump *dump, struct sink_writer *writer, struct progress *progress,
                                 struct kiwi_error *error)
{
    struct feature_stream *stream;
    enum kiwi_status status = feature_stream_open(dump->disc, &dump->options, findings_take, &dump->findings,
                                                  &stream, error);
    if (status != KIWI_OK)
        return status;
    feature_stream_show(stream, progress);
    if (!writer->state)
        status = sink_begin(writer, dump->options.sink, dump->output, error);
    if (status == KIWI_OK)
        status = put_features(dump, stream, writer, error);
    feature_stream_close(stream);
    return status;
}

enum kiwi_status dump_features(struct dump *dump, struct kiwi_error *error)
{
    struct sink_writer writer = {.state = NULL};
    struct progress progress;
    enum kiwi_status status;
    progress_begin(&progress, dump->options.quiet);
    status = put_pass(dump, &writer, &progress, error);
    findings_mute(&dump->findings); /* the other passes find the same again */
    while (status == KIWI_OK && sink_next_pass(&writer))
        status = put_pass(dump, &writer, &progress, error);
    findings_listen(&dump->findings);
    if (status == KIWI_OK)
        dump_count(dump, writer.count);
    sink_end(&writer);
    progress_end(&progress);
    return status;
}
