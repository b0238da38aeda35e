/* SPDX-License-Identifier: MIT */
/* The operations on files that transactions need, by POSIX. */
#define _GNU_SOURCE /* open file description locks, renameat2 */
#include "io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NO_REPLACE = 1 /* RENAME_NOREPLACE of the kernel's interface; musl has no name for it */ };

struct io_file {
    int descriptor;
};

/** Below are standard input and output, also if they are closed: no message may reach a file that is open
 * here. */
static int above_standard(int descriptor)
{
    if (descriptor < 0 || descriptor > STDERR_FILENO)
        return descriptor;
    int above = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int error = errno;
    close(descriptor);
    errno = error;
    return above;
}

static int posix_open_file(const struct io *io, const char *path, enum io_open how, struct io_file **file)
{
    static const int flags[] = {O_RDONLY, O_RDWR, O_RDWR | O_CREAT | O_EXCL};
    (void)io;
    *file = malloc(sizeof **file);
    if (!*file)
        return ENOMEM;
    /* O_NONBLOCK: a pipe must be refused, not waited for. */
    (*file)->descriptor = above_standard(open(path, flags[how] | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644));
    if ((*file)->descriptor >= 0)
        return 0;
    int error = errno;
    free(*file);
    *file = NULL;
    return error;
}

static void posix_close_file(struct io_file *file)
{
    if (file)
        close(file->descriptor);
    free(file);
}

static int posix_info(struct io_file *file, struct io_info *info)
{
    struct stat status;
    if (fstat(file->descriptor, &status) != 0)
        return errno;
    *info = (struct io_info){
        .regular = S_ISREG(status.st_mode),
        .writable = (status.st_mode & 0222) != 0,
        .size = (uint64_t)status.st_size,
        .links = status.st_nlink,
        .device = status.st_dev,
        .inode = status.st_ino,
    };
    return 0;
}

static int posix_read(struct io_file *file, uint64_t offset, void *bytes, size_t length, size_t *received)
{
    *received = 0;
    if (offset > INT64_MAX)
        return EOVERFLOW;
    while (*received < length) {
        ssize_t count = pread(file->descriptor, (char *)bytes + *received, length - *received,
                              (off_t)(offset + *received));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return errno;
        if (count == 0)
            return 0;
        *received += (size_t)count;
    }
    return 0;
}

int io_write_all(int descriptor, uint64_t offset, const void *bytes, size_t length)
{
    const char *next = bytes;
    if (offset > (uint64_t)INT64_MAX - length)
        return EOVERFLOW;
    while (length > 0) {
        ssize_t count = pwrite(descriptor, next, length, (off_t)offset);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return errno;
        if (count == 0)
            return EIO;
        next += count;
        offset += (uint64_t)count;
        length -= (size_t)count;
    }
    return 0;
}

static int posix_write(struct io_file *file, uint64_t offset, const void *bytes, size_t length)
{
    return io_write_all(file->descriptor, offset, bytes, length);
}

static int posix_reserve(struct io_file *file, uint64_t size)
{
    return posix_fallocate(file->descriptor, 0, (off_t)size);
}

static int posix_sync(struct io_file *file)
{
    return fdatasync(file->descriptor) == 0 ? 0 : errno;
}

static void posix_drop_cache(struct io_file *file)
{
    posix_fadvise(file->descriptor, 0, 0, POSIX_FADV_DONTNEED);
}

static int posix_lock(struct io_file *file)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(file->descriptor, F_OFD_SETLK, &lock) == 0)
        return 0;
    return errno == EACCES ? EAGAIN : errno;
}

static int posix_remove(const struct io *io, const char *path)
{
    (void)io;
    return unlink(path) == 0 ? 0 : errno;
}

/** Some file systems cannot rename without writing over; a second name, which fails if it is taken, then. */
static int rename_by_link(const char *from, const char *to)
{
    struct stat status;
    if (link(from, to) == 0)
        return unlink(from) == 0 ? 0 : errno;
    if (errno != EPERM && errno != ENOTSUP && errno != ENOSYS)
        return errno;
    if (lstat(to, &status) == 0)
        return EEXIST;
    return rename(from, to) == 0 ? 0 : errno;
}

static int posix_rename(const struct io *io, const char *from, const char *to)
{
    (void)io;
#ifdef SYS_renameat2
    if (syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, NO_REPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return errno;
#endif
    return rename_by_link(from, to);
}

/** Descriptor of the folder that holds path; *error is 0 or an errno. */
static int open_folder_of(const char *path, int *error)
{
    const char *slash = strrchr(path, '/');
    char *folder = malloc(strlen(path) + 2);
    *error = ENOMEM;
    if (!folder)
        return -1;
    memcpy(folder, slash ? path : ".", slash ? (size_t)(slash - path) + 1 : 1);
    folder[slash ? (size_t)(slash - path) + 1 : 1] = '\0';
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *error = descriptor < 0 ? errno : 0;
    free(folder);
    return descriptor;
}

static int posix_list(const struct io *io, const char *path, io_name *take, void *context)
{
    int error;
    (void)io;
    int descriptor = open_folder_of(path, &error);
    if (descriptor < 0)
        return error;
    DIR *folder = fdopendir(descriptor);
    if (!folder) {
        error = errno;
        close(descriptor);
        return error;
    }
    const struct dirent *entry;
    while (errno = 0, entry = readdir(folder))
        take(context, entry->d_name);
    error = errno;
    closedir(folder);
    return error;
}

static int posix_sync_folder(const struct io *io, const char *path)
{
    int error;
    (void)io;
    int descriptor = open_folder_of(path, &error);
    if (descriptor < 0)
        return error;
    error = fsync(descriptor) == 0 ? 0 : errno;
    close(descriptor);
    return error == EINVAL ? 0 : error; /* file systems that have no such thing write names at once */
}

const struct io io_posix = {
    .open = posix_open_file,
    .close = posix_close_file,
    .info = posix_info,
    .read = posix_read,
    .write = posix_write,
    .reserve = posix_reserve,
    .sync = posix_sync,
    .drop_cache = posix_drop_cache,
    .lock = posix_lock,
    .remove = posix_remove,
    .rename = posix_rename,
    .list = posix_list,
    .sync_folder = posix_sync_folder,
};
