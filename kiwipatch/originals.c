/* SPDX-License-Identifier: MIT */
/* The list of images that are originals, which nothing may change. */
#include "originals.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each line: SHA-256, size, device and inode of the copy, path of the original. */

static bool state_path(char path[PATH_MAX], struct failure *failure)
{
    const char *direct = getenv("KIWIPATCH_STATE");
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    int length = -1;
    if (direct && direct[0])
        length = snprintf(path, PATH_MAX, "%s", direct);
    else if (state && state[0] == '/')
        length = snprintf(path, PATH_MAX, "%s/kiwipatch/originals", state);
    else if (home && home[0] == '/')
        length = snprintf(path, PATH_MAX, "%s/.local/state/kiwipatch/originals", home);
    return (length > 0 && length < PATH_MAX) ||
           refuse(failure, EXIT_SYSTEM, "no place for the list of originals: set HOME or KIWIPATCH_STATE");
}

static void make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
}

bool originals_add(const char *original, const uint8_t hash[HASH_SIZE], uint64_t size,
                   const struct io_info *copy, struct failure *failure)
{
    char path[PATH_MAX];
    char text[HASH_TEXT];
    if (!state_path(path, failure))
        return false;
    make_folders(path);
    FILE *file = fopen(path, "a");
    if (!file)
        return refuse(failure, EXIT_SYSTEM, "%.300s: %s", path, strerror(errno));
    hash_text(hash, text);
    fprintf(file, "%s %" PRIu64 " %" PRIu64 " %" PRIu64 " ", text, size, copy->device, copy->inode);
    for (const char *c = original; *c; c++)
        fputc(*c == '\n' ? '?' : *c, file);
    fputc('\n', file);
    bool done = fflush(file) == 0 && fsync(fileno(file)) == 0;
    done = fclose(file) == 0 && done;
    return done || refuse(failure, EXIT_SYSTEM, "%.300s: %s", path, strerror(errno));
}

struct registered {
    char hash[HASH_TEXT];
    uint64_t size, device, inode;
    int path; /* where it begins in the line */
};

/**
 * What the list says about an image: whether the hash must be known, and with it whether it is an original.
 */
static bool scan(FILE *file, const struct image *image, const char *hash, char original[200])
{
    char line[PATH_MAX + 200];
    bool found = false;
    while (fgets(line, sizeof line, file)) {
        struct registered entry;
        if (sscanf(line, "%64s %" SCNu64 " %" SCNu64 " %" SCNu64 " %n", entry.hash, &entry.size,
                   &entry.device, &entry.inode, &entry.path) != 4 ||
            entry.size != image->info.size)
            continue;
        if (hash && entry.device == image->info.device && entry.inode == image->info.inode &&
            strcmp(entry.hash, hash) == 0)
            return false; /* a copy that kiwipatch made of it */
        if (!hash || strcmp(entry.hash, hash) == 0) {
            found = true;
            snprintf(original, 200, "%.*s", (int)strcspn(line + entry.path, "\n"), line + entry.path);
        }
    }
    return found;
}

bool originals_refuse(const struct image *image, struct failure *failure)
{
    char path[PATH_MAX];
    char original[200] = "";
    uint8_t hash[HASH_SIZE];
    char text[HASH_TEXT];
    if (!state_path(path, failure))
        return false;
    FILE *file = fopen(path, "r");
    if (!file)
        return errno == ENOENT || errno == ENOTDIR ||
               refuse(failure, EXIT_SYSTEM, "%.300s: %s", path, strerror(errno));
    bool done = true;
    bool same_size = scan(file, image, NULL, original);
    if (same_size)
        done = hash_watched(image->source, 0, image->info.size, hash, image->monitor,
                            "comparing with originals", failure);
    if (same_size && done) {
        hash_text(hash, text);
        rewind(file);
        if (scan(file, image, text, original))
            done = refuse(failure, EXIT_REFUSED,
                          "%.200s is the original %.200s, or equal to it: change what kiwipatch copy made",
                          image->path, original);
    }
    if (ferror(file))
        done = refuse(failure, EXIT_SYSTEM, "%.300s cannot be read", path);
    fclose(file);
    return done;
}
