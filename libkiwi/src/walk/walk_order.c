/* SPDX-License-Identifier: MIT */
#include "bytes/codec.h"
#include "walk/walk_state.h"

/** Puts what the file consists of into order, from a byte on, as far as there is room. */
static bool collect(struct kiwi_walk *walk, uint64_t from, uint64_t end)
{
    const struct kiwi_file *file = walk->file;
    struct kiwi_reporter reporter = walk->reporter;
    struct kiwi_item item;
    kiwi_order_begin(&walk->order, file, from, end);
    if (!walk->map || (walk->passes > 0 && !kiwi_claims_of(&walk->claims, file)))
        return true;
    kiwi_claims_free(&walk->claims);
    kiwi_claims_init(&walk->claims, walk->disc);
    if (walk->passes++ > 0) /* once is enough */
        walk->reporter.callback = walk->map->reporter.callback = NULL;
    walk->collecting = true;
    walk->file = walk->map->file;
    walk->stage = KIWI_STAGE_VOLUME;
    while (walk->stage != KIWI_STAGE_REST && walk->stage != KIWI_STAGE_END)
        kiwi_walk_next_stage(walk, &item);
    walk->collecting = false;
    walk->reporter = walk->map->reporter = reporter;
    walk->file = file;
    kiwi_order_finish(&walk->order);
    return walk->stage != KIWI_STAGE_END;
}

/** The next record of a section of the parcel management. KIWI_EVENT_END if there is none. */
static enum kiwi_event next_in_section(struct kiwi_walk *walk, struct kiwi_item *item)
{
    const struct kiwi_section *section = walk->section;
    uint64_t offset = section->offset + walk->section_next * section->of.tree.stride;
    struct kiwi_view view;
    if (offset - section->offset >= section->length || offset >= walk->order.end) {
        walk->section = NULL;
        return KIWI_EVENT_END;
    }
    if (kiwi_window_view(&walk->window, walk->file->source, offset, section->of.tree.stride, &view,
                         &walk->error) != KIWI_OK) {
        kiwi_walk_fail(walk);
        walk->section = NULL;
        return KIWI_EVENT_END;
    }
    struct kiwi_tree_place place = kiwi_section_place(section, walk->section_next++);
    const struct kiwi_tree_item met = {.type = section->type,
                                       .bytes = view.bytes,
                                       .available = view.length,
                                       .argument = section->of.tree.argument,
                                       .offset = offset,
                                       .file = walk->file};
    enum kiwi_event event = kiwi_walk_tree_record(walk, &met, item);
    kiwi_tree_place_path(&place, section->of.tree.step, walk->path, sizeof walk->path);
    walk->path_kind = KIWI_PATH_TEXT;
    return event;
}

/** Begins a section; what is one item is handed out. */
static enum kiwi_event begin_section(struct kiwi_walk *walk, const struct kiwi_section *section,
                                     struct kiwi_item *item)
{
    uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS];
    enum kiwi_event event;
    walk->position = section->offset + section->length;
    switch (section->kind) {
    case KIWI_SECTION_RECORD:
        for (unsigned i = 0; i < KIWI_MAXIMUM_ARGUMENTS; i++)
            arguments[i] = section->of.record.arguments[i];
        kiwi_walk_start(walk, section->type, section->offset, section->length, arguments,
                        section->of.record.path);
        return KIWI_EVENT_END;
    case KIWI_SECTION_FRAME:
        kiwi_walk_start_frame(walk, walk->file, &section->of.parcel);
        return KIWI_EVENT_END;
    case KIWI_SECTION_GUIDANCE:
        kiwi_walk_start_guidance(walk, walk->file, &section->of.parcel);
        return KIWI_EVENT_END;
    case KIWI_SECTION_TREE:
        walk->section = section;
        walk->section_next = 0;
        if (section->offset < walk->order.from)
            walk->section_next = (uint32_t)((walk->order.from - section->offset) / section->of.tree.stride);
        return KIWI_EVENT_END;
    case KIWI_SECTION_GAP:
        event = kiwi_walk_rest_gap(walk, section->offset, walk->position, item);
        kiwi_tree_place_path(&section->of.tree.place, KIWI_TREE_GAP, walk->path, sizeof walk->path);
        walk->path_kind = KIWI_PATH_TEXT;
        return event;
    case KIWI_SECTION_OTHER: return kiwi_walk_other_gap(walk, &section->of.other, item);
    }
    return KIWI_EVENT_END;
}

/** Begins the next file; false if there is none. */
static bool begin_file(struct kiwi_walk *walk, struct kiwi_item *item, enum kiwi_event *event)
{
    uint64_t from = 0;
    *event = KIWI_EVENT_END;
    do {
        if (walk->file_index >= kiwi_disc_file_count(walk->disc)) {
            walk->stage = KIWI_STAGE_END;
            return false;
        }
        walk->file = kiwi_disc_file(walk->disc, walk->file_index++);
    } while (walk->only ? walk->file != walk->only
                        : walk->has_range && (!walk->map || walk->file != walk->map->file));
    uint64_t end = walk->file->size;
    if (walk->has_range) {
        from = walk->range.offset < end ? walk->range.offset : end;
        end = walk->range.length < end - from ? from + walk->range.length : end;
    }
    if (!collect(walk, from, end))
        return false;
    walk->begun = walk->map && kiwi_claims_of(&walk->claims, walk->file);
    walk->position = walk->order.before;
    if (!walk->begun)
        *event = kiwi_walk_whole_file(walk, item);
    return true;
}

/** The gap before the next section, or that section. */
static enum kiwi_event next_section(struct kiwi_walk *walk, struct kiwi_item *item)
{
    struct kiwi_order *order = &walk->order;
    const struct kiwi_section *section = order->next < order->count ? &order->sections[order->next] : NULL;
    uint64_t until = section ? section->offset : order->after;
    uint64_t from = walk->position;
    if (!section && order->limit != KIWI_NULL) {
        collect(walk, order->limit, order->end);
        return KIWI_EVENT_END;
    }
    if (from < until && (section || from < order->end)) {
        walk->position = until;
        walk->path[0] = '\0';
        walk->path_kind = KIWI_PATH_TEXT;
        return kiwi_walk_rest_gap(walk, from, until, item);
    }
    if (!section) {
        walk->begun = false;
        return KIWI_EVENT_END;
    }
    order->next++;
    return begin_section(walk, section, item);
}

enum kiwi_event kiwi_walk_next_in_order(struct kiwi_walk *walk, struct kiwi_item *item)
{
    enum kiwi_event event;
    if (walk->section)
        return next_in_section(walk, item);
    if (walk->begun)
        return next_section(walk, item);
    begin_file(walk, item, &event);
    return event;
}
