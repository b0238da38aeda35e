/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_HASH_H
#define KIWIPATCH_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include <kiwi/source.h>

#include "monitor.h"

enum { HASH_SIZE = 32 }; /* SHA-256 */
#define HASH_TEXT (2 * HASH_SIZE + 1)
enum { MD5_TEXT = 33 };

/** Lower case, terminated. */
void hash_text(const uint8_t hash[HASH_SIZE], char text[HASH_TEXT]);
/** SHA-256 of length bytes of source, which must be there. */
bool hash_source(struct kiwi_source *source, uint64_t offset, uint64_t length, uint8_t hash[HASH_SIZE],
                 struct failure *failure);
/** The same of what may be long; it can be stopped. */
bool hash_watched(struct kiwi_source *source, uint64_t offset, uint64_t length, uint8_t hash[HASH_SIZE],
                  const struct monitor *monitor, const char *stage, struct failure *failure);
/** The same for MD5, as text: what older lists of modules give. */
bool hash_md5(struct kiwi_source *source, uint64_t offset, uint64_t length, char text[MD5_TEXT],
              const struct monitor *monitor, const char *stage, struct failure *failure);
/** CRC-32 of zip and of the patch formats. */
bool hash_crc32(struct kiwi_source *source, uint64_t offset, uint64_t length, uint32_t *crc,
                const struct monitor *monitor, const char *stage, struct failure *failure);

#endif
