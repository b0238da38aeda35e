/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_SHAPE_LIST_H
#define KIWI_SRC_SHAPE_LIST_H

/* Lists of shapes without a flaw, which nearly all that a map consists of are: they are read without the
 * engine, each record once and no field that its shape does not need (docs/design/speed.md). And what a
 * record of any list becomes. */

#include "map/map.h"

/** A link has at most 1,023 intermediate points and two nodes, a background 2,047 steps and its start. */
enum { KIWI_SHAPE_POINTS = 2048 };

/** What a list consists of, and where it lies in its file. */
struct kiwi_shape_records {
    enum kiwi_shape_kind kind;
    const uint8_t *bytes;
    uint64_t offset;
    uint32_t count;
    uint32_t list, display_class;      /* as in kiwi_shape */
    enum kiwi_shape_class shape_class; /* backgrounds */
    bool has_height;
};

struct kiwi_shape_list {
    bool deleted;             /* what counts as deleted is wanted, too */
    struct kiwi_shape common; /* what the next shape has in common with the one before it */
    const uint8_t *base;      /* byte of the file at base_offset */
    uint64_t base_offset;
    const uint8_t *record; /* the next one */
    uint32_t records;      /* that are left */
    const uint8_t *node;   /* roads: where the next link begins */
    uint32_t link, links;  /* roads: its number, and how many are left of the chain */
    uint32_t first_id;     /* roads: of its first link, 0 if none */
    bool counts_ids;       /* roads: each id is the one before plus one */
    struct kiwi_point points[KIWI_SHAPE_POINTS];
};

/** Goes to records that are what the schema says, with none but what it knows between them. */
void kiwi_shape_list_start(struct kiwi_shape_list *list, const struct kiwi_shape_records *records);

/** The first shape of the next record that has one; false at the end of the list. */
bool kiwi_shape_list_record(struct kiwi_shape_list *list, struct kiwi_shape *shape);

/** The link from a node to the one behind it, which must be there; goes to that one. */
void kiwi_shape_list_link(struct kiwi_shape_list *list, struct kiwi_shape *shape);

/** The next shape; false at the end of the list. */
static inline bool kiwi_shape_list_next(struct kiwi_shape_list *list, struct kiwi_shape *shape)
{
    if (list->links == 0)
        return kiwi_shape_list_record(list, shape);
    list->links--;
    kiwi_shape_list_link(list, shape);
    return true;
}

/* One by one, where the engine goes through a list that has a flaw; kiwi_shape_list_start() comes first,
 * without records. */

/** Goes to a chain of links. */
void kiwi_shape_list_chain(struct kiwi_shape_list *list, const uint8_t *multilink,
                           const struct kiwi_layout *layout);

/** Goes to one of its nodes. */
void kiwi_shape_list_node(struct kiwi_shape_list *list, const uint8_t *node, uint32_t number);

void kiwi_shape_list_background(struct kiwi_shape_list *list, const uint8_t *record, uint32_t length,
                                struct kiwi_shape *shape);

/** Whether the body of a name is known, and so its text. */
bool kiwi_shape_has_text(const uint8_t *name);

/** Its text is that of a character_information, or NULL. */
void kiwi_shape_list_name(struct kiwi_shape_list *list, const uint8_t *record,
                          const struct kiwi_layout *layout, const uint8_t *information,
                          struct kiwi_shape *shape);

#endif
