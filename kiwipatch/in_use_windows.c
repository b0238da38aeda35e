/* SPDX-License-Identifier: MIT */
/* Finds out whether others have a file open: Windows gives it to nobody alone then. */
#include "in_use.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/host_windows.h"

void in_use(const char *path, bool writers_only, char text[IN_USE_TEXT])
{
    wchar_t *wide = kiwi_windows_path(path);
    text[0] = '\0';
    if (!wide)
        return;
    HANDLE alone = CreateFileW(wide, GENERIC_READ, writers_only ? FILE_SHARE_READ : 0, NULL, OPEN_EXISTING,
                               FILE_FLAG_BACKUP_SEMANTICS, NULL);
    if (alone != INVALID_HANDLE_VALUE)
        CloseHandle(alone);
    else if (GetLastError() == ERROR_SHARING_VIOLATION)
        snprintf(text, IN_USE_TEXT, "%.200s is in use elsewhere: another program has it open%s", path,
                 writers_only ? " for writing" : "");
    free(wide);
}
