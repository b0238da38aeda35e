/* SPDX-License-Identifier: MIT */
/* The library of kiwipatch: plan, apply, import and export without a terminal. */
#include "patch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files.h"
#include "interchange.h"
#include "originals.h"
#include "plan.h"

/** A recipe with "KIWI" at the right byte passes for ALLDATA.KWI, but no disc begins as JSON does. */
static bool begins_as_json(const char *path)
{
    FILE *file = fopen(path, "rb");
    int c = file ? getc(file) : EOF;
    while (c == ' ' || c == '\t' || c == '\r' || c == '\n')
        c = getc(file);
    if (file)
        fclose(file);
    return c == '{';
}

/** Reads the recipe; if it is none, perhaps since it is the disc, says so. */
static bool read_recipe(struct recipe *recipe, const char *path, struct failure *failure)
{
    struct kiwi_disc *disc;
    if (recipe_read(recipe, path, failure))
        return true;
    if (begins_as_json(path) || kiwi_disc_open(path, NULL, &disc, NULL) != KIWI_OK)
        return false;
    kiwi_disc_close(disc);
    return refuse(failure, EXIT_INPUT, "%.400s is no recipe; DISC comes first", path);
}

/** Opens the disc, reads the recipe or patch, and makes the plan; plan_close() it only if that succeeded. */
static bool make_plan(struct plan *plan, const struct patch_request *request, bool writable,
                      struct failure *failure)
{
    struct recipe recipe = {.folder = NULL};
    bool patch = interchange_format(request->patch) != PATCH_NONE;
    if (request->override && strcmp(request->override, PATCH_OVERRIDE) != 0)
        return refuse(failure, EXIT_USAGE, "--override wants the words \"%s\"", PATCH_OVERRIDE);
    const char *foreign = patch ? NULL : interchange_foreign(request->patch);
    if (foreign)
        return refuse(failure, EXIT_INPUT,
                      "%.300s: patches in the format %s are not read; IPS, UPS, BPS and PPF are",
                      request->patch, foreign);
    if (!patch && !read_recipe(&recipe, request->patch, failure))
        return false;
    const char *file = request->file ? request->file : recipe.file;
    bool opened = plan_open(plan, &io_host, request->disc, file, writable, failure);
    bool done = opened;
    if (opened) {
        plan->override = request->override;
        plan->target.image.monitor = request->monitor;
        done = patch ? plan_patch(plan, request->patch, failure) : plan_recipe(plan, &recipe, failure);
    }
    recipe_free(&recipe);
    if (opened && !done)
        plan_close(plan);
    return done;
}

bool patch_plan(const struct patch_request *request, struct output *output, struct failure *failure)
{
    struct plan plan;
    if (!make_plan(&plan, request, false, failure))
        return false;
    bool done = plan_write(&plan, output, failure);
    plan_close(&plan);
    return done;
}

/* apply */

static bool check_consent(const struct plan *plan, const struct patch_request *request,
                          struct failure *failure)
{
    char hash[HASH_TEXT];
    hash_text(plan->hash, hash);
    if (request->hash && strcmp(request->hash, hash) != 0)
        return refuse(failure, EXIT_REFUSED, "the plan has hash %s, not %.64s", hash, request->hash);
    if (plan->risk && (!request->accept_risk || strcmp(request->accept_risk, plan->id) != 0))
        return refuse(failure, EXIT_REFUSED, "risk: %.300s (if you have read this: --accept-risk %.90s)",
                      plan->risk, plan->id);
    return true;
}

/** SHA-256 of everything that the plan does not touch. */
static bool hash_outside(const struct plan *plan, uint8_t hash[HASH_SIZE], struct failure *failure)
{
    const struct image *image = &plan->target.image;
    size_t count = plan->changes.count + 1;
    struct kiwi_extent *extents = calloc(count, sizeof *extents);
    struct kiwi_source *outside = NULL;
    uint64_t at = 0;
    if (!extents)
        return refuse_memory(failure);
    for (size_t i = 0; i < count; i++) {
        uint64_t end = i < plan->changes.count ? plan->changes.items[i].offset : image->info.size;
        extents[i] = (struct kiwi_extent){at, end - at};
        if (i < plan->changes.count)
            at = end + plan->changes.items[i].length;
    }
    bool done = kiwi_source_from_extents(image->source, extents, count, &outside, NULL) == KIWI_OK ||
                refuse_memory(failure);
    done = done && hash_watched(outside, 0, kiwi_source_size(outside), hash, image->monitor,
                                "hashing what must not change", failure);
    kiwi_source_unref(outside);
    free(extents);
    return done;
}

/** What fails now is no refusal: the image was touched. Only a stop keeps its code, as somebody asked for it.
 */
static bool after_changes(const struct failure *wrong, bool may_be_stopped, struct failure *failure)
{
    return refuse(failure, may_be_stopped ? wrong->code : EXIT_SYSTEM,
                  "%.480s; the image was touched, the changes are made: kiwipatch undo", wrong->text);
}

static bool apply(struct plan *plan, const struct patch_request *request, struct patch_applied *applied,
                  struct failure *failure)
{
    uint8_t before[HASH_SIZE];
    uint8_t after[HASH_SIZE];
    struct failure wrong;
    if (!check_consent(plan, request, failure) || !originals_refuse(&plan->target.image, failure) ||
        (request->full && !hash_outside(plan, before, failure)) ||
        !transaction_apply(&plan->target.image, &plan->changes, plan->hash, &applied->journal, failure))
        return false;
    hash_text(plan->hash, applied->plan);
    applied->change_count = plan->changes.count;
    if (!plan_check_sums(plan, plan->target.image.source, &wrong))
        return after_changes(&wrong, false, failure);
    if (request->full && !hash_outside(plan, after, &wrong))
        return after_changes(&wrong, true, failure);
    if (!request->full)
        return true;
    if (memcmp(before, after, HASH_SIZE) != 0) {
        refuse(&wrong, EXIT_SYSTEM, "bytes outside the plan changed: something else writes to the image");
        return after_changes(&wrong, false, failure);
    }
    hash_text(after, applied->outside);
    return true;
}

bool patch_apply(const struct patch_request *request, struct patch_applied *applied, struct failure *failure)
{
    struct plan plan;
    *applied = (struct patch_applied){0};
    in_use(request->disc, false, applied->in_use); /* before we have it open ourselves */
    if (!make_plan(&plan, request, true, failure))
        return false;
    applied->warning = plan.warning;
    bool done = apply(&plan, request, applied, failure);
    plan_close(&plan);
    return done;
}

/* import and export */

bool patch_import(const struct patch_request *request, struct output *output, const char **warning,
                  struct failure *failure)
{
    struct patch_request overridden = *request;
    struct plan plan;
    overridden.override = PATCH_OVERRIDE; /* the recipe must say so again when it is applied */
    *warning = NULL;
    if (interchange_format(request->patch) == PATCH_NONE && !interchange_foreign(request->patch))
        return refuse(failure, EXIT_INPUT, "%.300s: neither IPS nor UPS nor BPS nor PPF", request->patch);
    if (!make_plan(&plan, &overridden, false, failure))
        return false;
    *warning = plan.warning;
    bool done = (!plan.several ||
                 refuse(failure, EXIT_REFUSED,
                        "the patch changes several files of the image, a recipe only one")) &&
                plan_write_recipe(&plan, output, failure);
    plan_close(&plan);
    return done;
}

static bool write_patch(const struct plan *plan, enum patch_format format, const char *path,
                        struct failure *failure)
{
    const struct kiwi_extent extent = {plan->target.base, plan->target.file->size};
    struct changes changes = plan->changes;
    struct kiwi_source *file;
    if (kiwi_source_from_extents(plan->target.image.source, &extent, 1, &file, NULL) != KIWI_OK)
        return refuse_memory(failure);
    bool standard = strcmp(path, "-") == 0;
    FILE *output = standard ? stdout : files_create_stream(path);
    if (!output) {
        refuse(failure, errno == EEXIST ? EXIT_REFUSED : EXIT_SYSTEM, "%.300s: %s", path, strerror(errno));
        kiwi_source_unref(file);
        return false;
    }
    for (size_t i = 0; i < changes.count; i++)
        changes.items[i].offset -= plan->target.base;
    bool done = interchange_write(format, file, &changes, plan->target.image.monitor, output, failure);
    if ((standard ? fflush(output) : fclose(output)) != 0 && done)
        done = refuse(failure, EXIT_SYSTEM, "%.300s: %s", path, strerror(errno));
    if (!done && !standard)
        files_remove(path); /* half a patch is none */
    kiwi_source_unref(file);
    return done;
}

bool patch_export(const struct patch_request *request, struct failure *failure)
{
    struct plan plan;
    const char *dot = strrchr(request->output, '.');
    enum patch_format format = interchange_by_name(request->format ? request->format : dot ? dot + 1 : "");
    if (format == PATCH_NONE)
        return refuse(failure, EXIT_USAGE, "--format takes ips, ups or bps, not '%.40s'",
                      request->format ? request->format : request->output);
    if (!make_plan(&plan, request, false, failure))
        return false;
    bool done = (!plan.several ||
                 refuse(failure, EXIT_REFUSED, "the patch changes several files of the image")) &&
                write_patch(&plan, format, request->output, failure);
    plan_close(&plan);
    return done;
}
