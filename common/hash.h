/* SPDX-License-Identifier: MIT */
#ifndef COMMON_HASH_H
#define COMMON_HASH_H

/* The functions without allocations and failures are deprecated since OpenSSL 3, and part of it. */
#define OPENSSL_API_COMPAT 0x10100000L

#include <stddef.h>
#include <stdint.h>

#ifdef HASHES_BY_LIBMD
#include <md5.h>
#include <sha1.h>
#include <sha2.h>
#else
#include <openssl/md5.h>
#include <openssl/sha.h>
#endif

/** CRC-32 (of zip), MD5 and SHA-256, any of them in one go. */
enum hash_kind { HASH_CRC32 = 1, HASH_MD5 = 2, HASH_SHA256 = 4 };

enum {
    HASH_SIZE = SHA256_DIGEST_LENGTH,
    HASH_TEXT = 2 * HASH_SIZE + 1,
    SHA1_SIZE = 20,
    MD5_TEXT = 2 * MD5_DIGEST_LENGTH + 1
};

struct hasher {
    unsigned kinds;
    uint32_t crc32;
    MD5_CTX md5;
#ifdef HASHES_BY_LIBMD
    SHA2_CTX sha256;
#else
    SHA256_CTX sha256;
#endif
};

/** What came out, of the kinds that were asked for. */
struct hashes {
    uint32_t crc32;
    char md5[MD5_TEXT];
    uint8_t sha256[HASH_SIZE];
};

/** kinds of enum hash_kind, or'ed. */
void hasher_begin(struct hasher *hasher, unsigned kinds);
void hasher_take(struct hasher *hasher, const uint8_t *bytes, size_t length);
void hasher_end(struct hasher *hasher, struct hashes *hashes);

/** SHA-256 as text: lower case, terminated. */
void hash_text(const uint8_t hash[HASH_SIZE], char text[HASH_TEXT]);

/** SHA-1, which check values of some units are folded from. */
void hash_sha1(const uint8_t *bytes, size_t length, uint8_t sha1[SHA1_SIZE]);

#endif
