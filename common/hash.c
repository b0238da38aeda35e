/* SPDX-License-Identifier: MIT */
/* Hashes of bytes that come piece by piece. */
#include "common/hash.h"

#include <stdio.h>
#include <sys/types.h>
#include <zlib.h>

#ifdef HASHES_BY_LIBMD
#define MD5_Init MD5Init
#define MD5_Update MD5Update
#define MD5_Final MD5Final
#define SHA256_Init SHA256Init
#define SHA256_Update SHA256Update
#define SHA256_Final SHA256Final
#define SHA_CTX SHA1_CTX
#define SHA1_Init SHA1Init
#define SHA1_Update SHA1Update
#define SHA1_Final SHA1Final
#endif

static void put_hexadecimal(const uint8_t *bytes, size_t length, char *text)
{
    for (size_t i = 0; i < length; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

void hasher_begin(struct hasher *hasher, unsigned kinds)
{
    hasher->kinds = kinds;
    hasher->crc32 = 0;
    MD5_Init(&hasher->md5);
    SHA256_Init(&hasher->sha256);
}

void hasher_take(struct hasher *hasher, const uint8_t *bytes, size_t length)
{
    if (hasher->kinds & HASH_CRC32)
        hasher->crc32 = (uint32_t)crc32_z(hasher->crc32, bytes, length);
    if (hasher->kinds & HASH_MD5)
        MD5_Update(&hasher->md5, bytes, length);
    if (hasher->kinds & HASH_SHA256)
        SHA256_Update(&hasher->sha256, bytes, length);
}

void hasher_end(struct hasher *hasher, struct hashes *hashes)
{
    uint8_t md5[MD5_DIGEST_LENGTH];
    *hashes = (struct hashes){.crc32 = hasher->crc32};
    if (hasher->kinds & HASH_MD5) {
        MD5_Final(md5, &hasher->md5);
        put_hexadecimal(md5, sizeof md5, hashes->md5);
    }
    if (hasher->kinds & HASH_SHA256)
        SHA256_Final(hashes->sha256, &hasher->sha256);
}

void hash_text(const uint8_t hash[HASH_SIZE], char text[HASH_TEXT])
{
    put_hexadecimal(hash, HASH_SIZE, text);
}

void hash_sha1(const uint8_t *bytes, size_t length, uint8_t sha1[SHA1_SIZE])
{
    SHA_CTX context;
    SHA1_Init(&context);
    SHA1_Update(&context, bytes, length);
    SHA1_Final(sha1, &context);
}
