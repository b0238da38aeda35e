/* SPDX-License-Identifier: MIT */
/* Undo, resume and status of an image by its journals. */
#include <stdlib.h>

#include "document.h"
#include "patch.h"
#include "target.h"

/** Opens the file of the host that has the journals; image_close() it only if that succeeded. */
static bool open_host(const struct patch_request *request, bool writable, struct image *image,
                      struct failure *failure)
{
    char *host;
    if (!target_locate(request->disc, request->file, &host, failure))
        return false;
    bool done = image_open(&io_posix, host, writable, image, failure);
    free(host);
    image->monitor = request->monitor;
    return done;
}

typedef bool recover(struct image *image, enum transaction_result *result, struct failure *failure);

static bool run(recover *action, const struct patch_request *request, struct patch_recovered *recovered,
                struct failure *failure)
{
    struct image image;
    *recovered = (struct patch_recovered){.image = NULL};
    if (!open_host(request, true, &image, failure))
        return false;
    bool done = action(&image, &recovered->result, failure);
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
    return run(transaction_undo, request, recovered, failure);
}

bool patch_resume(const struct patch_request *request, struct patch_recovered *recovered,
                  struct failure *failure)
{
    return run(transaction_resume, request, recovered, failure);
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
}

static bool put_journal(struct json *json, struct image *image, unsigned number, struct failure *failure)
{
    static const char *const states[] = {"incomplete", "open", "committed", "undoing", "undone", "damaged"};
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
    if (journal.state != JOURNAL_UNSEALED && journal.state != JOURNAL_DAMAGED) {
        put_hash(json, "plan", journal.plan);
        put_sectors(json, image, &journal);
    }
    if (journal.damage)
        put_text(json, "problem", journal.damage);
    json_end_object(json);
    journal_close(&journal);
    return true;
}

struct status {
    struct image image;
    struct journals journals;
};

static bool put_status(struct json *json, void *context, struct failure *failure)
{
    struct status *status = context;
    bool done = true;
    put_text(json, "image", status->image.path);
    put_bool(json, "open", status->journals.open != 0);
    json_key(json, "journals");
    json_begin_array(json);
    for (unsigned number = 1; done && number <= status->journals.last; number++)
        done = put_journal(json, &status->image, number, failure);
    json_end_array(json);
    return done;
}

bool patch_status(const struct patch_request *request, struct output *output, bool *open,
                  struct failure *failure)
{
    struct status status;
    if (!open_host(request, false, &status.image, failure))
        return false;
    bool done = journals_find(status.image.io, status.image.path, &status.journals, failure) &&
                document_write(output, put_status, &status, failure);
    *open = done && status.journals.open != 0;
    image_close(&status.image);
    return done;
}
