/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_GIF_H
#define KIWIPATCH_GIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GIF_LIMIT = 1 << 20 /* bytes of a picture */ };

struct gif {
    size_t size; /* bytes, up to its trailer */
    uint32_t width, height, bits;
};

/** Whether bytes begin with a whole GIF that has a picture. */
bool gif_read(const uint8_t *bytes, size_t length, struct gif *gif);

#endif
