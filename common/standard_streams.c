/* SPDX-License-Identifier: MIT */
/* Standard input and output that somebody closed. */
#include "common/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

void standard_streams_keep(void)
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
        if (fcntl(descriptor, F_GETFD) < 0)
            (void)open("/dev/null",
                       descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY); /* the lowest one free */
}
