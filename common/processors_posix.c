/* SPDX-License-Identifier: MIT */
/* How many processors there are, outside of Windows. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "common/processors.h"

#include <sched.h>
#include <unistd.h>

unsigned processors_count(void)
{
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return (unsigned)CPU_COUNT(&set);
#endif
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (unsigned)count : 1;
}
