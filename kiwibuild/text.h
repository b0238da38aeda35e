/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_TEXT_H
#define KIWIBUILD_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum charset {
    CHARSET_LATIN_1,
    CHARSET_SHIFT_JIS,
};

/** Its name, for people. */
const char *charset_name(enum charset charset);

/** The distinct texts of a disc in its charset, each under a number; 0 is "no text". */
struct texts;
struct values;

/** NULL if iconv cannot write the charset here. */
struct texts *texts_new(enum charset charset);
void texts_free(struct texts *texts);

/**
 * Number of a UTF-8 text; characters outside the charset become plainer ones (letters.h), else '?'. 0 for
 * NULL and for what has nothing to be seen.
 */
uint32_t texts_add(struct texts *texts, const char *utf8);

/** Languages of names, the most wanted first (name_choice.h); the list stays the caller's. */
void texts_set_languages(struct texts *texts, const struct values *languages);
const struct values *texts_languages(const struct texts *texts);

/** Whether a text has something to be seen, and needs no '?'. */
bool texts_can_write(const struct texts *texts, const char *utf8);

const char *texts_get(const struct texts *texts, uint32_t number); /**< in the disc's charset */
const char *texts_charset(const struct texts *texts);              /**< as charset_name() */
size_t texts_count(const struct texts *texts);

/** Prints a warning for what was lost of the texts, with the first one. */
void texts_warn(const struct texts *texts);

#endif
