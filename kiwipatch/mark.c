/* SPDX-License-Identifier: MIT */
/* Marks working copies, by an extended attribute or by a file beside them. */
#include "mark.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attribute.h"
#include "base/host.h"
#include "common/files.h"

static const char attribute[] = "user.kiwipatch.copy";
static const char ending[] = ".kiwipatch-copy";

/* The file beside: the mark, and which file the copy is (struct identity). */
static const char form[] = "kiwipatch copy %32s %lld %u\n";
enum { LINE_SIZE = 128 };

bool mark_make(char mark[MARK_TEXT], struct failure *failure)
{
    uint8_t bytes[MARK_TEXT / 2];
    int error = random_bytes(bytes, sizeof bytes);
    if (error != 0)
        return refuse(failure, EXIT_SYSTEM, "no random numbers: %s", strerror(error));
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(mark + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

static char *path_beside(const char *path)
{
    size_t room = strlen(path) + sizeof ending;
    char *beside = malloc(room);
    if (beside)
        snprintf(beside, room, "%s%s", path, ending);
    return beside;
}

/** The line of the file beside path; false: there is none, or it is another file. */
static bool read_beside(const char *path, char mark[MARK_TEXT], struct identity *identity)
{
    char line[LINE_SIZE] = "";
    char *beside = path_beside(path);
    struct kiwi_host_info info;
    int file;
    size_t length = 0;
    bool is_file = beside && kiwi_host_info(beside, false, &info) == 0 && info.kind == KIWI_HOST_FILE;
    if (is_file && kiwi_host_open(beside, &file, &info) == 0) {
        if (kiwi_host_read(file, 0, line, sizeof line - 1, &length) != 0)
            length = 0;
        kiwi_host_close(file);
    }
    free(beside);
    return length > 0 && sscanf(line, form, mark, &identity->first, &identity->second) == 3;
}

/** Writes the line into file, which it closes. */
static int write_beside(int file, int descriptor, const char *mark)
{
    char line[LINE_SIZE];
    struct identity identity = identity_of(descriptor);
    int length = snprintf(line, sizeof line, form, mark, identity.first, identity.second);
    int error = files_write(file, line, (size_t)length);
    if (error == 0)
        error = files_sync(file);
    int closed = files_close(file);
    return error == 0 ? closed : error;
}

/** One of an earlier copy of that name may go, what is somebody else's may not. */
static int make_beside(int descriptor, const char *path, const char *mark)
{
    char old[MARK_TEXT];
    struct identity identity;
    bool ours = read_beside(path, old, &identity);
    char *beside = path_beside(path);
    int file;
    if (!beside)
        return ENOMEM;
    if (ours)
        files_remove(beside);
    int error = files_create(beside, &file);
    if (error == 0) {
        error = write_beside(file, descriptor, mark);
        if (error != 0)
            files_remove(beside);
    }
    free(beside);
    return error;
}

bool mark_set(int descriptor, const char *path, const char *mark, bool *beside, struct failure *failure)
{
    *beside = false;
    if (attribute_set(descriptor, attribute, mark) == 0)
        return true;
    int error = make_beside(descriptor, path, mark);
    *beside = error == 0;
    return error == 0 || refuse(failure, error == EEXIST ? EXIT_REFUSED : EXIT_SYSTEM, "%.300s%s: %s", path,
                                ending, strerror(error));
}

void mark_remove_beside(const char *path)
{
    char *beside = path_beside(path);
    if (beside)
        files_remove(beside);
    free(beside);
}

bool mark_get(const char *path, char mark[MARK_TEXT])
{
    struct identity then, now;
    if (attribute_get(path, attribute, mark, MARK_TEXT - 1)) {
        mark[MARK_TEXT - 1] = '\0';
        return true;
    }
    if (!read_beside(path, mark, &then))
        return false;
    now = identity_at(path);
    return then.first == now.first && then.second == now.second;
}

bool mark_is_beside(const char *name)
{
    size_t length = strlen(name);
    return length >= sizeof ending - 1 && strcmp(name + length - (sizeof ending - 1), ending) == 0;
}
