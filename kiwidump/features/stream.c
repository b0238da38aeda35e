/* SPDX-License-Identifier: MIT */
/* Features one at a time, for callers that ask for the next one. */
#include "stream.h"

#include <stdlib.h>

#include "box.h"
#include "kiwidump/fail.h"
#include "source.h"

static const struct feature_source *const all_sources[] = {&shape_features, &merged_features, &route_features,
                                                           &index_features, NULL};
static const struct feature_source *const find_sources[] = {&index_features, NULL};

struct feature_stream {
    struct feature_request request;
    const struct feature_source *const *sources; /* the current one and those behind it; NULL at the end */
    void *source;                                /* the current one if it is open */
};

/** Bytes of a source that is a piece of the disc as a whole: more than any parcel. */
#define WHOLE_SOURCE (UINT64_C(1) << 40)

/** Whether the current source is to be read. The map itself asks for each parcel. */
static bool is_taken(const struct feature_stream *stream)
{
    const struct feature_source *source = *stream->sources;
    return source == &shape_features || source == &merged_features ||
           feature_is_taken(&stream->request, WHOLE_SOURCE);
}

/** Opens the current source, or the next one that has features. */
static enum kiwi_status open_source(struct feature_stream *stream, struct kiwi_error *error)
{
    enum kiwi_status status = KIWI_END;
    for (; *stream->sources; stream->sources++) {
        if (!is_taken(stream))
            continue;
        status = (*stream->sources)->open(&stream->request, &stream->source, error);
        if (status != KIWI_END)
            return status;
    }
    return KIWI_END;
}

static void close_source(struct feature_stream *stream)
{
    if (stream->source)
        (*stream->sources)->close(stream->source);
    stream->source = NULL;
}

/** A disc without a map has none of its features. */
static enum kiwi_status open_map(struct feature_request *request, struct kiwi_error *error)
{
    enum kiwi_status status = kiwi_map_open(request->disc, &request->map, error);
    return status == KIWI_ERROR_NOT_FOUND ? KIWI_OK : status;
}

static enum kiwi_status open_stream(const struct feature_request *request, struct feature_stream **stream,
                                    struct kiwi_error *error)
{
    const struct options *options = request->options;
    struct feature_stream *made = calloc(1, sizeof *made);
    enum kiwi_status status = KIWI_OK;
    *stream = made;
    if (!made)
        return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    made->request = *request;
    made->sources = options->text ? find_sources : all_sources;
    if (options->file)
        status = dump_file(request->disc, options->file, &made->request.only, error);
    if (status == KIWI_OK && !options->text)
        status = open_map(&made->request, error);
    if (status == KIWI_OK && !request->takes) /* else at the first feature, when pieces can be asked for */
        status = open_source(made, error);
    if (status == KIWI_OK || status == KIWI_END)
        return KIWI_OK;
    feature_stream_close(made);
    *stream = NULL;
    return status;
}

enum kiwi_status feature_stream_open(struct kiwi_disc *disc, const struct options *options,
                                     kiwi_finding_callback *finding, void *context,
                                     struct feature_stream **stream, struct kiwi_error *error)
{
    const struct feature_request request = {
        .disc = disc, .options = options, .finding = finding, .context = context};
    return open_stream(&request, stream, error);
}

enum kiwi_status feature_stream_open_shared(struct kiwi_disc *disc, const struct options *options,
                                            kiwi_finding_callback *finding, feature_takes *takes,
                                            void *context, struct feature_stream **stream,
                                            struct kiwi_error *error)
{
    const struct feature_request request = {
        .disc = disc, .options = options, .finding = finding, .takes = takes, .context = context};
    return open_stream(&request, stream, error);
}

enum kiwi_status feature_stream_find(struct kiwi_disc *disc, struct kiwi_index *index,
                                     const struct options *options, struct feature_stream **stream,
                                     struct kiwi_error *error)
{
    const struct feature_request request = {.disc = disc, .options = options, .index = index};
    return open_stream(&request, stream, error);
}

void feature_stream_close(struct feature_stream *stream)
{
    if (!stream)
        return;
    close_source(stream);
    kiwi_map_close(stream->request.map);
    free(stream);
}

/** The next feature of a source that --bbox wants; sources leave out only what its own box keeps away. */
static enum kiwi_status next_in_box(struct feature_stream *stream, const struct feature **feature,
                                    struct kiwi_error *error)
{
    const struct options *options = stream->request.options;
    enum kiwi_status status;
    do
        status = (*stream->sources)->next(stream->source, feature, error);
    while (status == KIWI_OK && options->has_box && !box_meets(&options->box, &(*feature)->geometry));
    return status;
}

enum kiwi_status feature_stream_next(struct feature_stream *stream, const struct feature **feature,
                                     struct kiwi_error *error)
{
    enum kiwi_status status;
    do {
        if (stream->source) {
            status = next_in_box(stream, feature, error);
            if (status != KIWI_END)
                return status;
            close_source(stream);
            stream->sources++;
        }
        status = open_source(stream, error);
    } while (status == KIWI_OK);
    return status;
}

void feature_stream_show(struct feature_stream *stream, struct progress *progress)
{
    stream->request.progress = progress;
}
