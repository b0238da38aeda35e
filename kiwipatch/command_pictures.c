/* SPDX-License-Identifier: MIT */
/* kiwipatch pictures list, export and import: pictures as files, and changed ones as a recipe. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "work.h"

static int found(struct work *work, bool done, uint64_t count)
{
    int code = work_end(work, done);
    if (code == EXIT_DONE && count == 0)
        work_note(work, "there are no pictures");
    return code == EXIT_DONE && count == 0 ? EXIT_FINDINGS : code;
}

static int list(struct work *work)
{
    struct output output = {.descriptor = STDOUT_FILENO};
    uint64_t count = 0;
    bool done = patch_pictures_list(&work->request, &output, &count, &work->failure);
    return found(work, done, count);
}

static int export(struct work *work)
{
    uint64_t count = 0;
    bool done = patch_pictures_export(&work->request, &count, &work->failure);
    terminal_end(&work->terminal);
    if (done)
        printf("%" PRIu64 " pictures in %s\n", count, work->request.patch);
    return found(work, done, count);
}

static int import(struct work *work)
{
    struct output output = {.descriptor = STDOUT_FILENO};
    const struct patch_table_reports reports = {work_problem, work};
    bool done = patch_pictures_import(&work->request, &reports, &output, &work->failure);
    terminal_end(&work->terminal);
    if (done && !work->request.rule)
        work_note(work, "the recipe has no checksum steps; see --rule and --block");
    return work_end(work, done);
}

int command_pictures(const struct command *command, int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(struct work *work);
    } actions[] = {{"list", list}, {"export", export}, {"import", import}};
    struct work work;
    if (!work_begin(&work, command, argc, argv))
        return work.code;
    const struct patch_request *request = &work.request;
    size_t i = 0;
    while (i < 3 && strcmp(actions[i].name, request->action) != 0)
        i++;
    if (i == 3)
        return work_end(&work, refuse(&work.failure, EXIT_USAGE, "takes list, export or import, not '%.40s'",
                                      request->action));
    if ((i != 0) != !!request->patch)
        return work_end(
            &work, refuse(&work.failure, EXIT_USAGE, "list takes DISC, export and import take DISC FOLDER"));
    if (i != 2 && (request->rule || request->block_count != 0))
        return work_end(&work, refuse(&work.failure, EXIT_USAGE, "--rule and --block go with import"));
    return actions[i].run(&work);
}
