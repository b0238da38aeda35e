/* SPDX-License-Identifier: MIT */
/* Errors as sentences, and findings on their way to the caller. */
#include "bytes/fail.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* One line without control characters, and no UTF-8 sequence cut in two by the end of the buffer. */
static void clean_text(char *text, size_t capacity)
{
    size_t length = strlen(text);

    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F)
            text[i] = '?';
    if (length + 1 < capacity)
        return;
    while (length > 0 && ((unsigned char)text[length - 1] & 0xC0) == 0x80)
        length--;
    if (length > 0 && (unsigned char)text[length - 1] >= 0xC0)
        length--;
    text[length] = '\0';
}

enum kiwi_status kiwi_fail(struct kiwi_error *error, enum kiwi_status status, int system_error,
                           uint64_t offset, const char *format, ...)
{
    va_list arguments;

    if (!error)
        return status;
    error->status = status;
    error->system_error = system_error;
    error->offset = offset;
    va_start(arguments, format);
    if (vsnprintf(error->text, sizeof error->text, format, arguments) < 0)
        error->text[0] = '\0';
    va_end(arguments);
    clean_text(error->text, sizeof error->text);
    return status;
}

enum kiwi_status kiwi_fail_memory(struct kiwi_error *error)
{
    return kiwi_fail(error, KIWI_ERROR_MEMORY, ENOMEM, KIWI_NULL, "out of memory");
}

const char *kiwi_errno_text(int system_error)
{
    switch (system_error) {
    case ENOENT: return "no such file or directory";
    case ENOTDIR: return "a part of the path is no directory";
    case EACCES:
    case EPERM: return "permission denied";
    case EISDIR: return "is a directory";
    case EIO: return "input/output error";
    case EMFILE:
    case ENFILE: return "too many open files";
    case ELOOP: return "too many symbolic links";
    case ENAMETOOLONG: return "the name is too long";
    case ENOMEM: return "out of memory";
#ifdef ENOMEDIUM
    case ENOMEDIUM: return "no medium in the drive";
#endif
    default: return "the operating system refused";
    }
}

void kiwi_report(const struct kiwi_reporter *reporter, enum kiwi_severity severity, const char *file,
                 uint64_t offset, const char *field, const char *expected, const char *found)
{
    struct kiwi_finding finding = {severity, offset, file, "", field, expected, found};

    if (reporter->callback)
        reporter->callback(reporter->context, &finding);
}
