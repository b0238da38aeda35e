/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_PARCEL_TREE_H
#define KIWI_SRC_PARCEL_TREE_H

/* Goes through the parcel management of one level (chapter 6): block sets, blocks, their parcels, divided
 * parcels. */

#include "disc/claims.h"
#include "map/map.h"

enum kiwi_tree_step {
    KIWI_TREE_END,
    KIWI_TREE_BLOCK_SET, /**< block_set_management_record */
    KIWI_TREE_BLOCK,     /**< block_management_record */
    KIWI_TREE_LIST,      /**< parcel_management_information */
    KIWI_TREE_SLOT,      /**< main_map_parcel_management_record, or one of route guidance */
    KIWI_TREE_PARCEL,    /**< a main map data frame that no earlier slot led to */
    KIWI_TREE_GUIDANCE,  /**< a route guidance data frame that nothing led to before */
    KIWI_TREE_GAP,       /**< bytes of a block's parcel management information that no record fills */
    KIWI_TREE_FAILED,    /**< reading failed; see the error */
};

/** What a step met. Bytes are valid until the next step. */
struct kiwi_tree_item {
    const struct kiwi_record_type *type; /**< of the record; NULL for parcels */
    const uint8_t *bytes;
    uint64_t available; /**< bytes that the record may use, or of the gap */
    uint64_t argument;  /**< its parameter */
    uint64_t offset;
    const struct kiwi_file *file;
    struct kiwi_parcel parcel; /**< of parcels, and of route guidance: whose, and where the frame lies */
};

/** One list of slots: the parcels of a block, the parts of a divided parcel, or their route guidance frames.
 */
struct kiwi_tree_list {
    uint64_t start; /* in the buffer */
    uint32_t rows, columns, slot_size, list_type;
    uint32_t row, column;                                  /* of the next slot */
    uint32_t first_column, end_column, first_row, end_row; /* of the slots that are wanted */
    bool guidance;                                         /* its slots lead to route guidance */
    bool part;                                             /* they are of a divided parcel */
    bool begun;                                            /* its head, if it has one, has been met */
};

struct kiwi_tree {
    struct kiwi_map *map;
    const struct kiwi_level *level;
    struct kiwi_claims *claims;
    bool bounded; /* only the cells below */
    uint32_t first_column, end_column, first_row, end_row;
    struct kiwi_window tables, lists; /* block set and block records; parcel management information */
    struct kiwi_error *error;
    /* block set */
    uint32_t block_set, block_sets;
    struct kiwi_block_set_management_record block_set_record;
    bool in_block_set;
    uint32_t block, blocks; /* blocks: of the level; a table may have fewer records */
    uint64_t table_offset;  /* of the block set's table, from the distribution header */
    uint32_t table_blocks;  /* records that it has */
    /* block */
    bool in_block;
    const struct kiwi_file *file; /* of the parcel management information */
    struct kiwi_view view;
    struct kiwi_extents used; /* bytes of the view that records filled */
    struct kiwi_tree_list root, guidance, part, part_guidance;
    bool in_root, in_guidance, in_part, in_part_guidance;
    bool met_in_part, met_guidance; /* of what list the record last met is */
    uint32_t slot, part_slot;       /* last met in the root list and in the part list */
    uint64_t gap_from;              /* in the view */
    uint64_t lists_end;             /* in the view: where the list met last ends */
    bool believes;                  /* words are not compared with all the slots of a list */
    uint64_t looks;                 /* at slots that others are compared with, so far */
    struct kiwi_parcel parcel;      /* still to be handed out, or the last one */
    bool has_parcel;
    /* route guidance */
    bool wants_guidance;               /* its frames are handed out */
    bool asks_header;                  /* of the parcel last handed out */
    struct kiwi_claims guided;         /* first bytes of its frames */
    struct kiwi_parcel guidance_frame; /* still to be handed out */
    bool has_guidance_frame;
};

enum kiwi_status kiwi_tree_open(struct kiwi_tree *tree, struct kiwi_map *map, const struct kiwi_level *level,
                                const struct kiwi_box *box, struct kiwi_claims *claims,
                                struct kiwi_error *error);
void kiwi_tree_close(struct kiwi_tree *tree);

enum kiwi_tree_step kiwi_tree_next(struct kiwi_tree *tree, struct kiwi_tree_item *item);

/** What makes the path of a record of the tree. */
struct kiwi_tree_place {
    const struct kiwi_level *level;
    uint32_t block_set, block, slot, part_slot;
    bool guidance, in_part;
};

struct kiwi_tree_place kiwi_tree_place(const struct kiwi_tree *tree);
/** Paths of the tree fit into KIWI_PATH_LENGTH, which capacity must be at least. */
void kiwi_tree_place_path(const struct kiwi_tree_place *place, enum kiwi_tree_step step, char *path,
                          size_t capacity);

/** A finding at the record last met. */
void kiwi_tree_report(const struct kiwi_tree *tree, enum kiwi_tree_step step, const struct kiwi_file *file,
                      uint64_t offset, enum kiwi_severity severity, const char *field, const char *expected,
                      uint64_t found);

/** The same about a field of a record of type whose value was replaced by one derived. */
void kiwi_tree_report_derived(const struct kiwi_tree *tree, enum kiwi_tree_step step,
                              const struct kiwi_file *file, const struct kiwi_record_type *type,
                              uint64_t offset, const char *field, uint64_t derived, uint64_t found);

/** Path of the record last met. */
void kiwi_tree_path(const struct kiwi_tree *tree, enum kiwi_tree_step step, char *path, size_t capacity);

/** Path of a parcel, such as level[0].parcel[1758,584].part[0,1]. */
void kiwi_parcel_path(const struct kiwi_parcel *parcel, char *path, size_t capacity);

#endif
