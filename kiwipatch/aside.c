/* SPDX-License-Identifier: MIT */
/* Makes files and folders under a name of their own, and gives them theirs when they are whole. */
#include "aside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "attribute.h"
#include "base/host.h"
#include "common/files.h"
#include "common/tree.h"
#include "file_io.h"
#include "journal.h"

enum { LIMIT = 99 };

static bool remove_entry(void *context, const struct tree_entry *entry)
{
    (void)context;
    if (entry->step == TREE_FOLDER_END)
        files_remove_folder(entry->path);
    else if (entry->step == TREE_OTHER)
        files_remove(entry->path);
    return true;
}

static void remove_tree(const char *path)
{
    tree_walk(path, remove_entry, NULL);
}

/** Removes what a process left there that was killed. */
static void sweep(const char *path)
{
    int descriptor;
    if (!unfinished_take(path, &descriptor))
        return;
    remove_tree(path);
    files_close(descriptor);
}

bool aside_begin(struct aside *aside, const char *path, bool folder, struct failure *failure)
{
    struct kiwi_host_info info;
    int error = EEXIST;
    *aside = (struct aside){.descriptor = -1};
    if (kiwi_host_info(path, false, &info) == 0)
        return refuse(failure, EXIT_REFUSED, "%.400s exists already", path);
    for (unsigned number = 1; number <= LIMIT && error == EEXIST; number++) {
        free(aside->path);
        aside->path = journal_aside_path(path, number);
        if (!aside->path)
            return refuse_memory(failure);
        sweep(aside->path);
        error = unfinished_make(aside->path, folder, &aside->descriptor);
    }
    if (error == 0)
        return true;
    refuse_system(failure, aside->path, error);
    free(aside->path);
    aside->path = NULL;
    return false;
}

bool aside_finish(struct aside *aside, const char *path, struct failure *failure)
{
    int error = files_sync(aside->descriptor);
    if (error == 0 || error == EINVAL) /* file systems that cannot do that with folders */
        error = files_rename(aside->path, path);
    if (error == EEXIST)
        return refuse(failure, EXIT_REFUSED, "%.400s exists already", path);
    if (error != 0)
        return refuse_system(failure, path, error);
    free(aside->path);
    aside->path = NULL;
    unfinished_end(aside->descriptor, path);
    error = io_host.sync_folder(&io_host, path);
    return error == 0 || refuse_system(failure, path, error);
}

void aside_end(struct aside *aside)
{
    if (aside->path)
        remove_tree(aside->path);
    if (aside->descriptor >= 0)
        files_close(aside->descriptor);
    free(aside->path);
    *aside = (struct aside){.descriptor = -1};
}
