/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_TILE_H
#define KIWIDUMP_TILE_H

/* Vector tiles of the map (Mapbox Vector Tile 2.1), as web maps and GIS programs draw them. The layers are
 * area, line, road and name; docs/design/features.md has their properties. */

#include "kiwidump/features/feature.h"
#include "kiwidump/options.h"
#include "kiwidump/tiles/vector_layer.h"

/** Units that a tile is wide. */
enum { TILE_EXTENT = 8192 };

/** Bytes of each layer; a tile that has a larger one is refused. */
#define LAYER_LIMIT ((size_t)2 << 20)

/**
 * The features that touch a tile, whole, of the level that is made for its scale, or of options->level; of
 * options, file, kinds, type, deleted and limit are heeded, too. *count is how many are drawn. The
 * caller frees tile->bytes. finding may be NULL.
 */
enum kiwi_status tile_make(struct kiwi_disc *disc, const struct options *options,
                           kiwi_finding_callback *finding, void *context, struct buffer *tile,
                           uint64_t *count, struct kiwi_error *error);

#endif
