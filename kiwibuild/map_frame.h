/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_MAP_FRAME_H
#define KIWIBUILD_MAP_FRAME_H

#include "volume.h"

/** Appends the parcel-related data management frame; its size does not depend on the addresses. */
bool volume_append_map(const struct volume *volume, struct buffer *buffer);

/** Bytes of a block's parcel management information with padding; 0 if it has no data. */
uint64_t volume_information_size(const struct volume *volume, const struct volume_level *level,
                                 int64_t block_row, int64_t block_column);

/** Appends the parcel management information of a block. */
bool volume_append_information(const struct volume *volume, const struct volume_level *level,
                               int64_t block_row, int64_t block_column, struct buffer *buffer);

#endif
