/* SPDX-License-Identifier: MIT */
/* The list of images that are originals, which nothing may change. */
#include "originals.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files.h"

/* Each line: SHA-256, size, mark of the copy, path of the original. */

static bool state_path(char path[FILES_PATH_LIMIT], struct failure *failure)
{
    const char *direct = getenv("KIWIPATCH_STATE");
    const char *local = getenv("LOCALAPPDATA"); /* of Windows */
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    int length = -1;
    if (direct && direct[0])
        length = snprintf(path, FILES_PATH_LIMIT, "%s", direct);
    else if (local && local[0])
        length = snprintf(path, FILES_PATH_LIMIT, "%s/kiwipatch/originals", local);
    else if (state && state[0] == '/')
        length = snprintf(path, FILES_PATH_LIMIT, "%s/kiwipatch/originals", state);
    else if (home && home[0] == '/')
        length = snprintf(path, FILES_PATH_LIMIT, "%s/.local/state/kiwipatch/originals", home);
    return (length > 0 && length < FILES_PATH_LIMIT) ||
           refuse(failure, EXIT_SYSTEM, "no place for the list of originals: set HOME or KIWIPATCH_STATE");
}

static void make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        files_make_private_folder(path);
        *slash = '/';
    }
}

/** A full disk leaves half a line, which what comes next must not go on with. */
static bool ends_whole(FILE *file)
{
    bool whole = fseek(file, -1, SEEK_END) != 0 || getc(file) == '\n';
    fseek(file, 0, SEEK_END);
    return whole;
}

bool originals_add(const char *original, const uint8_t hash[HASH_SIZE], uint64_t size, const char *mark,
                   struct failure *failure)
{
    char path[FILES_PATH_LIMIT];
    char text[HASH_TEXT];
    if (!state_path(path, failure))
        return false;
    make_folders(path);
    FILE *file = fopen(path, "ab+");
    if (!file)
        return refuse(failure, EXIT_SYSTEM, "%.300s: %s", path, strerror(errno));
    hash_text(hash, text);
    fprintf(file, "%s%s %" PRIu64 " %s ", ends_whole(file) ? "" : "\n", text, size, mark);
    for (const char *c = original; *c; c++)
        fputc(*c == '\n' ? '?' : *c, file);
    fputc('\n', file);
    bool done = !ferror(file) && fflush(file) == 0 && files_sync(fileno(file)) == 0;
    done = fclose(file) == 0 && done;
    return done || refuse(failure, EXIT_SYSTEM, "%.300s: %s", path, strerror(errno));
}

/** What the list says about an image. */
struct entries {
    const struct image *image;
    const char *hash;       /* of the image; NULL: not known yet */
    const char *mark;       /* of the image; NULL: it has none */
    char copied[HASH_TEXT]; /* the hash of the original that it is a copy of, or "" */
    bool same, others;      /* there are originals that it may equal; of more than one hash */
    char first[HASH_TEXT];  /* the hash of one of them */
    char original[200];     /* one that it equals, or may */
};

/** A line about an original of the size of the image. */
static void take_entry(struct entries *entries, const char *hash, const char *mark, const char *original)
{
    if (entries->mark && strcmp(entries->mark, mark) == 0)
        strcpy(entries->copied, hash);
    if (entries->hash && strcmp(entries->hash, hash) != 0)
        return;
    snprintf(entries->original, sizeof entries->original, "%.*s", (int)strcspn(original, "\n"), original);
    entries->others |= entries->same && strcmp(entries->first, hash) != 0;
    entries->same = true;
    strcpy(entries->first, hash);
}

static void scan(FILE *file, struct entries *entries)
{
    char line[FILES_PATH_LIMIT + 200];
    char hash[HASH_TEXT], mark[MARK_TEXT];
    uint64_t size;
    int path;
    rewind(file);
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "%64s %" SCNu64 " %32s %n", hash, &size, mark, &path) == 3 &&
            size == entries->image->info.size)
            take_entry(entries, hash, mark, line + path);
}

/** Whether the image is one that nothing may change. Hashes it only if the answer depends on that. */
static bool check(FILE *file, const struct image *image, struct failure *failure)
{
    char mark[MARK_TEXT], text[HASH_TEXT];
    uint8_t hash[HASH_SIZE];
    struct entries entries = {.image = image, .mark = mark_get(image->path, mark) ? mark : NULL};
    scan(file, &entries);
    if (!entries.same || (entries.copied[0] && !entries.others))
        return true; /* no original of that size, or only the one that this is a copy of */
    if (!hash_watched(image->source, 0, image->info.size, hash, image->monitor, "comparing with originals",
                      failure))
        return false;
    hash_text(hash, text);
    entries = (struct entries){.image = image, .mark = entries.mark, .hash = text};
    scan(file, &entries);
    return !entries.same || strcmp(entries.copied, text) == 0 ||
           refuse(failure, EXIT_REFUSED,
                  "%.200s is the original %.200s, or equal to it: change what kiwipatch copy made",
                  image->path, entries.original);
}

bool originals_refuse(const struct image *image, struct failure *failure)
{
    char path[FILES_PATH_LIMIT];
    if (!state_path(path, failure))
        return false;
    FILE *file = fopen(path, "rb");
    if (!file)
        return errno == ENOENT || errno == ENOTDIR || refuse_system(failure, path, errno);
    bool done = check(file, image, failure);
    if (ferror(file))
        done = refuse(failure, EXIT_SYSTEM, "%.300s cannot be read", path);
    fclose(file);
    return done;
}
