/* SPDX-License-Identifier: MIT */
#ifndef COMMON_READ_FILE_H
#define COMMON_READ_FILE_H

#include <stddef.h>

#include "common/failure.h"

/** A file that has at most limit bytes, to be freed. It ends with a NUL that does not count. */
bool read_file(const char *path, size_t limit, char **bytes, size_t *length, struct failure *failure);

#endif
