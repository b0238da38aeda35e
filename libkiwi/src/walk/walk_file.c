/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "walk/small_file.h"
#include "walk/walk_state.h"

/** Begins LOADING.KWI; false if it is another container, or has failed. */
static bool start_loading(struct kiwi_walk *walk)
{
    struct kiwi_loading *loading;
    struct kiwi_error error = {.status = KIWI_OK};
    const struct kiwi_file *file = walk->file;
    enum kiwi_status status = kiwi_loading_open(file->source, file->path, walk->reporter.callback,
                                                walk->reporter.context, &loading, &error);
    if (status == KIWI_ERROR_NOT_KIWI) {
        kiwi_report(&walk->reporter, KIWI_ERROR, file->path, 0, "", "loading module management (chapter 30)",
                    error.text);
        return false;
    }
    if (status == KIWI_OK) {
        status = kiwi_loading_pieces(loading, file->size, &walk->loading, &walk->loading_count, &error);
        kiwi_loading_close(loading);
    }
    walk->loading_next = 0;
    walk->loading_position = 0;
    if (status == KIWI_OK)
        return true;
    walk->error = error;
    return kiwi_walk_fail(walk);
}

enum kiwi_event kiwi_walk_next_in_loading(struct kiwi_walk *walk, struct kiwi_item *item)
{
    const struct kiwi_loading_piece *piece = walk->loading_next < walk->loading_count
                                                 ? &walk->loading[walk->loading_next]
                                                 : NULL;
    uint64_t from = walk->loading_position;
    uint64_t until = piece ? piece->offset : walk->file->size;
    walk->path[0] = '\0';
    walk->path_kind = KIWI_PATH_TEXT;
    if (from < until) {
        walk->loading_position = until;
        return kiwi_walk_rest_gap(walk, from, until, item);
    }
    if (!piece) {
        free(walk->loading);
        walk->loading = NULL;
        return KIWI_EVENT_END;
    }
    walk->loading_next++;
    walk->loading_position = piece->offset + piece->length;
    kiwi_loading_piece_path(piece, walk->path, sizeof walk->path);
    if (!piece->type)
        return kiwi_walk_gap(walk, walk->file, piece->offset, piece->length, KIWI_GAP_UNKNOWN, "module",
                             "a program of the unit", item);
    kiwi_walk_start(walk, piece->type, piece->offset, piece->length, NULL, walk->path);
    return KIWI_EVENT_END;
}

/** Begins an index file; false if it is of another kind, or has failed. */
static bool start_index(struct kiwi_walk *walk)
{
    if (!walk->index_data && !(walk->index_data = calloc(1, sizeof *walk->index_data))) {
        kiwi_fail_memory(&walk->error);
        return kiwi_walk_fail(walk);
    }
    if (!walk->index &&
        kiwi_index_pieces_make(walk->disc, &walk->reporter, &walk->index, &walk->error) != KIWI_OK)
        return kiwi_walk_fail(walk);
    walk->index_order = kiwi_index_pieces_of(walk->index, walk->file, &walk->index_count);
    walk->index_next = 0;
    walk->index_position = 0;
    if (walk->index_count == 0)
        walk->index_order = NULL;
    return walk->index_order;
}

/** The next record of category or matching data. KIWI_EVENT_END if there is none. */
static enum kiwi_event next_index_record(struct kiwi_walk *walk, struct kiwi_item *item)
{
    struct kiwi_index_data *data = walk->index_data;
    for (;;) {
        switch (kiwi_index_data_next(data, &walk->window, walk->engine.brief, item, &walk->error)) {
        case KIWI_DATA_FAILED:
            kiwi_walk_fail(walk);
            walk->in_index_data = false;
            return KIWI_EVENT_END;
        case KIWI_DATA_END: walk->in_index_data = false; return KIWI_EVENT_END;
        case KIWI_DATA_GAP:
            snprintf(walk->path, sizeof walk->path, "%s", walk->index_path);
            walk->path_kind = KIWI_PATH_TEXT;
            return kiwi_walk_gap(walk, walk->file, item->offset, item->length, item->gap, item->name,
                                 item->reason, item);
        case KIWI_DATA_RECORD:
            kiwi_walk_account_of(walk, walk->file)->field += data->record.used;
            kiwi_walk_account_of(walk, walk->file)->reserved += data->record.length - data->record.used;
            item->file = walk->file;
            walk->path_kind = KIWI_PATH_INDEX;
            if (!walk->engine.brief && kiwi_walk_in_range(walk, walk->file, item->offset, item->length))
                return KIWI_EVENT_RECORD;
            break;
        }
    }
}

enum kiwi_event kiwi_walk_next_in_index(struct kiwi_walk *walk, struct kiwi_item *item)
{
    if (walk->in_index_data)
        return next_index_record(walk, item);
    uint32_t number = walk->index_next < walk->index_count ? walk->index_order[walk->index_next]
                                                           : KIWI_NO_PIECE;
    const struct kiwi_index_piece *piece = number != KIWI_NO_PIECE ? &walk->index->pieces[number] : NULL;
    uint64_t from = walk->index_position;
    uint64_t until = piece ? piece->offset : walk->file->size;
    walk->path[0] = '\0';
    walk->path_kind = KIWI_PATH_TEXT;
    if (from < until) {
        walk->index_position = until;
        return kiwi_walk_in_range(walk, walk->file, from, until - from)
                   ? kiwi_walk_rest_gap(walk, from, until, item)
                   : KIWI_EVENT_END;
    }
    if (!piece) {
        walk->index_order = NULL;
        return KIWI_EVENT_END;
    }
    walk->index_next++;
    walk->index_position = piece->offset + piece->length;
    if (!kiwi_walk_in_range(walk, walk->file, piece->offset, piece->length))
        return KIWI_EVENT_END;
    kiwi_index_piece_path(walk->index, number, walk->index_path, sizeof walk->index_path);
    snprintf(walk->path, sizeof walk->path, "%s", walk->index_path);
    if (piece->step == KIWI_STEP_CATEGORY || piece->step == KIWI_STEP_MATCHING) {
        kiwi_index_data_begin(walk->index_data, walk->index, number, walk->index_path, &walk->reporter);
        walk->in_index_data = true;
        return KIWI_EVENT_END;
    }
    if (!piece->type)
        return kiwi_walk_gap(walk, walk->file, piece->offset, piece->length, KIWI_GAP_UNKNOWN,
                             piece->step == KIWI_STEP_USER ? "user_field" : "expansion_field",
                             "this part of the index is not decoded", item);
    kiwi_walk_start(walk, piece->type, piece->offset, piece->length, NULL, walk->path);
    return KIWI_EVENT_END;
}

enum kiwi_event kiwi_walk_whole_file(struct kiwi_walk *walk, struct kiwi_item *item)
{
    const struct kiwi_file *file = walk->file;
    const struct kiwi_record_type *type;
    const char *path;
    struct kiwi_view view = {.length = 0};
    if (file->size == 0)
        return KIWI_EVENT_END;
    if (file->source && file->kind >= KIWI_FILE_METADATA && file->size <= KIWI_SMALL_FILE_LIMIT &&
        kiwi_window_view(&walk->window, file->source, 0, KIWI_SMALL_FILE_HEAD, &view, &walk->error) !=
            KIWI_OK) {
        kiwi_walk_fail(walk);
        return KIWI_EVENT_END;
    }
    type = view.length > 0 ? kiwi_small_file_type(file, view.bytes, view.length, &path) : NULL;
    if (type) {
        kiwi_walk_start(walk, type, 0, file->size, NULL, path);
        return KIWI_EVENT_END;
    }
    if (file->kind == KIWI_FILE_LOADING && file->source &&
        (start_loading(walk) || walk->stage == KIWI_STAGE_END))
        return KIWI_EVENT_END;
    if (file->kind == KIWI_FILE_INDEX && file->source && (start_index(walk) || walk->stage == KIWI_STAGE_END))
        return KIWI_EVENT_END;
    walk->path[0] = '\0';
    walk->path_kind = KIWI_PATH_TEXT;
    return kiwi_walk_gap(walk, file, 0, file->size, KIWI_GAP_UNKNOWN, "file",
                         "this kind of file is not decoded", item);
}
