/* SPDX-License-Identifier: MIT */
#ifndef COMMON_FILES_H
#define COMMON_FILES_H

/*
 * The door to the operating system for programs that write; base/host.h is the one for reading. One of
 * files_posix.c and files_windows.c is behind it. Functions that return int return 0 or an errno.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A new file, for reading and writing; EEXIST. */
int files_create(const char *path, int *descriptor);
/** One that is there already, and may be a device. */
int files_open(const char *path, int *descriptor);
/** A new file under a name that begins with path, to take its place; with the permissions of what stands
 * there now. */
int files_create_beside(const char *path, char *temporary, size_t room, int *descriptor);
/** A new file that is gone when it is closed. */
int files_create_nameless(int *descriptor);
/** A new file below folder; the folders of path are made. None of them may be a link: no name leads out of
 * folder. */
int files_create_below(const char *folder, const char *path, int *descriptor);

/** All of length bytes. */
int files_write(int descriptor, const void *bytes, size_t length);
int files_write_at(int descriptor, uint64_t offset, const void *bytes, size_t length);
/** Contents and size are on the medium when this returns. */
int files_sync(int descriptor);
int files_close(int descriptor);

int files_make_folder(const char *path);
int files_remove(const char *path);
int files_remove_below(const char *folder, const char *path);
/** What stands at to is gone then; from may be open. */
int files_replace(const char *from, const char *to);

/** Whether a file may have that name here: one part of a path that means itself and no device. */
bool files_allow_name(const char *name, size_t length);

#endif
