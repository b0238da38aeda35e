/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_ASIDE_H
#define KIWIPATCH_ASIDE_H

/*
 * A file or folder that is made under another name beside the one that it gets when it is whole. What was
 * left by a process that was killed bears an attribute, or nothing is in it, and is locked by nobody: the
 * next one removes it.
 */

#include <stdbool.h>

#include "common/failure.h"

struct aside {
    char *path;     /* where it is made */
    int descriptor; /* of the file, or of the folder */
};

/** Makes an empty one for what will be at path, where nothing is yet. */
bool aside_begin(struct aside *aside, const char *path, bool folder, struct failure *failure);
/** Gives it its name; EXIT_REFUSED if somebody else has taken it meanwhile. */
bool aside_finish(struct aside *aside, const char *path, struct failure *failure);
/** Removes it, with all that is in it, if it has not got its name; and frees it. */
void aside_end(struct aside *aside);

#endif
