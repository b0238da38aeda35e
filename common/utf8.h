/* SPDX-License-Identifier: MIT */
#ifndef COMMON_UTF8_H
#define COMMON_UTF8_H

#include <stddef.h>

/** Length of the valid UTF-8 sequence of more than one byte at text, or 0. */
size_t utf8_sequence(const unsigned char *text, size_t length);

/** Bytes of the control character at text, which would command a terminal or end a line, or 0. Bytes that are
 * no UTF-8 are one where a terminal of 8 bits has one. */
size_t utf8_control(const char *text);

/** Puts a question mark for each control character. */
void utf8_clean(char *text);

#endif
