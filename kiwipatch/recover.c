/* SPDX-License-Identifier: MIT */
/* Undo, resume and status of an image by its journals. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "beside.h"
#include "document.h"
#include "patch.h"
#include "target.h"

static bool is_folder(const char *path)
{
    struct kiwi_host_info info;
    return kiwi_host_info(path, true, &info) == 0 && info.kind == KIWI_HOST_FOLDER;
}

/**
 * The file of the host that is meant: in a folder the one that has journals of the first of these kinds that
 * there are; where there are none, the one that the disc's name means. Owned by the caller.
 */
static bool locate(const struct patch_request *request, const enum beside_kind *kinds, char **host,
                   struct failure *failure)
{
    struct beside beside = {.paths = NULL};
    const char *path = NULL;
    bool done = !is_folder(request->disc) || beside_find(&io_host, request->disc, &beside, failure);
    do
        done = done && beside_choose(&io_host, &beside, request->file, *kinds, &path, failure);
    while (done && !path && *kinds++ != BESIDE_ANY);
    *host = NULL;
    if (done && path) {
        *host = kiwi_host_resolve(path);
        done = *host || refuse_system(failure, path, errno);
    } else if (done) {
        done = target_locate(request->disc, request->file, host, failure);
    }
    beside_free(&beside);
    return done;
}

typedef bool recover(struct image *image, enum care care, enum transaction_result *result,
                     struct failure *failure);

static bool read_care(const char *words, enum care *care, struct failure *failure)
{
    bool unread = words && strcmp(words, TRANSACTION_UNREAD) == 0;
    bool salvage = words && strcmp(words, JOURNAL_SALVAGE) == 0;
    *care = unread ? CARE_UNREAD : salvage ? CARE_SALVAGE : CARE_FULL;
    return !words || unread || salvage ||
           refuse(failure, EXIT_USAGE,
                  "--override wants the words \"" TRANSACTION_UNREAD "\" or \"" JOURNAL_SALVAGE "\"");
}

static bool run(recover *action, const struct patch_request *request, const enum beside_kind *kinds,
                struct patch_recovered *recovered, struct failure *failure)
{
    struct image image;
    enum care care;
    char *host;
    *recovered = (struct patch_recovered){.image = NULL};
    if (!read_care(request->override, &care, failure) || !locate(request, kinds, &host, failure))
        return false;
    in_use(host, false, recovered->in_use); /* before we have it open ourselves */
    bool done = image_open(&io_host, host, true, &image, failure);
    free(host);
    if (!done)
        return false;
    image.monitor = request->monitor;
    done = action(&image, care, &recovered->result, failure);
    if (done) {
        recovered->image = image.path;
        image.path = NULL;
    }
    image_close(&image);
    return done;
}

bool patch_undo(const struct patch_request *request, struct patch_recovered *recovered,
                struct failure *failure)
{
    static const enum beside_kind kinds[] = {BESIDE_OPEN, BESIDE_LEFT, BESIDE_COMMITTED, BESIDE_ANY};
    return run(transaction_undo, request, kinds, recovered, failure);
}

bool patch_resume(const struct patch_request *request, struct patch_recovered *recovered,
                  struct failure *failure)
{
    static const enum beside_kind kinds[] = {BESIDE_OPEN, BESIDE_LEFT, BESIDE_ANY};
    return run(transaction_resume, request, kinds, recovered, failure);
}

/* status */

static void put_sectors(struct json *json, struct image *image, struct journal *journal)
{
    struct sector_states states;
    struct failure failure;
    if (!transaction_inspect(image, journal, &states, &failure)) {
        put_text(json, "problem", failure.text);
        return;
    }
    put_number(json, "sectors", journal->count);
    put_number(json, "old", states.old_sectors);
    put_number(json, "new", states.new_sectors);
    put_number(json, "torn", states.mixed);
    put_number(json, "foreign", states.foreign);
    put_number(json, "unreadable", states.unreadable);
}

static bool put_journal(struct json *json, struct image *image, unsigned number, struct failure *failure)
{
    static const char *const states[] = {
        [JOURNAL_SEALED] = "open",   [JOURNAL_COMMITTED] = "committed", [JOURNAL_UNDOING] = "undoing",
        [JOURNAL_UNDONE] = "undone", [JOURNAL_DAMAGED] = "damaged",
    };
    struct journal journal;
    bool found = false;
    char *path = journal_path(image->path, number);
    bool done = path ? journal_open(image->io, path, false, &journal, &found, failure)
                     : refuse_memory(failure);
    free(path);
    if (!done || !found)
        return done;
    json_begin_object(json);
    put_text(json, "path", journal.path);
    put_text(json, "state", states[journal.state]);
    if (journal.state != JOURNAL_DAMAGED) {
        put_hash(json, "plan", journal.plan);
        put_sectors(json, image, &journal);
    }
    if (journal.damage)
        put_text(json, "problem", journal.damage);
    json_end_object(json);
    journal_close(&journal);
    return true;
}

static bool put_left(struct json *json, const struct image *image, struct failure *failure)
{
    char *left;
    if (!journal_left(image->io, image->path, &left, failure))
        return false;
    if (left) {
        json_begin_object(json);
        put_text(json, "path", left);
        put_text(json, "state", "incomplete");
        json_end_object(json);
    }
    free(left);
    return true;
}

/** The journals of one file; *open stays as it is if none is open. */
static bool put_journals(struct json *json, const char *path, bool *open, struct failure *failure)
{
    struct image image;
    struct journals journals;
    if (!image_open(&io_host, path, false, &image, failure))
        return false;
    bool done = journals_find(image.io, image.path, &journals, failure);
    for (unsigned number = 1; done && number <= journals.last; number++)
        done = put_journal(json, &image, number, failure);
    done = done && put_left(json, &image, failure);
    *open |= done && journals.open != 0;
    image_close(&image);
    return done;
}

/** What status is about: one file, or all of a folder that have journals. */
struct status {
    const char *path;
    struct beside files;
    bool open;
};

static bool put_status(struct json *json, void *context, struct failure *failure)
{
    struct status *status = context;
    bool done = true;
    put_text(json, "image", status->path);
    json_key(json, "journals");
    json_begin_array(json);
    for (size_t i = 0; done && i < status->files.count; i++)
        done = put_journals(json, status->files.paths[i], &status->open, failure);
    json_end_array(json);
    put_bool(json, "open", status->open);
    return done;
}

bool patch_status(const struct patch_request *request, struct output *output, bool *open,
                  struct failure *failure)
{
    static const enum beside_kind kinds[] = {BESIDE_ANY};
    struct status status = {.path = NULL};
    char *host = NULL;
    bool done = request->file || !is_folder(request->disc) ||
                beside_find(&io_host, request->disc, &status.files, failure);
    *open = false;
    if (done && status.files.count > 1) {
        status.path = request->disc;
        done = document_write(output, put_status, &status, failure);
        beside_free(&status.files);
    } else {
        beside_free(&status.files);
        done = done && locate(request, kinds, &host, failure);
        status.path = host;
        status.files = (struct beside){.paths = &host, .count = 1};
        done = done && document_write(output, put_status, &status, failure);
        free(host);
    }
    *open = done && status.open;
    return done;
}
