/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_SIBLINGS_H
#define KIWI_SRC_SIBLINGS_H

#include <kiwi/disc.h>

/** Files beside a single KIWI file, looked for only when something names them. Thread-safe. */
struct kiwi_siblings;

struct kiwi_file_pool;

/** path: of the single file on the host. pool must outlive it. NULL: out of memory. */
struct kiwi_siblings *kiwi_siblings_new(const char *path, struct kiwi_file_pool *pool);
void kiwi_siblings_free(struct kiwi_siblings *siblings); /**< NULL is allowed */

/**
 * The file of that name in folder (relative to the single file's directory, "" = that directory), in that
 * directory, or in a folder of it; case is ignored. NULL: there is none. The file lives as long as siblings.
 */
const struct kiwi_file *kiwi_siblings_find(struct kiwi_siblings *siblings, const char *name,
                                           const char *folder);

/** Calls with every file that was found so far. */
void kiwi_siblings_each(struct kiwi_siblings *siblings,
                        void (*call)(void *context, const struct kiwi_file *file), void *context);

#endif
