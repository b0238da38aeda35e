/* SPDX-License-Identifier: MIT */
/* --output: a file that appears under its name when it is whole, and is never one of the inputs. */
#include "common/result_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "common/files.h"
#include "common/interrupt.h"

enum { PATH_LIMIT = 4096 };

static struct {
    char path[PATH_LIMIT];      /* links resolved */
    char temporary[PATH_LIMIT]; /* "": standard output goes where it went, or into no plain file */
} result;

static void remove_temporary(void)
{
    if (result.temporary[0])
        files_remove(result.temporary);
}

/** The path with its links resolved; of a file that is not there yet that of its folder. */
static bool resolve(const char *path, struct failure *failure)
{
    char *resolved = kiwi_host_resolve(path);
    const char *name = kiwi_host_name(path);
    if (!resolved && errno == ENOENT && name > path && name[0]) {
        char folder[PATH_LIMIT];
        snprintf(folder, sizeof folder, "%.*s", (int)(name - path), path);
        char *base = kiwi_host_resolve(folder);
        int length = base ? snprintf(result.path, sizeof result.path, "%s/%s", base, name) : -1;
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

bool result_is_input(const char *path, const char *input)
{
    char *resolved = kiwi_host_resolve(input);
    char *folder = strdup(path);
    char *slash = folder ? strrchr(folder, '/') : NULL;
    struct kiwi_host_info one, other;
    bool same = kiwi_host_info(path, true, &one) == 0 && kiwi_host_info(input, true, &other) == 0 &&
                one.device == other.device && one.inode == other.inode;
    if (slash)
        *slash = '\0';
    char *parent = kiwi_host_resolve(slash ? (folder[0] ? folder : "/") : ".");
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
    bool good = dup2(file, STDOUT_FILENO) >= 0;
    int error = errno;
    files_close(file);
    return good || refuse_system(failure, path, error);
}

bool result_begin(const char *path, char *const *inputs, int input_count, struct failure *failure)
{
    struct kiwi_host_info info;
    int file;
    if (!path)
        return true;
    if (!resolve(path, failure))
        return false;
    bool there = kiwi_host_info(result.path, true, &info) == 0;
    if (there && info.kind != KIWI_HOST_FILE) { /* a device or a pipe has its name already */
        int error = files_open(result.path, &file);
        return error != 0 ? refuse_system(failure, path, error) : redirect(file, path, failure);
    }
    for (int i = 0; i < input_count; i++)
        if (result_is_input(result.path, inputs[i]))
            return refuse(failure, EXIT_REFUSED, "--output %.400s would write over the input", path);
    int error = files_create_beside(result.path, result.temporary, sizeof result.temporary, &file);
    if (error != 0) {
        result.temporary[0] = '\0';
        return refuse_system(failure, path, error);
    }
    interrupt_watch(remove_temporary);
    return redirect(file, path, failure);
}

/** Puts the file on the medium and gives it its name; 0 or an errno. */
static int publish(void)
{
    int error = fflush(stdout) == 0 ? 0 : errno;
    if (error == 0)
        error = files_sync(STDOUT_FILENO);
    return error == 0 ? files_replace(result.temporary, result.path) : error;
}

int result_end(const char *who, int code)
{
    struct failure failure;
    if (!result.temporary[0])
        return code;
    int error = code <= EXIT_FINDINGS ? publish() : 0;
    if (error != 0) {
        refuse_system(&failure, result.path, error);
        code = failure_print(who, &failure);
    }
    if (code > EXIT_FINDINGS)
        remove_temporary();
    result.temporary[0] = '\0';
    return code;
}
