/* SPDX-License-Identifier: MIT */
/* What an option of the table goes with, and the words that its value can be. */
#include <string.h>

#include "common/arguments.h"

/** Whether names, separated by spaces, has name. */
static bool has_name(const char *names, const char *name, size_t length)
{
    for (size_t size; *names; names += size + (names[size] == ' ')) {
        size = strcspn(names, " ");
        if (size == length && memcmp(names, name, length) == 0)
            return true;
    }
    return false;
}

bool option_goes_with(const struct option_row *row, const char *name)
{
    return !row->with || has_name(row->with, name, strlen(name));
}

const char *option_word(const struct program *program, const struct option_row *row, size_t index)
{
    return program->word ? program->word(row->id, index) : NULL;
}
