/* SPDX-License-Identifier: MIT */
/* What stops a mode: failure, and a file that is not there. */
#include "fail.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/suggest.h"

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
    char hint[SUGGEST_TEXT];
    *file = kiwi_disc_find(disc, name, NULL);
    if (*file)
        return KIWI_OK;
    struct suggestion suggestion = suggest_for(name);
    for (size_t i = 0; i < kiwi_disc_file_count(disc); i++)
        suggest_try(&suggestion, kiwi_disc_file(disc, i)->path);
    return dump_fail(error, KIWI_ERROR_NOT_FOUND, "there is no file %s%s", name,
                     suggest_text(&suggestion, "", hint));
}
