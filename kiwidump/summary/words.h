/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_SUMMARY_WORDS_H
#define KIWIDUMP_SUMMARY_WORDS_H

#include <stdint.h>

/* Texts for people, put together piece by piece; each function adds to a text, which may be full. */

enum { PAGE_TEXT = 512 };

void words_add(char text[static PAGE_TEXT], const char *format, ...) __attribute__((format(printf, 2, 3)));
void words_number(char text[static PAGE_TEXT], uint64_t count); /**< digits in groups of three */
void words_count(char text[static PAGE_TEXT], uint64_t count, const char *one, const char *many);
void words_size(char text[static PAGE_TEXT], uint64_t bytes);

/** UTF-8 of the disc: control characters would command the terminal, runs of blanks are padding. */
void words_clean(char text[static PAGE_TEXT], const char *utf8);

/** 9 or 55.3, with the letter of its hemisphere. */
void words_degrees(char text[static PAGE_TEXT], double from, double to, char positive, char negative);

/** A path as a shell takes it, one line. */
void words_path(char text[static PAGE_TEXT], const char *path);

#endif
