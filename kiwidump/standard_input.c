/* SPDX-License-Identifier: MIT */
/* Standard input as a source; what comes through a pipe is copied first. */
#include "standard_input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "common/files.h"

static int read_at(void *context, uint64_t offset, void *buffer, size_t length, size_t *received)
{
    return kiwi_host_read(*(const int *)context, offset, buffer, length, received);
}

static enum kiwi_status fail(struct kiwi_error *error, int code)
{
    *error = (struct kiwi_error){.status = KIWI_ERROR_IO, .system_error = code, .offset = KIWI_NULL};
    snprintf(error->text, sizeof error->text, "standard input cannot be read: %s", strerror(code));
    return error->status;
}

/** Copies what comes through a pipe to a file without a name; 0 or an errno. */
static int copy(int *descriptor)
{
    static char buffer[65536];
    ssize_t got = 0;
    int error = files_create_nameless(descriptor);
    while (error == 0 && (got = read(STDIN_FILENO, buffer, sizeof buffer)) != 0)
        if (got > 0)
            error = files_write(*descriptor, buffer, (size_t)got);
        else if (errno != EINTR)
            error = errno;
    return error;
}

enum kiwi_status standard_input_open(struct kiwi_source **source, struct kiwi_error *error)
{
    static int descriptor = STDIN_FILENO;
    static const struct kiwi_source_operations operations = {.read = read_at};
    struct kiwi_host_info info;
    int cause = kiwi_host_info_of(descriptor, &info);
    if (cause == 0 && info.kind != KIWI_HOST_FILE) {
        cause = copy(&descriptor);
        cause = cause == 0 ? kiwi_host_info_of(descriptor, &info) : cause;
    }
    if (cause != 0)
        return fail(error, cause);
    return kiwi_source_from_operations(&operations, &descriptor, info.size, source, error);
}
