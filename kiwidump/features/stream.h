/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_STREAM_H
#define KIWIDUMP_STREAM_H

/* The features of a disc, one at a time: of the map, of route planning and of the index. */

#include "feature.h"
#include "kiwidump/options.h"
#include "common/progress.h"

/** Not thread-safe, like its disc. */
struct feature_stream;

/**
 * Opens the features that options ask for by file, level, box, kinds and type, or what the index has of
 * options->text if that is not NULL (match, zone); with options->merge shapes that are cut are put together.
 * disc and options must outlive the stream; limit, sink and quiet are the caller's. finding
 * hears of places that are none, which only who makes features sees; it may be NULL.
 */
enum kiwi_status feature_stream_open(struct kiwi_disc *disc, const struct options *options,
                                     kiwi_finding_callback *finding, void *context,
                                     struct feature_stream **stream, struct kiwi_error *error);

/** The same for what an index that is open already has of options->text; what it learned of its lists is
 * kept. */
enum kiwi_status feature_stream_find(struct kiwi_disc *disc, struct kiwi_index *index,
                                     const struct options *options, struct feature_stream **stream,
                                     struct kiwi_error *error);

/** Whether who asks for features wants those of the next piece of the disc, of so many bytes. */
typedef bool feature_takes(void *context, uint64_t bytes);

/**
 * The same of pieces alone that are taken; what is not is not even read. A piece is a parcel of the map, or a
 * whole other source of features. Not with options->merge. context is that of finding and of takes.
 */
enum kiwi_status feature_stream_open_shared(struct kiwi_disc *disc, const struct options *options,
                                            kiwi_finding_callback *finding, feature_takes *takes,
                                            void *context, struct feature_stream **stream,
                                            struct kiwi_error *error);

void feature_stream_close(struct feature_stream *stream); /* NULL is allowed */

/** The next feature, valid until the one after it is asked for; KIWI_END behind the last one. */
enum kiwi_status feature_stream_next(struct feature_stream *stream, const struct feature **feature,
                                     struct kiwi_error *error);

/** Shows progress meanwhile; it must outlive the stream. */
void feature_stream_show(struct feature_stream *stream, struct progress *progress);

#endif
