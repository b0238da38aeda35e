/* SPDX-License-Identifier: MIT */
/* The door to the operating system by POSIX. */
#include "base/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum kiwi_host_kind kind_of(mode_t mode)
{
    return S_ISREG(mode)    ? KIWI_HOST_FILE
           : S_ISDIR(mode)  ? KIWI_HOST_FOLDER
           : S_ISLNK(mode)  ? KIWI_HOST_LINK
           : S_ISBLK(mode)  ? KIWI_HOST_DRIVE
           : S_ISFIFO(mode) ? KIWI_HOST_PIPE
           : S_ISCHR(mode)  ? KIWI_HOST_CHARACTERS
           : S_ISSOCK(mode) ? KIWI_HOST_SOCKET
                            : KIWI_HOST_OTHER;
}

static void take_status(const struct stat *status, struct kiwi_host_info *info)
{
    *info = (struct kiwi_host_info){
        .kind = kind_of(status->st_mode),
        .writable = (status->st_mode & 0222) != 0,
        .size = (uint64_t)status->st_size,
        .links = status->st_nlink,
        .device = status->st_dev,
        .inode = status->st_ino,
    };
}

int kiwi_host_info(const char *path, bool follow, struct kiwi_host_info *info)
{
    struct stat status;
    if ((follow ? stat : lstat)(path, &status) != 0)
        return errno;
    take_status(&status, info);
    return 0;
}

int kiwi_host_info_of(int descriptor, struct kiwi_host_info *info)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return errno;
    take_status(&status, info);
    if (info->kind != KIWI_HOST_DRIVE)
        return 0;
    off_t end = lseek(descriptor, 0, SEEK_END);
    info->size = end < 0 ? 0 : (uint64_t)end;
    return end < 0 ? errno : 0;
}

int kiwi_host_open(const char *path, int *descriptor, struct kiwi_host_info *info)
{
    /* O_NONBLOCK: a pipe without a writer must be refused, not waited for. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0)
        return errno;
    int error = kiwi_host_info_of(file, info);
    if (error != 0)
        close(file);
    else
        *descriptor = file;
    return error;
}

int kiwi_host_read(int descriptor, uint64_t offset, void *bytes, size_t length, size_t *received)
{
    ssize_t count;
    *received = 0;
    if (offset > (uint64_t)INT64_MAX)
        return EOVERFLOW;
    do {
        count = pread(descriptor, bytes, length, (off_t)offset);
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return errno;
    *received = (size_t)count;
    return 0;
}

void kiwi_host_close(int descriptor)
{
    close(descriptor);
}

int kiwi_host_list(const char *folder, kiwi_host_take *take, void *context)
{
    DIR *stream = opendir(folder);
    const struct dirent *entry;
    bool more = true;
    if (!stream)
        return errno;
    while (more && (errno = 0, entry = readdir(stream)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            more = take(context, entry->d_name);
    int error = more ? errno : 0;
    closedir(stream);
    return error;
}

char *kiwi_host_resolve(const char *path)
{
    return realpath(path, NULL);
}

const char *kiwi_host_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

bool kiwi_host_is_absolute(const char *path)
{
    return path[0] == '/';
}
