/* SPDX-License-Identifier: MIT */
/* The door to the operating system by Windows' own functions, for programs that write. */
#include "common/files.h"

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duplicate.h"
#include "base/host.h"
#include "base/host_windows.h"

#include <winioctl.h>

enum { PIECE = 1 << 24, NAME_LIMIT = 255 };

static int open_file(const char *path, DWORD access, DWORD how, DWORD attributes, int *descriptor)
{
    wchar_t *wide = kiwi_windows_path(path);
    *descriptor = -1;
    if (!wide)
        return errno;
    /* Who shares the deletion may be renamed while it is open. */
    HANDLE handle = CreateFileW(wide, access, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL, how, attributes,
                                NULL);
    int error = handle == INVALID_HANDLE_VALUE ? kiwi_windows_errno(GetLastError()) : 0;
    free(wide);
    if (error != 0)
        return error;
    *descriptor = _open_osfhandle((intptr_t)handle, _O_BINARY);
    if (*descriptor >= 0)
        return 0;
    CloseHandle(handle);
    return EMFILE;
}

int files_create(const char *path, int *descriptor)
{
    return open_file(path, GENERIC_READ | GENERIC_WRITE, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, descriptor);
}

FILE *files_create_stream(const char *path)
{
    int descriptor;
    errno = files_create(path, &descriptor);
    return errno == 0 ? fdopen(descriptor, "wb") : NULL;
}

int files_open(const char *path, int *descriptor)
{
    return open_file(path, GENERIC_WRITE, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, descriptor);
}

int files_open_update(const char *path, int *descriptor)
{
    int error = open_file(path, GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL,
                          descriptor);
    return error == EBUSY ? EAGAIN : error;
}

int files_lock(int descriptor)
{
    (void)descriptor; /* nobody shares writing with it */
    return 0;
}

/** A new file under a name that begins with path. */
static int create_numbered(const char *path, DWORD attributes, char *name, size_t room, int *descriptor)
{
    int error = EEXIST;
    for (unsigned i = 0; error == EEXIST && i < 100; i++) {
        if ((size_t)snprintf(name, room, "%s.%lu-%u", path, (unsigned long)GetCurrentProcessId(), i) >= room)
            return ENAMETOOLONG;
        error = open_file(name, GENERIC_READ | GENERIC_WRITE, CREATE_NEW, attributes, descriptor);
    }
    return error;
}

int files_create_beside(const char *path, char *temporary, size_t room, int *descriptor)
{
    return create_numbered(path, FILE_ATTRIBUTE_NORMAL, temporary, room, descriptor);
}

const char *files_temporary_folder(void)
{
    static char utf8[3 * MAX_PATH];
    wchar_t folder[MAX_PATH + 1];
    DWORD length = GetTempPathW(MAX_PATH + 1, folder);
    if (length == 0 || length > MAX_PATH)
        return ".";
    WideCharToMultiByte(CP_UTF8, 0, folder, -1, utf8, sizeof utf8, NULL, NULL);
    return utf8;
}

int files_create_nameless(int *descriptor)
{
    char path[3 * MAX_PATH + 8], name[sizeof path + 32];
    snprintf(path, sizeof path, "%s/kiwi", files_temporary_folder());
    return create_numbered(path, FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, name, sizeof name,
                           descriptor);
}

/** folder and the first length bytes of path, to be freed. */
static char *join(const char *folder, const char *path, size_t length)
{
    size_t begin = strlen(folder);
    char *joined = malloc(begin + length + 2);
    if (joined) {
        memcpy(joined, folder, begin);
        joined[begin] = '/';
        memcpy(joined + begin + 1, path, length);
        joined[begin + 1 + length] = '\0';
    }
    return joined;
}

/** A folder that is there, or is made; ENOTDIR for a link to one. */
static int need_folder(const char *path)
{
    struct kiwi_host_info info;
    int error = files_make_folder(path);
    if (error != 0 && error != EEXIST)
        return error;
    error = kiwi_host_info(path, false, &info);
    return error == 0 && info.kind != KIWI_HOST_FOLDER ? ENOTDIR : error;
}

int files_create_below(const char *folder, const char *path, int *descriptor)
{
    int error = 0;
    *descriptor = -1;
    for (const char *slash = strchr(path, '/'); error == 0 && slash; slash = strchr(slash + 1, '/')) {
        char *part = join(folder, path, (size_t)(slash - path));
        error = part ? need_folder(part) : ENOMEM;
        free(part);
    }
    char *whole = error == 0 ? join(folder, path, strlen(path)) : NULL;
    if (error == 0)
        error = whole ? files_create(whole, descriptor) : ENOMEM;
    free(whole);
    return error;
}

int files_remove_below(const char *folder, const char *path)
{
    char *whole = join(folder, path, strlen(path));
    int error = whole ? files_remove(whole) : ENOMEM;
    free(whole);
    return error;
}

/** at NULL: where the file stands. */
static int write_all(int descriptor, OVERLAPPED *at, const char *bytes, size_t length)
{
    HANDLE handle = (HANDLE)_get_osfhandle(descriptor);
    while (length > 0) {
        DWORD written = 0;
        if (!WriteFile(handle, bytes, length < PIECE ? (DWORD)length : PIECE, &written, at))
            return kiwi_windows_errno(GetLastError());
        bytes += written;
        length -= written;
        if (at) {
            at->OffsetHigh += at->Offset > UINT32_MAX - written;
            at->Offset += written;
        }
    }
    return 0;
}

int files_write(int descriptor, const void *bytes, size_t length)
{
    return write_all(descriptor, NULL, bytes, length);
}

int files_write_at(int descriptor, uint64_t offset, const void *bytes, size_t length)
{
    OVERLAPPED at = {.Offset = (DWORD)offset, .OffsetHigh = (DWORD)(offset >> 32)};
    return offset > (uint64_t)INT64_MAX - length ? EFBIG : write_all(descriptor, &at, bytes, length);
}

int files_sync(int descriptor)
{
    struct kiwi_host_info info;
    if (FlushFileBuffers((HANDLE)_get_osfhandle(descriptor)))
        return 0;
    int error = kiwi_windows_errno(GetLastError());
    bool is_folder = kiwi_host_info_of(descriptor, &info) == 0 && info.kind == KIWI_HOST_FOLDER;
    return is_folder ? EINVAL : error; /* as where file systems cannot do that with folders */
}

void files_forget(int descriptor)
{
    (void)descriptor;
}

int files_resize(int descriptor, uint64_t size)
{
    HANDLE handle = (HANDLE)_get_osfhandle(descriptor);
    FILE_END_OF_FILE_INFO end = {.EndOfFile.QuadPart = (LONGLONG)size};
    DWORD received;
    DeviceIoControl(handle, FSCTL_SET_SPARSE, NULL, 0, NULL, 0, &received, NULL); /* which not all can */
    return SetFileInformationByHandle(handle, FileEndOfFileInfo, &end, sizeof end)
               ? 0
               : kiwi_windows_errno(GetLastError());
}

int files_reserve(int descriptor, uint64_t size)
{
    static const char zeros[1 << 16];
    struct kiwi_host_info info;
    int error = kiwi_host_info_of(descriptor, &info);
    for (uint64_t at = error == 0 ? info.size : size; error == 0 && at < size; at += sizeof zeros)
        error = files_write_at(descriptor, at, zeros,
                               size - at < sizeof zeros ? (size_t)(size - at) : sizeof zeros);
    return error;
}

int files_map(int descriptor, uint64_t size, void **memory)
{
    /* The file grows to this size, and gets its room. */
    HANDLE mapping = CreateFileMappingW((HANDLE)_get_osfhandle(descriptor), NULL, PAGE_READWRITE,
                                        (DWORD)(size >> 32), (DWORD)size, NULL);
    if (!mapping)
        return kiwi_windows_errno(GetLastError());
    *memory = MapViewOfFile(mapping, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    int error = *memory ? 0 : kiwi_windows_errno(GetLastError());
    CloseHandle(mapping); /* which the view keeps open */
    return error;
}

void files_unmap(void *memory, uint64_t size)
{
    (void)size;
    UnmapViewOfFile(memory);
}

int files_clone(const char *original, int descriptor)
{
    (void)original;
    (void)descriptor;
    return ENOTSUP;
}

int files_close(int descriptor)
{
    return _close(descriptor) == 0 ? 0 : errno;
}

int files_make_folder(const char *path)
{
    wchar_t *wide = kiwi_windows_path(path);
    int error = !wide ? errno : CreateDirectoryW(wide, NULL) ? 0 : kiwi_windows_errno(GetLastError());
    free(wide);
    return error;
}

int files_make_folder_beside(const char *path, char *temporary, size_t room)
{
    int error = EEXIST;
    for (unsigned i = 0; error == EEXIST && i < 100; i++) {
        if ((size_t)snprintf(temporary, room, "%s.%lu-%u", path, (unsigned long)GetCurrentProcessId(), i) >=
            room)
            return ENAMETOOLONG;
        error = files_make_folder(temporary);
    }
    return error;
}

int files_make_private_folder(const char *path)
{
    return files_make_folder(path); /* it inherits who may, and a user's own folders are private */
}

int files_remove_folder(const char *path)
{
    wchar_t *wide = kiwi_windows_path(path);
    int error = !wide ? errno : RemoveDirectoryW(wide) ? 0 : kiwi_windows_errno(GetLastError());
    free(wide);
    return error;
}

int files_remove(const char *path)
{
    wchar_t *wide = kiwi_windows_path(path);
    int error = !wide ? errno : DeleteFileW(wide) ? 0 : kiwi_windows_errno(GetLastError());
    free(wide);
    return error;
}

static int move(const char *from, const char *to, DWORD flags)
{
    wchar_t *one = kiwi_windows_path(from);
    wchar_t *other = one ? kiwi_windows_path(to) : NULL;
    int error = 0;
    if (!other)
        error = errno;
    else if (!MoveFileExW(one, other, flags | MOVEFILE_WRITE_THROUGH))
        error = kiwi_windows_errno(GetLastError());
    free(one);
    free(other);
    return error;
}

int files_replace(const char *from, const char *to)
{
    return move(from, to, MOVEFILE_REPLACE_EXISTING);
}

int files_rename(const char *from, const char *to)
{
    return move(from, to, 0);
}

int files_sync_folder(const char *path)
{
    (void)path; /* a move is written through, and what is new has its name with its contents */
    return 0;
}

/** "nul", "com1.txt" and the like are devices in every folder. */
static bool is_device(const char *name, size_t length)
{
    static const char *const devices[] = {"CON", "PRN", "AUX", "NUL", "COM", "LPT"};
    size_t stem = 0;
    while (stem < length && name[stem] != '.' && name[stem] != ' ')
        stem++;
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
        if (stem >= 3 && _strnicmp(name, devices[i], 3) == 0 &&
            (stem == 3 ? i < 4
                       : i >= 4 && (stem == 4 || stem == 5))) /* also with a superscript digit, two bytes */
            return true;
    return false;
}

bool files_allow_name(const char *name, size_t length)
{
    if (length == 0 || length > NAME_LIMIT || name[length - 1] == '.' || name[length - 1] == ' ')
        return false; /* which Windows drops */
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] < 0x20 || name[i] == 0x7F || strchr("\\/:*?\"<>|", name[i]))
            return false;
    return !is_device(name, length);
}
