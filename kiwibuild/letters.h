/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_LETTERS_H
#define KIWIBUILD_LETTERS_H

#include <stddef.h>
#include <stdint.h>

enum { UTF8_LONGEST = 4 };

/** Takes the next character of a UTF-8 text; U+FFFD for bytes that are none. 0 at the end. */
uint32_t utf8_next(const char **text);

/** Writes a character and a zero; returns its bytes. */
size_t utf8_write(uint32_t code, char bytes[UTF8_LONGEST + 1]);

/**
 * The characters of a UTF-8 text in Unicode's normal form C, with letters and their marks put together; those
 * that do not fit are left out. Returns how many there are.
 */
size_t letters_compose(const char *utf8, uint32_t *codes, size_t capacity);

/** UTF-8 that stands for a character in charsets without it, or NULL. */
const char *letters_plain(uint32_t code);

#endif
