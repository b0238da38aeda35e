/* SPDX-License-Identifier: MIT */
/* Counts what of the input does not go onto the disc, by reason. */
#include "passed_over.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void pass_over(struct passed_over *passed_over, size_t count, const char *reason, const char *first, ...)
{
    size_t i = 0;
    while (i < passed_over->count && strcmp(passed_over->rows[i].reason, reason) != 0)
        i++;
    if (i == PASSED_OVER_REASONS)
        return;
    struct passed_over_row *row = &passed_over->rows[i];
    if (i == passed_over->count) {
        va_list arguments;
        *row = (struct passed_over_row){0};
        snprintf(row->reason, sizeof row->reason, "%s", reason);
        va_start(arguments, first);
        vsnprintf(row->first, sizeof row->first, first, arguments);
        va_end(arguments);
        passed_over->count++;
    }
    row->count += count;
}

void passed_over_print(const struct passed_over *passed_over)
{
    for (size_t i = 0; i < passed_over->count; i++) {
        const struct passed_over_row *row = &passed_over->rows[i];
        fprintf(stderr, "kiwibuild: warning: %s: %zu; the first: %s\n", row->reason, row->count, row->first);
    }
}
