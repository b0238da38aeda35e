/* SPDX-License-Identifier: MIT */
/* A line on stderr with share, rate and time left. */
#include "common/progress.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

static double seconds_between(const struct timespec *from, const struct timespec *to)
{
    return (double)(to->tv_sec - from->tv_sec) + (double)(to->tv_nsec - from->tv_nsec) * 1e-9;
}

void progress_start(struct progress *progress, bool on)
{
    progress->on = on;
    progress->ticks = 0;
    clock_gettime(CLOCK_MONOTONIC, &progress->begun);
    progress->shown = progress->begun;
}

void progress_begin(struct progress *progress, bool quiet)
{
    progress_start(progress, !quiet && isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO));
}

void progress_show(struct progress *progress, uint64_t done, uint64_t total)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    bool all = done >= total; /* shown however quick it was */
    if (!progress->on || total == 0 || (seconds_between(&progress->shown, &now) < 0.1 && !all))
        return;
    progress->shown = now;
    double elapsed = fmax(seconds_between(&progress->begun, &now), 1e-9);
    double share = (double)done / (double)total;
    share = share > 1 ? 1 : share;
    fprintf(stderr, "\r%3.0f %%  %.0f MB/s  %.0f s left ", share * 100, (double)done / elapsed / 1e6,
            share > 0 ? elapsed / share - elapsed : 0);
    fflush(stderr);
}

void progress_end(struct progress *progress)
{
    if (progress->on && (progress->shown.tv_sec != progress->begun.tv_sec ||
                         progress->shown.tv_nsec != progress->begun.tv_nsec))
        fputs("\r                                        \r", stderr);
}
