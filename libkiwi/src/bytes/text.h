/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_TEXT_H
#define KIWI_SRC_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/** Most that is read of METADATA.KWI (164 bytes on the disc known best). */
#define KIWI_METADATA_LIMIT ((size_t)64 << 10)

enum { KIWI_CHARSET_LENGTH = 64 };

/** From the character set of a disc to UTF-8. Not thread-safe. */
struct kiwi_text {
    char declared[KIWI_CHARSET_LENGTH]; /* CHCD as it stands in METADATA.KWI, in valid UTF-8; "" if it is not
                                           there */
    char charset[32];                   /* name for iconv_open() */
    void *converter;                    /* iconv_t; NULL: by hand, UTF-8 or else ISO 8859-1 */
};

void kiwi_text_init(struct kiwi_text *text);
void kiwi_text_free(struct kiwi_text *text);

/**
 * Finds `CHCD ::= value ;` in METADATA.KWI and opens the converter; call it once. Returns false if a
 * character set is declared that we, or iconv, do not know; it is then read as ISO 8859-1.
 */
bool kiwi_text_read_metadata(struct kiwi_text *text, const void *bytes, size_t length);

/** Reads texts in a character set, by any name that iconv or METADATA.KWI has for it. False if we, or iconv,
 * do not know it, or it does not hold ASCII as it is; then ISO 8859-1 is taken. */
bool kiwi_text_choose(struct kiwi_text *text, const char *name);

/** The value of `keyword ::= value ;` in valid UTF-8; "" if it is not there. */
void kiwi_text_find_metadata(const void *bytes, size_t length, const char *keyword,
                             char found[static KIWI_CHARSET_LENGTH]);

/** Makes a copy of a text one of its own, with another converter. False if there is none to be had. */
bool kiwi_text_open_again(struct kiwi_text *copy);

/** As kiwi_disc_text(). */
size_t kiwi_text_convert(struct kiwi_text *text, const void *bytes, size_t length, char *utf8,
                         size_t capacity);

#endif
