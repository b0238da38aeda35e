/* SPDX-License-Identifier: MIT */
/* Searching as one types: the index of a disc stays open between two keys, as what it learned of its lists
 * does. What is printed is what kiwidump --find prints. */
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "kiwidump/features/stream.h"
#include "kiwidump/sinks/writer.h"

bool search_open(const char *path);
bool search(const char *text, unsigned limit);

static struct kiwi_disc *disc;
static struct kiwi_index *search_index;

/** Opens the disc at a path and reads through its lists; once for each instance of this module. */
bool search_open(const char *path)
{
    struct kiwi_error error;
    return kiwi_disc_open(path, NULL, &disc, &error) == KIWI_OK &&
           kiwi_index_open(disc, &search_index, &error) == KIWI_OK &&
           kiwi_index_prepare(search_index, -1, &error) == KIWI_OK;
}

/** Prints so many hits at most; false if reading failed. */
bool search(const char *text, unsigned limit)
{
    static struct output output = {.descriptor = STDOUT_FILENO};
    const struct options options = {.text = text};
    struct sink_writer writer = {.state = NULL};
    struct feature_stream *stream;
    const struct feature *feature;
    struct kiwi_error error;
    enum kiwi_status status = feature_stream_find(disc, search_index, &options, &stream, &error);
    if (status != KIWI_OK)
        return false;
    status = sink_begin(&writer, sinks[0], &output, &error);
    while (status == KIWI_OK && writer.count < limit &&
           (status = feature_stream_next(stream, &feature, &error)) == KIWI_OK)
        status = sink_put(&writer, feature, &error);
    sink_end(&writer);
    feature_stream_close(stream);
    output_flush(&output);
    return status == KIWI_OK || status == KIWI_END;
}
