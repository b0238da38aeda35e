/* SPDX-License-Identifier: MIT */
/* Makes a plan of a recipe or patch: all changes of a disc, checked before any is made. */
#include "plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/host.h"
#include "common/hash.h"
#include "interchange.h"

bool plan_open(struct plan *plan, const struct io *io, const char *path, const char *file, bool writable,
               struct failure *failure)
{
    *plan = (struct plan){.override = false};
    if (!target_open(io, path, file, writable, &plan->target, failure))
        return false;
    plan->region = plan->target.base;
    plan->region_size = plan->target.file->size;
    if (plan_add_file(plan, plan->target.file, plan->target.base, failure))
        return true;
    plan_close(plan);
    return false;
}

void plan_close(struct plan *plan)
{
    changes_free(&plan->changes);
    plan_free_files(plan);
    free(plan->blocks);
    free(plan->risk);
    free(plan->result_sha256);
    target_close(&plan->target);
}

/* What the recipe is for. */

static bool choose_module(struct plan *plan, const struct recipe *recipe, struct failure *failure)
{
    const struct kiwi_loading *loading = plan->files[0].loading;
    size_t same_name = 0;
    size_t fitting = 0;
    if (!recipe->module)
        return true;
    if (!loading)
        return refuse(failure, EXIT_REFUSED, "%.200s has no modules, the recipe is for module %.60s",
                      plan->target.file->path, recipe->module);
    for (size_t i = 0; i < kiwi_loading_module_count(loading); i++) {
        const struct kiwi_loading_module *module = kiwi_loading_module(loading, i);
        if (strcmp(module->name, recipe->module) != 0)
            continue;
        same_name++;
        plan->module = plan->module && fitting > 0 ? plan->module : module;
        if (!recipe->version || strcmp(module->version, recipe->version) == 0) {
            plan->module = module;
            fitting++;
        }
    }
    if (same_name == 0)
        return refuse(failure, EXIT_REFUSED, "the disc has no module %.60s", recipe->module);
    if (fitting == 0)
        return refuse(failure, EXIT_REFUSED, "the recipe is for version %.20s of %.60s, the disc has %.20s",
                      recipe->version, recipe->module, plan->module->version);
    if (fitting > 1)
        return refuse(failure, EXIT_REFUSED,
                      "the disc has %zu modules %.60s; the recipe must tell the version", fitting,
                      recipe->module);
    if (plan->module->rule == KIWI_LOADING_NOWHERE || plan->module->ambiguous)
        return refuse(failure, EXIT_REFUSED, "module %.60s: its place is not certain: %.200s", recipe->module,
                      plan->module->evidence);
    plan->region = plan->target.base + plan->module->offset;
    plan->region_size = plan->module->size;
    return true;
}

static const char hashing[] = "hashing the file";

static bool check_sha256(const struct plan *plan, struct kiwi_source *source, const char *wanted,
                         const char *result, const char *text, struct failure *failure)
{
    uint8_t hash[HASH_SIZE];
    char found[HASH_TEXT];
    if (!wanted)
        return true;
    if (!hash_watched(source, plan->region, plan->region_size, hash, plan->target.image.monitor, hashing,
                      failure))
        return false;
    hash_text(hash, found);
    if (strcmp(found, wanted) == 0)
        return true;
    if (result && strcmp(found, result) == 0)
        return refuse(failure, EXIT_REFUSED, "it is patched already: SHA-256 is what the recipe makes");
    return refuse(failure, EXIT_REFUSED, "%s: SHA-256 is %.16s..., not %.16s...", text, found, wanted);
}

static bool check_identity(const struct plan *plan, const struct recipe *recipe, struct failure *failure)
{
    char md5[MD5_TEXT];
    if (recipe->has_size && recipe->size != plan->region_size)
        return refuse(failure, EXIT_REFUSED,
                      "the recipe is for another file: %" PRIu64 " bytes, and this one has %" PRIu64,
                      recipe->size, plan->region_size);
    if (!check_sha256(plan, plan->target.image.source, recipe->sha256, recipe->result_sha256,
                      "the recipe is for another file", failure))
        return false;
    if (!recipe->md5)
        return true;
    if (!hash_md5(plan->target.image.source, plan->region, plan->region_size, md5, plan->target.image.monitor,
                  hashing, failure))
        return false;
    return strcmp(md5, recipe->md5) == 0 ||
           refuse(failure, EXIT_REFUSED, "the recipe is for another file: MD5 is %s, not %s", md5,
                  recipe->md5);
}

/* What makes changes safe. */

/** What is wrong with a file: hashes of path, field and offset of each finding. */
struct findings {
    uint64_t *items;
    size_t count, room;
    const struct findings *known; /* those before the changes, ascending; NULL while they are collected */
    bool full, no_memory;
    char first[200]; /* that is not known */
};

enum { FINDING_LIMIT = 1 << 20 }; /* 8 MB */

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) /* FNV-1a */
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * UINT64_C(0x100000001B3);
    return hash;
}

static int by_number(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

static void take_finding(void *context, const struct kiwi_finding *finding)
{
    struct findings *findings = context;
    if (finding->severity == KIWI_NOTE)
        return;
    uint64_t hash = hash_bytes(UINT64_C(0xCBF29CE484222325), finding->path, strlen(finding->path) + 1);
    hash = hash_bytes(hash, finding->field, strlen(finding->field) + 1);
    hash = hash_bytes(hash, &finding->offset, sizeof finding->offset);
    if (findings->known) {
        const struct findings *known = findings->known;
        bool found = known->count != 0 && bsearch(&hash, known->items, known->count, sizeof hash, by_number);
        if (!found && findings->count++ == 0)
            snprintf(findings->first, sizeof findings->first, "%.80s %.40s: %.60s", finding->path,
                     finding->field, finding->found);
        return;
    }
    findings->full |= findings->count == FINDING_LIMIT;
    if (findings->full)
        return;
    uint64_t *items = grow_array(findings->items, &findings->room, findings->count, 1, sizeof *items);
    findings->no_memory |= !items;
    if (items) {
        findings->items = items;
        items[findings->count++] = hash;
    }
}

/** Walks to the end, which alone finds what there is to find. */
static bool drain(struct kiwi_walk *walk, const struct monitor *monitor, struct failure *failure)
{
    struct kiwi_item item;
    uint64_t done;
    uint64_t total;
    for (uint32_t events = 0; kiwi_walk_next(walk, &item) != KIWI_EVENT_END; events++) {
        if (events % 65536 != 0)
            continue;
        kiwi_walk_progress(walk, &done, &total);
        if (!monitor_ask(monitor, "checking the structure", done, total, failure))
            return false;
    }
    return true;
}

/** Reads the file of the disc that source is, record by record. */
static bool take_findings(const struct plan *plan, const struct kiwi_file *file, struct kiwi_source *source,
                          struct findings *findings, struct failure *failure)
{
    bool image = kiwi_disc_container(plan->target.disc) == KIWI_CONTAINER_IMAGE;
    const char *slash = strrchr(file->path, '/');
    const char *name = slash ? slash + 1 : file->path;
    const struct kiwi_walk_options options = {.size = sizeof options,
                                              .file = image ? file->path : NULL,
                                              .check = true,
                                              .brief = true,
                                              .finding = take_finding,
                                              .context = findings};
    struct kiwi_disc *disc;
    struct kiwi_walk *walk;
    struct kiwi_error error;
    bool done = true;
    enum kiwi_status status = kiwi_disc_open_source(source, name, NULL, &disc, &error);
    if (status == KIWI_ERROR_NOT_KIWI)
        return true; /* nothing that could be checked */
    if (status == KIWI_OK) {
        status = kiwi_walk_open(disc, &options, &walk, &error);
        if (status == KIWI_OK) {
            done = drain(walk, plan->target.image.monitor, failure);
            status = kiwi_walk_status(walk, &error);
            kiwi_walk_close(walk);
        }
        kiwi_disc_close(disc);
    }
    return done && (status == KIWI_OK || refuse_kiwi(failure, plan->target.image.path, &error));
}

/** A change that mends one thing must not hide that it breaks another: nothing new may be wrong. */
static bool check_findings(const struct plan *plan, const struct kiwi_file *file, struct kiwi_source *overlay,
                           struct failure *failure)
{
    struct findings before = {.items = NULL};
    struct findings after = {.known = &before};
    bool good = take_findings(plan, file, plan->target.image.source, &before, failure);
    if (good && before.no_memory)
        good = refuse_memory(failure);
    if (good && before.full)
        good = refuse(failure, EXIT_REFUSED,
                      "%.200s has more than %d findings; what the changes do to it is not clear", file->path,
                      FINDING_LIMIT);
    if (before.count > 1)
        qsort(before.items, before.count, sizeof *before.items, by_number);
    good = good && take_findings(plan, file, overlay, &after, failure);
    if (good && after.count > 0)
        good = refuse(failure, EXIT_REFUSED, "the changes would damage the disc: %zu new finding(s), %.200s",
                      after.count, after.first);
    free(before.items);
    return good;
}

static bool check_result(const struct plan *plan, struct failure *failure)
{
    struct kiwi_source *overlay;
    if (!changes_overlay(&plan->changes, plan->target.image.source, &overlay, failure))
        return false;
    bool done = plan_check_covered(plan, overlay, failure) && plan_check_sums(plan, overlay, failure) &&
                check_sha256(plan, overlay, plan->result_sha256, NULL,
                             "the recipe does not make what it promises", failure);
    for (size_t i = 0; done && i < plan->file_count; i++)
        done = check_findings(plan, plan->files[i].file, overlay, failure);
    kiwi_source_unref(overlay);
    return done;
}

static void hash_number(struct hasher *hasher, uint64_t number)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(number >> 8 * i);
    hasher_take(hasher, bytes, sizeof bytes);
}

/** Of the size of the image, and of place, length, old and new bytes of every change. */
static void hash_plan(struct plan *plan)
{
    struct hasher hasher;
    struct hashes hashes;
    hasher_begin(&hasher, HASH_SHA256);
    hash_number(&hasher, plan->target.image.info.size);
    for (size_t i = 0; i < plan->changes.count; i++) {
        const struct change *change = &plan->changes.items[i];
        hash_number(&hasher, change->offset);
        hash_number(&hasher, change->length);
        hasher_take(&hasher, change->old_hash, HASH_SIZE);
        hasher_take(&hasher, change->new_hash, HASH_SIZE);
    }
    hasher_end(&hasher, &hashes);
    memcpy(plan->hash, hashes.sha256, HASH_SIZE);
}

static bool refuse_nothing(const struct plan *plan, struct failure *failure)
{
    for (size_t i = 0; i < plan->changes.count; i++)
        if (memcmp(plan->changes.items[i].old_hash, plan->changes.items[i].new_hash, HASH_SIZE) != 0)
            return true;
    return refuse(failure, EXIT_REFUSED, "nothing would change: is it patched already?");
}

bool plan_finish(struct plan *plan, struct failure *failure)
{
    if (!changes_sort(&plan->changes, failure) ||
        !changes_hash(&plan->changes, plan->target.image.source, failure) || !refuse_nothing(plan, failure) ||
        !check_result(plan, failure))
        return false;
    hash_plan(plan);
    return true;
}

static bool copy_text(const char *text, char **copy, struct failure *failure)
{
    *copy = text ? malloc(strlen(text) + 1) : NULL;
    if (*copy)
        strcpy(*copy, text);
    return *copy || !text || refuse_memory(failure);
}

/** Ascending by the place of the value: a block can contain only values that stand before its own. */
static int by_value(const void *left, const void *right)
{
    const struct step *a = *(const struct step *const *)left;
    const struct step *b = *(const struct step *const *)right;
    uint64_t a_end = a->at + a->length, b_end = b->at + b->length;
    return a_end < b_end ? -1 : a_end > b_end;
}

static bool add_checksums(struct plan *plan, const struct recipe *recipe, struct failure *failure)
{
    const struct step **steps = calloc(recipe->step_count + 1, sizeof *steps);
    size_t count = 0;
    bool good = steps || refuse_memory(failure);
    for (size_t i = 0; good && i < recipe->step_count; i++)
        if (recipe->steps[i].kind == STEP_CHECKSUM)
            steps[count++] = &recipe->steps[i];
    if (count > 1)
        qsort(steps, count, sizeof *steps, by_value);
    for (size_t i = 0; good && i < count; i++)
        good = steps[i]->boot ? plan_add_boot(plan, steps[i], failure)
                              : plan_add_checksum(plan, steps[i], failure);
    free(steps);
    return good;
}

bool plan_sum(struct plan *plan, const struct recipe *recipe, struct failure *failure)
{
    return changes_sort(&plan->changes, failure) && plan_prove_rules(plan, recipe, failure) &&
           add_checksums(plan, recipe, failure);
}

bool plan_recipe(struct plan *plan, const struct recipe *recipe, struct failure *failure)
{
    snprintf(plan->title, sizeof plan->title, "%.190s", recipe->title);
    snprintf(plan->id, sizeof plan->id, "%.90s", recipe->id);
    if (!copy_text(recipe->risk, &plan->risk, failure) ||
        !copy_text(recipe->result_sha256, &plan->result_sha256, failure) ||
        !choose_module(plan, recipe, failure) || !check_identity(plan, recipe, failure))
        return false;
    for (size_t i = 0; i < recipe->step_count; i++)
        if (!plan_add_step(plan, recipe, &recipe->steps[i], failure))
            return false;
    return plan_sum(plan, recipe, failure) && plan_finish(plan, failure);
}

/** The file of the image that has all bytes of a change. */
static const struct kiwi_file *file_of(const struct plan *plan, const struct change *change)
{
    const struct kiwi_disc *disc = plan->target.disc;
    for (size_t i = 0; i < kiwi_disc_file_count(disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(disc, i);
        for (size_t k = 0; k < file->extent_count; k++) {
            const struct kiwi_extent *extent = &file->extents[k];
            if (change->offset >= extent->offset && change->offset - extent->offset < extent->length &&
                change->length <= extent->length - (change->offset - extent->offset))
                return file;
        }
    }
    return NULL;
}

/** Maps the changes of an image to its files, all of which are checked as a single target is. */
static bool map_changes(struct plan *plan, struct failure *failure)
{
    plan_free_files(plan);
    for (size_t i = 0; i < plan->changes.count; i++) {
        const struct change *change = &plan->changes.items[i];
        const struct kiwi_file *file = file_of(plan, change);
        if (!file)
            return refuse(failure, EXIT_REFUSED,
                          "the patch is for the whole image, and %" PRIu64 " bytes at %" PRIu64
                          " lie in no file: kiwipatch changes files only",
                          change->length, change->offset);
        if (plan_file_at(plan, change->offset))
            continue;
        if (!target_set_file(&plan->target, file, failure) ||
            !plan_add_file(plan, file, plan->target.base, failure))
            return false;
    }
    plan->several = plan->file_count > 1;
    plan->region = plan->several ? 0 : plan->target.base;
    plan->region_size = plan->several ? plan->target.image.info.size : plan->target.file->size;
    return true;
}

bool plan_patch(struct plan *plan, const char *path, struct failure *failure)
{
    const struct kiwi_extent extent = {plan->target.base, plan->target.file->size};
    struct kiwi_source *image = plan->target.image.source;
    struct kiwi_source *file;
    bool whole = kiwi_disc_container(plan->target.disc) == KIWI_CONTAINER_IMAGE &&
                 interchange_is_for_image(path, extent.length, plan->target.image.info.size);
    snprintf(plan->title, sizeof plan->title, "%.190s", kiwi_host_name(path));
    if (whole)
        file = kiwi_source_ref(image);
    else if (kiwi_source_from_extents(image, &extent, 1, &file, NULL) != KIWI_OK)
        return refuse_memory(failure);
    bool done = interchange_read(path, file, plan->target.image.monitor, &plan->changes, &plan->warning,
                                 failure);
    kiwi_source_unref(file);
    for (size_t i = 0; done && !whole && i < plan->changes.count; i++)
        plan->changes.items[i].offset += plan->target.base;
    return done && (!whole || map_changes(plan, failure)) && plan_finish(plan, failure);
}
