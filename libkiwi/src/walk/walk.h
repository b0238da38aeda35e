/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_WALK_H
#define KIWI_SRC_WALK_H

/* A walk over a disc: what its cursors share. */

#include <kiwi/walk.h>

#include "disc/claims.h"
#include "map/mend.h"
#include "route/regions.h"
#include "schema/engine.h"
#include "walk/accounts.h"
#include "walk/cursor.h"
#include "walk/order.h"

/** What was asked for. */
struct kiwi_scope {
    const struct kiwi_file *only; /* NULL = all */
    bool has_level, has_box, has_range;
    int level;
    struct kiwi_box box;
    struct kiwi_extent range; /* of the only file, or of the map's */
    bool check, headers, in_order, whole_frames;
};

struct kiwi_walk {
    struct kiwi_disc *disc;
    struct kiwi_scope scope;
    struct kiwi_reporter reporter;
    struct kiwi_map *map;            /* NULL if there is none */
    struct kiwi_regions *regions;    /* NULL if there are none, or if they are not asked for */
    struct kiwi_index_pieces *index; /* of the disc, once they were needed */
    struct kiwi_claims claims;
    struct kiwi_accounts accounts;
    struct kiwi_accounts entered; /* what of them comes from whole frames that were gone into */
    struct kiwi_order *order;     /* sections are put into it instead of being read; NULL = they are read */
    struct kiwi_window window;
    struct kiwi_engine engine;    /* of the record on top of the stack */
    const struct kiwi_file *file; /* that the engine's record lies in */
    struct kiwi_mender mender;
    bool on_trial; /* the engine's findings are held back: the record may have to be mended */
    bool held;     /* some were */
    struct kiwi_stack stack;
    struct kiwi_error error;
    char path[KIWI_PATH_LENGTH]; /* room for a cursor's path */
    uint64_t position;           /* in order of the file: bytes of the file before are done */
    uint64_t total;              /* bytes of all files */
};

/* Findings and claims */

/** Whether only parcels were asked for: of a level, or in a box. */
bool kiwi_walk_only_parcels(const struct kiwi_walk *walk);

/** Whether bytes of a file touch the range that was asked for. */
bool kiwi_walk_in_range(const struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t offset,
                        uint64_t length);

/** Claims bytes for a record, as far as they lie in the file; false if they are outside or known, which is a
 * finding. */
bool kiwi_walk_claim(struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t offset, uint64_t *length,
                     const char *path);

/* Items outside of the engine */

/** A gap, which is accounted. */
enum kiwi_turn kiwi_walk_gap(struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t offset,
                             uint64_t length, enum kiwi_gap kind, const char *name, const char *reason,
                             struct kiwi_item *item);

/** Bytes that no record refers to: padding if all are zero. */
enum kiwi_turn kiwi_walk_zeros_or_unknown(struct kiwi_walk *walk, const struct kiwi_file *file,
                                          uint64_t offset, uint64_t length, bool zeros,
                                          struct kiwi_item *item);

/** The same, with a look at the bytes. */
enum kiwi_turn kiwi_walk_unclaimed(struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t from,
                                   uint64_t end, struct kiwi_item *item);

/** Data whose layout is not known. */
enum kiwi_turn kiwi_walk_other_gap(struct kiwi_walk *walk, const struct kiwi_other_data *data,
                                   struct kiwi_item *item);

/** A record of the parcel management as an item that a cursor hands out. */
struct kiwi_tree_record {
    struct kiwi_layout layout;
    uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS];
};

enum kiwi_turn kiwi_walk_tree_record(struct kiwi_walk *walk, struct kiwi_tree_record *record,
                                     const struct kiwi_tree_item *met, struct kiwi_item *item);

/* Cursors: each of these puts one on the stack, and says whose turn it is. */

/** The files of the disc one by one: the map first, since it may refer into others. */
void kiwi_files_begin(struct kiwi_walk *walk);

/** The files of the disc one by one, each by ascending offset. False if memory ran out. */
bool kiwi_ordered_files_begin(struct kiwi_walk *walk);

/** A file that the map does not refer into. */
enum kiwi_turn kiwi_file_begin(struct kiwi_walk *walk, const struct kiwi_file *file, struct kiwi_item *item);

/** LOADING.KWI, up to a byte. KIWI_ERROR_NOT_KIWI: it is another container. */
enum kiwi_status kiwi_loading_begin(struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t end);

/** Where the first piece of the index lies in a file; at its end if there is none. False if memory ran out.
 */
bool kiwi_index_find(struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t *first);

/** What the index has in a file, and the gaps behind it. */
void kiwi_index_begin(struct kiwi_walk *walk, const struct kiwi_file *file);

/** What the index has in files that the map leads into. */
enum kiwi_turn kiwi_index_in_map_begin(struct kiwi_walk *walk);

/** One piece of the index, by its place in the order of all. */
void kiwi_index_piece_begin(struct kiwi_walk *walk, uint32_t place);

/** What a claim left over in a file. */
void kiwi_rest_begin(struct kiwi_walk *walk, const struct kiwi_file *file);

/** ALLDATA.KWI and all that it leads to. */
void kiwi_map_begin(struct kiwi_walk *walk);

/** The parcel management and the frames of a level (chapters 6 to 8). */
enum kiwi_turn kiwi_level_begin(struct kiwi_walk *walk, const struct kiwi_level *level);

/** Route planning (chapters 9 and 10). */
void kiwi_route_begin(struct kiwi_walk *walk);

/** What other records of the management header table lead to. */
void kiwi_other_begin(struct kiwi_walk *walk);

/** A record that fills length bytes at offset, and its parts. */
enum kiwi_turn kiwi_record_begin(struct kiwi_walk *walk, const struct kiwi_record_type *type,
                                 const struct kiwi_file *file, uint64_t offset, uint64_t length,
                                 const uint64_t *arguments, const char *path);

/** A parcel's map frame. */
enum kiwi_turn kiwi_frame_begin(struct kiwi_walk *walk, const struct kiwi_parcel *parcel);

/** A parcel's route guidance frame. */
enum kiwi_turn kiwi_guidance_begin(struct kiwi_walk *walk, const struct kiwi_parcel *frame);

/** A claimed record: read now, or put into order. */
enum kiwi_turn kiwi_walk_take(struct kiwi_walk *walk, const struct kiwi_record_type *type,
                              const struct kiwi_file *file, uint64_t offset, uint64_t length,
                              const uint64_t *arguments, const char *path);

/** Claims a record and takes it; one that cannot be claimed is left out. */
enum kiwi_turn kiwi_walk_claim_and_take(struct kiwi_walk *walk, const struct kiwi_record_type *type,
                                        const struct kiwi_file *file, uint64_t offset, uint64_t length,
                                        const uint64_t *arguments, const char *path);

/** A section of a file that was put into order. It begins with the first record behind from and ends before
 * until. */
enum kiwi_turn kiwi_section_begin(struct kiwi_walk *walk, const struct kiwi_file *file,
                                  const struct kiwi_section *section, uint64_t from, uint64_t until);

/** The parcel whose map frame the cursor on top is in, or NULL. */
const struct kiwi_parcel *kiwi_frame_parcel(const struct kiwi_walk *walk);

#endif
