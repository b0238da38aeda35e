/* SPDX-License-Identifier: MIT */
/* What is left of a file: bytes that nothing claimed. */
#include "walk/walk.h"

struct rest_cursor {
    struct kiwi_cursor base;
    const struct kiwi_file *file;
    uint64_t position; /* bytes before are done */
};

static enum kiwi_turn next(struct kiwi_walk *walk, struct kiwi_cursor *cursor, struct kiwi_item *item)
{
    struct rest_cursor *rest = (struct rest_cursor *)cursor;
    const struct kiwi_extents *extents = kiwi_claims_of(&walk->claims, rest->file);
    struct kiwi_range range = {rest->position, rest->file->size};
    bool any = range.start < range.end;
    if (any && extents)
        any = kiwi_extents_gap(extents, rest->position, rest->file->size, &range);
    if (!any)
        return KIWI_TURN_OVER;
    rest->position = range.end;
    return kiwi_walk_unclaimed(walk, rest->file, range.start, range.end, item);
}

void kiwi_rest_begin(struct kiwi_walk *walk, const struct kiwi_file *file)
{
    static const struct kiwi_cursor_type type = {sizeof(struct rest_cursor), next, kiwi_no_path, NULL};
    struct rest_cursor *rest = kiwi_stack_push(&walk->stack, &type);
    rest->file = file;
}
