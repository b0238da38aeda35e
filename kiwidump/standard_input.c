/* SPDX-License-Identifier: MIT */
/* Standard input as a source; what comes through a pipe is copied first. */
#include "standard_input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_at(void *context, uint64_t offset, void *buffer, size_t length, size_t *received)
{
    int descriptor = *(const int *)context;
    *received = 0;
    while (*received < length) {
        ssize_t got = pread(descriptor, (char *)buffer + *received, length - *received,
                            (off_t)(offset + *received));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return errno;
        if (got == 0)
            break;
        *received += (size_t)got;
    }
    return 0;
}

static enum kiwi_status fail(struct kiwi_error *error, int code)
{
    *error = (struct kiwi_error){.status = KIWI_ERROR_IO, .system_error = code, .offset = KIWI_NULL};
    snprintf(error->text, sizeof error->text, "standard input cannot be read: %s", strerror(code));
    return error->status;
}

/** Copies what comes through a pipe to a file without a name; returns its descriptor or -1. */
static int copy(void)
{
    static char buffer[65536];
    FILE *file = tmpfile();
    ssize_t got = 0;
    if (!file)
        return -1;
    while ((got = read(STDIN_FILENO, buffer, sizeof buffer)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || fwrite(buffer, 1, (size_t)got, file) != (size_t)got)
            return -1;
    }
    return fflush(file) == 0 ? fileno(file) : -1;
}

enum kiwi_status standard_input_open(struct kiwi_source **source, struct kiwi_error *error)
{
    static int descriptor = STDIN_FILENO;
    static const struct kiwi_source_operations operations = {.read = read_at};
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return fail(error, errno);
    if (!S_ISREG(status.st_mode)) {
        descriptor = copy();
        if (descriptor < 0 || fstat(descriptor, &status) != 0)
            return fail(error, errno);
    }
    return kiwi_source_from_operations(&operations, &descriptor, (uint64_t)status.st_size, source, error);
}
