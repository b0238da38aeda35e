/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_ORDER_H
#define KIWI_SRC_ORDER_H

/* What a file consists of, by ascending offset: collected along the map's structure, some thousand sections
 * at a time. */

#include "walk/other_data.h"
#include "map/parcel_tree.h"

/** Sections kept at a time. More on a disc make more passes over its parcel management. */
#define KIWI_ORDER_LIMIT ((size_t)1 << 15)

enum kiwi_section_kind {
    KIWI_SECTION_RECORD,   /**< a record with its parts */
    KIWI_SECTION_FRAME,    /**< a parcel's frame */
    KIWI_SECTION_GUIDANCE, /**< a parcel's route guidance frame */
    KIWI_SECTION_TREE,     /**< records of the parcel management, of one size, back to back */
    KIWI_SECTION_GAP,      /**< bytes of the parcel management that no record fills */
    KIWI_SECTION_OTHER,    /**< data of a kind that is not decoded */
    KIWI_SECTION_INDEX,    /**< a piece of the index */
};

struct kiwi_section {
    enum kiwi_section_kind kind;
    const struct kiwi_record_type *type;
    uint64_t offset, length;
    union {
        struct {
            uint32_t arguments[KIWI_MAXIMUM_ARGUMENTS];
            char path[32];
        } record;
        struct kiwi_parcel parcel;
        struct {
            struct kiwi_tree_place place; /* of the first one */
            enum kiwi_tree_step step;
            uint64_t stride, argument;
        } tree;
        struct kiwi_other_data other;
        uint32_t piece; /* place in the order of all */
    } of;
};

struct kiwi_order {
    const struct kiwi_file *file;
    uint64_t from, end;     /* only sections that touch these bytes */
    uint64_t before, after; /* where the last section before from ends, and the first one after end begins */
    uint64_t limit;         /* sections from here on did not find room; KIWI_NULL = all did */
    struct kiwi_section *sections;
    size_t count, next;
    struct kiwi_section pending[KIWI_TREE_GAP + 1]; /* of the parcel management, by step: may go on */
    bool is_pending[KIWI_TREE_GAP + 1];
};

/** False if memory ran out. */
bool kiwi_order_init(struct kiwi_order *order);
void kiwi_order_free(struct kiwi_order *order);

void kiwi_order_begin(struct kiwi_order *order, const struct kiwi_file *file, uint64_t from, uint64_t end);
void kiwi_order_add(struct kiwi_order *order, const struct kiwi_file *file,
                    const struct kiwi_section *section);
/** All were added: sorts what was kept. */
void kiwi_order_finish(struct kiwi_order *order);

/** Place of record number i of a section of the parcel management. */
struct kiwi_tree_place kiwi_section_place(const struct kiwi_section *section, uint32_t i);

#endif
