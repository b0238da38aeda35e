/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_IN_USE_H
#define KIWIPATCH_IN_USE_H

#include <stdbool.h>

enum { IN_USE_TEXT = 300 };

/**
 * Whether others have the file open, or with writers_only, for writing: a sentence that says so, or "". What
 * this process has open counts, too. File systems that know no leases say nothing.
 */
void in_use(const char *path, bool writers_only, char text[IN_USE_TEXT]);

#endif
