/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_STAGE_H
#define KIWIBUILD_STAGE_H

#include <stdbool.h>
#include <stdint.h>

/* What is being done before the disc is written, on one line of the terminal. */

/** Without it, or if it is not wanted, nothing is shown. */
void stages_start(bool wanted);

/** Something else is being done now. */
void stage_begin(const char *what);

/** How far it is; may be called often. */
void stage_show(uint64_t done, uint64_t total);

/** Takes the line away. */
void stages_end(void);

#endif
