/* SPDX-License-Identifier: MIT */
/* The door to the operating system by POSIX, for programs that write. */
#define _GNU_SOURCE /* open file description locks, syscall() */
#include "common/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NO_REPLACE = 1 /* RENAME_NOREPLACE of the kernel's interface; musl has no name for it */ };

/** Below are standard input and output, also if they are closed: no message may reach a file that is open
 * here. */
static int take(int file, int *descriptor)
{
    *descriptor = file;
    if (file < 0)
        return errno;
    if (file > STDERR_FILENO)
        return 0;
    *descriptor = fcntl(file, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int error = *descriptor < 0 ? errno : 0;
    close(file);
    return error;
}

int files_create(const char *path, int *descriptor)
{
    return take(open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666), descriptor);
}

FILE *files_create_stream(const char *path)
{
    int descriptor;
    errno = files_create(path, &descriptor);
    return errno == 0 ? fdopen(descriptor, "wb") : NULL;
}

int files_open(const char *path, int *descriptor)
{
    return take(open(path, O_WRONLY | O_CLOEXEC), descriptor);
}

int files_open_update(const char *path, int *descriptor)
{
    /* O_NONBLOCK: a pipe must be refused, not waited for. */
    return take(open(path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), descriptor);
}

int files_lock(int descriptor)
{
#ifdef F_OFD_SETLK
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(descriptor, F_OFD_SETLK, &lock) == 0)
        return 0;
    return errno == EACCES ? EAGAIN : errno;
#else
    (void)descriptor; /* one program alone, as in a browser */
    return 0;
#endif
}

int files_create_beside(const char *path, char *temporary, size_t room, int *descriptor)
{
    struct stat status;
    mode_t mask = umask(0);
    umask(mask);
    mode_t mode = stat(path, &status) == 0 ? status.st_mode & 07777 : 0666 & ~mask;
    if ((size_t)snprintf(temporary, room, "%s.XXXXXX", path) >= room)
        return ENAMETOOLONG;
    int error = take(mkstemp(temporary), descriptor);
    if (error == 0)
        fchmod(*descriptor, mode);
    return error;
}

const char *files_temporary_folder(void)
{
    const char *folder = getenv("TMPDIR");
    return folder && *folder ? folder : "/var/tmp";
}

int files_create_nameless(int *descriptor)
{
    char path[FILES_PATH_LIMIT];
    *descriptor = -1;
    if ((size_t)snprintf(path, sizeof path, "%s/kiwi.XXXXXX", files_temporary_folder()) >= sizeof path)
        return ENAMETOOLONG;
    int error = take(mkstemp(path), descriptor);
    if (error == 0)
        unlink(path);
    return error;
}

/** Opens the folder that a path ends in, one folder in the other; name is the rest. -1 and errno. */
static int open_folder(const char *root, const char *path, bool make, const char **name)
{
    int folder = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (folder >= 0) {
        char part[NAME_MAX + 1];
        size_t length = strcspn(path, "/");
        if (path[length] == '\0')
            break;
        snprintf(part, sizeof part, "%.*s", (int)length, path);
        path += length + 1;
        bool there = !make || mkdirat(folder, part, 0777) == 0 || errno == EEXIST;
        int below = there ? openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
        int error = errno;
        close(folder);
        errno = error;
        folder = below;
    }
    *name = path;
    return folder;
}

int files_create_below(const char *folder, const char *path, int *descriptor)
{
    const char *name;
    int around = open_folder(folder, path, true, &name);
    if (around < 0)
        return errno;
    int error = take(openat(around, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666),
                     descriptor);
    close(around);
    return error;
}

int files_remove_below(const char *folder, const char *path)
{
    const char *name;
    int around = open_folder(folder, path, false, &name);
    if (around < 0)
        return errno;
    int error = unlinkat(around, name, 0) == 0 ? 0 : errno;
    close(around);
    return error;
}

int files_write(int descriptor, const void *bytes, size_t length)
{
    const char *next = bytes;
    while (length > 0) {
        ssize_t written = write(descriptor, next, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno;
        next += written;
        length -= (size_t)written;
    }
    return 0;
}

int files_write_at(int descriptor, uint64_t offset, const void *bytes, size_t length)
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

int files_sync(int descriptor)
{
    return fdatasync(descriptor) == 0 ? 0 : errno;
}

void files_forget(int descriptor)
{
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
}

int files_resize(int descriptor, uint64_t size)
{
    return ftruncate(descriptor, (off_t)size) == 0 ? 0 : errno;
}

int files_reserve(int descriptor, uint64_t size)
{
    return posix_fallocate(descriptor, 0, (off_t)size);
}

int files_map(int descriptor, uint64_t size, void **memory)
{
    int error = files_reserve(descriptor, size);
    if (error == EINVAL || error == EOPNOTSUPP) /* the file system cannot */
        error = files_resize(descriptor, size);
    if (error != 0)
        return error;
    *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    return *memory == MAP_FAILED ? errno : 0;
}

void files_unmap(void *memory, uint64_t size)
{
    munmap(memory, size);
}

int files_clone(const char *original, int descriptor)
{
    const unsigned long clone = _IOW(0x94, 9, int); /* FICLONE of the kernel's interface, which musl lacks */
    int from = open(original, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (from < 0)
        return errno;
    int error = ioctl(descriptor, clone, from) == 0 ? 0 : errno;
    close(from);
    return error;
}

int files_close(int descriptor)
{
    return close(descriptor) == 0 ? 0 : errno;
}

int files_make_folder(const char *path)
{
    return mkdir(path, 0777) == 0 ? 0 : errno;
}

int files_make_folder_beside(const char *path, char *temporary, size_t room)
{
    mode_t mask = umask(0);
    umask(mask);
    if ((size_t)snprintf(temporary, room, "%s.XXXXXX", path) >= room)
        return ENAMETOOLONG;
    return mkdtemp(temporary) && chmod(temporary, 0777 & ~mask) == 0 ? 0 : errno;
}

int files_make_private_folder(const char *path)
{
    return mkdir(path, 0700) == 0 ? 0 : errno;
}

int files_remove_folder(const char *path)
{
    return rmdir(path) == 0 ? 0 : errno;
}

int files_remove(const char *path)
{
    return unlink(path) == 0 ? 0 : errno;
}

int files_replace(const char *from, const char *to)
{
    return rename(from, to) == 0 ? 0 : errno;
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

int files_rename(const char *from, const char *to)
{
#ifdef SYS_renameat2
    if (syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, NO_REPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return errno;
#endif
    return rename_by_link(from, to);
}

int files_sync_folder(const char *path)
{
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return errno;
    int error = fsync(folder) == 0 ? 0 : errno;
    close(folder);
    return error == EINVAL ? 0 : error; /* file systems that have no such thing write names at once */
}

bool files_allow_name(const char *name, size_t length)
{
    if (length == 0 || length > NAME_MAX || (length == 1 && name[0] == '.') ||
        (length == 2 && name[0] == '.' && name[1] == '.'))
        return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] < 0x20 || name[i] == 0x7F || name[i] == '\\' || name[i] == '/')
            return false;
    return true;
}
