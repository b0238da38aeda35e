/* SPDX-License-Identifier: MIT */
/* Hands features to a sink and counts them. */
#include "writer.h"

#include <stdlib.h>

#include "kiwidump/fail.h"

enum kiwi_status sink_begin(struct sink_writer *writer, const struct sink *sink, struct output *output,
                            struct kiwi_error *error)
{
    *writer = (struct sink_writer){.sink = sink, .state = calloc(1, sink->size)};
    if (!writer->state)
        return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    sink->begin(writer->state, output);
    return KIWI_OK;
}

enum kiwi_status sink_put(struct sink_writer *writer, const struct feature *feature, struct kiwi_error *error)
{
    const struct sink *sink = writer->sink;
    if (sink->pass && sink->pass(feature) != writer->pass)
        return KIWI_OK;
    writer->count++;
    return sink->put(writer->state, feature, error);
}

bool sink_next_pass(struct sink_writer *writer)
{
    return ++writer->pass < writer->sink->passes;
}

void sink_abandon(struct sink_writer *writer)
{
    free(writer->state);
}

void sink_end(struct sink_writer *writer)
{
    if (writer->state)
        writer->sink->end(writer->state);
    sink_abandon(writer);
}
