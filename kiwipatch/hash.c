/* SPDX-License-Identifier: MIT */
/* SHA-256, MD5 and CRC-32 of sources. */
#include "hash.h"

#include <inttypes.h>
#include <string.h>

static bool feed(struct hasher *hasher, struct kiwi_source *source, uint64_t offset, uint64_t length,
                 const struct monitor *monitor, const char *stage, struct failure *failure)
{
    uint8_t buffer[32768];
    uint64_t done = 0;
    for (;;) {
        size_t wanted = length - done < sizeof buffer ? (size_t)(length - done) : sizeof buffer;
        size_t received;
        struct kiwi_error error;
        if (monitor_due(done, length) && !monitor_ask(monitor, stage, done, length, failure))
            return false;
        if (done == length)
            return true;
        if (kiwi_source_read(source, offset + done, buffer, wanted, &received, &error) != KIWI_OK)
            return refuse(failure, EXIT_SYSTEM, "reading failed: %s", error.text);
        if (received < wanted)
            return refuse(failure, EXIT_SYSTEM, "the file ends at byte %" PRIu64 ", before it should",
                          offset + done + received);
        hasher_take(hasher, buffer, wanted);
        done += wanted;
    }
}

/** One kind of hash of length bytes. */
static bool hash(struct kiwi_source *source, uint64_t offset, uint64_t length, enum hash_kind kind,
                 struct hashes *hashes, const struct monitor *monitor, const char *stage,
                 struct failure *failure)
{
    struct hasher hasher;
    hasher_begin(&hasher, kind);
    bool done = feed(&hasher, source, offset, length, monitor, stage, failure);
    hasher_end(&hasher, hashes);
    return done;
}

bool hash_watched(struct kiwi_source *source, uint64_t offset, uint64_t length, uint8_t sha256[HASH_SIZE],
                  const struct monitor *monitor, const char *stage, struct failure *failure)
{
    struct hashes hashes;
    bool done = hash(source, offset, length, HASH_SHA256, &hashes, monitor, stage, failure);
    memcpy(sha256, hashes.sha256, sizeof hashes.sha256);
    return done;
}

bool hash_source(struct kiwi_source *source, uint64_t offset, uint64_t length, uint8_t sha256[HASH_SIZE],
                 struct failure *failure)
{
    return hash_watched(source, offset, length, sha256, NULL, NULL, failure);
}

bool hash_md5(struct kiwi_source *source, uint64_t offset, uint64_t length, char text[MD5_TEXT],
              const struct monitor *monitor, const char *stage, struct failure *failure)
{
    struct hashes hashes;
    bool done = hash(source, offset, length, HASH_MD5, &hashes, monitor, stage, failure);
    memcpy(text, hashes.md5, sizeof hashes.md5);
    return done;
}

bool hash_crc32(struct kiwi_source *source, uint64_t offset, uint64_t length, uint32_t *crc,
                const struct monitor *monitor, const char *stage, struct failure *failure)
{
    struct hashes hashes;
    bool done = hash(source, offset, length, HASH_CRC32, &hashes, monitor, stage, failure);
    *crc = hashes.crc32;
    return done;
}
