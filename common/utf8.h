/* SPDX-License-Identifier: MIT */
#ifndef COMMON_UTF8_H
#define COMMON_UTF8_H

#include <stddef.h>

/** Length of the valid UTF-8 sequence of more than one byte at text, or 0. */
size_t utf8_sequence(const unsigned char *text, size_t length);

#endif
