/* SPDX-License-Identifier: MIT */
/* Finds out who else has a file open: the kernel grants a lease only if nobody has, loop devices say what
 * they show. */
#define _GNU_SOURCE
#include "in_use.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_leased(int file, int lease)
{
    fcntl(file, F_SETSIG, SIGURG); /* ignored: someone who opens it in this moment must not end us */
    bool taken = fcntl(file, F_SETLEASE, lease) != 0 && errno == EAGAIN;
    fcntl(file, F_SETLEASE, F_UNLCK);
    return taken;
}

/** The loop device that shows the file, as "loop0"; false: there is none. */
static bool find_loop(const char *path, char name[32])
{
    static const char pattern[] = "/sys/block/loop*/loop/backing_file";
    char *resolved = realpath(path, NULL);
    glob_t found;
    bool shows = false;
    if (resolved && glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; !shows && i < found.gl_pathc; i++) {
            char line[4096] = "";
            FILE *file = fopen(found.gl_pathv[i], "r");
            if (file && fgets(line, sizeof line, file))
                line[strcspn(line, "\n")] = '\0';
            if (file)
                fclose(file);
            shows = strcmp(line, resolved) == 0;
            const char *begin = found.gl_pathv[i] + strlen("/sys/block/");
            snprintf(name, 32, "%.*s", (int)strcspn(begin, "/"), begin);
        }
        globfree(&found);
    }
    free(resolved);
    return shows;
}

void in_use(const char *path, bool writers_only, char text[IN_USE_TEXT])
{
    char loop[32];
    text[0] = '\0';
    int file = open(path, (writers_only ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return;
    bool taken = is_leased(file, writers_only ? F_RDLCK : F_WRLCK);
    close(file);
    if (find_loop(path, loop))
        snprintf(text, IN_USE_TEXT, "%.200s is in use elsewhere: /dev/%s shows it, perhaps mounted", path,
                 loop);
    else if (taken)
        snprintf(text, IN_USE_TEXT, "%.200s is in use elsewhere: another program has it open%s", path,
                 writers_only ? " for writing" : "");
}
