/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_SALVAGE_H
#define KIWIPATCH_SALVAGE_H

/* What a damaged journal still knows about an image. */

#include "transaction.h"

struct salvage {
    uint64_t kept;    /* sectors that can be made the side that is wanted, or are it already */
    uint64_t other;   /* of those: are the other side now */
    uint64_t lost;    /* sectors that cannot, where they are known: */
    uint64_t nowhere; /* records of which not even the sector is known, or that are missing */
    char places[120]; /* of the first lost ones */
};

/**
 * Reads a damaged journal as far as it goes, and what stands in its sectors. Refuses if the journal has
 * nothing, or something that cannot be about this image.
 */
bool salvage_inspect(struct image *image, struct journal *journal, enum side side, struct salvage *salvage,
                     struct failure *failure);

static inline bool salvage_is_whole(const struct salvage *salvage)
{
    return salvage->lost == 0 && salvage->nowhere == 0;
}

/** Says what is lost, which is not nothing. */
bool salvage_refuse(const struct image *image, const struct journal *journal, const struct salvage *salvage,
                    struct failure *failure);

#endif
