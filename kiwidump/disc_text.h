/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_DISC_TEXT_H
#define KIWIDUMP_DISC_TEXT_H

#include <kiwi/kiwi.h>

/** Room for a text: three bytes of UTF-8 for each at most, and a NUL. */
enum { DISC_TEXT_ROOM = 3 * KIWI_TEXT_LIMIT + 1 };

/** Text in the charset of the disc without the NULs at its end, as UTF-8 in room; what is longer than texts
 * are stays where and as it is. */
const char *text_of_disc(struct kiwi_disc *disc, const uint8_t *bytes, size_t *length,
                         char room[DISC_TEXT_ROOM]);

#endif
