/* SPDX-License-Identifier: MIT */
/* Hashes of texts that RFC 1321, FIPS 180-2 and the catalogue of CRCs give, whole and piece by piece. */
#include "libkiwi/tests/support.h"

#include "common/hash.h"

static void expect_hashes(const char *text, size_t piece, uint32_t crc32, const char *md5, const char *sha256)
{
    struct hasher hasher;
    struct hashes hashes;
    char hexadecimal[HASH_TEXT];
    size_t length = strlen(text);
    hasher_begin(&hasher, HASH_CRC32 | HASH_MD5 | HASH_SHA256);
    for (size_t at = 0; at < length; at += piece)
        hasher_take(&hasher, (const uint8_t *)text + at, length - at < piece ? length - at : piece);
    hasher_end(&hasher, &hashes);
    hash_text(hashes.sha256, hexadecimal);
    ck_assert_uint_eq(hashes.crc32, crc32);
    ck_assert_str_eq(hashes.md5, md5);
    ck_assert_str_eq(hexadecimal, sha256);
}

START_TEST(known_texts)
{
    for (size_t piece = 1; piece <= 64; piece *= 4) {
        expect_hashes("", piece, 0, "d41d8cd98f00b204e9800998ecf8427e",
                      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        expect_hashes("abc", piece, 0x352441C2, "900150983cd24fb0d6963f7d28e17f72",
                      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        expect_hashes("123456789", piece, 0xCBF43926, "25f9e794323b453885f5181f1b624d0b",
                      "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225");
    }
}
END_TEST

START_TEST(only_what_is_asked_for)
{
    static const uint8_t none[HASH_SIZE];
    struct hasher hasher;
    struct hashes hashes;
    hasher_begin(&hasher, HASH_CRC32);
    hasher_take(&hasher, (const uint8_t *)"123456789", 9);
    hasher_end(&hasher, &hashes);
    ck_assert_uint_eq(hashes.crc32, 0xCBF43926);
    ck_assert_str_eq(hashes.md5, "");
    ck_assert_mem_eq(hashes.sha256, none, sizeof none);
}
END_TEST

START_TEST(sha1)
{
    static const uint8_t wanted[] = {0xA9, 0x99, 0x3E, 0x36, 0x47, 0x06, 0x81, 0x6A, 0xBA, 0x3E,
                                     0x25, 0x71, 0x78, 0x50, 0xC2, 0x6C, 0x9C, 0xD0, 0xD8, 0x9D};
    uint8_t found[SHA1_SIZE];
    hash_sha1((const uint8_t *)"abc", 3, found);
    ck_assert_mem_eq(found, wanted, sizeof wanted);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hash");
    TCase *cases = tcase_create("hash");
    tcase_add_test(cases, known_texts);
    tcase_add_test(cases, only_what_is_asked_for);
    tcase_add_test(cases, sha1);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
