/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_WALK_STATE_H
#define KIWI_SRC_WALK_STATE_H

/* Where a walk is, and its steps: walk.c chooses among them. */

#include <kiwi/walk.h>

#include "disc/claims.h"
#include "schema/engine.h"
#include "index/index_data.h"
#include "loading/loading_pieces.h"
#include "walk/order.h"
#include "walk/other_data.h"
#include "map/parcel_tree.h"
#include "route/regions.h"

/** What of a file comes next. */
enum kiwi_walk_stage {
    KIWI_STAGE_FILE, /* the next file */
    KIWI_STAGE_VOLUME,
    KIWI_STAGE_TABLE,
    KIWI_STAGE_HEADER,
    KIWI_STAGE_LEVELS, /* level management records */
    KIWI_STAGE_LEVEL,  /* the next level's tree */
    KIWI_STAGE_TREE,
    KIWI_STAGE_REGIONS,    /* route planning */
    KIWI_STAGE_OTHERS,     /* what other records of the table refer to */
    KIWI_STAGE_PARAMETERS, /* what the parameters' header leads to */
    KIWI_STAGE_REST,       /* bytes that nothing claimed */
    KIWI_STAGE_END,
};

struct kiwi_account_of {
    const struct kiwi_file *file;
    struct kiwi_account account;
};

struct kiwi_walk {
    struct kiwi_disc *disc;
    const struct kiwi_file *only;
    bool has_level, has_box, check, headers;
    int level_number;
    struct kiwi_box box;
    struct kiwi_reporter reporter;
    struct kiwi_map *map;
    struct kiwi_regions *regions; /* NULL if there are none */
    uint32_t region_step; /* 0 = the header, then a table for each level, the common passage conditions, the
                             frames */
    size_t region_level;  /* of the next frame */
    uint32_t region_number;
    struct kiwi_claims claims;
    struct kiwi_error error;
    struct kiwi_window window;
    struct kiwi_engine engine;
    bool in_engine;
    struct kiwi_tree tree;
    bool tree_open;
    enum kiwi_tree_step step;
    enum kiwi_walk_stage stage;
    size_t file_index;  /* the map's file comes first: its number is 0, the others follow */
    size_t next_record; /* of the level table, of the header table, of the parameters */
    size_t next_level;
    const struct kiwi_file *file; /* current one */
    struct kiwi_loading_piece
        *loading; /* what the current file consists of if it is LOADING.KWI, else NULL */
    size_t loading_count, loading_next;
    uint64_t loading_position;
    struct kiwi_index_pieces *index; /* of all index files, once one was met */
    const uint32_t *index_order;     /* what the current file consists of if it is one of them, else NULL */
    size_t index_count, index_next;
    uint64_t index_position;
    struct kiwi_index_data *index_data; /* category or matching data, decoded by their definition */
    bool in_index_data;
    char index_path[KIWI_PATH_LENGTH];
    struct kiwi_other_data parameters; /* their distribution header; without a type if there is none */
    uint64_t rest;                     /* KIWI_STAGE_REST: bytes before are done */
    struct kiwi_account_of *accounts;
    size_t account_count;
    struct kiwi_account uncounted; /* of files that there was no memory for */
    struct kiwi_layout layout;
    uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS];
    char path[KIWI_PATH_LENGTH];
    enum { KIWI_PATH_TEXT, KIWI_PATH_ENGINE, KIWI_PATH_TREE, KIWI_PATH_INDEX } path_kind;
    uint64_t total;
    bool has_range;
    struct kiwi_extent range;  /* of the only file, or of the map's */
    struct kiwi_parcel parcel; /* whose frame the engine is in */
    bool in_frame;
    /* in order of the file */
    bool in_order;
    bool collecting; /* sections are put into order instead of being read */
    struct kiwi_order order;
    unsigned passes;
    bool begun;                         /* the file */
    uint64_t position;                  /* bytes before are done */
    const struct kiwi_section *section; /* of the parcel management, being read */
    uint32_t section_next;
};

/* Steps that all stages share */

/** Account of a file; one that is thrown away if there is no memory for it. */
struct kiwi_account *kiwi_walk_account_of(struct kiwi_walk *walk, const struct kiwi_file *file);

/** Ends the walk, whose error says why; false. */
bool kiwi_walk_fail(struct kiwi_walk *walk);

/** Starts the engine on a record that fills length bytes at offset. */
bool kiwi_walk_start(struct kiwi_walk *walk, const struct kiwi_record_type *type, uint64_t offset,
                     uint64_t length, const uint64_t *arguments, const char *path);

/** Claims and starts one of the parts that a file is made of; false if it is outside or known. */
bool kiwi_walk_start_section(struct kiwi_walk *walk, const struct kiwi_record_type *type, uint64_t offset,
                             uint64_t length, const uint64_t *arguments, const char *path);

/** Whether bytes of a file touch the range that was asked for. */
bool kiwi_walk_in_range(const struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t offset,
                        uint64_t length);

/** A gap, which is accounted. */
enum kiwi_event kiwi_walk_gap(struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t offset,
                              uint64_t length, enum kiwi_gap kind, const char *name, const char *reason,
                              struct kiwi_item *item);

/** Bytes that no record refers to. */
enum kiwi_event kiwi_walk_zeros_or_unknown(struct kiwi_walk *walk, const struct kiwi_file *file,
                                           uint64_t offset, uint64_t length, bool zeros,
                                           struct kiwi_item *item);

/** Bytes of the file that no record fills: padding if all are zero. */
enum kiwi_event kiwi_walk_rest_gap(struct kiwi_walk *walk, uint64_t from, uint64_t end,
                                   struct kiwi_item *item);

/* Levels, parcel management and frames (chapters 6 to 8) */

/** One record outside of the engine. */
enum kiwi_event kiwi_walk_tree_record(struct kiwi_walk *walk, const struct kiwi_tree_item *met,
                                      struct kiwi_item *item);

/** A parcel's frame. */
void kiwi_walk_start_frame(struct kiwi_walk *walk, const struct kiwi_file *file,
                           const struct kiwi_parcel *parcel);

/** A parcel's route guidance frame. */
void kiwi_walk_start_guidance(struct kiwi_walk *walk, const struct kiwi_file *file,
                              const struct kiwi_parcel *frame);

/** One step of the level's tree. */
enum kiwi_event kiwi_walk_next_in_tree(struct kiwi_walk *walk, struct kiwi_item *item);

/** Begins the next level, or what follows the levels. */
void kiwi_walk_next_level(struct kiwi_walk *walk);

/** The next level management record. */
void kiwi_walk_next_level_record(struct kiwi_walk *walk);

/* Route planning (chapters 9 and 10) */

/** What comes next of route planning. */
void kiwi_walk_next_route_planning(struct kiwi_walk *walk);

/* What else the management header table leads to */

/** Data whose layout is not known. */
enum kiwi_event kiwi_walk_other_gap(struct kiwi_walk *walk, const struct kiwi_other_data *data,
                                    struct kiwi_item *item);

/** What the next record of the management header table leads to. */
enum kiwi_event kiwi_walk_next_other(struct kiwi_walk *walk, struct kiwi_item *item);

/** What the next entry of the parameters' header leads to. */
enum kiwi_event kiwi_walk_next_parameters(struct kiwi_walk *walk, struct kiwi_item *item);

/* Files beside the map */

/** The next table or module of LOADING.KWI, or the gap before it. */
enum kiwi_event kiwi_walk_next_in_loading(struct kiwi_walk *walk, struct kiwi_item *item);

/** The next part of an index file, or the gap before it. */
enum kiwi_event kiwi_walk_next_in_index(struct kiwi_walk *walk, struct kiwi_item *item);

/** A file that the map does not refer into. */
enum kiwi_event kiwi_walk_whole_file(struct kiwi_walk *walk, struct kiwi_item *item);

/* In order of the file */

/** The next item of the current file, or the first of the next file. */
enum kiwi_event kiwi_walk_next_in_order(struct kiwi_walk *walk, struct kiwi_item *item);

/* Along the structure of the map */

/** One step; KIWI_EVENT_END if it gave no item. */
enum kiwi_event kiwi_walk_next_stage(struct kiwi_walk *walk, struct kiwi_item *item);

#endif
