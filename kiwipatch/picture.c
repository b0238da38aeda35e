/* SPDX-License-Identifier: MIT */
/* Finds pictures, and compares what they are. */
#include "picture.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    WINDOW = 1 << 16,
    HALF_LIMIT = 256, /* heads of GIFs without the rest; more of them are no accident, and take time */
};

struct picture_search {
    struct kiwi_source *source;
    uint64_t at, end;
    uint64_t window; /* place of the first byte of bytes */
    size_t available;
    bool loaded;
    unsigned halves;
    uint8_t *gif; /* GIF_LIMIT bytes */
    uint8_t bytes[WINDOW + BMP_HEAD];
};

const char *picture_format(const struct picture *picture)
{
    return picture->is_gif ? "gif" : "bmp";
}

bool picture_search_begin(struct kiwi_source *source, uint64_t from, uint64_t end,
                          struct picture_search **search, struct failure *failure)
{
    *search = calloc(1, sizeof **search);
    if (!*search)
        return refuse_memory(failure);
    **search = (struct picture_search){.source = source, .at = from, .end = end, .gif = malloc(GIF_LIMIT)};
    if ((*search)->gif)
        return true;
    picture_search_end(*search);
    return refuse_memory(failure);
}

void picture_search_end(struct picture_search *search)
{
    free(search->gif);
    free(search);
}

static bool read_range(struct picture_search *search, uint64_t at, uint8_t *bytes, size_t room,
                       size_t *received, struct failure *failure)
{
    struct kiwi_error error;
    size_t wanted = search->end - at < room ? (size_t)(search->end - at) : room;
    return kiwi_source_read(search->source, at, bytes, wanted, received, &error) == KIWI_OK ||
           refuse(failure, EXIT_SYSTEM, "reading failed: %s", error.text);
}

/** The picture that begins at a place, of which the head is there. */
static bool read_picture(struct picture_search *search, const uint8_t *head, size_t length,
                         struct picture *picture, bool *any, struct failure *failure)
{
    size_t received;
    picture->offset = search->at;
    picture->is_gif = head[0] == 'G';
    if (!picture->is_gif) {
        *any = bmp_read_head(head, length, search->end - search->at, &picture->bmp);
        picture->size = picture->bmp.size;
        return true;
    }
    if (length < 6 || memcmp(head, "GIF8", 4) != 0)
        return true;
    if (!read_range(search, search->at, search->gif, GIF_LIMIT, &received, failure))
        return false;
    *any = gif_read(search->gif, received, &picture->gif);
    picture->size = picture->gif.size;
    search->halves += !*any;
    return search->halves <= HALF_LIMIT ||
           refuse(failure, EXIT_INPUT, "more than %d heads of GIF pictures without the rest", HALF_LIMIT);
}

bool picture_search_next(struct picture_search *search, struct picture *picture, bool *any,
                         struct failure *failure)
{
    *any = false;
    for (; search->at < search->end; search->at++) {
        if (!search->loaded || search->at < search->window || search->at - search->window >= WINDOW) {
            if (!read_range(search, search->at, search->bytes, sizeof search->bytes, &search->available,
                            failure))
                return false;
            search->window = search->at;
            search->loaded = true;
        }
        size_t from = (size_t)(search->at - search->window);
        if (from >= search->available)
            return true;
        if (search->bytes[from] != 'B' && search->bytes[from] != 'G')
            continue;
        if (!read_picture(search, search->bytes + from, search->available - from, picture, any, failure))
            return false;
        if (*any) {
            search->at += picture->size;
            return true;
        }
    }
    return true;
}

/* What can stand for what */

static bool same(struct failure *why, const char *what, uint32_t found, uint32_t wanted)
{
    return found == wanted ||
           refuse(why, EXIT_INPUT, "%s: %" PRIu32 ", the old picture has %" PRIu32, what, found, wanted);
}

static bool suits_bmp(const struct bmp *old_picture, const uint8_t *bytes, size_t length, struct failure *why)
{
    struct bmp bmp;
    if (!bmp_read_head(bytes, length, length, &bmp))
        return refuse(why, EXIT_INPUT, "no BMP picture");
    return same(why, "width", bmp.width, old_picture->width) &&
           same(why, "height", bmp.height, old_picture->height) &&
           same(why, "bits of a pixel", bmp.bits, old_picture->bits) &&
           same(why, "compression", bmp.compression, old_picture->compression) &&
           same(why, "bytes of its head", bmp.information, old_picture->information) &&
           same(why, "place of its pixels", bmp.pixels, old_picture->pixels) &&
           same(why, "rows from top to bottom", bmp.top_down, old_picture->top_down);
}

static bool suits_gif(const struct gif *old_picture, const uint8_t *bytes, size_t length, struct failure *why)
{
    struct gif gif;
    if (!gif_read(bytes, length, &gif))
        return refuse(why, EXIT_INPUT, "no GIF picture");
    return same(why, "width", gif.width, old_picture->width) &&
           same(why, "height", gif.height, old_picture->height) &&
           same(why, "bits of a pixel", gif.bits, old_picture->bits);
}

bool picture_suits(const struct picture *old_picture, const uint8_t *bytes, size_t length,
                   struct failure *why)
{
    if (length > old_picture->size)
        return refuse(why, EXIT_INPUT, "%zu bytes, the old picture has only %" PRIu64, length,
                      old_picture->size);
    return old_picture->is_gif ? suits_gif(&old_picture->gif, bytes, length, why)
                               : suits_bmp(&old_picture->bmp, bytes, length, why);
}
