/* SPDX-License-Identifier: MIT */
#ifndef COMMON_PROGRESS_H
#define COMMON_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/** A line on stderr with share, rate and time left; only when stderr is a terminal and stdout is not. */
struct progress {
    bool on;
    uint32_t ticks;
    struct timespec begun, shown;
};

/** The same where the caller knows whether to show it. */
void progress_start(struct progress *progress, bool on);
void progress_begin(struct progress *progress, bool quiet);
void progress_show(struct progress *progress, uint64_t done, uint64_t total);
void progress_end(struct progress *progress);

/** True now and then: time to ask how far the work is. */
static inline bool progress_due(struct progress *progress)
{
    return progress->on && (++progress->ticks & 0xFFF) == 0;
}

#endif
