/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_TEXT_H
#define KIWIBUILD_TEXT_H

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

/** NULL if iconv cannot write the charset here. */
struct texts *texts_new(enum charset charset);
void texts_free(struct texts *texts);

/** Number of a UTF-8 text; characters outside the charset become '?'. 0 for NULL and "". */
uint32_t texts_add(struct texts *texts, const char *utf8);

const char *texts_get(const struct texts *texts, uint32_t number); /**< in the disc's charset */
const char *texts_charset(const struct texts *texts);              /**< as charset_name() */
size_t texts_count(const struct texts *texts);
size_t texts_replaced(const struct texts *texts); /**< characters that became '?' */

#endif
