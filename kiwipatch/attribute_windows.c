/* SPDX-License-Identifier: MIT */
/* What Windows knows of a file beside its bytes: what is hidden is unfinished, what is open cannot be opened
 * for oneself. */
#define _CRT_RAND_S
#include "attribute.h"

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/host_windows.h"

static int take(HANDLE handle, int *descriptor)
{
    if (handle == INVALID_HANDLE_VALUE)
        return kiwi_windows_errno(GetLastError());
    *descriptor = _open_osfhandle((intptr_t)handle, _O_BINARY);
    if (*descriptor >= 0)
        return 0;
    CloseHandle(handle);
    return EMFILE;
}

bool unfinished_take(const char *path, int *descriptor)
{
    wchar_t *wide = kiwi_windows_path(path);
    DWORD attributes = wide ? GetFileAttributesW(wide) : INVALID_FILE_ATTRIBUTES;
    bool marked = attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_HIDDEN) != 0 &&
                  (attributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0;
    /* Who holds it reads it, which this does not share. */
    bool taken = marked && take(CreateFileW(wide, GENERIC_READ, FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                                            FILE_FLAG_BACKUP_SEMANTICS, NULL),
                                descriptor) == 0;
    free(wide);
    return taken;
}

/** Others may read, and rename or remove it. */
static HANDLE hold(const wchar_t *path, bool folder)
{
    if (!folder)
        return CreateFileW(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL,
                           CREATE_NEW, FILE_ATTRIBUTE_HIDDEN, NULL);
    if (!CreateDirectoryW(path, NULL))
        return INVALID_HANDLE_VALUE;
    SetFileAttributesW(path, FILE_ATTRIBUTE_HIDDEN);
    return CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                       OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
}

int unfinished_make(const char *path, bool folder, int *descriptor)
{
    wchar_t *wide = kiwi_windows_path(path);
    if (!wide)
        return errno;
    int error = take(hold(wide, folder), descriptor);
    free(wide);
    return error;
}

void unfinished_end(int descriptor, const char *path)
{
    wchar_t *wide = kiwi_windows_path(path);
    DWORD attributes = wide ? GetFileAttributesW(wide) : INVALID_FILE_ATTRIBUTES;
    (void)descriptor;
    if (attributes != INVALID_FILE_ATTRIBUTES)
        SetFileAttributesW(wide, attributes & ~(DWORD)FILE_ATTRIBUTE_HIDDEN);
    free(wide);
}

int attribute_set(int descriptor, const char *name, const char *value)
{
    (void)descriptor;
    (void)name;
    (void)value;
    return ENOTSUP;
}

bool attribute_get(const char *path, const char *name, char *value, size_t length)
{
    (void)path;
    (void)name;
    (void)value;
    (void)length;
    return false;
}

static struct identity take_info(int error, const struct kiwi_host_info *info)
{
    return error == 0 ? (struct identity){(long long)info->inode, (unsigned)info->device}
                      : (struct identity){0, 0};
}

struct identity identity_of(int descriptor)
{
    struct kiwi_host_info info;
    return take_info(kiwi_host_info_of(descriptor, &info), &info);
}

struct identity identity_at(const char *path)
{
    struct kiwi_host_info info;
    return take_info(kiwi_host_info(path, true, &info), &info);
}

int random_bytes(uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned number;
        int error = rand_s(&number);
        if (error != 0)
            return error;
        bytes[i] = (uint8_t)number;
    }
    return 0;
}
