/* SPDX-License-Identifier: MIT */
/* --output: a file that appears under its name when it is whole, and is never one of the inputs. */
#include "common/result_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_LIMIT = 4096 };

static struct {
    char path[PATH_LIMIT];      /* links resolved */
    char temporary[PATH_LIMIT]; /* "": standard output goes where it went, or into no plain file */
} result;

static void on_signal(int number)
{
    if (result.temporary[0])
        unlink(result.temporary);
    _exit(128 + number);
}

static void watch_signals(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal};
    struct sigaction old;
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
}

/** The path with its links resolved; of a file that is not there yet that of its folder. */
static bool resolve(const char *path, struct failure *failure)
{
    char *resolved = realpath(path, NULL);
    const char *slash = strrchr(path, '/');
    if (!resolved && errno == ENOENT && slash && slash[1]) {
        char folder[PATH_LIMIT];
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path + 1), path);
        char *base = realpath(folder, NULL);
        int length = base ? snprintf(result.path, sizeof result.path, "%s%s", base, slash) : -1;
        free(base);
        return (length >= 0 && length < PATH_LIMIT) || refuse_system(failure, path, errno);
    }
    if (!resolved && errno != ENOENT)
        return refuse_system(failure, path, errno);
    int length = snprintf(result.path, sizeof result.path, "%s", resolved ? resolved : path);
    free(resolved);
    return (length > 0 && length < PATH_LIMIT) ||
           refuse_system(failure, path, length ? ENAMETOOLONG : ENOENT);
}

/** Whether path is the input, or lies in it. */
static bool is_input(const char *path, const char *input)
{
    char *resolved = realpath(input, NULL);
    char *folder = strdup(path);
    char *slash = folder ? strrchr(folder, '/') : NULL;
    struct stat one, other;
    bool same = stat(path, &one) == 0 && stat(input, &other) == 0 && one.st_dev == other.st_dev &&
                one.st_ino == other.st_ino;
    if (slash)
        *slash = '\0';
    char *parent = realpath(slash ? (folder[0] ? folder : "/") : ".", NULL);
    size_t length = resolved ? strlen(resolved) : 0;
    same = same || (resolved && parent && strncmp(parent, resolved, length) == 0 &&
                    (parent[length] == '\0' || parent[length] == '/'));
    free(resolved);
    free(folder);
    free(parent);
    return same;
}

/** Standard output becomes the open file. */
static bool redirect(int file, const char *path, struct failure *failure)
{
    bool good = file >= 0 && dup2(file, STDOUT_FILENO) >= 0;
    int error = errno;
    if (file >= 0)
        close(file);
    return good || refuse_system(failure, path, error);
}

bool result_begin(const char *path, char *const *inputs, int input_count, struct failure *failure)
{
    struct stat status;
    mode_t mask = umask(0);
    umask(mask);
    if (!path)
        return true;
    if (!resolve(path, failure))
        return false;
    bool there = stat(result.path, &status) == 0;
    if (there && !S_ISREG(status.st_mode)) /* a device or a pipe has its name already */
        return redirect(open(result.path, O_WRONLY | O_CLOEXEC), path, failure);
    for (int i = 0; i < input_count; i++)
        if (is_input(result.path, inputs[i]))
            return refuse(failure, EXIT_REFUSED, "--output %.400s would write over the input", path);
    if (snprintf(result.temporary, sizeof result.temporary, "%s.XXXXXX", result.path) >= PATH_LIMIT)
        return refuse_system(failure, path, ENAMETOOLONG);
    int file = mkstemp(result.temporary);
    if (file < 0) {
        result.temporary[0] = '\0';
        return refuse_system(failure, path, errno);
    }
    watch_signals();
    fchmod(file, there ? status.st_mode & 07777 : 0666 & ~mask);
    return redirect(file, path, failure);
}

int result_end(const char *who, int code)
{
    struct failure failure;
    bool good = code <= EXIT_FINDINGS;
    if (!result.temporary[0])
        return code;
    if (good &&
        (fflush(stdout) != 0 || fsync(STDOUT_FILENO) != 0 || rename(result.temporary, result.path) != 0)) {
        refuse_system(&failure, result.path, errno);
        code = failure_print(who, &failure);
        good = false;
    }
    if (!good)
        unlink(result.temporary);
    result.temporary[0] = '\0';
    return code;
}
