/* SPDX-License-Identifier: MIT */
/* What the index has in a file: its pieces by ascending offset, and the gaps between them. */
#include "walk/walk.h"

#include <stdlib.h>

#include "walk/cursor_data.h"

struct index_cursor {
    struct kiwi_cursor base;
    const struct kiwi_file *file;
    const uint32_t *order; /* the file's pieces */
    size_t count, next;
    uint64_t position, end;       /* bytes before are done, bytes behind are not the index's */
    struct kiwi_index_data *data; /* room for a piece of records that are decoded by their definition */
    char path[KIWI_PATH_LENGTH];  /* of the piece last met; empty in a gap between pieces */
};

static enum kiwi_turn take_data(struct kiwi_walk *walk, struct index_cursor *index, uint32_t number)
{
    if (!index->data)
        index->data = calloc(1, sizeof *index->data);
    if (!index->data) {
        kiwi_fail_memory(&walk->error);
        return KIWI_TURN_FAILED;
    }
    kiwi_index_data_begin(index->data, walk->index, number, index->path, &walk->reporter);
    kiwi_data_begin(walk, index->data);
    return KIWI_TURN_AGAIN;
}

static enum kiwi_turn take_piece(struct kiwi_walk *walk, struct index_cursor *index, uint32_t number,
                                 struct kiwi_item *item)
{
    const struct kiwi_index_piece *piece = &walk->index->pieces[number];
    kiwi_index_piece_path(walk->index, number, index->path, sizeof index->path);
    if (piece->step == KIWI_STEP_CATEGORY || piece->step == KIWI_STEP_MATCHING)
        return take_data(walk, index, number);
    if (!piece->type)
        return kiwi_walk_gap(walk, index->file, piece->offset, piece->length, KIWI_GAP_UNKNOWN,
                             piece->step == KIWI_STEP_USER ? "user_field" : "expansion_field",
                             "this part of the index is not decoded", item);
    return kiwi_record_begin(walk, piece->type, index->file, piece->offset, piece->length, NULL, index->path);
}

static enum kiwi_turn next(struct kiwi_walk *walk, struct kiwi_cursor *cursor, struct kiwi_item *item)
{
    struct index_cursor *index = (struct index_cursor *)cursor;
    uint32_t number = index->next < index->count ? index->order[index->next] : KIWI_NO_PIECE;
    const struct kiwi_index_piece *piece = number != KIWI_NO_PIECE ? &walk->index->pieces[number] : NULL;
    uint64_t from = index->position;
    uint64_t until = piece ? piece->offset : index->end;
    index->path[0] = '\0';
    if (from < until) {
        index->position = until;
        return kiwi_walk_in_range(walk, index->file, from, until - from)
                   ? kiwi_walk_unclaimed(walk, index->file, from, until, item)
                   : KIWI_TURN_AGAIN;
    }
    if (!piece)
        return KIWI_TURN_OVER;
    index->next++;
    index->position = piece->offset + piece->length;
    return kiwi_walk_in_range(walk, index->file, piece->offset, piece->length)
               ? take_piece(walk, index, number, item)
               : KIWI_TURN_AGAIN;
}

static const char *path_of(struct kiwi_walk *walk, const struct kiwi_cursor *cursor, char *room)
{
    (void)walk, (void)room;
    return ((const struct index_cursor *)cursor)->path;
}

static void free_data(struct kiwi_cursor *cursor)
{
    free(((struct index_cursor *)cursor)->data);
}

static void push(struct kiwi_walk *walk, const uint32_t *order, size_t count, uint64_t end)
{
    static const struct kiwi_cursor_type type = {sizeof(struct index_cursor), next, path_of, free_data};
    const struct kiwi_index_piece *first = &walk->index->pieces[order[0]];
    struct index_cursor *index = kiwi_stack_push(&walk->stack, &type);
    index->file = first->file;
    index->order = order;
    index->count = count;
    index->position = first->offset;
    index->end = end;
}

bool kiwi_index_find(struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t *first)
{
    size_t count = 0;
    *first = file->size;
    if (!walk->index &&
        kiwi_index_pieces_make(walk->disc, &walk->reporter, &walk->index, &walk->error) != KIWI_OK)
        return false;
    const uint32_t *order = kiwi_index_pieces_of(walk->index, file, &count);
    if (count > 0)
        *first = walk->index->pieces[order[0]].offset;
    return true;
}

void kiwi_index_begin(struct kiwi_walk *walk, const struct kiwi_file *file)
{
    size_t count;
    const uint32_t *order = kiwi_index_pieces_of(walk->index, file, &count);
    push(walk, order, count, file->size);
}

void kiwi_index_piece_begin(struct kiwi_walk *walk, uint32_t place)
{
    const uint32_t *order = &walk->index->order[place];
    const struct kiwi_index_piece *piece = &walk->index->pieces[*order];
    push(walk, order, 1, piece->offset + piece->length);
}

/* In files that the map leads into */

struct shared_cursor {
    struct kiwi_cursor base;
    uint32_t next; /* in the order of all pieces */
};

static enum kiwi_turn next_shared(struct kiwi_walk *walk, struct kiwi_cursor *cursor, struct kiwi_item *item)
{
    struct shared_cursor *shared = (struct shared_cursor *)cursor;
    (void)item;
    if (shared->next >= walk->index->order_count)
        return KIWI_TURN_OVER;
    uint32_t place = shared->next++;
    uint32_t number = walk->index->order[place];
    const struct kiwi_index_piece *piece = &walk->index->pieces[number];
    uint64_t length = piece->length;
    char path[KIWI_PATH_LENGTH];
    if (!kiwi_claims_of(&walk->claims, piece->file))
        return KIWI_TURN_AGAIN;
    kiwi_index_piece_path(walk->index, number, path, sizeof path);
    if (!kiwi_walk_claim(walk, piece->file, piece->offset, &length, path))
        return KIWI_TURN_AGAIN;
    if (walk->order) {
        struct kiwi_section section = {.kind = KIWI_SECTION_INDEX, .offset = piece->offset, .length = length};
        section.of.piece = place;
        kiwi_order_add(walk->order, piece->file, &section);
    } else {
        kiwi_index_piece_begin(walk, place);
    }
    return KIWI_TURN_AGAIN;
}

enum kiwi_turn kiwi_index_in_map_begin(struct kiwi_walk *walk)
{
    static const struct kiwi_cursor_type type = {sizeof(struct shared_cursor), next_shared, kiwi_no_path,
                                                 NULL};
    uint64_t first;
    if (!kiwi_index_find(walk, walk->map->file, &first))
        return KIWI_TURN_FAILED;
    kiwi_stack_push(&walk->stack, &type);
    return KIWI_TURN_AGAIN;
}
