/* SPDX-License-Identifier: MIT */
/* Writes sectors of an image. */
#include "sectors.h"

#include "common/files.h"

bool image_put(const struct image_output *output, uint64_t sector, const void *bytes, size_t length,
               struct failure *failure)
{
    int error = files_write_at(output->file, sector * SECTOR_SIZE, bytes, length);

    return error == 0 || refuse_system(failure, output->path, error);
}

bool image_put_buffer(const struct image_output *output, uint64_t sector, struct buffer *buffer,
                      struct failure *failure)
{
    bool done = image_put(output, sector, buffer->bytes, buffer->size, failure);

    buffer->size = 0;
    return done;
}
