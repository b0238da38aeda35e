/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_SOURCE_H
#define KIWIDUMP_SOURCE_H

/* Where the features of a stream come from. */

#include "feature.h"
#include "kiwidump/options.h"
#include "common/progress.h"
#include "stream.h"

/** What every source works with. */
struct feature_request {
    struct kiwi_disc *disc;
    struct kiwi_map *map;     /* or NULL */
    struct kiwi_index *index; /* the caller's, or NULL: then it is opened */
    const struct options *options;
    const struct kiwi_file *only; /* --file, or NULL */
    kiwi_finding_callback *finding;
    void *context;             /* of finding and takes */
    struct progress *progress; /* or NULL */
    feature_takes *takes;      /* or NULL: all */
};

struct feature_source {
    /** KIWI_END if the options do not ask for these features, or the disc has none. */
    enum kiwi_status (*open)(const struct feature_request *request, void **source, struct kiwi_error *error);
    /** The next feature, valid until the one after it is asked for. */
    enum kiwi_status (*next)(void *source, const struct feature **feature, struct kiwi_error *error);
    void (*close)(void *source); /* NULL is allowed */
};

extern const struct feature_source shape_features; /* of the map, as the disc has them */
extern const struct feature_source
    merged_features; /* of the map, those cut at the edges of parcels put together */
extern const struct feature_source route_features;
extern const struct feature_source index_features;

/** Whether something of so many bytes is among what is asked for; see feature_stream_open_shared(). */
static inline bool feature_is_taken(const struct feature_request *request, uint64_t bytes)
{
    return !request->takes || request->takes(request->context, bytes);
}

/** Shows progress if it is time to; done counts bytes of the disc. */
static inline void feature_progress(const struct feature_request *request, uint64_t done)
{
    if (request->progress && progress_due(request->progress))
        progress_show(request->progress, done, kiwi_disc_size(request->disc));
}

#endif
