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

/* A map frame: where the engine stumbles over it, it is mended and begun again. A brief walk, which hands out
 * gaps alone, finds that out on the way; another one looks before. */

struct frame_cursor {
    struct kiwi_cursor base;
    enum {
        FRAME_WHOLE,   /* to be handed out as a gap */
        FRAME_PASSED,  /* which was done */
        FRAME_ENTERED, /* to be opened */
        FRAME_OPEN,
    } state;
    struct kiwi_parcel parcel;
    struct kiwi_account before; /* of the file, without the frame */
    uint64_t handed_out;        /* what lies before is not handed out again */
    bool mended;                /* or at least tried to: its words were looked at */
};

static void arguments_of(const struct kiwi_parcel *parcel, uint64_t *arguments)
{
    const struct kiwi_level_management_record *record = &parcel->level->record;
    arguments[0] = record->basic_frames;
    arguments[1] = record->extended_frames;
    arguments[2] = record->node_record_size;
}

/** Begins the frame again, mended. False if memory ran out. */
static bool begin_again(struct kiwi_walk *walk, struct frame_cursor *frame)
{
    const struct kiwi_parcel *parcel = &frame->parcel;
    char path[KIWI_PATH_LENGTH];
    uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {0};
    struct kiwi_view view = walk->engine.view;
    arguments_of(parcel, arguments);
    kiwi_parcel_path(parcel, path, sizeof path);
    walk->on_trial = false;
    frame->mended = walk->engine.flawed;
    if (walk->engine.flawed && !view.damaged &&
        !kiwi_mend_frame(&walk->mender, walk->map, parcel, path, &view))
        return false;
    kiwi_engine_restart(&walk->engine, &kiwi_type_main_map_distribution_header, view, arguments, path);
    return true;
}

/** Behind a frame, which is mended by then if it had to be: whether it agrees with the rest of the map. Words
 * that cost nothing although they contradict others are findings. False if memory ran out. */
static bool check_frame(struct kiwi_walk *walk, const struct frame_cursor *frame)
{
    char path[KIWI_PATH_LENGTH];
    struct kiwi_view view = walk->engine.view;
    if (!walk->scope.check)
        return true;
    kiwi_parcel_path(&frame->parcel, path, sizeof path);
    if (walk->regions)
        kiwi_frame_check(walk->regions, &frame->parcel, frame->parcel.file, path, &view);
    kiwi_guidance_check(walk->map, &frame->parcel, path, &view);
    if (frame->mended || view.damaged)
        return true;
    return kiwi_mend_frame(&walk->mender, walk->map, &frame->parcel, path, &view);
}

/** The next gap of a brief walk, which begins the frame again where it stumbles. */
static enum kiwi_turn next_briefly(struct kiwi_walk *walk, struct frame_cursor *frame, struct kiwi_item *item)
{
    for (;;) {
        bool met = kiwi_engine_next(&walk->engine, item);
        if (walk->on_trial && (walk->engine.flawed || (!met && walk->held))) {
            *walk->engine.account = frame->before;
            if (!begin_again(walk, frame))
                break;
            continue;
        }
        if (!met && walk->engine.no_memory)
            break;
        if (!met)
            return KIWI_TURN_OVER;
        if (item->offset < frame->handed_out)
            continue;
        frame->handed_out = item->offset + item->length;
        item->file = walk->file;
        return KIWI_TURN_ITEM;
    }
    kiwi_fail_memory(&walk->error);
    return KIWI_TURN_FAILED;
}

/** Starts the engine. */
static bool start(struct kiwi_walk *walk, const struct kiwi_record_type *type, const struct kiwi_file *file,
                  uint64_t offset, uint64_t length, const uint64_t *arguments, const char *path)
{
    struct kiwi_view view;
    if (kiwi_window_view_around(&walk->window, file->source, offset, length, &view, &walk->error) != KIWI_OK)
        return false;
    walk->file = file;
    walk->on_trial = walk->held = false;
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

/** Starts the engine on the frame. */
static bool open_frame(struct kiwi_walk *walk, struct frame_cursor *frame)
{
    const struct kiwi_parcel *parcel = &frame->parcel;
    uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {0};
    arguments_of(parcel, arguments);
    char path[KIWI_PATH_LENGTH];
    kiwi_parcel_path(parcel, path, sizeof path);
    frame->state = FRAME_OPEN;
    if (!start(walk, &kiwi_type_main_map_distribution_header, parcel->file, parcel->offset, parcel->size,
               arguments, path))
        return false;
    frame->before = *walk->engine.account;
    if (walk->engine.brief)
        walk->on_trial = true;
    else if (!kiwi_engine_try(&walk->engine) && !begin_again(walk, frame)) {
        kiwi_fail_memory(&walk->error);
        return false;
    }
    return true;
}

static enum kiwi_turn pass_over(struct frame_cursor *frame, struct kiwi_item *item)
{
    const struct kiwi_parcel *parcel = &frame->parcel;
    frame->state = FRAME_PASSED;
    *item = (struct kiwi_item){.offset = parcel->offset,
                               .length = parcel->size,
                               .file = parcel->file,
                               .gap = KIWI_GAP_FRAME,
                               .name = "frame",
                               .reason = ""};
    return KIWI_TURN_ITEM;
}

static enum kiwi_turn next_in_frame(struct kiwi_walk *walk, struct kiwi_cursor *cursor,
                                    struct kiwi_item *item)
{
    struct frame_cursor *frame = (struct frame_cursor *)cursor;
    switch (frame->state) {
    case FRAME_WHOLE: return pass_over(frame, item);
    case FRAME_PASSED: return KIWI_TURN_OVER;
    case FRAME_ENTERED:
        if (!open_frame(walk, frame))
            return KIWI_TURN_FAILED;
        break;
    case FRAME_OPEN: break;
    }
    enum kiwi_turn turn = walk->engine.brief ? next_briefly(walk, frame, item) : next(walk, cursor, item);
    if (turn == KIWI_TURN_OVER && walk->scope.whole_frames)
        kiwi_account_add_since(kiwi_accounts_of(&walk->entered, walk->file), walk->engine.account,
                               &frame->before);
    if (turn != KIWI_TURN_OVER || check_frame(walk, frame))
        return turn;
    kiwi_fail_memory(&walk->error);
    return KIWI_TURN_FAILED;
}

static const char *path_in_frame(struct kiwi_walk *walk, const struct kiwi_cursor *cursor, char *room)
{
    const struct frame_cursor *frame = (const struct frame_cursor *)cursor;
    if (frame->state == FRAME_OPEN)
        return kiwi_engine_path(&walk->engine);
    kiwi_parcel_path(&frame->parcel, room, KIWI_PATH_LENGTH);
    return room;
}

static const struct kiwi_cursor_type frame_type = {sizeof(struct frame_cursor), next_in_frame, path_in_frame,
                                                   NULL};

enum kiwi_turn kiwi_frame_begin(struct kiwi_walk *walk, const struct kiwi_parcel *parcel)
{
    struct frame_cursor *cursor = kiwi_stack_push(&walk->stack, &frame_type);
    cursor->parcel = *parcel;
    cursor->state = walk->scope.whole_frames ? FRAME_WHOLE : FRAME_ENTERED;
    return KIWI_TURN_AGAIN;
}

void kiwi_walk_enter(struct kiwi_walk *walk)
{
    struct frame_cursor *frame = (struct frame_cursor *)walk->stack.top;
    if (frame && frame->base.type == &frame_type && frame->state == FRAME_PASSED)
        frame->state = FRAME_ENTERED;
}

enum kiwi_turn kiwi_guidance_begin(struct kiwi_walk *walk, const struct kiwi_parcel *frame)
{
    const struct kiwi_record_type *type = &kiwi_type_route_guidance_distribution_header;
    const struct kiwi_level_management_record *record = &frame->level->record;
    const uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {record->basic_route_guidance_frames,
                                                        record->extended_route_guidance_frames};
    char parcel[KIWI_PATH_LENGTH];
    char path[KIWI_PATH_LENGTH];
    kiwi_parcel_path(frame, parcel, sizeof parcel);
    snprintf(path, sizeof path, "%.480s.route_guidance", parcel);
    if (kiwi_record_begin(walk, type, frame->file, frame->offset, frame->size, arguments, path) ==
        KIWI_TURN_FAILED)
        return KIWI_TURN_FAILED;
    struct kiwi_view view = walk->engine.view;
    const bool flawed = !kiwi_engine_try(&walk->engine);
    if (!flawed && !walk->scope.check)
        return KIWI_TURN_AGAIN;
    if (!view.damaged && !kiwi_mend_guidance(&walk->mender, walk->map, frame, path, &view)) {
        kiwi_fail_memory(&walk->error);
        return KIWI_TURN_FAILED;
    }
    if (flawed) /* else what was looked at is as it was read */
        kiwi_engine_restart(&walk->engine, type, view, arguments, path);
    return KIWI_TURN_AGAIN;
}

const struct kiwi_parcel *kiwi_frame_parcel(const struct kiwi_walk *walk)
{
    const struct kiwi_cursor *top = walk->stack.top;
    return top && top->type == &frame_type ? &((const struct frame_cursor *)top)->parcel : NULL;
}
