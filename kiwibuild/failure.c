/* SPDX-License-Identifier: MIT */
/* Why a step could not be done, as one sentence for the user. */
#include "failure.h"

#include <stdarg.h>
#include <stdio.h>

bool refuse(struct failure *failure, enum exit_code exit_code, const char *format, ...)
{
    va_list arguments;

    failure->exit_code = exit_code;
    va_start(arguments, format);
    vsnprintf(failure->text, sizeof failure->text, format, arguments);
    va_end(arguments);
    return false;
}
