/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_FILE_POOL_H
#define KIWI_SRC_FILE_POOL_H

#include <kiwi/source.h>

/**
 * The open descriptors of the many files of a directory: a disc may have 1,500 of them, a process often only
 * 1,024 descriptors. Files are opened when they are first read; the one not used for longest makes room.
 */
struct kiwi_file_pool;

enum { KIWI_FILE_POOL_LIMIT = 32 };

/** NULL: out of memory. The caller owns one reference, each source of the pool another one. */
struct kiwi_file_pool *kiwi_file_pool_new(void);
void kiwi_file_pool_unref(struct kiwi_file_pool *pool); /**< NULL is allowed */

/** A source that opens path (copied) when it is read. */
enum kiwi_status kiwi_file_pool_source(struct kiwi_file_pool *pool, const char *path, uint64_t size,
                                       struct kiwi_source **source, struct kiwi_error *error);

#endif
