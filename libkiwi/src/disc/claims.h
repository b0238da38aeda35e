/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_CLAIMS_H
#define KIWI_SRC_CLAIMS_H

#include <kiwi/disc.h>

#include "bytes/extents.h"

/** Ranges kept over all files, 16 bytes each; a disc whose records touch each other needs few. */
#define KIWI_CLAIMS_LIMIT ((size_t)1 << 18)

/** Which bytes of which file belong to a record already. Keeps a walk from going round, or twice through one
 * big record. */
struct kiwi_claims {
    struct kiwi_claims_file {
        const struct kiwi_file *file;
        struct kiwi_extents extents;
    } * files;
    size_t count, capacity, last;
    size_t ranges;
    bool no_memory;           /* something was refused for want of it */
    uint64_t walked, allowed; /* bytes; more is a disc that refers to the same bytes over and over */
};

enum kiwi_claim {
    KIWI_CLAIM_FRESH,   /**< no byte was claimed before */
    KIWI_CLAIM_OVERLAP, /**< some were */
    KIWI_CLAIM_KNOWN,   /**< all were */
    KIWI_CLAIM_REFUSED, /**< the work that a disc of this size may cause is used up, or memory */
};

void kiwi_claims_init(struct kiwi_claims *claims, const struct kiwi_disc *disc);
void kiwi_claims_free(struct kiwi_claims *claims);

/** Claims a range of which no byte was claimed before; otherwise nothing is claimed. */
enum kiwi_claim kiwi_claims_add(struct kiwi_claims *claims, const struct kiwi_file *file, uint64_t offset,
                                uint64_t length);

/** How many bytes of a range, from its first one on, nobody has claimed. */
uint64_t kiwi_claims_free_length(struct kiwi_claims *claims, const struct kiwi_file *file, uint64_t offset,
                                 uint64_t length);

/** What is claimed of a file; NULL if nothing is. */
struct kiwi_extents *kiwi_claims_of(struct kiwi_claims *claims, const struct kiwi_file *file);

#endif
