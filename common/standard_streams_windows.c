/* SPDX-License-Identifier: MIT */
/* Standard input and output on Windows: bytes, not lines of text; the console's code page. */
#include "common/standard_streams.h"

#include <fcntl.h>
#include <io.h>
#include <stdlib.h>

#include "base/host_windows.h"

static UINT old_page;

/** The console stays when the program is gone. */
static void restore_page(void)
{
    SetConsoleOutputCP(old_page);
}

static HANDLE handle_of(int descriptor)
{
    return (HANDLE)_get_osfhandle(descriptor);
}

void standard_streams_keep(void)
{
    DWORD mode;
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        if (_get_osfhandle(descriptor) < 0)
            (void)_open("NUL", descriptor == 0 ? _O_WRONLY : _O_RDONLY); /* the lowest one free */
        _setmode(descriptor, _O_BINARY);
        if (GetConsoleMode(handle_of(descriptor), &mode) && descriptor > 0)
            SetConsoleMode(handle_of(descriptor), mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
    }
    old_page = GetConsoleOutputCP();
    if (old_page != 0 && SetConsoleOutputCP(CP_UTF8))
        atexit(restore_page);
}

unsigned standard_stream_columns(int descriptor)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    if (!GetConsoleScreenBufferInfo(handle_of(descriptor), &info) || info.srWindow.Right < info.srWindow.Left)
        return 0;
    return (unsigned)(info.srWindow.Right - info.srWindow.Left + 1);
}
