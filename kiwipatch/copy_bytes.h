/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_COPY_BYTES_H
#define KIWIPATCH_COPY_BYTES_H

#include "hash.h"

/** Shares the blocks of a file, where the file system can, until one of the two changes. */
bool copy_clone(const char *original, int copy);

/**
 * Fills a new file, whose holes stay holes, and puts it on the medium. What of source cannot be read becomes
 * zeros. path is that of the copy, for messages.
 */
bool copy_bytes(struct kiwi_source *source, int copy, const char *path, const struct monitor *monitor,
                struct failure *failure);

/** Reads both, compares, and gives the SHA-256 of what both are. */
bool copy_compare(struct kiwi_source *source, int copy, const char *path, uint8_t sha256[HASH_SIZE],
                  const struct monitor *monitor, struct failure *failure);

#endif
