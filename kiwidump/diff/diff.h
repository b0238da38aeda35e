/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_DIFF_H
#define KIWIDUMP_DIFF_H

/*
 * What the files of this folder share: the two discs, and what is known about their files.
 *
 * The bytes of files decide what is equal; the rest says in words what is not. See docs/design/diff.md.
 */

#include "diff/tree.h"
#include "dump.h"
#include "value.h"

/** A file that both discs have, or one of them. */
struct pair {
    const struct kiwi_file *files[2]; /* old, new; NULL = that disc does not have it */
    bool differs;                     /* its bytes, or it cannot be read */
    bool named;                       /* a line names something in it */
    bool exact;   /* nothing but what follows differs: addresses and sizes are what there is to say */
    bool follows; /* there are differences that no line names, since they follow from others */
};

/** Records and gaps of each disc that are looked at together. */
enum { WINDOW = 4096 };

/** One of the two discs. */
struct side {
    struct kiwi_disc *disc;
    struct kiwi_map *map;
    struct kiwi_walk *walk;
    struct values values;
    struct tree tree;
    struct kiwi_item item; /* the one after the tree, if the walk goes on */
    bool more;
    struct kiwi_parcel parcel; /* of the tree */
    bool has_parcel;
    const struct kiwi_file *file; /* the last one that was asked for, and its pair */
    struct pair *pair;
    uint8_t room[TREE_ROOM];
    uint32_t list[WINDOW + 1];
};

struct diff {
    struct dump *dump;
    struct json *json;
    struct side sides[2]; /* old, new */
    struct pair *pairs;
    size_t pair_count;
    uint64_t count;          /* lines */
    bool goes_on;            /* diff_rest() comes behind diff_levels() */
    bool exact;              /* pairs that are exact are compared byte for byte */
    bool failed;             /* out of memory */
    struct kiwi_error error; /* of reading bytes for a line */
    uint32_t partner[WINDOW + 1];
};

static inline bool diff_is_enough(const struct diff *diff)
{
    return diff->failed || diff->error.status != KIWI_OK || dump_enough(diff->dump, diff->count);
}

static inline const struct tree_node *diff_node(const struct side *side, uint32_t node)
{
    return &side->tree.nodes[node];
}

/* pairs.c */

/** Finds out which files go together. */
enum kiwi_status diff_pair_files(struct diff *diff, struct kiwi_error *error);
/** Compares the bytes of all files that both discs have. */
enum kiwi_status diff_compare_files(struct diff *diff, struct kiwi_error *error);
/** The pair of a file; NULL if it is not compared. */
struct pair *diff_pair_of(struct diff *diff, struct side *side, const struct kiwi_file *file);

/* bytes.c */

/** Bytes of each disc. */
struct stretch {
    struct kiwi_source *source;
    uint64_t offset, length;
};

struct difference {
    uint64_t first;       /* byte that differs, from the beginning of the stretches */
    uint64_t count;       /* of bytes that differ; those that only one stretch has are among them */
    uint8_t bytes[2][16]; /* from the first on */
    size_t lengths[2];
};

/** What differs between two stretches. */
enum kiwi_status diff_bytes(struct diff *diff, const struct stretch *stretches, struct difference *difference,
                            struct kiwi_error *error);

/* lines.c */

/** A record that only one disc has. */
void diff_put_one(struct diff *diff, const char *change, struct side *side, uint32_t number);
/** A record or gap that both have, if there is something to say about it. */
void diff_put_changed(struct diff *diff, uint32_t old_number, uint32_t new_number);
/** A whole file that only one disc has. */
void diff_put_file(struct diff *diff, const char *change, const struct kiwi_file *file);
/** Bytes that no record names: of two files, or (path "") of two images. */
void diff_put_bytes(struct diff *diff, const char *record, const char *path, const char *what,
                    const struct stretch *stretches, const struct difference *difference);

/* compare.c */

/** Compares two records of the trees, and all below. */
void diff_compare(struct diff *diff, uint32_t old_number, uint32_t new_number);

/* walks.c */

enum kiwi_status diff_open_walk(struct diff *diff, struct side *side, const struct kiwi_walk_options *options,
                                struct kiwi_error *error);
enum kiwi_status diff_close_walk(struct side *side, enum kiwi_status status, struct kiwi_error *error);
/** Goes on to the next record or gap. */
void diff_step(struct side *side);

/* levels.c */

/** Compares the map frames of all levels, parcel by parcel. */
enum kiwi_status diff_levels(struct diff *diff, struct kiwi_error *error);

/* rest.c */

/** Compares all records and gaps outside of map frames; with diff->exact, those of map frames, too. */
enum kiwi_status diff_rest(struct diff *diff, struct kiwi_error *error);

/* image.c */

/** Compares what lies outside of the files, if both discs are images of the same shape. */
enum kiwi_status diff_images(struct diff *diff, struct kiwi_error *error);

#endif
