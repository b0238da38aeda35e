/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_PROGRESS_H
#define KIWIBUILD_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/** A line on stderr that says how far the work is, with rate and time left. */
struct progress {
    const char *program;
    uint64_t total;
    bool shown;
    double start, last; /**< seconds of a clock that only runs forwards */
};

/** shown: false on anything but a terminal. */
void progress_start(struct progress *progress, const char *program, uint64_t total, bool shown);
void progress_show(struct progress *progress, uint64_t done);
void progress_end(struct progress *progress);

#endif
