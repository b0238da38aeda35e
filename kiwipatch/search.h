/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_SEARCH_H
#define KIWIPATCH_SEARCH_H

#include <kiwi/source.h>

#include "common/failure.h"
#include "recipe.h"

#define HIT_LIMIT 65536u

struct hits {
    uint64_t *offsets; /* the first HIT_LIMIT */
    uint64_t count;
    size_t room;
};

/**
 * Places from..to where pattern stands, also those that overlap. Owned by the caller: free(hits->offsets).
 */
bool search_pattern(struct kiwi_source *source, uint64_t from, uint64_t to, const struct pattern *pattern,
                    struct hits *hits, struct failure *failure);

bool pattern_fits(const struct pattern *pattern, const uint8_t *bytes);

/** UTF-8 text in a charset that iconv knows; owned by the caller. */
bool encode_text(const char *text, size_t length, const char *charset, uint8_t **bytes, size_t *count,
                 struct failure *failure);

#endif
