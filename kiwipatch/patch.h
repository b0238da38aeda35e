/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_PATCH_H
#define KIWIPATCH_PATCH_H

/*
 * What the commands do, for the command line and for Python. Nothing here prints, or keeps anything from one
 * call to the next: several threads may work on different images. docs/design/patching.md has the protocol.
 */

#include "common/output.h"
#include "hash.h"
#include "in_use.h"
#include "monitor.h"
#include "transaction.h"

/** To be typed out by those who write into a module whose checksum nobody knows. */
#define PATCH_OVERRIDE "write without a checksum rule"

enum { PATCH_BLOCK_LIMIT = 64 };

/** Bytes of a module or file that end with their check value. */
struct patch_block {
    uint64_t offset, length;
};

/** What to work on, and how; what a function does not need may be NULL. */
struct patch_request {
    const char *action;          /* of texts and pictures: list, export or import */
    const char *disc;            /* image, folder or file */
    const char *patch;           /* recipe, IPS, UPS, BPS or PPF; table of texts; folder of pictures */
    const char *file;            /* of the disc; NULL: that of the recipe, or LOADING.KWI */
    const char *override;        /* PATCH_OVERRIDE of a plan; see read_care() for undo and resume */
    const char *hash;            /* apply only if the plan has it */
    const char *accept_risk;     /* id of the recipe whose risk has been read */
    bool full;                   /* compare everything outside the plan before and after apply, too */
    const char *output, *format; /* of export; no format: as output ends */
    const char *mapfile;         /* of GNU ddrescue: what of disc copy need not read */
    const char *module;          /* only this one */
    const char *encoding;        /* only texts in this one */
    const char *rule;            /* of the check values of blocks, which a recipe gets steps for */
    struct patch_block blocks[PATCH_BLOCK_LIMIT];
    size_t block_count;
    const struct monitor *monitor;
};

/** Writes the plan as JSON. */
bool patch_plan(const struct patch_request *request, struct output *output, struct failure *failure);

struct patch_applied {
    const char *warning; /* about the patch, or NULL; also of one that failed */
    char plan[HASH_TEXT];
    size_t change_count;
    char *journal;            /* free() it; NULL: the changes are not made */
    char outside[HASH_TEXT];  /* SHA-256 of everything outside the plan, with full */
    char in_use[IN_USE_TEXT]; /* a sentence: others have the image open; or "" */
};

/** If this fails, it is done nevertheless if applied has a journal: only the full comparison failed. */
bool patch_apply(const struct patch_request *request, struct patch_applied *applied, struct failure *failure);

struct patch_recovered {
    char *image; /* free() it */
    enum transaction_result result;
    char in_use[IN_USE_TEXT]; /* see struct patch_applied */
};

bool patch_undo(const struct patch_request *request, struct patch_recovered *recovered,
                struct failure *failure);
bool patch_resume(const struct patch_request *request, struct patch_recovered *recovered,
                  struct failure *failure);

/** Writes the journals and what stands in their sectors as JSON. */
bool patch_status(const struct patch_request *request, struct output *output, bool *open,
                  struct failure *failure);

/** A file that was copied, read again, compared and registered. */
struct patch_copied {
    const char *path, *sha256;
    uint64_t unreadable; /* bytes that are zeros, since nobody can read them */
    const char *in_use;  /* a sentence: others write to the original; or NULL */
};

/** Bytes of an original that cannot be read; file is that of the disc where they begin, or NULL. */
struct patch_unreadable {
    const char *path;
    uint64_t offset, length;
    const char *file;
};

struct patch_copy_reports {
    void (*unreadable)(void *context, const struct patch_unreadable *unreadable);
    void (*copied)(void *context, const struct patch_copied *copied); /* behind those of its original */
    void *context;
};

/**
 * Copies the image, drive, file or folder request->disc to request->output, which has that name when all of
 * it is copied and compared.
 */
bool patch_copy(const struct patch_request *request, const struct patch_copy_reports *reports,
                struct failure *failure);

/** Writes an IPS, UPS, BPS or PPF patch as a recipe. *warning: see struct patch_applied. */
bool patch_import(const struct patch_request *request, struct output *output, const char **warning,
                  struct failure *failure);
bool patch_export(const struct patch_request *request, struct failure *failure);

/** Writes all texts of a file, or of a module, as a table: CSV, or as format or output say. */
bool patch_texts_export(const struct patch_request *request, struct output *output, uint64_t *count,
                        struct failure *failure);

struct patch_table_reports {
    void (*problem)(void *context, const char *line); /* what of a table does not fit */
    void *context;
};

/** Writes the texts that request->patch, such a table, has others for, as a recipe: all of them, or none. */
bool patch_texts_import(const struct patch_request *request, const struct patch_table_reports *reports,
                        struct output *output, struct failure *failure);

/** Writes the BMP and GIF pictures of a file, or of a module, as JSON. */
bool patch_pictures_list(const struct patch_request *request, struct output *output, uint64_t *count,
                         struct failure *failure);
/** Writes each into a file of the folder request->patch, which must not exist. */
bool patch_pictures_export(const struct patch_request *request, uint64_t *count, struct failure *failure);
/** Writes those that differ in that folder as a recipe: all of them, or none. */
bool patch_pictures_import(const struct patch_request *request, const struct patch_table_reports *reports,
                           struct output *output, struct failure *failure);

/** Bytes of a module that shall become others; offset is that in the file. */
struct patch_change {
    const char *module;
    uint64_t offset;
    const uint8_t *bytes;
    size_t length;
    const char *why;
};

/** Writes it as a recipe. */
bool patch_change_recipe(const struct patch_request *request, const struct patch_change *change,
                         struct output *output, struct failure *failure);

#endif
