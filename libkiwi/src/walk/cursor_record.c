/* SPDX-License-Identifier: MIT */
/* A record with all its parts: the engine goes through it. */
#include "walk/walk.h"

#include <stdio.h>

#include "map/tree_guidance.h"

static enum kiwi_turn next(struct kiwi_walk *walk, struct kiwi_cursor *cursor, struct kiwi_item *item)
{
    (void)cursor;
    if (!kiwi_engine_next(&walk->engine, item)) {
        if (!walk->engine.no_memory)
            return KIWI_TURN_OVER;
        kiwi_fail_memory(&walk->error);
        return KIWI_TURN_FAILED;
    }
    item->file = walk->file;
    return KIWI_TURN_ITEM;
}

static const char *path_of(struct kiwi_walk *walk, const struct kiwi_cursor *cursor, char *room)
{
    (void)cursor, (void)room;
    return kiwi_engine_path(&walk->engine);
}

static const struct kiwi_cursor_type record_cursor = {sizeof(struct kiwi_cursor), next, path_of, NULL};

struct frame_cursor {
    struct kiwi_cursor base;
    struct kiwi_parcel parcel;
};

static const struct kiwi_cursor_type frame_type = {sizeof(struct frame_cursor), next, path_of, NULL};

/** Starts the engine. */
static bool start(struct kiwi_walk *walk, const struct kiwi_record_type *type, const struct kiwi_file *file,
                  uint64_t offset, uint64_t length, const uint64_t *arguments, const char *path)
{
    struct kiwi_view view;
    if (kiwi_window_view_around(&walk->window, file->source, offset, length, &view, &walk->error) != KIWI_OK)
        return false;
    walk->file = file;
    walk->engine.account = kiwi_accounts_of(&walk->accounts, file);
    kiwi_engine_start(&walk->engine, type, view, arguments, path);
    return true;
}

enum kiwi_turn kiwi_record_begin(struct kiwi_walk *walk, const struct kiwi_record_type *type,
                                 const struct kiwi_file *file, uint64_t offset, uint64_t length,
                                 const uint64_t *arguments, const char *path)
{
    if (!start(walk, type, file, offset, length, arguments, path))
        return KIWI_TURN_FAILED;
    kiwi_stack_push(&walk->stack, &record_cursor);
    return KIWI_TURN_AGAIN;
}

enum kiwi_turn kiwi_frame_begin(struct kiwi_walk *walk, const struct kiwi_parcel *parcel)
{
    const struct kiwi_level_management_record *record = &parcel->level->record;
    const uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {record->basic_frames, record->extended_frames,
                                                        record->node_record_size};
    char path[KIWI_PATH_LENGTH];
    kiwi_parcel_path(parcel, path, sizeof path);
    if (!start(walk, &kiwi_type_main_map_distribution_header, parcel->file, parcel->offset, parcel->size,
               arguments, path))
        return KIWI_TURN_FAILED;
    struct frame_cursor *cursor = kiwi_stack_push(&walk->stack, &frame_type);
    cursor->parcel = *parcel;
    if (walk->scope.check && walk->regions)
        kiwi_frame_check(walk->regions, parcel, parcel->file, path, &walk->engine.view);
    if (walk->scope.check)
        kiwi_guidance_check(walk->map, parcel, path, &walk->engine.view);
    return KIWI_TURN_AGAIN;
}

enum kiwi_turn kiwi_guidance_begin(struct kiwi_walk *walk, const struct kiwi_parcel *frame)
{
    const struct kiwi_level_management_record *record = &frame->level->record;
    const uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {record->basic_route_guidance_frames,
                                                        record->extended_route_guidance_frames};
    char parcel[KIWI_PATH_LENGTH];
    char path[KIWI_PATH_LENGTH];
    kiwi_parcel_path(frame, parcel, sizeof parcel);
    snprintf(path, sizeof path, "%.480s.route_guidance", parcel);
    return kiwi_record_begin(walk, &kiwi_type_route_guidance_distribution_header, frame->file, frame->offset,
                             frame->size, arguments, path);
}

const struct kiwi_parcel *kiwi_frame_parcel(const struct kiwi_walk *walk)
{
    const struct kiwi_cursor *top = walk->stack.top;
    return top && top->type == &frame_type ? &((const struct frame_cursor *)top)->parcel : NULL;
}
