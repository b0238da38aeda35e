/* SPDX-License-Identifier: MIT */
/* Makes the image of a disc: runs the program that packs the files, with all times kept still. */
#include "image.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/progress.h"
#include "descriptor_times.h"
#include "image_times.h"

enum { NOT_FOUND = 127 }; /* what shells and this program's child say of a program that is not there */

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
    if (!image_fix_file_times(directory, failure))
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
    return image_fix_times(image, failure);
}
