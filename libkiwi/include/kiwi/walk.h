/* SPDX-License-Identifier: MIT */
#ifndef KIWI_WALK_H
#define KIWI_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/disc.h>
#include <kiwi/error.h>
#include <kiwi/place.h>
#include <kiwi/schema.h>
#include <kiwi/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Goes through a disc record by record; every byte of its files is in exactly one record or gap. It reads
 * everything again, on purpose, and so has a callback of its own for what it finds: that of the disc's
 * options hears nothing from a walk.
 */
struct kiwi_walk;
struct kiwi_parcel;

struct kiwi_walk_options {
    size_t size;                /**< sizeof(struct kiwi_walk_options) */
    const char *file;           /**< only this file, a path on the disc; NULL = all */
    const int *level;           /**< only this level of the map; NULL = all */
    const struct kiwi_box *box; /**< only parcels that touch it; NULL = all */
    bool check;                 /**< report reserved bits that are set and the like */
    bool brief; /**< for findings and the account: the records of the map frames are not handed out */
    const struct kiwi_extent
        *range; /**< of file (NULL: ALLDATA.KWI): map frames that do not touch it are not read; NULL = all */
    /**
     * Each file by ascending offset instead of along the map's structure; with range nothing outside of it.
     * Only where records overlap do items go back. Needs some passes over the parcel management; level and
     * box must be NULL.
     */
    bool in_order;
    bool headers; /**< only what leads to the data: not the parcels, regions and files; in_order must be false
                   */
    kiwi_finding_callback *finding; /**< may be NULL */
    void *context;                  /**< of finding */
    /** Each map frame is one gap, and neither read nor in the account unless kiwi_walk_enter() is called. */
    bool whole_frames;
};

enum kiwi_event {
    KIWI_EVENT_END, /**< all is done, or a fatal error; see kiwi_walk_status */
    KIWI_EVENT_RECORD,
    KIWI_EVENT_GAP,
};

enum kiwi_gap {
    KIWI_GAP_PADDING,  /**< zero bytes between records */
    KIWI_GAP_RESERVED, /**< reserved by the standard */
    KIWI_GAP_UNKNOWN,  /**< bytes whose meaning is not known; name and reason say why */
    KIWI_GAP_FRAME,    /**< a map frame that is not read; see whole_frames */
};

/** What the walk met; pointers are valid until the next call. */
struct kiwi_item {
    const struct kiwi_record_type *type; /**< NULL for a gap */
    const struct kiwi_layout *layout;    /**< NULL for a gap */
    const uint8_t *bytes;                /**< of the record's fields; NULL for a gap */
    const uint64_t *arguments;           /**< values of the record's parameters */
    uint64_t offset;                     /**< in the file */
    uint64_t length;                     /**< bytes of the fields, or of the gap */
    const struct kiwi_file *file;
    enum kiwi_gap gap;
    const char *name;   /**< of a gap */
    const char *reason; /**< of a gap */
};

/** Starts a walk over disc, which must outlive it; options may be NULL. */
KIWI_API enum kiwi_status kiwi_walk_open(struct kiwi_disc *disc, const struct kiwi_walk_options *options,
                                         struct kiwi_walk **walk, struct kiwi_error *error);
KIWI_API void kiwi_walk_close(struct kiwi_walk *walk); /**< NULL is allowed */

/** The next record or gap: a record comes before its parts. */
KIWI_API enum kiwi_event kiwi_walk_next(struct kiwi_walk *walk, struct kiwi_item *item);

/** Goes into the map frame that was met last as a gap: its records and gaps are next. */
KIWI_API void kiwi_walk_enter(struct kiwi_walk *walk);

/** Path of the item last met, such as level[0].parcel[1758,584].road[10].multilink[3]; valid until the next
 * call. */
KIWI_API const char *kiwi_walk_path(struct kiwi_walk *walk);

/** The parcel in whose map frame the item last met lies, or NULL, also in route guidance; valid until the
 * next call. */
KIWI_API const struct kiwi_parcel *kiwi_walk_parcel(const struct kiwi_walk *walk);

/** KIWI_OK unless reading failed or memory ran out. */
KIWI_API enum kiwi_status kiwi_walk_status(const struct kiwi_walk *walk, struct kiwi_error *error);

/** The account of a file so far: its four numbers add up to the size when the whole file was walked. */
KIWI_API struct kiwi_account kiwi_walk_account(const struct kiwi_walk *walk, const struct kiwi_file *file);

/** What of the account comes from map frames that kiwi_walk_enter() went into. Of walks over one disc with
 * whole_frames that went into different frames, this adds up, and the rest is the same. */
KIWI_API struct kiwi_account kiwi_walk_account_entered(const struct kiwi_walk *walk,
                                                       const struct kiwi_file *file);

/** Sector sizes that the walk goes by, as the Data Volume has them. */
KIWI_API struct kiwi_sectors kiwi_walk_sectors(const struct kiwi_walk *walk);

/** Bytes walked so far and bytes in all, for a progress display. */
KIWI_API void kiwi_walk_progress(const struct kiwi_walk *walk, uint64_t *done, uint64_t *total);

#ifdef __cplusplus
}
#endif

#endif
