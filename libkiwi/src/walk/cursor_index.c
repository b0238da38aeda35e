/* SPDX-License-Identifier: MIT */
/* An index file: its pieces by ascending offset, and the gaps between them. */
#include "walk/walk.h"

#include <stdlib.h>

#include "walk/cursor_data.h"

struct index_cursor {
    struct kiwi_cursor base;
    const struct kiwi_file *file;
    const uint32_t *order; /* the file's pieces */
    size_t count, next;
    uint64_t position;            /* bytes before are done */
    struct kiwi_index_data *data; /* room for a piece of records that are decoded by their definition */
    char path[KIWI_PATH_LENGTH];  /* of the piece last met; empty in a gap between pieces */
};

static enum kiwi_turn take_piece(struct kiwi_walk *walk, struct index_cursor *index, uint32_t number,
                                 struct kiwi_item *item)
{
    const struct kiwi_index_piece *piece = &walk->index->pieces[number];
    kiwi_index_piece_path(walk->index, number, index->path, sizeof index->path);
    if (piece->step == KIWI_STEP_CATEGORY || piece->step == KIWI_STEP_MATCHING) {
        kiwi_index_data_begin(index->data, walk->index, number, index->path, &walk->reporter);
        kiwi_data_begin(walk, index->data);
        return KIWI_TURN_AGAIN;
    }
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
    uint64_t until = piece ? piece->offset : index->file->size;
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

enum kiwi_status kiwi_index_begin(struct kiwi_walk *walk, const struct kiwi_file *file)
{
    static const struct kiwi_cursor_type type = {sizeof(struct index_cursor), next, path_of, free_data};
    size_t count;
    if (!walk->index) {
        enum kiwi_status status = kiwi_index_pieces_make(walk->disc, &walk->reporter, &walk->index,
                                                         &walk->error);
        if (status != KIWI_OK)
            return status;
    }
    const uint32_t *order = kiwi_index_pieces_of(walk->index, file, &count);
    if (count == 0)
        return KIWI_ERROR_NOT_KIWI;
    struct kiwi_index_data *data = calloc(1, sizeof *data);
    if (!data)
        return kiwi_fail_memory(&walk->error);
    struct index_cursor *index = kiwi_stack_push(&walk->stack, &type);
    index->file = file;
    index->order = order;
    index->count = count;
    index->data = data;
    return KIWI_OK;
}
