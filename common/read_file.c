/* SPDX-License-Identifier: MIT */
/* Reads a file of the user whole: a recipe, a patch, a profile. */
#include "common/read_file.h"

#include <errno.h>
#include <stdio.h>

#include "base/grow.h"

enum { PIECE = 65536 };

static bool read_all(FILE *file, const char *path, size_t limit, char **bytes, size_t *length,
                     struct failure *failure)
{
    size_t room = 0;
    size_t count;
    *length = 0;
    do {
        char *larger = grow_array(*bytes, &room, *length, PIECE + 1, 1);
        if (!larger)
            return refuse_memory(failure);
        *bytes = larger;
        count = fread(*bytes + *length, 1, PIECE, file);
        *length += count;
        if (*length > limit)
            return refuse(failure, EXIT_INPUT, "%.300s: more than %zu bytes", path, limit);
    } while (count > 0);
    (*bytes)[*length] = '\0';
    return !ferror(file) || refuse_system(failure, path, errno);
}

bool read_file(const char *path, size_t limit, char **bytes, size_t *length, struct failure *failure)
{
    FILE *file = fopen(path, "rb");
    *bytes = NULL;
    if (!file)
        return refuse_system(failure, path, errno);
    bool done = read_all(file, path, limit, bytes, length, failure);
    fclose(file);
    if (done)
        return true;
    free(*bytes);
    *bytes = NULL;
    return false;
}
