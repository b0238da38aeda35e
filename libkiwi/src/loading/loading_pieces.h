/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_LOADING_PIECES_H
#define KIWI_SRC_LOADING_PIECES_H

#include <kiwi/loading.h>

#include "bytes/fail.h"

/** kiwi_loading_open() with findings to reporter instead of the disc's. */
enum kiwi_status kiwi_loading_open_reporting(const struct kiwi_file *file,
                                             const struct kiwi_reporter *reporter,
                                             struct kiwi_loading **loading, struct kiwi_error *error);

/** A table or a module of LOADING.KWI, for a walk. */
struct kiwi_loading_piece {
    uint64_t offset, length;
    const struct kiwi_record_type *type; /* NULL: the bytes of a module or component */
    uint32_t system, module;             /* module: or number of the component */
    bool component;
};

/** What LOADING.KWI consists of, ascending, without overlaps; what lies between belongs to no piece. To be
 * freed. */
enum kiwi_status kiwi_loading_pieces(const struct kiwi_loading *loading, uint64_t file_size,
                                     struct kiwi_loading_piece **pieces, size_t *count,
                                     struct kiwi_error *error);

/** Path of a piece, such as loading.system[0].module[1].management. */
void kiwi_loading_piece_path(const struct kiwi_loading_piece *piece, char *path, size_t capacity);

#endif
