/* SPDX-License-Identifier: MIT */
/* Which bytes of a file belong to a record already, so that no walk goes round. */
#include "disc/claims.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

void kiwi_claims_init(struct kiwi_claims *claims, const struct kiwi_disc *disc)
{
    memset(claims, 0, sizeof *claims);
    claims->allowed = UINT64_C(1) << 20;
    for (size_t i = 0; i < kiwi_disc_file_count(disc); i++)
        claims->allowed += kiwi_disc_file(disc, i)->size * 2;
}

void kiwi_claims_free(struct kiwi_claims *claims)
{
    for (size_t i = 0; i < claims->count; i++)
        kiwi_extents_free(&claims->files[i].extents);
    free(claims->files);
    memset(claims, 0, sizeof *claims);
}

struct kiwi_extents *kiwi_claims_of(struct kiwi_claims *claims, const struct kiwi_file *file)
{
    if (claims->last < claims->count && claims->files[claims->last].file == file)
        return &claims->files[claims->last].extents;
    for (size_t i = 0; i < claims->count; i++) {
        if (claims->files[i].file == file) {
            claims->last = i;
            return &claims->files[i].extents;
        }
    }
    return NULL;
}

static struct kiwi_extents *begin_file(struct kiwi_claims *claims, const struct kiwi_file *file)
{
    struct kiwi_claims_file *files = grow_array(claims->files, &claims->capacity, claims->count, 1,
                                                sizeof *files);
    if (!files)
        return NULL;
    claims->files = files;
    struct kiwi_claims_file *added = &claims->files[claims->count];
    added->file = file;
    kiwi_extents_init(&added->extents);
    claims->last = claims->count++;
    return &added->extents;
}

enum kiwi_claim kiwi_claims_add(struct kiwi_claims *claims, const struct kiwi_file *file, uint64_t offset,
                                uint64_t length)
{
    struct kiwi_extents *extents = kiwi_claims_of(claims, file);
    uint64_t fresh;
    if (!extents && !(extents = begin_file(claims, file))) {
        claims->no_memory = true;
        return KIWI_CLAIM_REFUSED;
    }
    if (length > claims->allowed - claims->walked)
        return KIWI_CLAIM_REFUSED;
    fresh = kiwi_extents_missing(extents, offset, offset + length);
    if (fresh != length)
        return fresh == 0 ? KIWI_CLAIM_KNOWN : KIWI_CLAIM_OVERLAP;
    size_t before = extents->count;
    extents->limit = before + (KIWI_CLAIMS_LIMIT > claims->ranges ? KIWI_CLAIMS_LIMIT - claims->ranges : 0);
    if (!kiwi_extents_add(extents, offset, offset + length, &fresh)) {
        claims->no_memory = claims->no_memory || extents->count < extents->limit;
        return KIWI_CLAIM_REFUSED;
    }
    claims->ranges = claims->ranges - before + extents->count;
    claims->walked += length;
    return KIWI_CLAIM_FRESH;
}

uint64_t kiwi_claims_free_length(struct kiwi_claims *claims, const struct kiwi_file *file, uint64_t offset,
                                 uint64_t length)
{
    const struct kiwi_extents *extents = kiwi_claims_of(claims, file);
    struct kiwi_range range = {offset, offset + length};
    if (!extents)
        return length;
    if (!kiwi_extents_gap(extents, offset, offset + length, &range) || range.start != offset)
        return 0;
    return range.end - range.start;
}
