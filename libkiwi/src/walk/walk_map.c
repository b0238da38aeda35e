/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "bytes/codec.h"
#include "map/tree_guidance.h"
#include "walk/walk_state.h"

/** Keeps a record or gap of the parcel management for later. */
static void collect_tree(struct kiwi_walk *walk, const struct kiwi_tree_item *met)
{
    struct kiwi_section section = {.kind = met->type ? KIWI_SECTION_TREE : KIWI_SECTION_GAP,
                                   .type = met->type,
                                   .offset = met->offset,
                                   .length = met->available};
    section.of.tree.place = kiwi_tree_place(&walk->tree);
    section.of.tree.step = walk->step;
    section.of.tree.stride = met->available;
    section.of.tree.argument = met->argument;
    kiwi_order_add(&walk->order, met->file, &section);
}

enum kiwi_event kiwi_walk_tree_record(struct kiwi_walk *walk, const struct kiwi_tree_item *met,
                                      struct kiwi_item *item)
{
    memset(walk->arguments, 0, sizeof walk->arguments);
    walk->arguments[0] = met->argument;
    walk->path_kind = KIWI_PATH_TREE;
    if (!kiwi_layout_record(met->type, met->bytes, met->available, walk->arguments, &walk->layout))
        return KIWI_EVENT_END;
    kiwi_account_record(kiwi_walk_account_of(walk, met->file), met->type, &walk->layout);
    *item = (struct kiwi_item){.type = met->type,
                               .layout = &walk->layout,
                               .bytes = met->bytes,
                               .arguments = walk->arguments,
                               .offset = met->offset,
                               .length = walk->layout.head,
                               .file = met->file};
    return KIWI_EVENT_RECORD;
}

void kiwi_walk_start_frame(struct kiwi_walk *walk, const struct kiwi_file *file,
                           const struct kiwi_parcel *parcel)
{
    const struct kiwi_level_management_record *record = &parcel->level->record;
    const uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {record->basic_frames, record->extended_frames,
                                                        record->node_record_size};
    walk->parcel = *parcel;
    kiwi_parcel_path(parcel, walk->path, sizeof walk->path);
    walk->file = file;
    walk->in_frame = kiwi_walk_start(walk, &kiwi_type_main_map_distribution_header, parcel->offset,
                                     parcel->size, arguments, walk->path);
    if (walk->in_frame && walk->check && walk->regions)
        kiwi_frame_check(walk->regions, parcel, file, walk->path, &walk->engine.view);
    if (walk->in_frame && walk->check)
        kiwi_guidance_check(walk->map, parcel, walk->path, &walk->engine.view);
}

void kiwi_walk_start_guidance(struct kiwi_walk *walk, const struct kiwi_file *file,
                              const struct kiwi_parcel *frame)
{
    const struct kiwi_level_management_record *record = &frame->level->record;
    const uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS] = {record->basic_route_guidance_frames,
                                                        record->extended_route_guidance_frames};
    char path[KIWI_PATH_LENGTH];
    kiwi_parcel_path(frame, path, sizeof path);
    snprintf(walk->path, sizeof walk->path, "%.480s.route_guidance", path);
    walk->file = file;
    kiwi_walk_start(walk, &kiwi_type_route_guidance_distribution_header, frame->offset, frame->size,
                    arguments, walk->path);
}

/** A frame that the tree leads to: of the map, or of route guidance. */
static void take_frame(struct kiwi_walk *walk, const struct kiwi_tree_item *met, bool guidance)
{
    const struct kiwi_parcel *frame = &met->parcel;
    if (walk->collecting) {
        struct kiwi_section section = {.kind = guidance ? KIWI_SECTION_GUIDANCE : KIWI_SECTION_FRAME,
                                       .offset = frame->offset,
                                       .length = frame->size};
        section.of.parcel = *frame;
        kiwi_order_add(&walk->order, met->file, &section);
    } else if (kiwi_walk_in_range(walk, met->file, frame->offset, frame->size)) {
        (guidance ? kiwi_walk_start_guidance : kiwi_walk_start_frame)(walk, met->file, frame);
    }
}

enum kiwi_event kiwi_walk_next_in_tree(struct kiwi_walk *walk, struct kiwi_item *item)
{
    struct kiwi_tree_item met;
    walk->step = kiwi_tree_next(&walk->tree, &met);
    switch (walk->step) {
    case KIWI_TREE_END:
        kiwi_tree_close(&walk->tree);
        walk->tree_open = false;
        walk->stage = KIWI_STAGE_LEVEL;
        return KIWI_EVENT_END;
    case KIWI_TREE_FAILED: kiwi_walk_fail(walk); return KIWI_EVENT_END;
    case KIWI_TREE_PARCEL: take_frame(walk, &met, false); return KIWI_EVENT_END;
    case KIWI_TREE_GUIDANCE: take_frame(walk, &met, true); return KIWI_EVENT_END;
    case KIWI_TREE_GAP:
        if (walk->collecting) {
            collect_tree(walk, &met);
            return KIWI_EVENT_END;
        }
        walk->path_kind = KIWI_PATH_TREE;
        return kiwi_walk_zeros_or_unknown(walk, met.file, met.offset, met.available,
                                          !kiwi_any(met.bytes, met.available), item);
    default:
        if (walk->collecting) {
            collect_tree(walk, &met);
            return KIWI_EVENT_END;
        }
        return kiwi_walk_tree_record(walk, &met, item);
    }
}

void kiwi_walk_next_level(struct kiwi_walk *walk)
{
    while (!walk->headers && walk->map && walk->next_level < kiwi_map_level_count(walk->map)) {
        const struct kiwi_level *level = kiwi_map_level(walk->map, walk->next_level++);
        if (walk->has_level && level->number != walk->level_number)
            continue;
        kiwi_tree_open(&walk->tree, walk->map, level, walk->has_box ? &walk->box : NULL, &walk->claims,
                       &walk->error);
        walk->tree.wants_guidance = true;
        walk->tree_open = true;
        walk->stage = KIWI_STAGE_TREE;
        return;
    }
    walk->region_step = 0;
    walk->region_level = walk->region_number = 0;
    walk->stage = KIWI_STAGE_REGIONS;
}

void kiwi_walk_next_level_record(struct kiwi_walk *walk)
{
    const struct kiwi_level *level;
    char path[32];
    while ((level = walk->map ? kiwi_map_level(walk->map, walk->next_record) : NULL)) {
        walk->next_record++;
        if (walk->has_level && level->number != walk->level_number)
            continue;
        uint64_t size[KIWI_MAXIMUM_ARGUMENTS] = {walk->map->header.level_record_size};
        snprintf(path, sizeof path, "level[%d]", level->number);
        walk->file = walk->map->header_file;
        if (kiwi_walk_start_section(walk, &kiwi_type_level_management_record, level->offset, size[0], size,
                                    path))
            return;
    }
    walk->next_level = 0;
    if (walk->stage != KIWI_STAGE_END)
        walk->stage = KIWI_STAGE_LEVEL;
}
