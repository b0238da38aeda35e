/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_TREE_H
#define KIWIDUMP_TREE_H

/* The records of one part of a disc as a tree, for comparing two of them. */

#include <kiwi/kiwi.h>

#define TREE_NONE UINT32_MAX
enum { TREE_ROOM = 1 << 16, KNOWN_TYPES = 256, KNOWN_FIELDS = 64 };

/** A record, or a gap whose bytes count. */
struct tree_node {
    const char *record;                  /* name of the record's type; NULL for a gap and the root */
    const struct kiwi_record_type *type; /* of the schema; NULL if the disc itself defines it: tree_type() */
    const char *gap;                     /* name of the gap */
    const struct kiwi_file *file;
    uint64_t offset, length;
    uint64_t own;                       /* hash of what it says itself */
    uint64_t counts;                    /* hash of the counts in it, which follow from what lies below */
    uint64_t follow;                    /* hash of all that follows: addresses, sizes, counts, padding */
    uint64_t hash;                      /* of it and all below but for counts */
    uint64_t all;                       /* of it and all below */
    uint32_t parent, first, last, next; /* nodes; TREE_NONE = none */
    uint32_t children, below;           /* nodes right below, and all of them */
    uint32_t name, name_length;         /* in text: what the path has more than the parent's */
    uint32_t group_length;              /* of the name without its index */
    uint32_t index;                     /* or 0 */
    bool indexed, list;                 /* list: its place among its like says nothing */
    bool tells;                         /* it is worth a line by itself, not only something that follows */
    size_t bytes;                       /* in data: fields, and before them what is needed to read them */
};

/** What is known about a type, so that it need not be found out for each record. */
struct known_type {
    const struct kiwi_record_type *type; /* NULL: nothing is known, or it is gone at the next record */
    bool of_schema;                      /* else it is made of a definition on the disc */
    bool wanted;                         /* records of it are worth a line */
    uint8_t tells[KNOWN_FIELDS], counts[KNOWN_FIELDS];
};

struct tree {
    struct known_type known[KNOWN_TYPES];
    struct tree_node *nodes;
    uint32_t count;
    size_t capacity;
    char *text;
    size_t text_length, text_capacity;
    uint8_t *data;
    size_t data_length, data_capacity;
    uint32_t open[32]; /* the way to the record last added */
    unsigned depth;
    bool flat;       /* every record and gap is right below the root, also those that only lead to others */
    uint64_t follow; /* of all that was added, also of what is no node */
    uint8_t *room;   /* TREE_ROOM bytes, for reading gaps */
    bool failed;     /* out of memory */
    char path[512];  /* of the record last added */
    size_t path_lengths[32];
};

/** Forgets all nodes but keeps the memory. */
void tree_clear(struct tree *tree);
void tree_free(struct tree *tree);

/** Adds what a walk met. Of unknown bytes the source is read. */
enum kiwi_status tree_add(struct tree *tree, const struct kiwi_item *item, const char *path,
                          struct kiwi_error *error);

/** Takes the hashes of all nodes. */
void tree_finish(struct tree *tree);

/** Takes the first count nodes below the root of a flat tree away. */
void tree_drop(struct tree *tree, uint32_t count);

/** The type of a record, valid until something is added or taken away. */
const struct kiwi_record_type *tree_type(const struct tree *tree, const struct tree_node *node);
const uint8_t *tree_bytes(const struct tree *tree, const struct tree_node *node, struct kiwi_layout *layout);
/** Path of a node. */
void tree_path(const struct tree *tree, uint32_t node, char *path, size_t capacity);

/** Whether a field says something by itself: not an address, a size or a count, which follow from what they
 * are about. */
bool tree_tells(const struct kiwi_field *field);
bool tree_counts(const struct kiwi_field *field);
/** Whether it is a number, a word or a part of one; fields of one name need not be the same in two records of
 * a type that discs define. */
static inline bool tree_is_number(const struct kiwi_field *field)
{
    return field->high >= field->low && !field->repeated;
}

/** The field of another type of the same record that goes with a field of this one: types that discs define
 * have as many fields as each record needs. NULL if there is none. */
const struct kiwi_field *tree_same_field(const struct kiwi_record_type *other,
                                         const struct kiwi_record_type *type, unsigned field);

#endif
