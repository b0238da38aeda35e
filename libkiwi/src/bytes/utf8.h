/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_UTF8_H
#define KIWI_SRC_UTF8_H

#include <stddef.h>
#include <stdint.h>

/** Longest UTF-8 sequence, and what one code unit of UTF-16 may become. */
enum { KIWI_UTF8_LONGEST = 4 };

/**
 * Length of the valid UTF-8 sequence at the start of bytes, 0 if there is none (RFC 3629: no overlong, no
 * surrogates).
 */
size_t kiwi_utf8_sequence(const uint8_t *bytes, size_t length);

/** Writes one code point (U+FFFD for what is none) and returns its length, at most KIWI_UTF8_LONGEST. */
size_t kiwi_utf8_put(uint32_t code_point, char *utf8);

/**
 * Copy that is valid UTF-8: each byte that is not becomes U+FFFD. Owned by the caller; NULL: out of memory.

 */
char *kiwi_utf8_clean(const char *text, size_t length);

/** From the UTF-16BE of Joliet; lone surrogates become U+FFFD. Owned by the caller; NULL: out of memory. */
char *kiwi_utf8_from_utf16be(const uint8_t *bytes, size_t length);

/**
 * From the modified UTF-8 of libudfread: surrogate pairs in two sequences of three bytes, NUL as C0 80 (it
 * becomes U+FFFD). Owned by the caller; NULL: out of memory.
 */
char *kiwi_utf8_from_mutf8(const char *text);

/** strcmp() without regard to the case of ASCII letters; no locale. */
int kiwi_compare_case(const char *a, const char *b);

#endif
