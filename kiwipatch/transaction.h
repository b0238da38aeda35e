/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_TRANSACTION_H
#define KIWIPATCH_TRANSACTION_H

/*
 * Changes of one file, all or none, whatever happens in between. The protocol is in docs/design/patching.md.
 * This is the only code of the project that writes to a disc, a file or an image that already exists.
 */

#include "change.h"
#include "common/failure.h"
#include "file_io.h"
#include "journal.h"
#include "monitor.h"

/** A file that can be changed: an image, or a single file. */
struct image {
    const struct io *io;
    struct io_file *file;
    char *path;
    struct io_info info;
    struct kiwi_source *source;    /* reads it; lives as long as the image */
    const struct monitor *monitor; /* of the work on it, or NULL */
    bool touched;                  /* something was written to it */
};

/**
 * path has its links resolved. A writable one is locked against others; what cannot be changed safely is
 * refused.
 */
bool image_open(const struct io *io, const char *path, bool writable, struct image *image,
                struct failure *failure);
void image_close(struct image *image);

/** The journals beside an image, by number; 0 = none. */
struct journals {
    unsigned last;
    unsigned open;      /* not finished, or damaged */
    unsigned committed; /* the last one that undo can take back */
    enum journal_state open_state;
};

enum { JOURNAL_LIMIT = 9999 };

bool journals_find(const struct io *io, const char *path, struct journals *journals, struct failure *failure);
/** Refuses if a journal is open: every command but status, undo and resume begins with it. */
bool journals_refuse_open(const struct io *io, const char *path, struct failure *failure);

/** What stands in the sectors of a journal now. */
struct sector_states {
    uint64_t old_sectors, new_sectors;
    uint64_t mixed;   /* torn: every byte is the old or the new one */
    uint64_t foreign; /* neither */
    uint64_t unreadable;
};

/** Compares; what cannot be read is counted, too. */
bool transaction_inspect(struct image *image, struct journal *journal, struct sector_states *states,
                         struct failure *failure);

/**
 * Does all of the changes, which are sorted and hashed; journal (owned by the caller) is the path of its
 * journal.
 */
bool transaction_apply(struct image *image, const struct changes *changes, const uint8_t plan[HASH_SIZE],
                       char **journal, struct failure *failure);

/** What undo and resume did. */
enum transaction_result {
    TRANSACTION_NOTHING,   /* there was nothing to do */
    TRANSACTION_DISCARDED, /* an unfinished journal was removed; the image had not been touched */
    TRANSACTION_OLD,       /* the image is as it was before the journal */
    TRANSACTION_NEW,       /* the image has all of the changes */
};

/** To be typed out by those who write sectors of a journal whatever stands in them. */
#define TRANSACTION_UNREAD "write without reading"

/** How much is asked of image and journal before sectors are written. */
enum care {
    CARE_FULL,
    CARE_UNREAD,  /* the sectors are written whatever stands in them, and not read before */
    CARE_SALVAGE, /* so much of a damaged journal as fits its checksums is written */
};

/** Takes back the open transaction; else what was left of one that had not begun; else the last committed
 * one. */
bool transaction_undo(struct image *image, enum care care, enum transaction_result *result,
                      struct failure *failure);
/** Finishes what is open: an apply or an undo. */
bool transaction_resume(struct image *image, enum care care, enum transaction_result *result,
                        struct failure *failure);

#endif
