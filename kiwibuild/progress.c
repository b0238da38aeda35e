/* SPDX-License-Identifier: MIT */
/* A line on stderr that says how far the work is. */
#include "progress.h"

#include <stdio.h>
#include <time.h>

static const double interval = 0.2, megabyte = 1e6;

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void progress_start(struct progress *progress, const char *program, uint64_t total, bool shown)
{
    *progress = (struct progress){.program = program, .total = total, .shown = shown};
    if (shown)
        progress->start = progress->last = now();
}

static void print(const struct progress *progress, uint64_t done, double seconds)
{
    double rate = seconds > 0 ? (double)done / seconds : 0;
    long left = rate > 0 ? (long)((double)(progress->total - done) / rate + 0.5) : 0;

    fprintf(stderr, "\r%s: %3d %%  %.0f of %.0f MB  %.0f MB/s  %ld:%02ld left  ", progress->program,
            (int)(done * 100 / progress->total), (double)done / megabyte, (double)progress->total / megabyte,
            rate / megabyte, left / 60, left % 60);
}

void progress_show(struct progress *progress, uint64_t done)
{
    double time;

    if (!progress->shown)
        return;
    time = now();
    if (time - progress->last < interval)
        return;
    progress->last = time;
    print(progress, done, time - progress->start);
}

void progress_end(struct progress *progress)
{
    if (!progress->shown)
        return;
    print(progress, progress->total, now() - progress->start);
    fputs("\n", stderr);
}
