/* SPDX-License-Identifier: MIT */
/*
 * Takes the features of discs one at a time: pull_features DISC... A thread for each disc reads two streams
 * by turns, all features and all entries of the index; at the end it all is printed, stream by stream.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/output_memory.h"
#include "kiwidump/features/stream.h"
#include "kiwidump/sinks/geojson.h"

enum { DISCS = 16, FEATURE_LIMIT = 64 << 20 };

/** One stream, and what it gave. */
struct pull {
    struct options options;
    struct feature_stream *stream;
    struct geojson geojson;
    struct output output;
    struct output_memory feature;
    struct output_memory all;
};

struct reader {
    const char *path;
    pthread_t thread;
    struct kiwi_error error;
    struct pull features, found;
};

/** Takes one feature: KIWI_END behind the last one. */
static enum kiwi_status take(struct pull *pull, struct kiwi_error *error)
{
    const struct feature *feature;
    enum kiwi_status status = pull->stream ? feature_stream_next(pull->stream, &feature, error) : KIWI_END;
    if (status == KIWI_OK)
        status = geojson_feature(&pull->geojson, feature, error);
    if (status != KIWI_OK)
        return status;
    output_flush(&pull->output);
    int code = pull->output.error;
    if (code == 0)
        code = output_memory_take(&pull->all, pull->feature.bytes, pull->feature.length);
    if (code == 0)
        code = output_memory_take(&pull->all, "\n", 1);
    pull->feature.length = 0;
    return code == 0 ? KIWI_OK : KIWI_ERROR_MEMORY;
}

static enum kiwi_status read_disc(struct reader *reader, struct kiwi_disc *disc)
{
    enum kiwi_status first = feature_stream_open(disc, &reader->features.options, NULL, NULL,
                                                 &reader->features.stream, &reader->error);
    if (first != KIWI_OK)
        return first;
    enum kiwi_status second = feature_stream_open(disc, &reader->found.options, NULL, NULL,
                                                  &reader->found.stream, &reader->error);
    if (second == KIWI_ERROR_NOT_FOUND) /* a disc without an index */
        second = KIWI_OK;
    while (first == KIWI_OK || second == KIWI_OK) {
        if (first == KIWI_OK)
            first = take(&reader->features, &reader->error);
        if (second == KIWI_OK)
            second = take(&reader->found, &reader->error);
    }
    return first != KIWI_END ? first : second;
}

static void *run(void *context)
{
    struct reader *reader = context;
    struct kiwi_disc *disc = NULL;
    enum kiwi_status status = kiwi_disc_open(reader->path, NULL, &disc, &reader->error);
    if (status == KIWI_OK)
        status = read_disc(reader, disc);
    feature_stream_close(reader->features.stream);
    feature_stream_close(reader->found.stream);
    kiwi_disc_close(disc);
    reader->error.status = status == KIWI_END ? KIWI_OK : status;
    return NULL;
}

static void begin(struct pull *pull)
{
    geojson_start(&pull->geojson, &pull->output);
    pull->output.take = output_memory_take;
    pull->output.context = &pull->feature;
    pull->feature.limit = FEATURE_LIMIT;
}

static void end(struct pull *pull)
{
    if (pull->all.bytes)
        fwrite(pull->all.bytes, 1, pull->all.length, stdout);
    free(pull->all.bytes);
    free(pull->feature.bytes);
}

int main(int count, char **arguments)
{
    struct reader *readers = calloc(DISCS, sizeof *readers);
    int failed = !readers || count > DISCS;
    for (int i = 1; i < count && !failed; i++) {
        struct reader *reader = &readers[i - 1];
        reader->path = arguments[i];
        reader->features.options.kinds = KIWI_ROAD | KIWI_BACKGROUND | KIWI_NAME | KIND_ROUTE | KIND_ADDRESS |
                                         KIND_POI;
        reader->found.options.text = "";
        begin(&reader->features);
        begin(&reader->found);
        failed = pthread_create(&reader->thread, NULL, run, reader);
    }
    for (int i = 1; i < count && !failed; i++)
        pthread_join(readers[i - 1].thread, NULL);
    for (int i = 1; i < count && !failed; i++) {
        end(&readers[i - 1].features);
        end(&readers[i - 1].found);
        if (readers[i - 1].error.status != KIWI_OK)
            fprintf(stderr, "%s: %s\n", arguments[i], readers[i - 1].error.text);
    }
    free(readers);
    return failed;
}
