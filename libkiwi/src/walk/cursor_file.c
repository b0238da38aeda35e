/* SPDX-License-Identifier: MIT */
/* A file that the map does not refer into: which cursor reads it. */
#include "walk/walk.h"

#include "walk/small_file.h"

/** The record that a small file is, NULL if it is none. False if reading failed. */
static bool small_type(struct kiwi_walk *walk, const struct kiwi_file *file,
                       const struct kiwi_record_type **type, const char **path)
{
    struct kiwi_view view;
    *type = NULL;
    if (!file->source || !kiwi_small_file_has_type(file))
        return true;
    if (kiwi_window_view(&walk->window, file->source, 0, KIWI_SMALL_FILE_HEAD, &view, &walk->error) !=
        KIWI_OK)
        return false;
    if (view.length > 0)
        *type = kiwi_small_file_type(file, view.bytes, view.length, path);
    return true;
}

enum kiwi_turn kiwi_file_begin(struct kiwi_walk *walk, const struct kiwi_file *file, struct kiwi_item *item)
{
    const struct kiwi_record_type *type;
    const char *path;
    uint64_t end = file->size; /* where the index begins */
    enum kiwi_status status = KIWI_ERROR_NOT_KIWI;
    if (file->size == 0)
        return KIWI_TURN_AGAIN;
    if (!small_type(walk, file, &type, &path) || (file->source && !kiwi_index_find(walk, file, &end)))
        return KIWI_TURN_FAILED;
    if (end < file->size)
        kiwi_index_begin(walk, file);
    if (end == 0)
        return KIWI_TURN_AGAIN;
    if (type)
        return kiwi_record_begin(walk, type, file, 0, end, NULL, path);
    if (file->kind == KIWI_FILE_LOADING && file->source)
        status = kiwi_loading_begin(walk, file, end);
    if (status != KIWI_ERROR_NOT_KIWI)
        return status == KIWI_OK ? KIWI_TURN_AGAIN : KIWI_TURN_FAILED;
    if (end == file->size)
        return kiwi_walk_gap(walk, file, 0, end, KIWI_GAP_UNKNOWN, "file", "this kind of file is not decoded",
                             item);
    return kiwi_walk_in_range(walk, file, 0, end) ? kiwi_walk_unclaimed(walk, file, 0, end, item)
                                                  : KIWI_TURN_AGAIN;
}
