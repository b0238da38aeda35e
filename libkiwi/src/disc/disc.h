/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_DISC_H
#define KIWI_SRC_DISC_H

#include <kiwi/disc.h>

#include "bytes/fail.h"
#include "bytes/findings.h"
#include "disc/datum.h"
#include "disc/file_pool.h"
#include "disc/listing.h"
#include "disc/sample.h"
#include "disc/siblings.h"
#include "bytes/text.h"

enum { KIWI_VOLUME_ID_LENGTH = 128 };

/** A file's name without its folders, for looking it up. */
struct kiwi_disc_name {
    const char *name;
    const struct kiwi_file *file;
};

struct kiwi_disc {
    bool again; /* of another one, which owns all but text and findings */
    enum kiwi_container container;
    unsigned file_systems;
    char volume_id[KIWI_VOLUME_ID_LENGTH];
    char doubt[320]; /* about places of files, or "" */
    uint64_t size;
    uint64_t recorded_size;
    struct kiwi_source *source;  /* the image or the single file; NULL for a directory */
    struct kiwi_listing listing; /* owns paths and extents of files */
    struct kiwi_file *files;
    size_t file_count;
    struct kiwi_disc_name *names;                 /* sorted by name without regard to case, then by path */
    struct kiwi_file_pool *pool;                  /* NULL for images */
    struct kiwi_siblings *siblings;               /* of a single file; else NULL */
    struct kiwi_sample *sample;                   /* that it is read from, or NULL */
    struct kiwi_reporter reporter;                /* keeps findings, and hands them on to */
    struct kiwi_reporter listener;                /* of who opened the disc; of what is opened from it, too */
    const char *mapfile, *charset, *chosen_datum; /* options, while the disc is opened */
    struct kiwi_findings findings;
    struct kiwi_text text;
    char datum[KIWI_CHARSET_LENGTH]; /* chosen, or COOR of METADATA.KWI; "" if it is not there */
    enum kiwi_geodetic_datum datum_kind;
};

/** Name without folders. */
const char *kiwi_base_name(const char *path);

/** Files of a directory of the host; native names and sizes, no extents. */
enum kiwi_status kiwi_directory_list(const char *path, struct kiwi_listing *listing,
                                     const struct kiwi_reporter *reporter, struct kiwi_error *error);

/**
 * Files of an image: the one listing that its file systems make together. Sets file_systems and volume_id
 * too.
 */
enum kiwi_status kiwi_image_list(struct kiwi_disc *disc, struct kiwi_error *error);

/** Callback of a reporter for the reading of file systems: what is wrong with them is a doubt. context: the
 * disc. */
void kiwi_doubt_note(void *context, const struct kiwi_finding *finding);
/** Reports files of one name. False: out of memory. */
bool kiwi_doubt_names(const struct kiwi_listing *listing, const char *file_system,
                      const struct kiwi_reporter *reporter);
/** Reports a further session of the image. */
void kiwi_doubt_sessions(const struct kiwi_disc *disc, const struct kiwi_reporter *reporter);

/** Kind that follows from a path, with the reason; KIWI_FILE_UNKNOWN if none. */
enum kiwi_file_kind kiwi_kind_by_name(const char *path, const char **reason);

/** Sets kind and reason of all files; reads a few bytes of what may be ALLDATA.KWI. */
void kiwi_kind_classify(struct kiwi_disc *disc);

/** True if the file makes what it lies in a KIWI disc. */
bool kiwi_kind_is_kiwi(const struct kiwi_file *file);

#endif
