/* SPDX-License-Identifier: MIT */
/* What every mode needs of the disc: the file that is meant, and failure. */
#include "dump.h"

#include <stdarg.h>
#include <stdio.h>

enum kiwi_status dump_fail(struct kiwi_error *error, enum kiwi_status status, const char *format, ...)
{
    va_list arguments;
    *error = (struct kiwi_error){.status = status, .offset = KIWI_NULL};
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return status;
}

enum kiwi_status dump_file(const struct kiwi_disc *disc, const char *name, const struct kiwi_file **file,
                           struct kiwi_error *error)
{
    *file = kiwi_disc_find(disc, name, NULL);
    return *file ? KIWI_OK : dump_fail(error, KIWI_ERROR_NOT_FOUND, "there is no file %s", name);
}

void dump_feature_begin(const struct dump *dump, uint64_t count)
{
    if (dump->options.collection && count > 0)
        output_literal(dump->output, ",\n");
}

void dump_feature_end(const struct dump *dump, uint64_t *count)
{
    if (!dump->options.collection)
        output_char(dump->output, '\n');
    ++*count;
}
