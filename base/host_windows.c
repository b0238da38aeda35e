/* SPDX-License-Identifier: MIT */
/* The door to the operating system by Windows' own functions, whose paths are UTF-16. */
#include "base/host.h"
#include "base/host_windows.h"

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>
#include <winioctl.h>

/* Drives read whole sectors only; these are an optical disc's. */
enum { SECTOR = 2048 };

int kiwi_windows_errno(DWORD error)
{
    switch (error) {
    case ERROR_SUCCESS: return 0;
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_DRIVE:
    case ERROR_INVALID_NAME:
    case ERROR_BAD_PATHNAME:
    case ERROR_BAD_NETPATH:
    case ERROR_BAD_NET_NAME: return ENOENT;
    case ERROR_DIRECTORY: return ENOTDIR;
    case ERROR_ACCESS_DENIED:
    case ERROR_PRIVILEGE_NOT_HELD: return EACCES;
    case ERROR_SHARING_VIOLATION:
    case ERROR_USER_MAPPED_FILE: return EBUSY;
    case ERROR_LOCK_VIOLATION: return EAGAIN;
    case ERROR_ALREADY_EXISTS:
    case ERROR_FILE_EXISTS: return EEXIST;
    case ERROR_DIR_NOT_EMPTY: return ENOTEMPTY;
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL: return ENOSPC;
    case ERROR_FILE_TOO_LARGE: return EFBIG;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY: return ENOMEM;
    case ERROR_TOO_MANY_OPEN_FILES: return EMFILE;
    case ERROR_FILENAME_EXCED_RANGE: return ENAMETOOLONG;
    case ERROR_WRITE_PROTECT: return EROFS;
    case ERROR_INVALID_HANDLE: return EBADF;
    case ERROR_BROKEN_PIPE:
    case ERROR_PIPE_NOT_CONNECTED:
    case ERROR_NO_DATA: return EPIPE;
    case ERROR_NOT_READY: return ENXIO;
    /* Scratches */
    case ERROR_CRC:
    case ERROR_SEEK:
    case ERROR_SECTOR_NOT_FOUND:
    case ERROR_READ_FAULT:
    case ERROR_WRITE_FAULT:
    case ERROR_GEN_FAILURE:
    case ERROR_IO_DEVICE: return EIO;
    default: return EINVAL;
    }
}

/** The form of a path that may have more than 260 characters: whole, and marked. NULL: no memory, or no path.
 */
static wchar_t *long_form(const wchar_t *path)
{
    static const wchar_t plain[] = L"\\\\?\\", share[] = L"\\\\?\\UNC";
    DWORD room = GetFullPathNameW(path, 0, NULL, NULL);
    wchar_t *whole = room > 0 ? malloc((room + sizeof share / sizeof *share) * sizeof *whole) : NULL;
    if (!whole)
        return NULL;
    wchar_t *begin = whole + sizeof share / sizeof *share - 1;
    if (GetFullPathNameW(path, room, begin, NULL) >= room) {
        free(whole);
        return NULL;
    }
    bool is_share = wcsncmp(begin, L"\\\\", 2) == 0;
    const wchar_t *mark = is_share ? share : plain;
    begin += is_share; /* one of its two separators */
    memmove(whole + wcslen(mark), begin, (wcslen(begin) + 1) * sizeof *whole);
    memcpy(whole, mark, wcslen(mark) * sizeof *whole);
    return whole;
}

wchar_t *kiwi_windows_path(const char *path)
{
    int room = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, NULL, 0);
    wchar_t *wide = room > 0 ? malloc((size_t)room * sizeof *wide) : NULL;
    if (!wide) {
        errno = room > 0 ? ENOMEM : EILSEQ;
        return NULL;
    }
    MultiByteToWideChar(CP_UTF8, 0, path, -1, wide, room);
    for (wchar_t *c = wide; *c; c++)
        if (*c == L'/')
            *c = L'\\';
    /* Folders may have 12 characters fewer than files, and what is relative becomes longer. */
    wchar_t whole[MAX_PATH - 12];
    bool is_marked = wcsncmp(wide, L"\\\\?\\", 4) == 0 || wcsncmp(wide, L"\\\\.\\", 4) == 0;
    if (is_marked ||
        GetFullPathNameW(wide, sizeof whole / sizeof *whole, whole, NULL) < sizeof whole / sizeof *whole)
        return wide;
    wchar_t *longer = long_form(wide);
    free(wide);
    if (!longer)
        errno = ENOMEM;
    return longer;
}

char *kiwi_windows_utf8(const wchar_t *text)
{
    int room = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
    char *utf8 = room > 0 ? malloc((size_t)room) : NULL;
    if (utf8)
        WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8, room, NULL, NULL);
    return utf8;
}

/** Whether what is open is a link, or a folder that another one is shown at. */
static bool is_link(HANDLE handle)
{
    FILE_ATTRIBUTE_TAG_INFO tag;
    return GetFileInformationByHandleEx(handle, FileAttributeTagInfo, &tag, sizeof tag) &&
           (tag.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 &&
           (tag.ReparseTag == IO_REPARSE_TAG_SYMLINK || tag.ReparseTag == IO_REPARSE_TAG_MOUNT_POINT);
}

/** Of a drive, and of a file without a name, such as wine's standard input: the size is all that can be
 * known. */
static int size_of(HANDLE handle, struct kiwi_host_info *info)
{
    GET_LENGTH_INFORMATION drive;
    LARGE_INTEGER size;
    DWORD received;
    if (DeviceIoControl(handle, IOCTL_DISK_GET_LENGTH_INFO, NULL, 0, &drive, sizeof drive, &received, NULL)) {
        info->kind = KIWI_HOST_DRIVE;
        info->size = (uint64_t)drive.Length.QuadPart;
        return 0;
    }
    if (!GetFileSizeEx(handle, &size)) {
        info->kind = KIWI_HOST_DRIVE; /* which says its size only to those who read */
        return kiwi_windows_errno(GetLastError());
    }
    info->kind = KIWI_HOST_FILE;
    info->size = (uint64_t)size.QuadPart;
    return 0;
}

static int info_of(HANDLE handle, struct kiwi_host_info *info)
{
    BY_HANDLE_FILE_INFORMATION found;
    *info = (struct kiwi_host_info){.kind = KIWI_HOST_OTHER};
    switch (GetFileType(handle)) {
    case FILE_TYPE_PIPE: info->kind = KIWI_HOST_PIPE; return 0;
    case FILE_TYPE_CHAR: info->kind = KIWI_HOST_CHARACTERS; return 0;
    }
    if (!GetFileInformationByHandle(handle, &found))
        return size_of(handle, info);
    info->kind = is_link(handle)                                            ? KIWI_HOST_LINK
                 : (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0 ? KIWI_HOST_FOLDER
                                                                            : KIWI_HOST_FILE;
    info->writable = (found.dwFileAttributes & FILE_ATTRIBUTE_READONLY) == 0;
    info->size = (uint64_t)found.nFileSizeHigh << 32 | found.nFileSizeLow;
    info->links = found.nNumberOfLinks;
    info->device = found.dwVolumeSerialNumber;
    info->inode = (uint64_t)found.nFileIndexHigh << 32 | found.nFileIndexLow;
    return 0;
}

/** INVALID_HANDLE_VALUE and errno if it cannot be opened. */
static HANDLE open_handle(const char *path, DWORD access, DWORD flags)
{
    wchar_t *wide = kiwi_windows_path(path);
    if (!wide)
        return INVALID_HANDLE_VALUE;
    HANDLE handle = CreateFileW(wide, access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                                OPEN_EXISTING, flags | FILE_FLAG_BACKUP_SEMANTICS,
                                NULL); /* which opens folders, too */
    if (handle == INVALID_HANDLE_VALUE)
        errno = kiwi_windows_errno(GetLastError());
    free(wide);
    return handle;
}

int kiwi_host_info(const char *path, bool follow, struct kiwi_host_info *info)
{
    HANDLE handle = open_handle(path, FILE_READ_ATTRIBUTES, follow ? 0 : FILE_FLAG_OPEN_REPARSE_POINT);
    if (handle == INVALID_HANDLE_VALUE)
        return errno;
    int error = info_of(handle, info);
    CloseHandle(handle);
    return info->kind == KIWI_HOST_DRIVE ? 0 : error;
}

int kiwi_host_info_of(int descriptor, struct kiwi_host_info *info)
{
    return info_of((HANDLE)_get_osfhandle(descriptor), info);
}

int kiwi_host_open(const char *path, int *descriptor, struct kiwi_host_info *info)
{
    HANDLE handle = open_handle(path, GENERIC_READ, 0);
    if (handle == INVALID_HANDLE_VALUE)
        return errno;
    int error = info_of(handle, info);
    int file = error == 0 ? _open_osfhandle((intptr_t)handle, _O_RDONLY | _O_BINARY) : -1;
    if (error == 0 && file < 0)
        error = EMFILE;
    if (error != 0)
        CloseHandle(handle);
    else
        *descriptor = file;
    return error;
}

static DWORD read_at(HANDLE handle, uint64_t offset, void *bytes, size_t length, size_t *received)
{
    OVERLAPPED at = {.Offset = (DWORD)offset, .OffsetHigh = (DWORD)(offset >> 32)};
    DWORD count = 0;
    DWORD error = ReadFile(handle, bytes, (DWORD)length, &count, &at) ? ERROR_SUCCESS : GetLastError();
    *received = count;
    return error == ERROR_HANDLE_EOF ? ERROR_SUCCESS : error;
}

/** By whole sectors, through a buffer. */
static DWORD read_sectors(HANDLE handle, uint64_t offset, void *bytes, size_t length, size_t *received)
{
    static const size_t most = 32 * SECTOR;
    size_t before = (size_t)(offset % SECTOR);
    size_t got = 0;
    length = length < most - SECTOR ? length : most - SECTOR;
    size_t wanted = (before + length + SECTOR - 1) / SECTOR * SECTOR;
    uint8_t *buffer = VirtualAlloc(NULL, most, MEM_COMMIT | MEM_RESERVE,
                                   PAGE_READWRITE); /* drives want it aligned */
    if (!buffer)
        return ERROR_NOT_ENOUGH_MEMORY;
    DWORD error = read_at(handle, offset - before, buffer, wanted, &got);
    if (error == ERROR_SUCCESS && got > before) {
        *received = got - before < length ? got - before : length;
        memcpy(bytes, buffer + before, *received);
    }
    VirtualFree(buffer, 0, MEM_RELEASE);
    return error;
}

int kiwi_host_read(int descriptor, uint64_t offset, void *bytes, size_t length, size_t *received)
{
    static const size_t most = (size_t)1 << 30;
    HANDLE handle = (HANDLE)_get_osfhandle(descriptor);
    *received = 0;
    if (offset > (uint64_t)INT64_MAX)
        return EOVERFLOW;
    DWORD error = read_at(handle, offset, bytes, length < most ? length : most, received);
    if (error == ERROR_INVALID_PARAMETER)
        error = read_sectors(handle, offset, bytes, length, received);
    return kiwi_windows_errno(error);
}

void kiwi_host_close(int descriptor)
{
    _close(descriptor);
}

int kiwi_host_list(const char *folder, kiwi_host_take *take, void *context)
{
    size_t length = strlen(folder);
    char *all = malloc(length + sizeof "/*");
    if (!all)
        return ENOMEM;
    memcpy(all, folder, length);
    memcpy(all + length, "/*", sizeof "/*");
    wchar_t *pattern = kiwi_windows_path(all);
    free(all);
    if (!pattern)
        return errno;
    WIN32_FIND_DATAW entry;
    HANDLE search = FindFirstFileW(pattern, &entry);
    free(pattern);
    if (search == INVALID_HANDLE_VALUE)
        return GetLastError() == ERROR_FILE_NOT_FOUND
                   ? 0
                   : kiwi_windows_errno(GetLastError()); /* an empty drive */
    bool more = true, found = true;
    int error = 0;
    while (more && found && error == 0) {
        char *name = kiwi_windows_utf8(entry.cFileName);
        if (!name)
            error = ENOMEM;
        else if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
            more = take(context, name);
        free(name);
        found = FindNextFileW(search, &entry);
    }
    if (!found && error == 0 && GetLastError() != ERROR_NO_MORE_FILES)
        error = kiwi_windows_errno(GetLastError());
    FindClose(search);
    return error;
}

/** The end of a whole path: without the mark of long ones, split by '/'. */
static char *without_mark(wchar_t *path)
{
    if (wcsncmp(path, L"\\\\?\\UNC\\", 8) == 0) {
        path += 6;
        *path = L'\\';
    } else if (wcsncmp(path, L"\\\\?\\", 4) == 0) {
        path += 4;
    }
    for (wchar_t *c = path; *c; c++)
        if (*c == L'\\')
            *c = L'/';
    return kiwi_windows_utf8(path);
}

/** The whole path as Windows knows what is open; NULL: some drives in memory and wine's long paths have none.
 */
static wchar_t *final_path(HANDLE handle)
{
    DWORD room = GetFinalPathNameByHandleW(handle, NULL, 0, FILE_NAME_NORMALIZED | VOLUME_NAME_DOS);
    wchar_t *path = room > 0 ? malloc((room + 1) * sizeof *path) : NULL;
    DWORD length =
        path ? GetFinalPathNameByHandleW(handle, path, room + 1, FILE_NAME_NORMALIZED | VOLUME_NAME_DOS) : 0;
    if (length > 0 && length <= room)
        return path;
    free(path);
    return NULL;
}

/** The same without asking what is there: links are not resolved. NULL: no memory. */
static wchar_t *full_path(const char *path)
{
    wchar_t *wide = kiwi_windows_path(path);
    if (!wide || wcsncmp(wide, L"\\\\?\\", 4) == 0)
        return wide;
    wchar_t *whole = long_form(wide);
    free(wide);
    return whole;
}

char *kiwi_host_resolve(const char *path)
{
    HANDLE handle = open_handle(path, FILE_READ_ATTRIBUTES, 0);
    if (handle == INVALID_HANDLE_VALUE)
        return NULL;
    wchar_t *whole = final_path(handle);
    CloseHandle(handle);
    if (!whole)
        whole = full_path(path);
    char *resolved = whole ? without_mark(whole) : NULL;
    size_t length = resolved ? strlen(resolved) : 0;
    if (!resolved)
        errno = ENOMEM;
    else if (length > 3 && resolved[length - 1] == '/') /* but not of "D:/" */
        resolved[length - 1] = '\0';
    free(whole);
    return resolved;
}

const char *kiwi_host_name(const char *path)
{
    const char *name = path;
    for (const char *c = path; *c; c++)
        if (*c == '/' || *c == '\\' || (*c == ':' && c == path + 1))
            name = c + 1;
    return name;
}

bool kiwi_host_is_absolute(const char *path)
{
    return path[0] == '/' || path[0] == '\\' || (path[0] && path[1] == ':');
}
