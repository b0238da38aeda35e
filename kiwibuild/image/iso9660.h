/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_IMAGE_ISO9660_H
#define KIWIBUILD_IMAGE_ISO9660_H

#include "sectors.h"
#include "tree.h"

/** One of the two trees of ISO 9660 (ECMA-119), and where it lies: VIEW_ISO or VIEW_JOLIET. */
struct iso_volume {
    enum image_view view;
    uint32_t table_sectors[2]; /**< path tables, with the small bytes first and last */
    uint32_t table_size;
};

/** Gives the path tables and folders of a view their sectors, from *sector on, which goes behind them. */
void iso_plan(struct iso_volume *volume, struct image_tree *tree, uint64_t *sector);

/** Writes them, and the volume descriptor. sectors are those of the image. */
bool iso_write(const struct iso_volume *volume, struct image_tree *tree, const char *volume_id,
               uint64_t sectors, const struct image_output *output, struct failure *failure);

/** The descriptor behind the last one. */
bool iso_write_terminator(const struct image_output *output, struct failure *failure);

#endif
