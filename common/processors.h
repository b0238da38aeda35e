/* SPDX-License-Identifier: MIT */
#ifndef COMMON_PROCESSORS_H
#define COMMON_PROCESSORS_H

/** Processors that this program may run on; at least 1. */
unsigned processors_count(void);

#endif
