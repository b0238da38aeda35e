/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_SINK_H
#define KIWIDUMP_SINK_H

/* The formats that features go out in. A new one is a file with a struct sink, and its line in sinks.c. */

#include <limits.h>

#include "kiwidump/features/feature.h"
#include "common/output.h"

/** The pass of features that a format has no place for. */
#define SINK_LEAVES_OUT UINT_MAX

struct sink {
    const char *name;      /* of --format */
    const char *extension; /* of files, without the dot */
    const char *description;
    bool laid_out;   /* on a terminal: it is JSON */
    bool apart;      /* what is put of a feature does not depend on others */
    bool one_line;   /* and is one line */
    size_t size;     /* of its state, which begins zeroed */
    unsigned passes; /* over all features, where the format wants them in an order; 0 = 1 */
    unsigned (*pass)(const struct feature *feature); /* that takes it, from 0; NULL: the first takes all */
    void (*begin)(void *state, struct output *output);
    enum kiwi_status (*put)(void *state, const struct feature *feature, struct kiwi_error *error);
    void (*end)(void *state); /* also behind what stopped the work */
};

/** The register; the first one is the default. Ends with NULL. */
extern const struct sink *const sinks[];

/** NULL if there is none of that name. */
const struct sink *sink_find(const char *name);
/** By the extension of a file; NULL if that is none of theirs. */
const struct sink *sink_of_file(const char *path);

#endif
