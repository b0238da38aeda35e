/* SPDX-License-Identifier: MIT */
#ifndef COMMON_CREW_H
#define COMMON_CREW_H

/*
 * Threads that divide work whose results are to come out in order. Each member goes through all of the work,
 * which consists of parts in an order that is the same for all of them, and does those parts that nobody
 * before it took. What it sends meanwhile is delivered as if one had done everything.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CREW_LIMIT = 64 };

/** Delivers what was sent; never called by two at a time. False stops all members. */
typedef bool crew_deliver(void *context, unsigned kind, const void *bytes, size_t length);

struct crew;

struct crew_member {
    struct crew *crew;
    uint64_t part; /* at hand, from 0 */
    bool mine;     /* it does that part */
};

/** Goes through the work: calls crew_part() for each part, the first one included. */
typedef void crew_work(void *context, struct crew_member *member);

/**
 * Does work with up to count members, at most CREW_LIMIT, one of which is the caller; contexts has one for
 * each. Fewer do it where the system has no more threads. False if memory ran out before it began.
 */
bool crew_run(unsigned count, crew_work *work, void *const *contexts, crew_deliver *deliver, void *context);

/** The part at hand is done, the next one begins; returns whether the member is to do it. */
bool crew_part(struct crew_member *member);

/** Sends something of the part at hand, which must be the member's; waits where too much is kept. False: all
 * are to stop. */
bool crew_send(struct crew_member *member, unsigned kind, const void *bytes, size_t length);

/** Whether all are to stop. */
bool crew_is_stopped(const struct crew_member *member);

#endif
