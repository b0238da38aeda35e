/* SPDX-License-Identifier: MIT */
/* The programs as one WebAssembly module: which of them runs is decided by the name that it is called by. */
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

int kiwidump_main(int count, char **arguments);
int kiwipatch_main(int count, char **arguments);
const int *layout(void);

int main(int count, char **arguments)
{
    return (strcmp(arguments[0], "kiwipatch") == 0 ? kiwipatch_main : kiwidump_main)(count, arguments);
}

/** Where system.ts writes what it answers; struct Layout there has the same order. */
const int *layout(void)
{
    static const int places[] = {
        sizeof(struct stat),
        offsetof(struct stat, st_dev),
        offsetof(struct stat, st_mode),
        offsetof(struct stat, st_nlink),
        offsetof(struct stat, st_size),
        offsetof(struct stat, st_ino),
        sizeof(time_t),
        offsetof(struct timespec, tv_nsec),
    };
    return places;
}
