/* SPDX-License-Identifier: MIT */
#ifndef COMMON_TREE_H
#define COMMON_TREE_H

#include "base/host.h"

enum tree_step {
    TREE_FOLDER,     /* before what is in it */
    TREE_FOLDER_END, /* after it */
    TREE_OTHER,      /* a file, a link, or what else there is */
    TREE_UNREADABLE, /* error says why; a folder was handed out before */
};

struct tree_entry {
    enum tree_step step;
    const char *path;         /* begins with the root as it was given */
    enum kiwi_host_kind kind; /* links are not followed */
    unsigned depth;           /* 0: the root itself */
    int error;
};

/** Whether to go on. */
typedef bool tree_visit(void *context, const struct tree_entry *entry);

/** Hands out what is at root and below it, by name; false if visit said so. */
bool tree_walk(const char *root, tree_visit *visit, void *context);

#endif
