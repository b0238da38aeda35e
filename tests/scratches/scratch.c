/* SPDX-License-Identifier: MIT */
/*
 * Scratches a file, by LD_PRELOAD: reads that touch certain sectors of SCRATCH_FILE fail with EIO, after what
 * lies before them. SCRATCH_SECTORS are numbers separated by commas; a byte is appended to SCRATCH_LOG for
 * each failure.
 */
#undef _FILE_OFFSET_BITS /* pread() and pread64() are two functions here */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECTOR = 2048, MOST = 4096 };

static struct stat scratched;
static off64_t bad[MOST];
static int count;

__attribute__((constructor)) static void begin(void)
{
    const char *file = getenv("SCRATCH_FILE");
    const char *at = getenv("SCRATCH_SECTORS");
    if (!file || !at || stat(file, &scratched) != 0)
        return;
    while (*at && count < MOST) {
        char *end;
        bad[count++] = (off64_t)strtoll(at, &end, 10) * SECTOR;
        at = *end ? end + 1 : end;
    }
}

static int is_scratched(int descriptor)
{
    struct stat status;
    return count > 0 && fstat(descriptor, &status) == 0 && status.st_dev == scratched.st_dev &&
           status.st_ino == scratched.st_ino;
}

/* How many bytes before the first bad one; 0 if that is the first one. */
static size_t good_length(off64_t offset, size_t length)
{
    for (int i = 0; i < count; i++)
        if (offset < bad[i] + SECTOR && offset + (off64_t)length > bad[i])
            length = offset < bad[i] ? (size_t)(bad[i] - offset) : 0;
    return length;
}

static void note(void)
{
    const char *name = getenv("SCRATCH_LOG");
    int log = name ? open(name, O_WRONLY | O_APPEND | O_CREAT, 0666) : -1;
    if (log >= 0) {
        if (write(log, "x", 1) != 1)
            abort();
        close(log);
    }
}

/* Reads, or fails where it is scratched, by a function of the C library. */
#define READ(name, offset_type)                                                        \
    ssize_t name(int descriptor, void *bytes, size_t length, offset_type offset)       \
    {                                                                                  \
        ssize_t (*real)(int, void *, size_t, offset_type);                             \
        *(void **)&real = dlsym(RTLD_NEXT, #name);                                     \
        size_t good = is_scratched(descriptor) ? good_length(offset, length) : length; \
        if (length == 0 || good > 0)                                                   \
            return real(descriptor, bytes, good, offset);                              \
        note();                                                                        \
        errno = EIO;                                                                   \
        return -1;                                                                     \
    }

READ(pread, off_t)
READ(pread64, off64_t)
