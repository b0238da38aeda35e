/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_SHARE_H
#define KIWIDUMP_SHARE_H

/*
 * A mode that several threads do together (--jobs): each goes through the whole disc, and into those map
 * frames that nobody else took. Text and findings come out as if one had done it; one alone does it by the
 * same code.
 */

#include "common/crew.h"
#include "dump.h"

struct share_run;

/** What a thread has of the work. */
struct share {
    struct dump *dump;
    struct kiwi_disc *disc;     /* its own */
    struct output *output;      /* where text goes to */
    bool alone, first;          /* first: it shows progress, and reports what is found at opening */
    struct crew_member *member; /* NULL: alone, or still opening */
    struct output own_output;
    uint64_t bytes; /* of the part at hand, so far */
    struct share_run *run;
    void *result; /* of all of them: while they work it is not to be touched */
};

struct shared_work {
    size_t size; /* of its state, which begins with struct share */
    /** What is found meanwhile is reported by the first. */
    enum kiwi_status (*open)(struct share *share, struct kiwi_error *error);
    enum kiwi_status (*go)(struct share *share, struct kiwi_error *error);
    /** Adds what it has to result, and frees it; also if open() failed. */
    void (*close)(struct share *share, void *result);
    /** Takes what share_send() sent; NULL if nothing is. */
    void (*take)(void *result, const void *bytes, size_t length);
};

/** Does work with so many threads. */
enum kiwi_status share_out(struct dump *dump, unsigned jobs, const struct shared_work *work, void *result,
                           struct kiwi_error *error);

/** Threads for a mode, by --jobs and what the disc is worth. */
unsigned share_jobs(const struct dump *dump);

/** Whether a piece of the disc, of so many bytes, is its own; all threads ask for the same pieces in the same
 * order. */
bool share_takes(struct share *share, uint64_t bytes);

/** Opens a walk with the filters of the command line; what it finds is reported. */
enum kiwi_status share_open_walk(struct share *share, bool check, struct kiwi_walk **walk,
                                 struct kiwi_error *error);

/** The same as share_takes() for what that walk hands out. A frame that is its own is gone into. */
bool share_takes_item(struct share *share, struct kiwi_walk *walk, const struct kiwi_item *item);

/** Sends something to take() in order. */
void share_send(struct share *share, const void *bytes, size_t length);

/** A kiwi_finding_callback; context is a struct share. */
void share_finding(void *context, const struct kiwi_finding *finding);

/** True if --limit is reached after count lines, or nobody wants more. */
static inline bool share_enough(const struct share *share, uint64_t count)
{
    const struct options *options = &share->dump->options;
    return (options->has_limit && count >= options->limit) || share->output->error != 0;
}

#endif
