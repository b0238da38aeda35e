/* SPDX-License-Identifier: MIT */
/* kiwipatch copy: a working copy, with its original registered. */
#include <inttypes.h>
#include <stdio.h>

#include "commands.h"
#include "work.h"

struct copies {
    struct work work;
    bool flawed; /* something could not be read */
};

static void print_unreadable(void *context, const struct patch_unreadable *bad)
{
    struct copies *copies = context;
    enum { SECTOR = 2048 };
    terminal_end(&copies->work.terminal); /* its line makes room */
    printf("%s: %" PRIu64 " bytes at %" PRIu64 " cannot be read (sectors %" PRIu64 " to %" PRIu64
           "%s%s): zeros\n",
           bad->path, bad->length, bad->offset, bad->offset / SECTOR,
           (bad->offset + bad->length - 1) / SECTOR, bad->file ? ", in " : "", bad->file ? bad->file : "");
    copies->flawed = true;
}

static void print_copied(void *context, const struct patch_copied *copied)
{
    struct copies *copies = context;
    terminal_end(&copies->work.terminal);
    work_note(&copies->work, copied->in_use);
    printf("%s  %s\n", copied->sha256, copied->path);
}

int command_copy(const struct command *command, int argc, char **argv)
{
    struct copies copies = {.flawed = false};
    struct work *work = &copies.work;
    const struct patch_copy_reports reports = {print_unreadable, print_copied, &copies};
    if (!work_begin(work, command, argc, argv))
        return work->code;
    int code = work_end(work, patch_copy(&work->request, &reports, &work->failure));
    return code == EXIT_DONE && copies.flawed ? EXIT_FINDINGS : code;
}
