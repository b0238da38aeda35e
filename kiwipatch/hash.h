/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_HASH_H
#define KIWIPATCH_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include <kiwi/source.h>

#include "common/hash.h"
#include "monitor.h"

/** SHA-256 of length bytes of source, which must be there. */
bool hash_source(struct kiwi_source *source, uint64_t offset, uint64_t length, uint8_t sha256[HASH_SIZE],
                 struct failure *failure);
/** The same of what may be long; it can be stopped. */
bool hash_watched(struct kiwi_source *source, uint64_t offset, uint64_t length, uint8_t sha256[HASH_SIZE],
                  const struct monitor *monitor, const char *stage, struct failure *failure);
/** The same for MD5, as text: what older lists of modules give. */
bool hash_md5(struct kiwi_source *source, uint64_t offset, uint64_t length, char text[MD5_TEXT],
              const struct monitor *monitor, const char *stage, struct failure *failure);
/** CRC-32 of zip and of the patch formats. */
bool hash_crc32(struct kiwi_source *source, uint64_t offset, uint64_t length, uint32_t *crc,
                const struct monitor *monitor, const char *stage, struct failure *failure);

#endif
