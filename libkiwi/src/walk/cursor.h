/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_CURSOR_H
#define KIWI_SRC_CURSOR_H

/* A walk is a stack of cursors. Each knows one kind of thing on a disc and what comes next in it: it hands
 * out an item, or puts another cursor on the stack for what lies inside, and goes on when that one is over.
 */

#include <kiwi/walk.h>

#include <stddef.h>

struct kiwi_cursor;

enum kiwi_turn {
    KIWI_TURN_ITEM,   /**< item is the next one of the walk */
    KIWI_TURN_AGAIN,  /**< no item yet: it is the turn of the cursor that is on top now */
    KIWI_TURN_OVER,   /**< nothing more: the cursor leaves the stack */
    KIWI_TURN_FAILED, /**< reading failed or memory ran out: the walk is over, and its error says why */
};

struct kiwi_cursor_type {
    size_t size; /**< of its state, which begins with struct kiwi_cursor */
    enum kiwi_turn (*next)(struct kiwi_walk *walk, struct kiwi_cursor *cursor, struct kiwi_item *item);
    /** Path of the item that it handed out last; may be made in room, of KIWI_PATH_LENGTH bytes. */
    const char *(*path)(struct kiwi_walk *walk, const struct kiwi_cursor *cursor, char *room);
    void (*close)(struct kiwi_cursor *cursor); /**< NULL if the state owns nothing */
};

/** What every state begins with. */
struct kiwi_cursor {
    const struct kiwi_cursor_type *type;
    struct kiwi_cursor *below;
};

/** Bytes for all states on the stack; the highest one, a level under files in order, needs half of it. */
enum { KIWI_STACK_ROOM = 4096 };

/** States lie in the walk itself: a cursor for each record costs no allocation. */
struct kiwi_stack {
    struct kiwi_cursor *top; /* NULL: the walk is over */
    size_t used;
    max_align_t room[KIWI_STACK_ROOM / sizeof(max_align_t)];
};

/** Puts a cursor on top; its state is zero but for its beginning. */
void *kiwi_stack_push(struct kiwi_stack *stack, const struct kiwi_cursor_type *type);

/** Closes the cursor on top. */
void kiwi_stack_pop(struct kiwi_stack *stack);

/** One turn of the cursor on top; one that is over leaves the stack. */
enum kiwi_turn kiwi_stack_turn(struct kiwi_stack *stack, struct kiwi_walk *walk, struct kiwi_item *item);

/** Path of cursors whose items belong to no record: empty. */
const char *kiwi_no_path(struct kiwi_walk *walk, const struct kiwi_cursor *cursor, char *room);

#endif
