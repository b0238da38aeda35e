/* SPDX-License-Identifier: MIT */
/* Finds files of a disc by name. */
#include "disc/disc.h"

#include "base/duplicate.h"
#include "bytes/utf8.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/*
 * Blanks around it and a leading separator do not belong to a name; '\' separates as '/' does. NULL: out of
 * memory.
 */
static char *tidy_name(const char *name)
{
    size_t length = strlen(name);
    char *tidy;

    while (length > 0 && (name[0] == ' ' || name[0] == '/' || name[0] == '\\')) {
        name++;
        length--;
    }
    while (length > 0 && name[length - 1] == ' ')
        length--;
    tidy = duplicate(name, length);
    for (char *c = tidy; c && *c != '\0'; c++)
        if (*c == '\\')
            *c = '/';
    return tidy;
}

/* First place of the index whose name is not less than name. */
static size_t lower_bound(const struct kiwi_disc *disc, const char *name)
{
    size_t low = 0;
    size_t high = disc->file_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (kiwi_compare_case(disc->names[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* True if path is name, or ends with '/' and name. */
static bool ends_with(const char *path, const char *name)
{
    size_t path_length = strlen(path);
    size_t name_length = strlen(name);

    return path_length >= name_length && kiwi_compare_case(path + (path_length - name_length), name) == 0 &&
           (path_length == name_length || path[path_length - name_length - 1] == '/');
}

/*
 * Beside `from` beats the root, the root beats any other folder (corrections row 28); then the same case
 * beats another.
 */
static int rank(const char *path, const char *name, const char *beside)
{
    size_t length = strlen(path) - strlen(name);
    int place = kiwi_compare_case(path, beside) == 0 ? 4 : length == 0 ? 2 : 0;

    return place + (strcmp(path + length, name) == 0 ? 1 : 0);
}

static const struct kiwi_file *find_listed(const struct kiwi_disc *disc, const char *name, const char *beside)
{
    const char *base = kiwi_base_name(name);
    const struct kiwi_file *best = NULL;
    int best_rank = -1;

    for (size_t i = lower_bound(disc, base);
         i < disc->file_count && kiwi_compare_case(disc->names[i].name, base) == 0; i++) {
        const struct kiwi_file *file = disc->names[i].file;

        if (ends_with(file->path, name)) {
            int found = rank(file->path, name, beside);

            if (found > best_rank) {
                best = file;
                best_rank = found;
            }
        }
    }
    return best;
}

const struct kiwi_file *kiwi_disc_find(const struct kiwi_disc *disc, const char *name,
                                       const struct kiwi_file *from)
{
    const char *from_path = from ? from->path : "";
    const char *from_base = kiwi_base_name(from_path);
    size_t folder_length = from_base > from_path ? (size_t)(from_base - 1 - from_path) : 0;
    char *tidy;
    char *folder;
    char *beside;
    const struct kiwi_file *file = NULL;

    assert(disc && name);
    tidy = tidy_name(name);
    folder = duplicate(from_path, folder_length);
    beside = tidy && folder ? kiwi_join_path(folder, tidy) : NULL;
    if (beside && tidy[0] != '\0') {
        file = find_listed(disc, tidy, beside);
        if (!file && disc->siblings)
            file = kiwi_siblings_find(disc->siblings, tidy, folder);
    }
    free(tidy);
    free(folder);
    free(beside);
    return file;
}
