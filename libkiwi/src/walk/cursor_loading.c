/* SPDX-License-Identifier: MIT */
/* LOADING.KWI: its tables and modules by ascending offset, and the gaps between them. */
#include "walk/walk.h"

#include <stdlib.h>

#include "loading/loading_pieces.h"

struct loading_cursor {
    struct kiwi_cursor base;
    const struct kiwi_file *file;
    struct kiwi_loading_piece *pieces;
    size_t count, next;
    uint64_t position, end;               /* bytes before are done, bytes behind are another's */
    const struct kiwi_loading_piece *met; /* what was handed out last; NULL = a gap between pieces */
};

static enum kiwi_turn next(struct kiwi_walk *walk, struct kiwi_cursor *cursor, struct kiwi_item *item)
{
    struct loading_cursor *loading = (struct loading_cursor *)cursor;
    const struct kiwi_file *file = loading->file;
    const struct kiwi_loading_piece *piece = loading->next < loading->count ? &loading->pieces[loading->next]
                                                                            : NULL;
    uint64_t from = loading->position;
    uint64_t until = piece ? piece->offset : loading->end;
    loading->met = NULL;
    if (from < until) {
        loading->position = until;
        return kiwi_walk_unclaimed(walk, file, from, until, item);
    }
    if (!piece)
        return KIWI_TURN_OVER;
    loading->next++;
    loading->met = piece;
    loading->position = piece->offset + piece->length;
    if (!piece->type)
        return kiwi_walk_gap(
            walk, file, piece->offset, piece->length, KIWI_GAP_UNKNOWN,
            piece->component ? "component" : "module",
            piece->component ? "a component of the unit's programs" : "a program of the unit", item);
    char path[KIWI_PATH_LENGTH];
    kiwi_loading_piece_path(piece, path, sizeof path);
    return kiwi_record_begin(walk, piece->type, file, piece->offset, piece->length, NULL, path);
}

static const char *path_of(struct kiwi_walk *walk, const struct kiwi_cursor *cursor, char *room)
{
    const struct loading_cursor *loading = (const struct loading_cursor *)cursor;
    (void)walk;
    if (!loading->met)
        return "";
    kiwi_loading_piece_path(loading->met, room, KIWI_PATH_LENGTH);
    return room;
}

static void free_pieces(struct kiwi_cursor *cursor)
{
    free(((struct loading_cursor *)cursor)->pieces);
}

enum kiwi_status kiwi_loading_begin(struct kiwi_walk *walk, const struct kiwi_file *file, uint64_t end)
{
    static const struct kiwi_cursor_type type = {sizeof(struct loading_cursor), next, path_of, free_pieces};
    struct kiwi_loading *loading;
    struct kiwi_loading_piece *pieces;
    struct kiwi_error error = {.status = KIWI_OK};
    size_t count;
    enum kiwi_status status = kiwi_loading_open_reporting(file, &walk->reporter, &loading, &error);
    if (status == KIWI_ERROR_NOT_KIWI)
        kiwi_report(&walk->reporter, KIWI_ERROR, file->path, 0, "", "loading module management (chapter 30)",
                    error.text);
    if (status == KIWI_OK) {
        status = kiwi_loading_pieces(loading, end, &pieces, &count, &error);
        kiwi_loading_close(loading);
    }
    if (status == KIWI_OK) {
        struct loading_cursor *cursor = kiwi_stack_push(&walk->stack, &type);
        cursor->file = file;
        cursor->end = end;
        cursor->pieces = pieces;
        cursor->count = count;
    } else if (status != KIWI_ERROR_NOT_KIWI) {
        walk->error = error;
    }
    return status;
}
