/* SPDX-License-Identifier: MIT */
/* Finds Windows bitmaps by their heads, wherever they lie in a file. */
#include "common/bmp.h"

#include <string.h>

#include "common/bytes.h"

enum {
    OLDEST = 26,        /* bytes of a head whose picture has one of 12 bytes, as OS/2 wrote it */
    MOST = 16 << 20,    /* bytes of a picture */
    SIDE_LIMIT = 32767, /* pixels */
};

/** Bytes of the pixels of a picture that is not compressed. */
static uint64_t pixel_bytes(const struct bmp *bmp)
{
    return ((uint64_t)bmp->width * bmp->bits + 31) / 32 * 4 * bmp->height;
}

/** Every number of a head must make sense, since two letters alone are everywhere. */
static bool makes_sense(const struct bmp *bmp, uint32_t colours, uint32_t colour_bytes)
{
    bool known_bits = bmp->bits == 1 || bmp->bits == 4 || bmp->bits == 8 || bmp->bits == 16 ||
                      bmp->bits == 24 || bmp->bits == 32;
    if (!known_bits || bmp->compression > 3 || bmp->width == 0 || bmp->width > SIDE_LIMIT ||
        bmp->height == 0 || bmp->height > SIDE_LIMIT || bmp->pixels < 14 + bmp->information ||
        bmp->pixels >= bmp->size)
        return false;
    if (bmp->bits <= 8 &&
        (colours > 1u << bmp->bits || bmp->pixels < 14 + bmp->information + colour_bytes * colours))
        return false;
    return bmp->compression == 1 || bmp->compression == 2 || pixel_bytes(bmp) <= bmp->size - bmp->pixels;
}

bool bmp_read_head(const uint8_t *head, size_t length, uint64_t available, struct bmp *bmp)
{
    if (length < OLDEST || memcmp(head, "BM", 2) != 0)
        return false;
    bmp->size = load32_little(head + 2);
    bmp->pixels = load32_little(head + 10);
    bmp->information = load32_little(head + 14);
    if (bmp->size > MOST || bmp->size > available || load32_little(head + 6) != 0)
        return false;
    if (bmp->information == 12) {
        bmp->width = load16_little(head + 18);
        bmp->height = load16_little(head + 20);
        bmp->bits = load16_little(head + 24);
        bmp->compression = 0;
        bmp->top_down = false;
        return load16_little(head + 22) == 1 && bmp->bits != 16 && bmp->bits != 32 && makes_sense(bmp, 0, 3);
    }
    if (length < BMP_HEAD || bmp->size < BMP_HEAD || bmp->information < 40 || bmp->information > 124)
        return false;
    int64_t height = (int32_t)load32_little(head + 22);
    bmp->width = load32_little(head + 18);
    bmp->height = (uint32_t)(height < 0 ? -height : height);
    bmp->top_down = height < 0;
    bmp->bits = load16_little(head + 28);
    bmp->compression = load32_little(head + 30);
    return load16_little(head + 26) == 1 && makes_sense(bmp, load32_little(head + 46), 4);
}

enum kiwi_status bmp_next(struct kiwi_source *source, uint64_t from, uint64_t end, struct bmp *bmp,
                          struct kiwi_error *error)
{
    static uint8_t window[1 << 16];
    while (from < end && end - from >= OLDEST) {
        size_t wanted = end - from < sizeof window ? (size_t)(end - from) : sizeof window;
        size_t received = 0;
        enum kiwi_status status = kiwi_source_read_around(source, from, window, wanted, &received, error);
        if (status != KIWI_OK)
            return status;
        if (received < OLDEST)
            break;
        for (size_t i = 0; i + OLDEST <= received; i++) {
            const uint8_t *found = memchr(window + i, 'B', received - OLDEST - i + 1);
            if (!found)
                break;
            i = (size_t)(found - window);
            if (bmp_read_head(found, received - i, end - from - i, bmp)) {
                bmp->offset = from + i;
                return KIWI_OK;
            }
        }
        if (received < sizeof window)
            break;
        from += received - BMP_HEAD + 1;
    }
    return KIWI_END;
}
