/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"
#include "commands.h"
#include "interchange.h"
#include "originals.h"
#include "plan.h"

/**
 * Opens the disc, reads the recipe or patch, and makes the plan; plan_close() is needed only if it
 * succeeded.
 */
static bool make_plan(struct plan *plan, const struct arguments *arguments, bool writable,
                      struct failure *failure)
{
    struct recipe recipe = {.folder = NULL};
    bool patch = interchange_format(arguments->patch) != PATCH_NONE;
    if (!patch && !recipe_read(&recipe, arguments->patch, failure))
        return false;
    const char *file = arguments->file ? arguments->file : recipe.file;
    bool opened = plan_open(plan, &io_posix, arguments->disc, file, writable, failure);
    bool done = opened;
    if (opened) {
        plan->override = arguments->override;
        done = patch ? plan_patch(plan, arguments->patch, failure) : plan_recipe(plan, &recipe, failure);
    }
    recipe_free(&recipe);
    if (opened && !done)
        plan_close(plan);
    return done;
}

int command_plan(int argc, char **argv)
{
    struct arguments arguments;
    struct failure failure;
    static struct plan plan;
    if (!arguments_read(&arguments, argc, argv, "fO", 2, &failure) ||
        !make_plan(&plan, &arguments, false, &failure))
        return complain("plan", &failure);
    bool done = plan_print(&plan, &failure);
    plan_close(&plan);
    return done ? EXIT_DONE : complain("plan", &failure);
}

/* apply */

static bool check_consent(const struct plan *plan, const struct arguments *arguments, struct failure *failure)
{
    char hash[HASH_TEXT];
    hash_text(plan->hash, hash);
    if (arguments->hash && strcmp(arguments->hash, hash) != 0)
        return refuse(failure, EXIT_REFUSED, "the plan has hash %s, not %.64s", hash, arguments->hash);
    if (plan->risk && (!arguments->accept_risk || strcmp(arguments->accept_risk, plan->id) != 0))
        return refuse(failure, EXIT_REFUSED, "risk: %.300s (if you have read this: --accept-risk %.90s)",
                      plan->risk, plan->id);
    return true;
}

/** SHA-256 of everything that the plan does not touch. */
static bool hash_outside(const struct plan *plan, uint8_t hash[HASH_SIZE], struct failure *failure)
{
    size_t count = plan->changes.count + 1;
    struct kiwi_extent *extents = calloc(count, sizeof *extents);
    struct kiwi_source *outside = NULL;
    uint64_t at = 0;
    if (!extents)
        return refuse_memory(failure);
    for (size_t i = 0; i < count; i++) {
        uint64_t end = i < plan->changes.count ? plan->changes.items[i].offset : plan->target.image.info.size;
        extents[i] = (struct kiwi_extent){at, end - at};
        if (i < plan->changes.count)
            at = end + plan->changes.items[i].length;
    }
    bool done = kiwi_source_from_extents(plan->target.image.source, extents, count, &outside, NULL) ==
                    KIWI_OK ||
                refuse_memory(failure);
    done = done && hash_source(outside, 0, kiwi_source_size(outside), hash, failure);
    kiwi_source_unref(outside);
    free(extents);
    return done;
}

static bool apply(struct plan *plan, const struct arguments *arguments, struct failure *failure)
{
    uint8_t before[HASH_SIZE];
    uint8_t after[HASH_SIZE];
    char text[HASH_TEXT];
    char *journal = NULL;
    if (!check_consent(plan, arguments, failure) || !originals_refuse(&plan->target.image, failure) ||
        (arguments->full && !hash_outside(plan, before, failure)) ||
        !transaction_apply(&plan->target.image, &plan->changes, plan->hash, &journal, failure))
        return false;
    hash_text(plan->hash, text);
    printf("applied plan %s: %zu change(s); undo file %s\n", text, plan->changes.count, journal);
    free(journal);
    if (!arguments->full)
        return true;
    if (!hash_outside(plan, after, failure))
        return false;
    if (memcmp(before, after, HASH_SIZE) != 0)
        return refuse(failure, EXIT_SYSTEM,
                      "bytes outside the plan changed: something else writes to the image; undo");
    hash_text(after, text);
    printf("everything outside the plan is as before: SHA-256 %s\n", text);
    return true;
}

static int finish_output(const char *command, bool done, struct failure *failure)
{
    if (!done)
        return complain(command, failure);
    if (fflush(stdout) == 0)
        return EXIT_DONE;
    refuse(failure, EXIT_SYSTEM, "done, but writing the output failed: %s", strerror(errno));
    return complain(command, failure);
}

int command_apply(int argc, char **argv)
{
    struct arguments arguments;
    struct failure failure;
    static struct plan plan;
    if (!arguments_read(&arguments, argc, argv, "fOHrF", 2, &failure) ||
        !make_plan(&plan, &arguments, true, &failure))
        return complain("apply", &failure);
    if (plan.warning)
        fprintf(stderr, "kiwipatch apply: note: %s\n", plan.warning);
    bool done = apply(&plan, &arguments, &failure);
    plan_close(&plan);
    return finish_output("apply", done, &failure);
}

/* import and export */

static bool write_patch(const struct plan *plan, enum patch_format format, const char *path,
                        struct failure *failure)
{
    const struct kiwi_extent extent = {plan->target.base, plan->target.file->size};
    struct changes changes = plan->changes;
    struct kiwi_source *file;
    if (kiwi_source_from_extents(plan->target.image.source, &extent, 1, &file, NULL) != KIWI_OK)
        return refuse_memory(failure);
    FILE *output = fopen(path, "wbx");
    if (!output) {
        kiwi_source_unref(file);
        return refuse(failure, errno == EEXIST ? EXIT_REFUSED : EXIT_SYSTEM, "%.300s: %s", path,
                      strerror(errno));
    }
    for (size_t i = 0; i < changes.count; i++)
        changes.items[i].offset -= plan->target.base;
    bool done = interchange_write(format, file, &changes, output, failure);
    if (fclose(output) != 0 && done)
        done = refuse(failure, EXIT_SYSTEM, "%.300s: %s", path, strerror(errno));
    if (!done)
        unlink(path); /* half a patch is none */
    kiwi_source_unref(file);
    return done;
}

int command_export(int argc, char **argv)
{
    struct arguments arguments;
    struct failure failure;
    static struct plan plan;
    if (!arguments_read(&arguments, argc, argv, "fOo", 3, &failure))
        return complain("export", &failure);
    const char *dot = strrchr(arguments.output, '.');
    enum patch_format format = interchange_by_name(arguments.format ? arguments.format : dot ? dot + 1 : "");
    if (format == PATCH_NONE) {
        refuse(&failure, EXIT_USAGE, "--format must be ips, ups or bps");
        return complain("export", &failure);
    }
    if (!make_plan(&plan, &arguments, false, &failure))
        return complain("export", &failure);
    bool done = write_patch(&plan, format, arguments.output, &failure);
    plan_close(&plan);
    return done ? EXIT_DONE : complain("export", &failure);
}

int command_import(int argc, char **argv)
{
    struct arguments arguments;
    struct failure failure;
    static struct plan plan;
    if (!arguments_read(&arguments, argc, argv, "f", 2, &failure))
        return complain("import", &failure);
    if (interchange_format(arguments.patch) == PATCH_NONE) {
        refuse(&failure, EXIT_INPUT, "%.300s: neither IPS nor UPS nor BPS", arguments.patch);
        return complain("import", &failure);
    }
    arguments.override = true; /* the recipe must say so again when it is applied */
    if (!make_plan(&plan, &arguments, false, &failure))
        return complain("import", &failure);
    if (plan.warning)
        fprintf(stderr, "kiwipatch import: note: %s\n", plan.warning);
    bool done = plan_print_recipe(&plan, &failure);
    plan_close(&plan);
    return done ? EXIT_DONE : complain("import", &failure);
}
