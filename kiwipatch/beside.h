/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_BESIDE_H
#define KIWIPATCH_BESIDE_H

/* The files of the host whose journals a command is about. */

#include "journal.h"

/** Paths, ascending. */
struct beside {
    char **paths;
    size_t count, room;
};

/** What makes a file one that is looked for. */
enum beside_kind {
    BESIDE_ANY,       /* a journal, or what was left aside by one */
    BESIDE_OPEN,      /* an open journal */
    BESIDE_LEFT,      /* what was left aside */
    BESIDE_COMMITTED, /* a journal that undo can take back */
};

/** The files of a folder, and of what lies in it, that have journals; beside_free() it whatever comes out. */
bool beside_find(const struct io *io, const char *folder, struct beside *beside, struct failure *failure);
void beside_free(struct beside *beside);

/**
 * The only path that name suits (NULL: all do) and whose journals are of that kind; owned by beside, NULL if
 * there is none. Refuses two.
 */
bool beside_choose(const struct io *io, const struct beside *beside, const char *name, enum beside_kind kind,
                   const char **path, struct failure *failure);

#endif
