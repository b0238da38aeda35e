/* SPDX-License-Identifier: MIT */
/* Remembers which bytes of a medium cannot be read. */
#include "bytes/unreadable.h"

void kiwi_unreadable_init(struct kiwi_unreadable *unreadable)
{
    pthread_mutex_init(&unreadable->lock, NULL); /* of the default kind: it cannot fail */
    atomic_init(&unreadable->any, false);
    kiwi_extents_init(&unreadable->ranges);
    unreadable->ranges.limit = KIWI_UNREADABLE_LIMIT;
}

void kiwi_unreadable_free(struct kiwi_unreadable *unreadable)
{
    kiwi_extents_free(&unreadable->ranges);
    pthread_mutex_destroy(&unreadable->lock);
}

/* All from start on is one range; if it touches none, it begins with the last one: no room is needed. */
static void give_up(struct kiwi_extents *ranges, uint64_t start, uint64_t size)
{
    struct kiwi_range range;
    uint64_t fresh;

    if (!kiwi_extents_first(ranges, start, size, &range))
        for (uint64_t at = 0; kiwi_extents_first(ranges, at, size, &range); at = range.end)
            start = range.start;
    ranges->full = false;
    kiwi_extents_add(ranges, start, size, &fresh);
}

void kiwi_unreadable_add(struct kiwi_unreadable *unreadable, uint64_t start, uint64_t end, uint64_t size)
{
    uint64_t fresh;

    pthread_mutex_lock(&unreadable->lock);
    if (!kiwi_extents_add(&unreadable->ranges, start, end, &fresh) || unreadable->ranges.full)
        give_up(&unreadable->ranges, start, size);
    atomic_store_explicit(&unreadable->any, true, memory_order_release);
    pthread_mutex_unlock(&unreadable->lock);
}

bool kiwi_unreadable_first(struct kiwi_unreadable *unreadable, uint64_t start, uint64_t end,
                           struct kiwi_range *found)
{
    if (!atomic_load_explicit(&unreadable->any, memory_order_acquire))
        return false;
    pthread_mutex_lock(&unreadable->lock);
    bool there = kiwi_extents_first(&unreadable->ranges, start, end, found);
    pthread_mutex_unlock(&unreadable->lock);
    return there;
}
