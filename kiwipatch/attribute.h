/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_ATTRIBUTE_H
#define KIWIPATCH_ATTRIBUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a system knows of a file beside its bytes: whether it is unfinished, whose copy it is, when it was
 * made. One of attribute_posix.c and attribute_windows.c is behind it. Functions that return int return 0 or
 * an errno.
 */

/** Makes an empty file or folder that is marked as unfinished, and holds it; EEXIST. */
int unfinished_make(const char *path, bool folder, int *descriptor);
/** Holds what at path is marked so, or is empty, and was held by nobody: it may be removed, and then closed.
 */
bool unfinished_take(const char *path, int *descriptor);
/** It has its name now: the mark goes. */
void unfinished_end(int descriptor, const char *path);

/** A short text that goes where the file goes; ENOTSUP where there is none. */
int attribute_set(int descriptor, const char *name, const char *value);
/** False if it has none of that length. */
bool attribute_get(const char *path, const char *name, char *value, size_t length);

/**
 * How a file differs from another one that stands at its path later: the moment when it was made, or the
 * number that NTFS gave it and gives to no other one. Zeros where nobody knows it.
 */
struct identity {
    long long first;
    unsigned second;
};
struct identity identity_of(int descriptor);
struct identity identity_at(const char *path);

/** Bytes that nobody guesses. */
int random_bytes(uint8_t *bytes, size_t length);

#endif
