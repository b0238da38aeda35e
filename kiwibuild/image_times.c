/* SPDX-License-Identifier: MIT */
/* Keeps times still: of the files that go into an image, and of its descriptors and directories. */
#include "image_times.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/bytes.h"
#include "descriptor_times.h"

enum { SEARCHED_SECTORS = 1024 }; /* descriptors of both file systems lie in front */

/** Sets the times of everything in a directory, with those of folders after what is in them. */
static bool fix_file_times(int parent, const char *name, struct failure *failure)
{
    const struct timespec times[2] = {{FIXED_TIME, 0}, {FIXED_TIME, 0}};
    int file = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = file < 0 ? NULL : fdopendir(file);
    struct dirent *entry;
    bool good = stream;

    while (good && (entry = readdir(stream))) {
        struct stat status;

        if (entry->d_name[0] == '.')
            continue;
        good = !fstatat(file, entry->d_name, &status, AT_SYMLINK_NOFOLLOW);
        good = good && (S_ISDIR(status.st_mode) ? fix_file_times(file, entry->d_name, failure)
                                                : !utimensat(file, entry->d_name, times, 0));
    }
    good = good && !utimensat(parent, name, times, 0);
    if (!good)
        refuse(failure, EXIT_SYSTEM, "%s: %s", name, strerror(errno));
    if (stream)
        closedir(stream);
    return good;
}

bool image_fix_file_times(const char *directory, struct failure *failure)
{
    return fix_file_times(AT_FDCWD, directory, failure);
}

/* A directory of ISO 9660: records (ECMA-119 9.1), each followed by entries of Rock Ridge. */
enum {
    RECORD_SIZE = 0,
    RECORD_EXTENT = 2,
    RECORD_LENGTH = 10,
    RECORD_FLAGS = 25,
    RECORD_IS_DIRECTORY = 2, /* a flag */
    RECORD_HEAD = 34,
    TIMES_SIZE = 26, /* of an entry "TF": its head and three dates */
    TIMES_HEAD = 5,
    SHORT_DATE = 7,
};

/**
 * Rock Ridge says when files were last read and changed, which cannot be kept still: they become the time
 * when they were modified. bytes are those of a directory.
 */
static void fix_rock_ridge(uint8_t *bytes, size_t length)
{
    static const uint8_t head[TIMES_HEAD] = {'T', 'F', TIMES_SIZE, 1, 0x0E}; /* modified, read, changed */

    for (size_t i = 0; length - i >= TIMES_SIZE; i++) {
        uint8_t *modified = bytes + i + TIMES_HEAD;

        if (memcmp(bytes + i, head, TIMES_HEAD) == 0) {
            memcpy(modified + SHORT_DATE, modified, SHORT_DATE);
            memcpy(modified + 2 * SHORT_DATE, modified, SHORT_DATE);
        }
    }
}

static bool fix_directory(int file, uint32_t first, uint32_t length, bool is_root);

/** Goes into the folders that a sector of the root directory lists; deeper ones do not occur. */
static bool fix_folders(int file, const uint8_t *sector, uint32_t root)
{
    for (size_t at = 0; IMAGE_SECTOR - at >= RECORD_HEAD && sector[at + RECORD_SIZE];) {
        const uint8_t *record = sector + at;
        uint32_t first = load32_little(record + RECORD_EXTENT);

        if ((record[RECORD_FLAGS] & RECORD_IS_DIRECTORY) && first != root &&
            !fix_directory(file, first, load32_little(record + RECORD_LENGTH), false))
            return false;
        if (record[RECORD_SIZE] > IMAGE_SECTOR - at)
            break;
        at += record[RECORD_SIZE];
    }
    return true;
}

static bool fix_directory(int file, uint32_t first, uint32_t length, bool is_root)
{
    uint8_t sector[IMAGE_SECTOR];

    for (uint32_t number = first; number < first + length / IMAGE_SECTOR; number++) {
        if (pread(file, sector, IMAGE_SECTOR, (off_t)number * IMAGE_SECTOR) != IMAGE_SECTOR)
            return false;
        fix_rock_ridge(sector, IMAGE_SECTOR);
        if (pwrite(file, sector, IMAGE_SECTOR, (off_t)number * IMAGE_SECTOR) != IMAGE_SECTOR)
            return false;
        if (is_root && !fix_folders(file, sector, first))
            return false;
    }
    return true;
}

/** The directories of the primary volume. */
static bool fix_root(int file)
{
    uint8_t sector[IMAGE_SECTOR];
    uint32_t first, length;

    if (pread(file, sector, IMAGE_SECTOR, (off_t)FIRST_DESCRIPTOR * IMAGE_SECTOR) != IMAGE_SECTOR)
        return false;
    descriptor_root(sector, &first, &length);
    return fix_directory(file, first, length, true);
}

bool image_fix_times(const char *image, struct failure *failure)
{
    int file = open(image, O_RDWR | O_CLOEXEC);
    uint8_t sector[IMAGE_SECTOR];
    bool good = file >= 0;

    for (int number = FIRST_DESCRIPTOR; good && number < SEARCHED_SECTORS; number++) {
        if (pread(file, sector, IMAGE_SECTOR, (off_t)number * IMAGE_SECTOR) != IMAGE_SECTOR)
            break;
        if (descriptor_fix_times(sector))
            good = pwrite(file, sector, IMAGE_SECTOR, (off_t)number * IMAGE_SECTOR) == IMAGE_SECTOR;
    }
    good = good && fix_root(file) && !fsync(file);
    if (!good)
        refuse(failure, EXIT_SYSTEM, "%s: %s", image, strerror(errno));
    if (file >= 0)
        close(file);
    return good;
}
