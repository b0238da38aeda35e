/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_FEATURE_STREAM_H
#define KIWIDUMP_FEATURE_STREAM_H

/* The features of a disc as GeoJSON, one at a time: of the map, of route planning and of the index. */

#include "options.h"
#include "common/output.h"
#include "common/progress.h"

/** Not thread-safe, like its disc. */
struct feature_stream;

/**
 * Opens the features that options ask for by file, level, box, kinds and type, or what the index has of
 * options->text if that is not NULL (match, zone). With options->merge the shapes of the map are left out.
 * disc and options must outlive the stream; limit, collection and quiet are the caller's. finding may be
 * NULL.
 */
enum kiwi_status feature_stream_open(struct kiwi_disc *disc, const struct options *options,
                                     kiwi_finding_callback *finding, void *context,
                                     struct feature_stream **stream, struct kiwi_error *error);
void feature_stream_close(struct feature_stream *stream); /* NULL is allowed */

/** Finds the next feature; KIWI_END behind the last one. */
enum kiwi_status feature_stream_next(struct feature_stream *stream, struct kiwi_error *error);

/** Writes the feature that was found, one object without a line feed. */
enum kiwi_status feature_stream_put(struct feature_stream *stream, struct output *output,
                                    struct kiwi_error *error);

/** The map that the stream reads, or NULL if the disc has none. */
struct kiwi_map *feature_stream_map(const struct feature_stream *stream);

/** Shows progress meanwhile; it must outlive the stream. */
void feature_stream_show(struct feature_stream *stream, struct progress *progress);

#endif
