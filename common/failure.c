/* SPDX-License-Identifier: MIT */
/* What stops the work: one line and an exit code, the same in all programs. */
#include "common/failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/utf8.h"

bool(refuse)(struct failure *failure, enum exit_code code, const char *format, ...)
{
    va_list arguments;
    failure->code = code;
    va_start(arguments, format);
    vsnprintf(failure->text, sizeof failure->text, format, arguments);
    va_end(arguments);
    utf8_clean(failure->text); /* a file name may have anything: the promise is one line */
    return false;
}

bool(refuse_memory)(struct failure *failure)
{
    return refuse(failure, EXIT_SYSTEM, "out of memory");
}

bool(refuse_system)(struct failure *failure, const char *path, int error)
{
    return refuse(failure, EXIT_SYSTEM, "%.400s: %s", path, strerror(error));
}

/** libkiwi names the path in quotes where it is to blame. */
static bool names_path(const char *text, const char *path)
{
    size_t length = strlen(path);
    for (const char *at = text; (at = strchr(at, '\'')); at++)
        if (strncmp(at + 1, path, length) == 0 && at[1 + length] == '\'')
            return true;
    return false;
}

bool(refuse_kiwi)(struct failure *failure, const char *path, const struct kiwi_error *error)
{
    bool input = error->status == KIWI_ERROR_NOT_KIWI || error->status == KIWI_ERROR_NOT_FOUND ||
                 error->status == KIWI_ERROR_RANGE;
    enum exit_code code = input ? EXIT_INPUT : EXIT_SYSTEM;
    if (names_path(error->text, path))
        return refuse(failure, code, "%s", error->text);
    return refuse(failure, code, "%.200s: %.400s", path, error->text);
}

int failure_print(const char *who, const struct failure *failure)
{
    fprintf(stderr, "%s: %s", who, failure->text);
    size_t length = strlen(failure->text);
    bool asks = length > 0 && failure->text[length - 1] == '?'; /* "did you mean" says enough */
    if (failure->code == EXIT_USAGE && !asks)
        fprintf(stderr, "; see %s --help", who);
    fputc('\n', stderr);
    return (int)failure->code;
}
