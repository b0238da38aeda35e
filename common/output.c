/* SPDX-License-Identifier: MIT */
/* Bytes on their way to a file descriptor or a function, through one buffer. */
#include "common/output.h"

#include "common/files.h"

static void write_all(struct output *output, const char *bytes, size_t length)
{
    if (length > 0 && output->error == 0)
        output->error = output->take ? output->take(output->context, bytes, length)
                                     : files_write(output->descriptor, bytes, length);
}

void output_flush(struct output *output)
{
    write_all(output, output->buffer, output->used);
    output->used = 0;
}

void output_long(struct output *output, const void *bytes, size_t length)
{
    output_flush(output);
    write_all(output, bytes, length);
}
