/* SPDX-License-Identifier: MIT */
/* What threads that do a mode together have in common: pieces of the disc, texts and findings in order. */
#include "share.h"

#include <errno.h>
#include <stdlib.h>

#include "common/processors.h"

enum {
    PART = 32 << 10,   /* bytes of the disc that one does at a time */
    WORTH = 16 << 20,  /* bytes of a disc that one more thread is worth its beginning for */
    FEW = 10000,       /* records or features that one prints before others have begun */
    DEFAULT_LIMIT = 4, /* threads that nobody asked for: each has buffers of its own */
};

/** What threads send. */
enum message { MESSAGE_TEXT, MESSAGE_FINDING, MESSAGE_FAILURE, MESSAGE_OTHER };

struct share_run {
    struct dump *dump;
    const struct shared_work *work;
    void *result;
    bool has_limit;
    uint64_t lines_left; /* that --limit allows; each record or feature is one where threads print them */
    enum kiwi_status status;
    struct kiwi_error *error;
};

/* Findings as messages: the numbers, then the texts */

enum { FINDING_TEXTS = 5 };

struct finding_head {
    enum kiwi_severity severity;
    uint64_t offset;
};

static void texts_of(const struct kiwi_finding *finding, const char *texts[FINDING_TEXTS])
{
    texts[0] = finding->file;
    texts[1] = finding->path;
    texts[2] = finding->field;
    texts[3] = finding->expected;
    texts[4] = finding->found;
}

static void send_failure(struct share *share, enum kiwi_status status, const struct kiwi_error *error)
{
    struct kiwi_error sent = *error;
    sent.status = status;
    crew_send(share->member, MESSAGE_FAILURE, &sent, sizeof sent);
}

static void send_finding(struct share *share, const struct kiwi_finding *finding)
{
    const struct finding_head head = {finding->severity, finding->offset};
    const char *texts[FINDING_TEXTS];
    size_t length = sizeof head;
    texts_of(finding, texts);
    for (unsigned i = 0; i < FINDING_TEXTS; i++)
        length += strlen(texts[i]) + 1;
    char *bytes = malloc(length);
    if (!bytes) {
        struct kiwi_error error;
        send_failure(share, dump_fail(&error, KIWI_ERROR_MEMORY, "out of memory"), &error);
        return;
    }
    memcpy(bytes, &head, sizeof head);
    char *at = bytes + sizeof head;
    for (unsigned i = 0; i < FINDING_TEXTS; i++) {
        size_t size = strlen(texts[i]) + 1;
        memcpy(at, texts[i], size);
        at += size;
    }
    output_flush(share->output); /* what was printed before it comes before it */
    crew_send(share->member, MESSAGE_FINDING, bytes, length);
    free(bytes);
}

static void take_finding(struct findings *findings, const char *bytes)
{
    struct finding_head head;
    const char *texts[FINDING_TEXTS];
    memcpy(&head, bytes, sizeof head);
    bytes += sizeof head;
    for (unsigned i = 0; i < FINDING_TEXTS; i++) {
        texts[i] = bytes;
        bytes += strlen(bytes) + 1;
    }
    const struct kiwi_finding finding = {head.severity, head.offset, texts[0], texts[1],
                                         texts[2],      texts[3],    texts[4]};
    findings_take(findings, &finding);
}

void share_finding(void *context, const struct kiwi_finding *finding)
{
    struct share *share = context;
    if (!share->member && share->first)
        findings_take(&share->dump->findings, finding);
    else if (share->member && share->member->mine)
        send_finding(share, finding);
}

/* Sending and delivering */

static int take_text(void *context, const char *bytes, size_t length)
{
    struct share *share = context;
    return crew_send(share->member, MESSAGE_TEXT, bytes, length) ? 0 : EPIPE;
}

void share_send(struct share *share, const void *bytes, size_t length)
{
    if (share->alone)
        share->run->work->take(share->run->result, bytes, length);
    else
        crew_send(share->member, MESSAGE_OTHER, bytes, length);
}

/** Prints text up to the last line that is wanted; false if that was it. */
static bool put_text(struct share_run *run, const char *text, size_t length)
{
    const char *end = text;
    while (run->lines_left > 0 && (end = memchr(end, '\n', length - (size_t)(end - text)))) {
        end++;
        run->lines_left--;
    }
    if (!end) {
        output_long(run->dump->output, text, length);
        return true;
    }
    output_long(run->dump->output, text, (size_t)(end - text));
    return false;
}

static bool deliver(void *context, unsigned kind, const void *bytes, size_t length)
{
    struct share_run *run = context;
    switch ((enum message)kind) {
    case MESSAGE_TEXT:
        if (run->has_limit)
            return put_text(run, bytes, length) && run->dump->output->error == 0;
        output_long(run->dump->output, bytes, length);
        break;
    case MESSAGE_FINDING: take_finding(&run->dump->findings, bytes); break;
    case MESSAGE_OTHER: run->work->take(run->result, bytes, length); break;
    case MESSAGE_FAILURE:
        memcpy(run->error, bytes, sizeof *run->error);
        run->status = run->error->status;
        return false;
    }
    return run->dump->output->error == 0;
}

/* Pieces */

/** The part at hand is done, the next one begins. */
static bool begin_part(struct share *share)
{
    if (share->member->mine)
        output_flush(share->output);
    share->output->used = 0;
    share->bytes = 0;
    return crew_part(share->member);
}

bool share_takes(struct share *share, uint64_t bytes)
{
    if (share->alone)
        return true;
    if (share->bytes > PART)
        begin_part(share);
    share->bytes += bytes;
    return share->member->mine;
}

enum kiwi_status share_open_walk(struct share *share, bool check, struct kiwi_walk **walk,
                                 struct kiwi_error *error)
{
    const struct options *options = &share->dump->options;
    const struct kiwi_box box = kiwi_box_from_wgs84(kiwi_disc_geodetic(share->disc), options->box);
    const struct kiwi_walk_options walk_options = {
        .size = sizeof walk_options,
        .file = options->file,
        .level = options->has_level ? &options->level : NULL,
        .box = options->has_box ? &box : NULL,
        .check = check,
        .brief = check,
        .finding = share_finding,
        .context = share,
        .whole_frames = !share->alone,
    };
    return kiwi_walk_open(share->disc, &walk_options, walk, error);
}

bool share_takes_item(struct share *share, struct kiwi_walk *walk, const struct kiwi_item *item)
{
    if (share->alone)
        return true;
    if (!item->type && item->gap == KIWI_GAP_FRAME) {
        if (share_takes(share, item->length))
            kiwi_walk_enter(walk);
        return false;
    }
    return kiwi_walk_parcel(walk) || share_takes(share, item->length);
}

/* Threads */

unsigned share_jobs(const struct dump *dump)
{
    const struct options *options = &dump->options;
    uint64_t worth = 1 + kiwi_disc_size(dump->disc) / WORTH;
    unsigned jobs = options->jobs;
    if (jobs == 0 && options->has_limit && options->limit < FEW && options->mode != MODE_CHECK)
        jobs = 1;
    if (jobs == 0) {
        jobs = processors_count();
        jobs = jobs < DEFAULT_LIMIT ? jobs : DEFAULT_LIMIT;
        jobs = jobs < worth ? jobs : (unsigned)worth;
    }
    return jobs < CREW_LIMIT ? jobs : CREW_LIMIT;
}

static void work_as_member(void *context, struct crew_member *member)
{
    struct share *share = context;
    struct kiwi_error error = {.status = KIWI_OK};
    share->member = member;
    if (!share->first && share->run->work->open(share, &error) != KIWI_OK)
        return; /* the others do it */
    begin_part(share);
    enum kiwi_status status = share->run->work->go(share, &error);
    if (!member->mine)
        return;
    output_flush(share->output);
    if (status != KIWI_OK)
        send_failure(share, status, &error);
}

static void close_share(struct share *share, void *result)
{
    if (!share)
        return;
    share->run->work->close(share, result);
    if (!share->alone)
        kiwi_disc_close(share->disc);
    free(share);
}

static struct share *new_share(struct share_run *run, bool alone, bool first, struct kiwi_error *error)
{
    struct share *share = calloc(1, run->work->size);
    if (!share) {
        dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
        return NULL;
    }
    share->dump = run->dump;
    share->run = run;
    share->result = run->result;
    share->alone = alone;
    share->first = first;
    share->disc = run->dump->disc;
    share->output = run->dump->output;
    if (alone)
        return share;
    share->output = &share->own_output;
    share->own_output.take = take_text;
    share->own_output.context = share;
    if (kiwi_disc_open_again(run->dump->disc, share_finding, share, &share->disc, error) != KIWI_OK) {
        free(share);
        return NULL;
    }
    return share;
}

/** With the first share, which is open. */
static enum kiwi_status work_together(struct share_run *run, unsigned jobs, struct share *first)
{
    void *shares[CREW_LIMIT] = {first};
    struct kiwi_error none;
    unsigned count = 1;
    while (count < jobs && (shares[count] = new_share(run, false, false, &none)))
        count++;
    output_flush(run->dump->output);
    if (!crew_run(count, work_as_member, shares, deliver, run))
        run->status = dump_fail(run->error, KIWI_ERROR_MEMORY, "out of memory");
    while (count > 1)
        close_share(shares[--count], run->result);
    return run->status;
}

enum kiwi_status share_out(struct dump *dump, unsigned jobs, const struct shared_work *work, void *result,
                           struct kiwi_error *error)
{
    const struct options *options = &dump->options;
    struct share_run run = {dump, work, result, options->has_limit, options->limit, KIWI_OK, error};
    bool alone = jobs <= 1;
    struct share *first = new_share(&run, alone, true, error);
    if (!first)
        return KIWI_ERROR_MEMORY;
    enum kiwi_status status = work->open(first, error);
    if (status == KIWI_OK)
        status = alone ? work->go(first, error) : work_together(&run, jobs, first);
    close_share(first, result);
    return status;
}
