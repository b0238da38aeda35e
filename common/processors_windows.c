/* SPDX-License-Identifier: MIT */
/* How many processors there are on Windows. */
#include "common/processors.h"

#include <windows.h>

unsigned processors_count(void)
{
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    return info.dwNumberOfProcessors > 0 ? info.dwNumberOfProcessors : 1;
}
