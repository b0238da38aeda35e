/* SPDX-License-Identifier: MIT */
/* emscripten has no <fts.h>, and a page copies and removes no folders: there are none to go through. */
#ifndef KIWI_NO_TREES_FTS_H
#define KIWI_NO_TREES_FTS_H

#include <errno.h>
#include <stddef.h>

enum { FTS_PHYSICAL = 1, FTS_NOCHDIR = 2 };
enum { FTS_D = 1, FTS_DP, FTS_F, FTS_DEFAULT, FTS_DNR, FTS_ERR };

typedef struct fts FTS;
typedef struct ftsent {
    char *fts_path, *fts_name;
    int fts_info, fts_errno, fts_level;
} FTSENT;

static inline FTS *fts_open(char *const *paths, int options,
                            int (*compare)(const FTSENT **one, const FTSENT **other))
{
    (void)paths;
    (void)options;
    (void)compare;
    errno = ENOSYS;
    return NULL;
}

static inline FTSENT *fts_read(FTS *tree)
{
    (void)tree;
    return NULL;
}

static inline int fts_close(FTS *tree)
{
    (void)tree;
    return 0;
}

#endif
