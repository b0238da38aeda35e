/* SPDX-License-Identifier: MIT */
/* What could not be read of a disc: said when a mode is through, since then it is known. */
#include "dump.h"

static void take(void *context, const struct kiwi_finding *finding)
{
    struct dump *dump = context;
    dump->unreadable = true;
    findings_take(&dump->findings, finding);
}

void dump_unreadable(struct dump *dump, const struct kiwi_disc *disc)
{
    kiwi_disc_unreadable(disc, take, dump);
}
