/* SPDX-License-Identifier: MIT */
/* A section of a file that was put into order: records of the parcel management back to back, or one gap. */
#include "walk/walk.h"

struct section_cursor {
    struct kiwi_cursor base;
    const struct kiwi_file *file;
    const struct kiwi_section *section;
    uint64_t until; /* records from here on are left out */
    uint32_t next;  /* record */
    struct kiwi_tree_record record;
};

/** The next record of a section of the parcel management. */
static enum kiwi_turn next_tree_record(struct kiwi_walk *walk, struct section_cursor *cursor,
                                       struct kiwi_item *item)
{
    const struct kiwi_section *section = cursor->section;
    const uint64_t stride = section->of.tree.stride;
    uint64_t offset = section->offset + cursor->next * stride;
    struct kiwi_view view;
    if (offset - section->offset >= section->length || offset >= cursor->until)
        return KIWI_TURN_OVER;
    if (kiwi_window_view_around(&walk->window, cursor->file->source, offset, stride, &view, &walk->error) !=
        KIWI_OK)
        return KIWI_TURN_FAILED;
    cursor->next++;
    const struct kiwi_tree_item met = {.type = section->type,
                                       .bytes = view.bytes,
                                       .available = view.length,
                                       .argument = section->of.tree.argument,
                                       .offset = offset,
                                       .file = cursor->file};
    return kiwi_walk_tree_record(walk, &cursor->record, &met, item);
}

static enum kiwi_turn next(struct kiwi_walk *walk, struct kiwi_cursor *base, struct kiwi_item *item)
{
    struct section_cursor *cursor = (struct section_cursor *)base;
    const struct kiwi_section *section = cursor->section;
    if (section->kind == KIWI_SECTION_TREE)
        return next_tree_record(walk, cursor, item);
    if (cursor->next++ > 0)
        return KIWI_TURN_OVER;
    return section->kind == KIWI_SECTION_OTHER ? kiwi_walk_other_gap(walk, &section->of.other, item)
                                               : kiwi_walk_unclaimed(walk, cursor->file, section->offset,
                                                                     section->offset + section->length, item);
}

static const char *path_of(struct kiwi_walk *walk, const struct kiwi_cursor *base, char *room)
{
    const struct section_cursor *cursor = (const struct section_cursor *)base;
    const struct kiwi_section *section = cursor->section;
    (void)walk;
    if (section->kind == KIWI_SECTION_OTHER)
        return section->of.other.path;
    struct kiwi_tree_place place = kiwi_section_place(section, cursor->next - 1);
    kiwi_tree_place_path(&place, section->of.tree.step, room, KIWI_PATH_LENGTH);
    return room;
}

static void push(struct kiwi_walk *walk, const struct kiwi_file *file, const struct kiwi_section *section,
                 uint64_t from, uint64_t until)
{
    static const struct kiwi_cursor_type type = {sizeof(struct section_cursor), next, path_of, NULL};
    struct section_cursor *cursor = kiwi_stack_push(&walk->stack, &type);
    cursor->file = file;
    cursor->section = section;
    cursor->until = until;
    if (section->kind == KIWI_SECTION_TREE && section->offset < from)
        cursor->next = (uint32_t)((from - section->offset) / section->of.tree.stride);
}

enum kiwi_turn kiwi_section_begin(struct kiwi_walk *walk, const struct kiwi_file *file,
                                  const struct kiwi_section *section, uint64_t from, uint64_t until)
{
    uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS];
    switch (section->kind) {
    case KIWI_SECTION_FRAME: return kiwi_frame_begin(walk, &section->of.parcel);
    case KIWI_SECTION_GUIDANCE: return kiwi_guidance_begin(walk, &section->of.parcel);
    case KIWI_SECTION_RECORD:
        for (unsigned i = 0; i < KIWI_MAXIMUM_ARGUMENTS; i++)
            arguments[i] = section->of.record.arguments[i];
        return kiwi_record_begin(walk, section->type, file, section->offset, section->length, arguments,
                                 section->of.record.path);
    case KIWI_SECTION_INDEX: kiwi_index_piece_begin(walk, section->of.piece); return KIWI_TURN_AGAIN;
    default: push(walk, file, section, from, until); return KIWI_TURN_AGAIN;
    }
}
