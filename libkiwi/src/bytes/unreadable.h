/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_UNREADABLE_H
#define KIWI_SRC_UNREADABLE_H

#include <pthread.h>
#include <stdatomic.h>

#include "bytes/extents.h"

/** Ranges that are remembered; with more, all behind the last one is given up. */
enum { KIWI_UNREADABLE_LIMIT = 65536 };

/** Bytes of a medium that cannot be read. A drive tries a scratched sector for seconds: it is asked once. */
struct kiwi_unreadable {
    pthread_mutex_t lock; /* of ranges */
    atomic_bool any;      /* the usual case, that there is none, costs no lock */
    struct kiwi_extents ranges;
};

void kiwi_unreadable_init(struct kiwi_unreadable *unreadable);
void kiwi_unreadable_free(struct kiwi_unreadable *unreadable);

/** Adds start..end of a medium of so many bytes. */
void kiwi_unreadable_add(struct kiwi_unreadable *unreadable, uint64_t start, uint64_t end, uint64_t size);

/** The first of them in start..end; false if there is none. */
bool kiwi_unreadable_first(struct kiwi_unreadable *unreadable, uint64_t start, uint64_t end,
                           struct kiwi_range *found);

#endif
