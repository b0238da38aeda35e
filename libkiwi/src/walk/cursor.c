/* SPDX-License-Identifier: MIT */
/* The stack of cursors of a walk. */
#include "walk/cursor.h"

#include <assert.h>
#include <string.h>

void *kiwi_stack_push(struct kiwi_stack *stack, const struct kiwi_cursor_type *type)
{
    const size_t unit = sizeof stack->room[0];
    struct kiwi_cursor *cursor = (struct kiwi_cursor *)(stack->room + stack->used);
    size_t units = (type->size + unit - 1) / unit;
    assert(units <= KIWI_STACK_ROOM / unit - stack->used); /* no input decides how high cursors pile up */
    memset(cursor, 0, type->size);
    cursor->type = type;
    cursor->below = stack->top;
    stack->top = cursor;
    stack->used += units;
    return cursor;
}

void kiwi_stack_pop(struct kiwi_stack *stack)
{
    struct kiwi_cursor *cursor = stack->top;
    stack->used = (size_t)((max_align_t *)cursor - stack->room);
    stack->top = cursor->below;
    if (cursor->type->close)
        cursor->type->close(cursor);
}

enum kiwi_turn kiwi_stack_turn(struct kiwi_stack *stack, struct kiwi_walk *walk, struct kiwi_item *item)
{
    enum kiwi_turn turn = stack->top->type->next(walk, stack->top, item);
    if (turn == KIWI_TURN_OVER)
        kiwi_stack_pop(stack);
    return turn;
}

const char *kiwi_no_path(struct kiwi_walk *walk, const struct kiwi_cursor *cursor, char *room)
{
    (void)walk, (void)cursor, (void)room;
    return "";
}
