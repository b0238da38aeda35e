/* SPDX-License-Identifier: MIT */
#include "failure.h"

#include <stdarg.h>
#include <stdio.h>

bool refuse(struct failure *failure, enum exit_code code, const char *format, ...)
{
    va_list arguments;
    failure->code = code;
    va_start(arguments, format);
    vsnprintf(failure->text, sizeof failure->text, format, arguments);
    va_end(arguments);
    for (char *c = failure->text; *c; c++)
        if (*c == '\n' || *c == '\r') /* of a file name: the promise is one line */
            *c = '?';
    return false;
}

bool refuse_memory(struct failure *failure)
{
    return refuse(failure, EXIT_SYSTEM, "out of memory");
}

bool refuse_kiwi(struct failure *failure, const char *path, const struct kiwi_error *error)
{
    bool input = error->status == KIWI_ERROR_NOT_KIWI || error->status == KIWI_ERROR_NOT_FOUND ||
                 error->status == KIWI_ERROR_RANGE;
    return refuse(failure, input ? EXIT_INPUT : EXIT_SYSTEM, "%.200s: %.400s", path, error->text);
}
