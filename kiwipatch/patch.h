/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_PATCH_H
#define KIWIPATCH_PATCH_H

/*
 * What the commands do, for the command line and for Python. Nothing here prints, or keeps anything from one
 * call to the next: several threads may work on different images. docs/design/patching.md has the protocol.
 */

#include "common/output.h"
#include "hash.h"
#include "monitor.h"
#include "transaction.h"

/** To be typed out by those who write into a module whose checksum nobody knows. */
#define PATCH_OVERRIDE "write without a checksum rule"

/** What to work on, and how; what a function does not need may be NULL. */
struct patch_request {
    const char *disc;            /* image, folder or file */
    const char *patch;           /* recipe, IPS, UPS or BPS */
    const char *file;            /* of the disc; NULL: that of the recipe, or LOADING.KWI */
    const char *override;        /* PATCH_OVERRIDE of a plan, TRANSACTION_UNREAD of undo and resume */
    const char *hash;            /* apply only if the plan has it */
    const char *accept_risk;     /* id of the recipe whose risk has been read */
    bool full;                   /* compare everything outside the plan before and after apply, too */
    const char *output, *format; /* of export; no format: as output ends */
    const struct monitor *monitor;
};

/** Writes the plan as JSON. */
bool patch_plan(const struct patch_request *request, struct output *output, struct failure *failure);

struct patch_applied {
    const char *warning; /* about the patch, or NULL; also of one that failed */
    char plan[HASH_TEXT];
    size_t change_count;
    char *journal;           /* free() it; NULL: the changes are not made */
    char outside[HASH_TEXT]; /* SHA-256 of everything outside the plan, with full */
};

/** If this fails, it is done nevertheless if applied has a journal: only the full comparison failed. */
bool patch_apply(const struct patch_request *request, struct patch_applied *applied, struct failure *failure);

struct patch_recovered {
    char *image; /* free() it */
    enum transaction_result result;
};

bool patch_undo(const struct patch_request *request, struct patch_recovered *recovered,
                struct failure *failure);
bool patch_resume(const struct patch_request *request, struct patch_recovered *recovered,
                  struct failure *failure);

/** Writes the journals and what stands in their sectors as JSON. */
bool patch_status(const struct patch_request *request, struct output *output, bool *open,
                  struct failure *failure);

/** Called for every file that was copied, read again and registered. */
typedef void patch_copied(void *context, const char *sha256, const char *path);

/** Copies the image, file or folder request->disc to request->output. Of a folder, whole files may stay. */
bool patch_copy(const struct patch_request *request, patch_copied *copied, void *context,
                struct failure *failure);

/** Writes an IPS, UPS or BPS patch as a recipe. *warning: see struct patch_applied. */
bool patch_import(const struct patch_request *request, struct output *output, const char **warning,
                  struct failure *failure);
bool patch_export(const struct patch_request *request, struct failure *failure);

#endif
