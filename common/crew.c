/* SPDX-License-Identifier: MIT */
/* Threads that divide work among them; what they send is kept until it is its turn. */
#include "common/crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/** What is kept of all parts together, and of one at most: memory does not grow with the number of members.
 */
#define KEPT ((size_t)3 << 20)
#define KEPT_OF_ONE ((size_t)1 << 20)

/** What was sent of a part and is not delivered yet. */
struct kept {
    char *bytes; /* messages: a head each, and what it announces */
    size_t used;
    bool done;
};

struct head {
    size_t length;
    unsigned kind;
};

struct crew {
    crew_deliver *deliver;
    void *context;
    atomic_uint_least64_t next; /* part that nobody took */
    atomic_bool stopped;
    pthread_mutex_t lock; /* of what follows; not held while something is delivered */
    pthread_cond_t changed;
    uint64_t turn; /* part that is delivered now: by the member that does it, or by who did the one before */
    size_t room;   /* for a part */
    unsigned ring; /* parts that may be kept */
    struct kept *kept;
};

struct helper {
    crew_work *work;
    void *context;
    struct crew_member member;
    pthread_t thread;
};

static struct kept *kept_of(const struct crew *crew, uint64_t part)
{
    return &crew->kept[part % crew->ring];
}

static void stop(struct crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    atomic_store(&crew->stopped, true);
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
}

bool crew_is_stopped(const struct crew_member *member)
{
    return atomic_load_explicit(&member->crew->stopped, memory_order_relaxed);
}

/** Delivers what is kept of a part, whose turn it is. */
static void deliver(struct crew *crew, struct kept *kept)
{
    struct head head;
    for (size_t at = 0; at < kept->used; at += sizeof head + head.length) {
        memcpy(&head, kept->bytes + at, sizeof head);
        if (!atomic_load(&crew->stopped) &&
            !crew->deliver(crew->context, head.kind, kept->bytes + at + sizeof head, head.length))
            stop(crew);
    }
    kept->used = 0;
}

/** Waits until a part is so near to the one whose turn it is; false if all are to stop. */
static bool wait_for(struct crew *crew, uint64_t part, unsigned distance)
{
    pthread_mutex_lock(&crew->lock);
    while (part - crew->turn > distance && !atomic_load(&crew->stopped))
        pthread_cond_wait(&crew->changed, &crew->lock);
    pthread_mutex_unlock(&crew->lock);
    return !atomic_load(&crew->stopped);
}

/** The member's part is done: if it is its turn, it is delivered with those behind it that are done, too. */
static void end_part(struct crew *crew, uint64_t part)
{
    pthread_mutex_lock(&crew->lock);
    kept_of(crew, part)->done = true;
    if (part == crew->turn) {
        struct kept *kept;
        while ((kept = kept_of(crew, crew->turn))->done) {
            pthread_mutex_unlock(&crew->lock);
            deliver(crew, kept);
            pthread_mutex_lock(&crew->lock);
            kept->done = false;
            crew->turn++;
            pthread_cond_broadcast(&crew->changed);
        }
    }
    pthread_mutex_unlock(&crew->lock);
}

bool crew_part(struct crew_member *member)
{
    struct crew *crew = member->crew;
    if (member->mine)
        end_part(crew, member->part);
    member->part++; /* the first time it becomes 0 */
    uint64_t next = member->part;
    member->mine = atomic_compare_exchange_strong(&crew->next, &next, next + 1) &&
                   wait_for(crew, member->part, crew->ring - 1);
    return member->mine;
}

bool crew_send(struct crew_member *member, unsigned kind, const void *bytes, size_t length)
{
    struct crew *crew = member->crew;
    struct kept *kept = kept_of(crew, member->part);
    const struct head head = {length, kind};
    if (crew->room - kept->used < sizeof head + length) {
        if (!wait_for(crew, member->part, 0))
            return false;
        deliver(crew, kept);
    }
    if (crew->room < sizeof head + length) {
        if (!crew->deliver(crew->context, kind, bytes, length))
            stop(crew);
        return !crew_is_stopped(member);
    }
    memcpy(kept->bytes + kept->used, &head, sizeof head);
    if (length > 0)
        memcpy(kept->bytes + kept->used + sizeof head, bytes, length);
    kept->used += sizeof head + length;
    return !crew_is_stopped(member);
}

static void *run_member(void *context)
{
    struct helper *helper = context;
    helper->work(helper->context, &helper->member);
    if (helper->member.mine)
        end_part(helper->member.crew, helper->member.part);
    return NULL;
}

/** Two parts for each member, so that none has to wait for a slower one at once. */
static bool make_room(struct crew *crew, unsigned count)
{
    crew->ring = 2 * count;
    crew->room = KEPT / crew->ring < KEPT_OF_ONE ? KEPT / crew->ring : KEPT_OF_ONE;
    crew->kept = calloc(crew->ring, sizeof *crew->kept);
    char *bytes = crew->kept ? malloc(crew->ring * crew->room) : NULL;
    for (unsigned i = 0; bytes && i < crew->ring; i++)
        crew->kept[i].bytes = bytes + i * crew->room;
    return bytes;
}

static void work_together(struct helper *helpers, unsigned count)
{
    unsigned begun = 1; /* the first one is the caller */
    while (begun < count && pthread_create(&helpers[begun].thread, NULL, run_member, &helpers[begun]) == 0)
        begun++;
    run_member(&helpers[0]);
    while (begun > 1)
        pthread_join(helpers[--begun].thread, NULL);
}

bool crew_run(unsigned count, crew_work *work, void *const *contexts, crew_deliver *take, void *context)
{
    struct helper helpers[CREW_LIMIT];
    struct crew crew = {.deliver = take, .context = context};
    bool good = make_room(&crew, count);
    atomic_init(&crew.next, 0);
    atomic_init(&crew.stopped, false);
    pthread_mutex_init(&crew.lock, NULL); /* of the default kind, as below: it cannot fail */
    pthread_cond_init(&crew.changed, NULL);
    for (unsigned i = 0; i < count; i++)
        helpers[i] = (struct helper){work, contexts[i], {&crew, UINT64_MAX, false}, pthread_self()};
    if (good)
        work_together(helpers, count);
    pthread_cond_destroy(&crew.changed);
    pthread_mutex_destroy(&crew.lock);
    free(good ? crew.kept[0].bytes : NULL);
    free(crew.kept);
    return good;
}
