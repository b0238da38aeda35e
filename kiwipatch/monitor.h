/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_MONITOR_H
#define KIWIPATCH_MONITOR_H

#include <stdint.h>

#include "common/failure.h"

/** Who hears how far long work is, and may ask to stop it; called by the thread that works. */
struct monitor {
    /** stage says in a word or two what is done with total bytes. false: stop. */
    bool (*report)(void *context, const char *stage, uint64_t done, uint64_t total);
    void *context;
};

/** Whether it is time for a report: at the beginning, at the end, and every MiB of what goes on in steps. */
static inline bool monitor_due(uint64_t done, uint64_t total)
{
    return done % ((uint64_t)1 << 20) == 0 || done == total;
}

/** Of work that can be left at any moment; false, as a failure, if it shall stop. monitor may be NULL. */
bool monitor_ask(const struct monitor *monitor, const char *stage, uint64_t done, uint64_t total,
                 struct failure *failure);
/** Of work that must be finished once it has begun: the answer does not matter. */
void monitor_tell(const struct monitor *monitor, const char *stage, uint64_t done, uint64_t total);

#endif
