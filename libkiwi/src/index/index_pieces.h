/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_INDEX_PIECES_H
#define KIWI_SRC_INDEX_PIECES_H

/* What the index files of a disc consist of: found once from their heads, before anything is read through. */

#include <kiwi/index.h>
#include <kiwi/records.h>

#include "bytes/fail.h"

/** Pieces kept over all files. The disc known best has 2,000. */
#define KIWI_INDEX_PIECE_LIMIT ((size_t)1 << 14)
/** Search frames nested in each other; discs have three. */
enum { KIWI_INDEX_DEPTH = 16 };

enum kiwi_index_step {
    KIWI_STEP_MANAGEMENT, /* head of the index: INDEXDAT.KWI on most discs */
    KIWI_STEP_VOLUME,
    KIWI_STEP_POI,
    KIWI_STEP_USER,
    KIWI_STEP_EXPANSION,
    KIWI_STEP_FRAME,  /* search file header */
    KIWI_STEP_RECORD, /* detailed search information, or POI information */
    KIWI_STEP_CATEGORY_DEFINITION,
    KIWI_STEP_CATEGORY,
    KIWI_STEP_MATCHING_DEFINITION,
    KIWI_STEP_MATCHING,
};

#define KIWI_NO_PIECE UINT32_MAX
/** Room for finding pieces by their place. */
#define KIWI_INDEX_SLOTS (2 * KIWI_INDEX_PIECE_LIMIT)

struct kiwi_index_piece {
    const struct kiwi_file *file;
    uint64_t offset, length;
    const struct kiwi_record_type *type; /* NULL: data or unknown bytes */
    enum kiwi_index_step step;
    uint32_t number;     /* of volumes, POI files and records; of root frames their number on the disc */
    uint32_t above;      /* RECORD: its frame; FRAME: the record that leads to it; data: their record */
    uint32_t below;      /* RECORD: the frame that it leads to, which it may share, or KIWI_NO_PIECE */
    uint32_t matching;   /* RECORD: its matching data, which it may share, or KIWI_NO_PIECE */
    uint32_t definition; /* data: piece of their definition, or KIWI_NO_PIECE */
    uint32_t height;     /* FRAME: of the frames below it */
    bool stray;          /* VOLUME: of a management frame beside the one that the header table names */
    bool led;            /* FRAME: a search begins there, since a volume or a zone leads to it */
    uint32_t count;      /* CATEGORY: options; MATCHING: records, as declared */
    uint32_t parent_size, option_size; /* CATEGORY */
    uint32_t record_size;              /* MATCHING: the longest, as declared */
    char tag[4];                       /* RECORD: search type; FRAME: declaration; VOLUME: function */
};

struct kiwi_index_pieces {
    struct kiwi_disc *disc;
    struct kiwi_reporter reporter;
    struct kiwi_index_piece *pieces; /* as they were found */
    size_t count, capacity;
    uint32_t *slots; /* by place, while they are being found */
    uint32_t *order; /* by file and offset, without overlaps */
    size_t order_count;
    uint32_t roots; /* search frames that no record leads to, and files with a name of the index */
    bool full;
};

/** Levels above a search frame, and the one at the top. */
unsigned kiwi_index_depth(const struct kiwi_index_pieces *pieces, uint32_t frame);
uint32_t kiwi_index_root(const struct kiwi_index_pieces *pieces, uint32_t frame);

enum kiwi_status kiwi_index_pieces_make(struct kiwi_disc *disc, const struct kiwi_reporter *reporter,
                                        struct kiwi_index_pieces **pieces, struct kiwi_error *error);
void kiwi_index_pieces_free(struct kiwi_index_pieces *pieces);

/** The part of the order that lies in a file; *count = 0 if nothing of it was understood. */
const uint32_t *kiwi_index_pieces_of(const struct kiwi_index_pieces *pieces, const struct kiwi_file *file,
                                     size_t *count);

/** Path of a piece, such as index.file[3].record[0].next.record[1].matching. */
void kiwi_index_piece_path(const struct kiwi_index_pieces *pieces, uint32_t piece, char *path,
                           size_t capacity);

/** Where an additional address entry at an address of a record leads; false if it leads nowhere. */
struct kiwi_index_place {
    const struct kiwi_file *file;
    uint64_t offset;
};
bool kiwi_index_resolve(const struct kiwi_index_pieces *pieces, const struct kiwi_file *file, uint64_t record,
                        uint64_t record_size, uint64_t address, struct kiwi_index_place *place);

/** The file that a name with its folder, at most 255 bytes, means; it lies in `from`. */
const struct kiwi_file *kiwi_index_find_file(const struct kiwi_index_pieces *pieces, const char *name,
                                             const struct kiwi_file *from);

/** Reads a definition piece. */
bool kiwi_index_definition(const struct kiwi_index_pieces *pieces, uint32_t piece,
                           struct kiwi_definition *definition, const char **why);

/** Parent and options of a menu: the first entries fill the parent record, the others an option. False if
 * they do not fit. */
bool kiwi_index_split(const struct kiwi_definition *definition, uint32_t parent_size, uint32_t option_size,
                      unsigned *split);

#endif
