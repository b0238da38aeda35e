/* SPDX-License-Identifier: MIT */
#ifndef BASE_HOST_H
#define BASE_HOST_H

/*
 * The door to the operating system for whoever reads: the library, and the programs. One of host_posix.c and
 * host_windows.c is behind it. Paths are UTF-8 on Windows and the system's own bytes elsewhere; their parts
 * are split by '/', on Windows by '\' too. Functions that return int return 0 or an errno.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kiwi_host_kind {
    KIWI_HOST_FILE,
    KIWI_HOST_FOLDER,
    KIWI_HOST_LINK,
    KIWI_HOST_DRIVE,
    KIWI_HOST_PIPE,
    KIWI_HOST_CHARACTERS, /* a terminal and the like */
    KIWI_HOST_SOCKET,
    KIWI_HOST_OTHER,
};

struct kiwi_host_info {
    enum kiwi_host_kind kind;
    bool writable; /* by its permissions, whoever asks */
    uint64_t size; /* of a drive only once it is open */
    uint64_t links;
    uint64_t device, inode; /* two names of one file have the same */
};

/** follow: what a link leads to, not the link. */
int kiwi_host_info(const char *path, bool follow, struct kiwi_host_info *info);
int kiwi_host_info_of(int descriptor, struct kiwi_host_info *info);

/** For reading. Opens whatever it is and waits for nothing: info says what it was. */
int kiwi_host_open(const char *path, int *descriptor, struct kiwi_host_info *info);
/** Up to length bytes; fewer at the end, and also otherwise. */
int kiwi_host_read(int descriptor, uint64_t offset, void *bytes, size_t length, size_t *received);
void kiwi_host_close(int descriptor);

/** Whether to go on; name is as it is on the host. */
typedef bool kiwi_host_take(void *context, const char *name);
/** Hands out what is in a folder, in any order, but not "." and "..". */
int kiwi_host_list(const char *folder, kiwi_host_take *take, void *context);

/** The whole path with all links resolved, split by '/', to be freed; NULL and errno if nothing is there. */
char *kiwi_host_resolve(const char *path);

/** The last part of a path: what is behind its last separator. */
const char *kiwi_host_name(const char *path);

/** Whether a path means the same in every folder. */
bool kiwi_host_is_absolute(const char *path);

#endif
