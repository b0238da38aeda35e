/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_MEND_H
#define KIWI_SRC_MEND_H

/* Puts right the sizes, counts and offsets of a map frame that contradict what follows from its other words,
 * in a copy of the frame (docs/design/variants.md). Each is a finding. */

#include "map/map.h"

struct kiwi_mender {
    uint8_t *bytes; /* the copy */
    size_t capacity;
    /* the frame at work */
    uint64_t length, offset; /* of the frame; offset in its file */
    const struct kiwi_map *map;
    const struct kiwi_parcel *parcel;
    const char *path;
    unsigned changes;
    uint64_t looks; /* at records further on that are left, so that a frame takes no longer than it is long */
    /* the list at work */
    bool may_grow;    /* records behind those stated are taken for its own: no other list may be there */
    uint32_t left;    /* records that are stated to follow the one at work */
    uint64_t surplus; /* bytes that its record before has behind the known fields */
    bool heights;     /* each of its records has height information, whose layout is not known */
};

void kiwi_mender_free(struct kiwi_mender *mender);

/** Mends a frame at which an engine stumbled; the view is that of the copy if anything was put right, and
 * holds until the next frame. False if memory ran out. */
bool kiwi_mend_frame(struct kiwi_mender *mender, const struct kiwi_map *map, const struct kiwi_parcel *parcel,
                     const char *path, struct kiwi_view *view);

/** The same for a frame of route guidance. */
bool kiwi_mend_guidance(struct kiwi_mender *mender, const struct kiwi_map *map,
                        const struct kiwi_parcel *frame, const char *path, struct kiwi_view *view);

/** Sets a word of the copy, as many bytes as its field has, and reports it by the field's name. */
void kiwi_mend_word(struct kiwi_mender *mender, const struct kiwi_record_type *type, uint64_t at,
                    const char *field, uint64_t value);

/** Reports a word that contradicts others, where it does not follow which of them is wrong. */
void kiwi_mend_doubt(const struct kiwi_mender *mender, enum kiwi_severity severity,
                     const struct kiwi_record_type *type, uint64_t at, const char *field,
                     const char *expected, uint64_t found);

/** A field at a fixed place of a record of the copy; 0 where that does not lie in the frame. */
uint64_t kiwi_mend_value(const struct kiwi_mender *mender, const struct kiwi_record_type *type, uint64_t at,
                         const char *field);

/** Whether another record further on may be looked at. */
static inline bool kiwi_mend_may_look(struct kiwi_mender *mender)
{
    return mender->looks > 0 && mender->looks-- > 0;
}

/** Whether nothing is left between two places but what may fill up a frame. */
bool kiwi_mend_is_padding(const struct kiwi_mender *mender, uint64_t at, uint64_t limit);

/** Mends a list of records and returns where it ends, at most at limit; *count is put right too. */
typedef uint64_t kiwi_mend_record(struct kiwi_mender *mender, uint64_t at, uint64_t limit);
uint64_t kiwi_mend_list(struct kiwi_mender *mender, kiwi_mend_record *record, uint64_t at, uint64_t limit,
                        uint32_t *count);

/** Records by their own words: each returns the size of the record, mended, or 0 if there is none. */
kiwi_mend_record kiwi_mend_multilink;
kiwi_mend_record kiwi_mend_graphics;
kiwi_mend_record kiwi_mend_name;

/** Records of a table that are mended: more than there are classes. */
enum { KIWI_MEND_LIMIT = 128 };

/** Data frames: from at to end. */
void kiwi_mend_road(struct kiwi_mender *mender, uint64_t at, uint64_t end);
void kiwi_mend_background(struct kiwi_mender *mender, uint64_t at, uint64_t end);
void kiwi_mend_names(struct kiwi_mender *mender, uint64_t at, uint64_t end);

#endif
