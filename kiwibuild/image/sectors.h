/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_IMAGE_SECTORS_H
#define KIWIBUILD_IMAGE_SECTORS_H

#include "common/failure.h"
#include "kiwibuild/memory.h"
#include "tree.h"

/** The image while it is written: by sectors in any order. What nobody writes is zeros. */
struct image_output {
    const char *path;
    int file;
};

/** An image has one date, 2000-01-01 at midnight, so that the same files give the same image. */
enum { IMAGE_YEAR = 2000, IMAGE_MONTH = 1, IMAGE_DAY = 1 };

/** Sectors of both file systems that are not found by way of another one. */
enum {
    FIRST_VOLUME_SECTOR = 16,   /**< volume descriptors of ISO 9660 (ECMA-119 6.2.1) */
    FIRST_EXTENDED_SECTOR = 19, /**< what says that there is a UDF, behind them (ECMA-167 2/8.3.1) */
    PARTITION_SECTOR = 257,     /**< UDF's partition, behind its anchor */
};

bool image_put(const struct image_output *output, uint64_t sector, const void *bytes, size_t length,
               struct failure *failure);

/** The bytes of a buffer, which is empty then. */
bool image_put_buffer(const struct image_output *output, uint64_t sector, struct buffer *buffer,
                      struct failure *failure);

#endif
