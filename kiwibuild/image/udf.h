/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_IMAGE_UDF_H
#define KIWIBUILD_IMAGE_UDF_H

#include "sectors.h"
#include "tree.h"

enum {
    UDF_FILE_SET_SECTOR = PARTITION_SECTOR, /**< and the descriptor that ends it */
    UDF_FIRST_ENTRY_SECTOR = PARTITION_SECTOR + 2,
};

/** What the volume descriptors say of the files. */
struct udf_counts {
    uint32_t files, folders;
    uint64_t next_unique_id;
};

/** Gives UDF's folders and file entries their sectors, from *sector on, which goes behind them. */
bool udf_plan(struct image_tree *tree, uint64_t *sector, struct failure *failure);

/** Writes them. */
bool udf_write_files(struct image_tree *tree, const char *volume_id, const struct image_output *output,
                     struct udf_counts *counts, struct failure *failure);

/** Writes what leads to the partition, which ends before end; anchors fill the image from there to sectors.
 */
bool udf_write_volume(const char *volume_id, const struct udf_counts *counts, uint64_t end, uint64_t sectors,
                      const struct image_output *output, struct failure *failure);

#endif
