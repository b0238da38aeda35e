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
#include <stdio.h>

enum { FILES_PATH_LIMIT = 4096 };

/** A new file, for reading and writing; EEXIST. */
int files_create(const char *path, int *descriptor);
/** The same for stdio; NULL and errno. */
FILE *files_create_stream(const char *path);
/** One that is there already, and may be a device; for writing from its beginning. */
int files_open(const char *path, int *descriptor);
/** A file that is there already, for reading and for changing its bytes. */
int files_open_update(const char *path, int *descriptor);
/** Nobody else who asks for it gets it until it is closed: EAGAIN. On Windows opening it for updates says so
 * already. */
int files_lock(int descriptor);
/** A new file under a name that begins with path, to take its place; with the permissions of what stands
 * there now. */
int files_create_beside(const char *path, char *temporary, size_t room, int *descriptor);
/** Where temporary files go: not /tmp, which is often in memory itself. */
const char *files_temporary_folder(void);
/** A new file there that is gone when it is closed. */
int files_create_nameless(int *descriptor);
/** A new file below folder; the folders of path are made. None of them may be a link: no name leads out of
 * folder. */
int files_create_below(const char *folder, const char *path, int *descriptor);

/** All of length bytes. */
int files_write(int descriptor, const void *bytes, size_t length);
int files_write_at(int descriptor, uint64_t offset, const void *bytes, size_t length);
/** Contents and size are on the medium when this returns. */
int files_sync(int descriptor);
/** What is read next comes from the medium, as far as the system allows; a hint. */
void files_forget(int descriptor);
/** The file has that size then. What it gains is zeros that take no room, as far as the file system can. */
int files_resize(int descriptor, uint64_t size);
/** The same, and all of it can be written. */
int files_reserve(int descriptor, uint64_t size);
/** The file as memory: size bytes, which it has then and which can all be written; what it gains is zeros. */
int files_map(int descriptor, uint64_t size, void **memory);
void files_unmap(void *memory, uint64_t size);
/** Shares the blocks of another file, where the file system can, until one of the two changes. */
int files_clone(const char *original, int descriptor);
int files_close(int descriptor);

int files_make_folder(const char *path);
/** A new one under a name that begins with path. */
int files_make_folder_beside(const char *path, char *temporary, size_t room);
/** One that nobody else may look into. */
int files_make_private_folder(const char *path);
/** It must be empty. */
int files_remove_folder(const char *path);
int files_remove(const char *path);
int files_remove_below(const char *folder, const char *path);
/** What stands at to is gone then; from may be open. */
int files_replace(const char *from, const char *to);
/** EEXIST if there is something at to. */
int files_rename(const char *from, const char *to);
/** The names in a folder are on the medium when this returns. */
int files_sync_folder(const char *path);

/** Whether a file may have that name here: one part of a path that means itself and no device. */
bool files_allow_name(const char *name, size_t length);

#endif
