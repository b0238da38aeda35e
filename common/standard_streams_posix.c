/* SPDX-License-Identifier: MIT */
/* Standard input and output, which somebody may have closed, and the terminal behind them. */
#include "common/standard_streams.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

void standard_streams_keep(void)
{
    signal(SIGXFSZ, SIG_IGN); /* a file size limit is an error of a write, not the end */
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
        if (fcntl(descriptor, F_GETFD) < 0)
            (void)open("/dev/null",
                       descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY); /* the lowest one free */
}

unsigned standard_stream_columns(int descriptor)
{
    struct winsize size = {0};
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
