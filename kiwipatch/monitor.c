/* SPDX-License-Identifier: MIT */
/* Reports of how far long work is, which may ask to stop it. */
#include "monitor.h"

bool monitor_ask(const struct monitor *monitor, const char *stage, uint64_t done, uint64_t total,
                 struct failure *failure)
{
    return !monitor || monitor->report(monitor->context, stage, done, total) ||
           refuse(failure, EXIT_REFUSED, "stopped while %s", stage);
}

void monitor_tell(const struct monitor *monitor, const char *stage, uint64_t done, uint64_t total)
{
    if (monitor)
        monitor->report(monitor->context, stage, done, total);
}
