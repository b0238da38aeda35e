/* SPDX-License-Identifier: MIT */
/* Makes the image of a disc: runs the program that packs the files, with all times kept still. */
#include "image.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/progress.h"

enum {
    SECTOR = 2048,
    FIRST_DESCRIPTOR = 16,   /* of ISO 9660, after the system area */
    SEARCHED_SECTORS = 1024, /* descriptors of both file systems lie in front */
    FIXED_TIME = 946684800,  /* 2000-01-01 */
    NOT_FOUND = 127,
};

/** Waits for the child; meanwhile shows how much of the image is there. Returns its status, or -1. */
static int await(pid_t child, const char *image, uint64_t total, struct progress *progress)
{
    const struct timespec pause = {0, 100000000};
    struct stat file;
    int status;

    for (;;) {
        pid_t ended = waitpid(child, &status, progress->on ? WNOHANG : 0);

        if (ended == child)
            return status;
        if (ended < 0 && errno != EINTR)
            return -1;
        if (!stat(image, &file))
            progress_show(progress, (uint64_t)file.st_size, total);
        nanosleep(&pause, NULL);
    }
}

/** The program's exit code, or -1. TZ and SOURCE_DATE_EPOCH keep the clock and the place out of the image. */
static int run(const char *const *arguments, const char *image, uint64_t total, struct progress *progress)
{
    int status;
    pid_t child;

    fflush(NULL);
    child = fork();
    if (child == 0) {
        char text[32];

        snprintf(text, sizeof text, "%d", FIXED_TIME);
        setenv("TZ", "UTC", 1);
        setenv("SOURCE_DATE_EPOCH", text, 1);
        execvp(arguments[0], (char *const *)(uintptr_t)arguments);
        _exit(NOT_FOUND);
    }
    status = child < 0 ? -1 : await(child, image, total, progress);
    return status >= 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void make_volume_id(const char *title, char id[33])
{
    size_t i;

    for (i = 0; i < 32 && title[i]; i++)
        id[i] = (char)(isalnum((unsigned char)title[i]) ? toupper((unsigned char)title[i]) : '_');
    id[i] = '\0';
    if (!i)
        strcpy(id, "KIWI");
}

/** Sets the times of everything in a directory, with those of folders after what is in them. */
static bool fix_times(int parent, const char *name, struct failure *failure)
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
        good = good && (S_ISDIR(status.st_mode) ? fix_times(file, entry->d_name, failure)
                                                : !utimensat(file, entry->d_name, times, 0));
    }
    good = good && !utimensat(parent, name, times, 0);
    if (!good)
        refuse(failure, EXIT_SYSTEM, "%s: %s", name, strerror(errno));
    if (stream)
        closedir(stream);
    return good;
}

/** ECMA-167 7.2.6 */
static unsigned crc16(const uint8_t *bytes, size_t length)
{
    unsigned crc = 0;
    int bit;

    for (; length; length--, bytes++)
        for (crc ^= (unsigned)*bytes << 8, bit = 0; bit < 8; bit++)
            crc = (crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1) & 0xFFFF;
    return crc;
}

static unsigned little16(const uint8_t *bytes)
{
    return bytes[0] | (unsigned)bytes[1] << 8;
}

static uint8_t tag_sum(const uint8_t *tag)
{
    unsigned sum = 0;

    for (unsigned i = 0; i < 16; i++)
        sum += i == 4 ? 0u : tag[i];
    return (uint8_t)sum;
}

static void set_tag(uint8_t *sector)
{
    unsigned crc = crc16(sector + 16, little16(sector + 10));

    sector[8] = (uint8_t)crc;
    sector[9] = (uint8_t)(crc >> 8);
    sector[4] = tag_sum(sector);
}

/** ECMA-167 7.3: 2000-01-01 00:00:00 UTC */
static void set_udf_time(uint8_t *timestamp)
{
    static const uint8_t fixed[12] = {0x00, 0x10, 0xD0, 0x07, 1, 1};

    memcpy(timestamp, fixed, sizeof fixed);
}

/** Primary volume, logical volume integrity and file set descriptors carry the time of recording. */
static bool fix_udf(uint8_t *sector)
{
    unsigned length = little16(sector + 10);

    if (length > SECTOR - 16 || tag_sum(sector) != sector[4] ||
        crc16(sector + 16, length) != little16(sector + 8))
        return false;
    switch (little16(sector)) {
    case 1:
        memset(sector + 73, '0',
               16); /* a number made from the clock, at the head of the volume set identifier */
        set_udf_time(sector + 376);
        break;
    case 9:
    case 256: set_udf_time(sector + 16); break;
    default: return false;
    }
    set_tag(sector);
    return true;
}

/** Creation, modification and effective date of a volume descriptor. */
static bool fix_iso(uint8_t *sector)
{
    static const unsigned dates[] = {813, 830, 864};

    if (memcmp(sector + 1, "CD001", 5) || (sector[0] != 1 && sector[0] != 2))
        return false;
    for (size_t i = 0; i < 3; i++)
        memcpy(sector + dates[i], "2000010100000000", 17);
    return true;
}

/**
 * Rock Ridge says when files were last read and changed, which cannot be kept still; bytes are those of a
 * directory.
 */
static void fix_rock_ridge(uint8_t *bytes, size_t length)
{
    static const uint8_t entry[] = {'T', 'F', 26, 1,
                                    0x0E}; /* three short dates follow: modified, read, changed */

    for (size_t i = 0; i + 26 <= length; i++)
        if (memcmp(bytes + i, entry, sizeof entry) == 0) {
            memcpy(bytes + i + 12, bytes + i + 5, 7);
            memcpy(bytes + i + 19, bytes + i + 5, 7);
        }
}

static uint32_t little32(const uint8_t *bytes)
{
    return little16(bytes) | (uint32_t)little16(bytes + 2) << 16;
}

static bool fix_directory(int file, uint32_t first, uint32_t length, bool is_root);

/** Goes into the folders that a sector of the root directory lists; deeper ones do not occur. */
static bool fix_folders(int file, const uint8_t *sector, uint32_t root)
{
    const unsigned is_directory = 2;
    size_t at = 0;

    for (; at < SECTOR && sector[at]; at += sector[at])
        if (at + 34 <= SECTOR && (sector[at + 25] & is_directory) && little32(sector + at + 2) != root &&
            !fix_directory(file, little32(sector + at + 2), little32(sector + at + 10), false))
            return false;
    return true;
}

static bool fix_directory(int file, uint32_t first, uint32_t length, bool is_root)
{
    uint8_t sector[SECTOR];

    for (uint32_t number = first; number < first + length / SECTOR; number++) {
        if (pread(file, sector, SECTOR, (off_t)number * SECTOR) != SECTOR)
            return false;
        fix_rock_ridge(sector, SECTOR);
        if (pwrite(file, sector, SECTOR, (off_t)number * SECTOR) != SECTOR)
            return false;
        if (is_root && !fix_folders(file, sector, first))
            return false;
    }
    return true;
}

/** The directories of the primary volume. */
static bool fix_root(int file)
{
    uint8_t sector[SECTOR];

    if (pread(file, sector, SECTOR, (off_t)FIRST_DESCRIPTOR * SECTOR) != SECTOR)
        return false;
    return fix_directory(file, little32(sector + 158), little32(sector + 166), true);
}

static bool fix_image(const char *image, struct failure *failure)
{
    int file = open(image, O_RDWR | O_CLOEXEC);
    uint8_t sector[SECTOR];
    bool good = file >= 0;

    for (int number = FIRST_DESCRIPTOR; good && number < SEARCHED_SECTORS; number++) {
        if (pread(file, sector, SECTOR, (off_t)number * SECTOR) != SECTOR)
            break;
        if (fix_iso(sector) || fix_udf(sector))
            good = pwrite(file, sector, SECTOR, (off_t)number * SECTOR) == SECTOR;
    }
    good = good && fix_root(file) && !fsync(file);
    if (!good)
        refuse(failure, EXIT_SYSTEM, "%s: %s", image, strerror(errno));
    if (file >= 0)
        close(file);
    return good;
}

bool image_make(const char *directory, const char *image, const char *volume_id, uint64_t shown_size,
                struct failure *failure)
{
    struct progress progress;
    char id[33];
    const char *udf[] = {"genisoimage", "-quiet", "-udf", "-J", "-r", "-V", id, "-o", image, directory, NULL};
    const char *plain[] = {"xorriso", "-as", "mkisofs", "-quiet", "-J",      "-r",
                           "-V",      id,    "-o",      image,    directory, NULL};
    int code;

    make_volume_id(volume_id, id);
    if (!fix_times(AT_FDCWD, directory, failure))
        return false;
    progress_start(&progress, shown_size > 0);
    code = run(udf, image, shown_size, &progress);
    if (code == NOT_FOUND)
        code = run(plain, image, shown_size, &progress);
    if (code == NOT_FOUND)
        return refuse(failure, EXIT_SYSTEM,
                      "an image needs genisoimage or xorriso, and neither is installed");
    if (code)
        return refuse(failure, EXIT_SYSTEM, "the image could not be made");
    progress_end(&progress);
    return fix_image(image, failure);
}
