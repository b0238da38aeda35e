/* SPDX-License-Identifier: MIT */
/* Finds Windows bitmaps by their heads, wherever they lie in a file. */
#include "bmp.h"

#include "common/bytes.h"

#include <string.h>

#define HEAD 54u         /* of the file and the picture */
#define MOST (16u << 20) /* bytes of a picture */

/** Bytes of the pixels of a picture that is not compressed. */
static uint64_t pixel_bytes(const struct bmp *bmp)
{
    return ((uint64_t)bmp->width * bmp->bits + 31) / 32 * 4 * bmp->height;
}

/** Whether a head is one: every number of it must make sense, since two letters alone are everywhere. */
static bool is_head(const uint8_t *head, uint64_t available, struct bmp *bmp)
{
    uint32_t size = load32_little(head + 2);
    uint32_t pixels = load32_little(head + 10);
    uint32_t information = load32_little(head + 14);
    int64_t height = (int32_t)load32_little(head + 22);
    uint32_t compression = load32_little(head + 30);
    uint32_t colours = load32_little(head + 46); /* 0 = all that the bits allow */
    bmp->width = load32_little(head + 18);
    bmp->height = (uint32_t)(height < 0 ? -height : height);
    bmp->bits = load16_little(head + 28);
    bmp->size = size;
    bool known_bits = bmp->bits == 1 || bmp->bits == 4 || bmp->bits == 8 || bmp->bits == 16 ||
                      bmp->bits == 24 || bmp->bits == 32;
    if (size < HEAD || size > MOST || size > available || load32_little(head + 6) != 0 || information < 40 ||
        information > 124 || load16_little(head + 26) != 1 || !known_bits || compression > 3)
        return false;
    if (bmp->width == 0 || bmp->width > 32767 || bmp->height == 0 || bmp->height > 32767 ||
        pixels < 14 + information || pixels >= size)
        return false;
    if (bmp->bits <= 8 && (colours > 1u << bmp->bits || pixels < 14 + information + 4 * colours))
        return false;
    return compression == 1 || compression == 2 || pixel_bytes(bmp) <= size - pixels;
}

enum kiwi_status bmp_next(struct kiwi_source *source, uint64_t from, uint64_t end, struct bmp *bmp,
                          struct kiwi_error *error)
{
    static uint8_t window[1 << 16];
    while (from < end && end - from >= HEAD) {
        size_t wanted = end - from < sizeof window ? (size_t)(end - from) : sizeof window;
        size_t received = 0;
        enum kiwi_status status = kiwi_source_read_around(source, from, window, wanted, &received, error);
        if (status != KIWI_OK)
            return status;
        if (received < HEAD)
            break;
        for (size_t i = 0; i + HEAD <= received; i++) {
            const uint8_t *found = memchr(window + i, 'B', received - HEAD - i + 1);
            if (!found)
                break;
            i = (size_t)(found - window);
            if (found[1] == 'M' && is_head(found, end - from - i, bmp)) {
                bmp->offset = from + i;
                return KIWI_OK;
            }
        }
        from += received - HEAD + 1;
    }
    return KIWI_END;
}
