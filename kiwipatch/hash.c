/* SPDX-License-Identifier: MIT */
/* SHA-256, MD5 and CRC-32 of sources. */
#include "hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/types.h>

#include <md5.h>
#include <sha2.h>
#include <zlib.h>

static void put_hexadecimal(const uint8_t *bytes, unsigned length, char *text)
{
    for (unsigned i = 0; i < length; i++)
        snprintf(text + (size_t)2 * i, 3, "%02x", bytes[i]);
}

void hash_text(const uint8_t hash[HASH_SIZE], char text[HASH_TEXT])
{
    put_hexadecimal(hash, HASH_SIZE, text);
}

typedef void take_bytes(void *context, const uint8_t *bytes, size_t length);

static bool feed(struct kiwi_source *source, uint64_t offset, uint64_t length, take_bytes *take,
                 void *context, const struct monitor *monitor, const char *stage, struct failure *failure)
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
            return refuse(failure, EXIT_REFUSED, "the file ends at byte %" PRIu64 ", before it should",
                          offset + done + received);
        take(context, buffer, wanted);
        done += wanted;
    }
}

static void take_sha256(void *context, const uint8_t *bytes, size_t length)
{
    SHA256Update(context, bytes, length);
}

bool hash_watched(struct kiwi_source *source, uint64_t offset, uint64_t length, uint8_t hash[HASH_SIZE],
                  const struct monitor *monitor, const char *stage, struct failure *failure)
{
    SHA2_CTX context;
    SHA256Init(&context);
    bool done = feed(source, offset, length, take_sha256, &context, monitor, stage, failure);
    SHA256Final(hash, &context);
    return done;
}

bool hash_source(struct kiwi_source *source, uint64_t offset, uint64_t length, uint8_t hash[HASH_SIZE],
                 struct failure *failure)
{
    return hash_watched(source, offset, length, hash, NULL, NULL, failure);
}

static void take_md5(void *context, const uint8_t *bytes, size_t length)
{
    MD5Update(context, bytes, length);
}

bool hash_md5(struct kiwi_source *source, uint64_t offset, uint64_t length, char text[MD5_TEXT],
              const struct monitor *monitor, const char *stage, struct failure *failure)
{
    MD5_CTX context;
    uint8_t hash[16];
    MD5Init(&context);
    bool done = feed(source, offset, length, take_md5, &context, monitor, stage, failure);
    MD5Final(hash, &context);
    put_hexadecimal(hash, sizeof hash, text);
    return done;
}

static void take_crc32(void *context, const uint8_t *bytes, size_t length)
{
    uint32_t *crc = context;
    *crc = (uint32_t)crc32_z(*crc, bytes, length);
}

bool hash_crc32(struct kiwi_source *source, uint64_t offset, uint64_t length, uint32_t *crc,
                const struct monitor *monitor, const char *stage, struct failure *failure)
{
    *crc = 0;
    return feed(source, offset, length, take_crc32, crc, monitor, stage, failure);
}
