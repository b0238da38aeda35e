/* SPDX-License-Identifier: MIT */
/* kiwipatch texts export and import: texts as a table, and a translated table as a recipe. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "work.h"

static int export(struct work *work)
{
    struct output output = {.descriptor = STDOUT_FILENO};
    uint64_t count;
    int code = work_end(work, patch_texts_export(&work->request, &output, &count, &work->failure));
    if (code == EXIT_DONE && count == 0)
        work_note(work, "there are no texts");
    return code == EXIT_DONE && count == 0 ? EXIT_FINDINGS : code;
}

static int import(struct work *work)
{
    struct output output = {.descriptor = STDOUT_FILENO};
    const struct patch_table_reports reports = {work_problem, work};
    bool done = patch_texts_import(&work->request, &reports, &output, &work->failure);
    terminal_end(&work->terminal);
    if (done && !work->request.rule)
        work_note(work, "the recipe has no checksum steps; see --rule and --block");
    return work_end(work, done);
}

int command_texts(const struct command *command, int argc, char **argv)
{
    struct work work;
    if (!work_begin(&work, command, argc, argv))
        return work.code;
    const struct patch_request *request = &work.request;
    bool imports = strcmp(request->action, "import") == 0;
    if (!imports && strcmp(request->action, "export") != 0)
        return work_end(
            &work, refuse(&work.failure, EXIT_USAGE, "takes export or import, not '%.40s'", request->action));
    if (imports != !!request->patch)
        return work_end(&work,
                        refuse(&work.failure, EXIT_USAGE, "export takes DISC, import takes DISC TABLE"));
    if (imports ? !!request->format : request->rule || request->block_count != 0)
        return work_end(&work,
                        refuse(&work.failure, EXIT_USAGE, "%s",
                               imports ? "--po goes with export" : "--rule and --block go with import"));
    return imports ? import(&work) : export(&work);
}
