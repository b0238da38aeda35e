/* SPDX-License-Identifier: MIT */
/* Texts of the disc for people. */
#include "disc_text.h"

const char *text_of_disc(struct kiwi_disc *disc, const uint8_t *bytes, size_t *length,
                         char room[DISC_TEXT_ROOM])
{
    while (*length > 0 && bytes[*length - 1] == '\0')
        --*length;
    if (*length > KIWI_TEXT_LIMIT)
        return (const char *)bytes;
    *length = kiwi_disc_text(disc, bytes, *length, room, DISC_TEXT_ROOM);
    return room;
}
