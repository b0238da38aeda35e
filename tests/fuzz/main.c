/* SPDX-License-Identifier: MIT */
/* Without a fuzzer: gives the files and folders named on the command line to the target, one after the other.
 * Prints TAP. */
#include "target.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static unsigned count, failed;

/** The bytes in a buffer of just that size, so that a sanitizer sees the first one behind. */
static uint8_t *read_whole(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    if (!file)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0) {
        *length = (size_t)ftell(file);
        rewind(file);
        bytes = malloc(*length ? *length : 1);
        if (bytes && fread(bytes, 1, *length, file) != *length) {
            free(bytes);
            bytes = NULL;
        }
    }
    fclose(file);
    return bytes;
}

static void replay_file(const char *path)
{
    size_t length;
    uint8_t *bytes = read_whole(path, &length);
    fprintf(stderr, "%s\n", path); /* so that an abort shows which */
    if (bytes)
        LLVMFuzzerTestOneInput(bytes, length);
    else
        failed++;
    printf("%s %u - %s\n", bytes ? "ok" : "not ok", ++count,
           strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
    fflush(stdout);
    free(bytes);
}

static void replay(const char *path)
{
    struct dirent **entries;
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISDIR(status.st_mode)) {
        replay_file(path);
        return;
    }
    int number = scandir(path, &entries, NULL, alphasort);
    if (number < 0) {
        printf("not ok %u - %s cannot be read\n", ++count, path);
        failed++;
    }
    for (int i = 0; i < number; i++) {
        char inner[4096];
        if (entries[i]->d_name[0] != '.') {
            snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name);
            replay(inner);
        }
        free(entries[i]);
    }
    if (number >= 0)
        free(entries);
}

int main(int arguments, char **values)
{
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0); /* a fuzzer begins with that */
    for (int i = 1; i < arguments; i++)
        replay(values[i]);
    printf("%sok %u - there is a corpus\n1..%u\n", count ? "" : "not ", count + 1, count + 1);
    return failed == 0 && count > 0 ? 0 : 1;
}
