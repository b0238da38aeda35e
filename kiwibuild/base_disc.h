/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_BASE_DISC_H
#define KIWIBUILD_BASE_DISC_H

/* A disc whose map is written anew in its own grid and layout, and whose other files stay as they are. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/index.h>
#include <kiwi/map.h>

#include "base_notes.h"
#include "classes.h"
#include "layout.h"
#include "text.h"

enum { BASE_HEAD_SIZE = 4096 };

/** A level of it. */
struct base_level {
    const struct kiwi_level *level;
    struct classes roads, backgrounds, names;
    struct layout layout;
};

/** Bytes of ALLDATA.KWI that are no map. */
struct base_kept {
    uint64_t offset, size;
};

struct base_disc {
    const char *path;
    struct kiwi_disc *disc;
    struct kiwi_map *map;
    struct kiwi_index *index; /**< NULL: it has none that can be read */
    struct base_level levels[MOST_LEVELS];
    int level_count;
    enum charset charset;
    bool *replaced;               /**< of each file: it is written anew, or left out */
    uint8_t head[BASE_HEAD_SIZE]; /**< of ALLDATA.KWI: Data Volume and management header table */
    struct base_kept *kept;       /**< by ascending offset: they stay where they are */
    size_t kept_count, kept_capacity;
    struct base_notes notes;
};

#endif
