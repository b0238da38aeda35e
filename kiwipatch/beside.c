/* SPDX-License-Identifier: MIT */
/* Finds the files of a folder that have journals, by the names of these: of what an image holds it asks
 * nothing. */
#include "beside.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/grow.h"
#include "transaction.h"

void beside_free(struct beside *beside)
{
    for (size_t i = 0; i < beside->count; i++)
        free(beside->paths[i]);
    free(beside->paths);
    *beside = (struct beside){.paths = NULL};
}

/** The path without the end that makes it a journal's or what was left aside; NULL: it is another file. */
static char *owner(const char *path)
{
    char *image = strdup(path);
    char *end = image ? journal_end(image) : NULL;
    struct stat status;
    if (end)
        *end = '\0';
    if (end && lstat(image, &status) == 0 && S_ISREG(status.st_mode))
        return image;
    free(image);
    return NULL;
}

static bool add(struct beside *beside, char *path, struct failure *failure)
{
    char **paths = grow_array(beside->paths, &beside->room, beside->count, 1, sizeof *paths);
    if (!paths) {
        free(path);
        return refuse_memory(failure);
    }
    beside->paths = paths;
    beside->paths[beside->count++] = path;
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(struct beside *beside)
{
    size_t kept = 0;
    if (beside->count > 1)
        qsort(beside->paths, beside->count, sizeof *beside->paths, by_text);
    for (size_t i = 0; i < beside->count; i++)
        if (kept > 0 && strcmp(beside->paths[i], beside->paths[kept - 1]) == 0)
            free(beside->paths[i]);
        else
            beside->paths[kept++] = beside->paths[i];
    beside->count = kept;
}

/** Whether the journals of a file are of that kind. */
static bool suits(const struct io *io, const char *path, enum beside_kind kind, bool *suited,
                  struct failure *failure)
{
    struct journals journals;
    char *left = NULL;
    if (!journals_find(io, path, &journals, failure) || !journal_left(io, path, &left, failure))
        return false;
    switch (kind) {
    case BESIDE_ANY: *suited = journals.last != 0 || left; break;
    case BESIDE_OPEN: *suited = journals.open != 0; break;
    case BESIDE_LEFT: *suited = left; break;
    case BESIDE_COMMITTED: *suited = journals.committed != 0; break;
    }
    free(left);
    return true;
}

/** Drops those whose name only looks as if they had a journal. */
static bool keep_owners(const struct io *io, struct beside *beside, struct failure *failure)
{
    size_t kept = 0;
    bool done = true;
    for (size_t i = 0; i < beside->count; i++) {
        bool suited = false;
        done = done && suits(io, beside->paths[i], BESIDE_ANY, &suited, failure);
        if (suited)
            beside->paths[kept++] = beside->paths[i];
        else
            free(beside->paths[i]);
    }
    beside->count = kept;
    return done;
}

bool beside_find(const struct io *io, const char *folder, struct beside *beside, struct failure *failure)
{
    char *const roots[] = {(char *)folder, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    const FTSENT *entry = NULL;
    *beside = (struct beside){.paths = NULL};
    bool done = tree;
    while (done && (errno = 0, entry = fts_read(tree))) {
        char *image = owner(entry->fts_path);
        done = entry->fts_info != FTS_DNR && entry->fts_info != FTS_ERR
                   ? !image || add(beside, image, failure)
                   : refuse_system(failure, entry->fts_path, entry->fts_errno);
    }
    if (!entry && errno != 0)
        done = refuse_system(failure, folder, errno);
    if (tree)
        fts_close(tree);
    sort(beside);
    return done && keep_owners(io, beside, failure);
}

/** Whether a path ends with name, as a whole part of it. */
static bool ends_with(const char *path, const char *name)
{
    size_t length = strlen(path);
    size_t wanted = strlen(name);
    return length > wanted && path[length - wanted - 1] == '/' &&
           strcasecmp(path + length - wanted, name) == 0;
}

bool beside_choose(const struct io *io, const struct beside *beside, const char *name, enum beside_kind kind,
                   const char **path, struct failure *failure)
{
    *path = NULL;
    for (size_t i = 0; i < beside->count; i++) {
        bool suited = false;
        if (name && !ends_with(beside->paths[i], name))
            continue;
        if (!suits(io, beside->paths[i], kind, &suited, failure))
            return false;
        if (suited && *path)
            return refuse(failure, EXIT_REFUSED, "%.250s and %.250s have journals; say which (--file)", *path,
                          beside->paths[i]);
        if (suited)
            *path = beside->paths[i];
    }
    return true;
}
