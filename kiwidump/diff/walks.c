/* SPDX-License-Identifier: MIT */
/* Walks over the two discs that are compared. */
#include "diff/diff.h"

void diff_step(struct side *side)
{
    side->more = kiwi_walk_next(side->walk, &side->item) != KIWI_EVENT_END;
}

enum kiwi_status diff_open_walk(struct diff *diff, struct side *side, const struct kiwi_walk_options *options,
                                struct kiwi_error *error)
{
    struct kiwi_walk_options all = *options;
    all.finding = findings_take;
    all.context = &diff->dump->findings;
    enum kiwi_status status = kiwi_walk_open(side->disc, &all, &side->walk, error);
    if (status != KIWI_OK)
        return status;
    side->values = (struct values){side->disc, kiwi_walk_sectors(side->walk)};
    diff_step(side);
    return KIWI_OK;
}

enum kiwi_status diff_close_walk(struct side *side, enum kiwi_status status, struct kiwi_error *error)
{
    if (side->walk && status == KIWI_OK)
        status = kiwi_walk_status(side->walk, error);
    kiwi_walk_close(side->walk);
    side->walk = NULL;
    side->more = false;
    return status;
}
