/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_WRITER_H
#define KIWIDUMP_WRITER_H

/* A sink at work. */

#include "sink.h"

struct sink_writer {
    const struct sink *sink;
    void *state;
    unsigned pass;
    uint64_t count; /* of features that were put */
};

enum kiwi_status sink_begin(struct sink_writer *writer, const struct sink *sink, struct output *output,
                            struct kiwi_error *error);
/** Puts a feature if it belongs into the pass at hand. */
enum kiwi_status sink_put(struct sink_writer *writer, const struct feature *feature,
                          struct kiwi_error *error);
/** Goes on to the next pass, for which all features are to be put again; false if there is none. */
bool sink_next_pass(struct sink_writer *writer);
/** Ends without a word behind the last feature. */
void sink_abandon(struct sink_writer *writer);
void sink_end(struct sink_writer *writer);

#endif
