/* SPDX-License-Identifier: MIT */
/* One level of the map: its parcel management, and the frames that this leads to. */
#include "walk/walk.h"

#include "bytes/codec.h"
#include "map/parcel_tree.h"

struct level_cursor {
    struct kiwi_cursor base;
    struct kiwi_tree tree;
    enum kiwi_tree_step step; /* of the item last met */
    struct kiwi_tree_record record;
};

/** Keeps a record or gap of the parcel management for later. */
static enum kiwi_turn collect(struct kiwi_walk *walk, const struct level_cursor *level,
                              const struct kiwi_tree_item *met)
{
    struct kiwi_section section = {.kind = met->type ? KIWI_SECTION_TREE : KIWI_SECTION_GAP,
                                   .type = met->type,
                                   .offset = met->offset,
                                   .length = met->available};
    section.of.tree.place = kiwi_tree_place(&level->tree);
    section.of.tree.step = level->step;
    section.of.tree.stride = met->available;
    section.of.tree.argument = met->argument;
    kiwi_order_add(walk->order, met->file, &section);
    return KIWI_TURN_AGAIN;
}

/** A frame that the tree leads to: of the map, or of route guidance. */
static enum kiwi_turn take_frame(struct kiwi_walk *walk, const struct kiwi_parcel *frame, bool guidance)
{
    if (walk->order) {
        struct kiwi_section section = {.kind = guidance ? KIWI_SECTION_GUIDANCE : KIWI_SECTION_FRAME,
                                       .offset = frame->offset,
                                       .length = frame->size};
        section.of.parcel = *frame;
        kiwi_order_add(walk->order, frame->file, &section);
        return KIWI_TURN_AGAIN;
    }
    if (!kiwi_walk_in_range(walk, frame->file, frame->offset, frame->size))
        return KIWI_TURN_AGAIN;
    return guidance ? kiwi_guidance_begin(walk, frame) : kiwi_frame_begin(walk, frame);
}

static enum kiwi_turn next(struct kiwi_walk *walk, struct kiwi_cursor *cursor, struct kiwi_item *item)
{
    struct level_cursor *level = (struct level_cursor *)cursor;
    struct kiwi_tree_item met;
    level->step = kiwi_tree_next(&level->tree, &met);
    switch (level->step) {
    case KIWI_TREE_END: return KIWI_TURN_OVER;
    case KIWI_TREE_FAILED: return KIWI_TURN_FAILED;
    case KIWI_TREE_PARCEL: return take_frame(walk, &met.parcel, false);
    case KIWI_TREE_GUIDANCE: return take_frame(walk, &met.parcel, true);
    default: break;
    }
    if (walk->order)
        return collect(walk, level, &met);
    return level->step == KIWI_TREE_GAP
               ? kiwi_walk_zeros_or_unknown(walk, met.file, met.offset, met.available,
                                            !kiwi_any(met.bytes, met.available), item)
               : kiwi_walk_tree_record(walk, &level->record, &met, item);
}

static const char *path_of(struct kiwi_walk *walk, const struct kiwi_cursor *cursor, char *room)
{
    const struct level_cursor *level = (const struct level_cursor *)cursor;
    (void)walk;
    kiwi_tree_path(&level->tree, level->step, room, KIWI_PATH_LENGTH);
    return room;
}

static void close_tree(struct kiwi_cursor *cursor)
{
    kiwi_tree_close(&((struct level_cursor *)cursor)->tree);
}

enum kiwi_turn kiwi_level_begin(struct kiwi_walk *walk, const struct kiwi_level *level)
{
    static const struct kiwi_cursor_type type = {sizeof(struct level_cursor), next, path_of, close_tree};
    struct level_cursor *cursor = kiwi_stack_push(&walk->stack, &type);
    kiwi_tree_open(&cursor->tree, walk->map, level, walk->scope.has_box ? &walk->scope.box : NULL,
                   &walk->claims, &walk->error);
    cursor->tree.wants_guidance = true;
    return KIWI_TURN_AGAIN;
}
