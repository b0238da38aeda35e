/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_MARK_H
#define KIWIPATCH_MARK_H

/*
 * The mark of a working copy: 128 random bits that go where the file goes, in an extended attribute, or,
 * where the file system has none, in a file beside it that names the moment when the copy was made (on
 * Windows, NTFS's number of it). Device and inode will not do: a disk that is plugged in again has others,
 * and inodes are used again.
 */

#include <stdbool.h>

#include "common/failure.h"

enum { MARK_TEXT = 33 };

bool mark_make(char mark[MARK_TEXT], struct failure *failure);
/** Marks the open file that has that path, or will have it. *beside: a file was made for it. */
bool mark_set(int descriptor, const char *path, const char *mark, bool *beside, struct failure *failure);
/** Removes what mark_set() made beside a file that is not there in the end. */
void mark_remove_beside(const char *path);
/** False if it has none. */
bool mark_get(const char *path, char mark[MARK_TEXT]);
/** Whether a name is that of a mark beside a file. */
bool mark_is_beside(const char *name);

#endif
