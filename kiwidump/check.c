/* SPDX-License-Identifier: MIT */
/* --check: findings, and the account of what the disc's bytes are. */
#include "common/progress.h"
#include "share.h"

#include <stdio.h>
#include <stdlib.h>

static void put_account(struct json *json, const struct kiwi_file *file, const struct kiwi_account *account)
{
    uint64_t sum = account->field + account->padding + account->reserved + account->unknown;
    json_begin_object(json);
    json_key(json, "file");
    json_string(json, file->path);
    json_key(json, "size");
    json_unsigned(json, file->size);
    json_key(json, "field");
    json_unsigned(json, account->field);
    json_key(json, "padding");
    json_unsigned(json, account->padding);
    json_key(json, "reserved");
    json_unsigned(json, account->reserved);
    json_key(json, "unknown");
    json_unsigned(json, account->unknown);
    json_key(json, "accounted");
    json_unsigned(json, sum);
    json_end_object(json);
}

static void put_accounts(struct dump *dump, const struct kiwi_account *accounts)
{
    const struct options *options = &dump->options;
    const struct kiwi_file *only = options->file ? kiwi_disc_find(dump->disc, options->file, NULL) : NULL;
    bool whole = !options->has_level && !options->has_box;
    json_key(&dump->json, "account");
    json_begin_array(&dump->json);
    for (size_t i = 0; i < kiwi_disc_file_count(dump->disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(dump->disc, i);
        const struct kiwi_account *account = &accounts[i];
        uint64_t sum = account->field + account->padding + account->reserved + account->unknown;
        if (only && file != only)
            continue;
        put_account(&dump->json, file, account);
        if (whole && sum != file->size)
            findings_count_account(&dump->findings, file, sum);
    }
    json_end_array(&dump->json);
}

static void put_gaps(struct json *json, const uint64_t *bytes, const char *const *names, size_t count)
{
    json_key(json, "unknown");
    json_begin_object(json);
    for (size_t i = 0; i < count; i++) {
        json_key(json, names[i]);
        json_unsigned(json, bytes[i]);
    }
    json_end_object(json);
}

/** What was found out: bytes of gaps of unknown meaning by their name, and the account of each file. */
struct contents {
    const char *names[32]; /* constant strings of the library */
    uint64_t bytes[32];
    size_t count;
    struct kiwi_account *accounts;
    bool walked; /* there was something to go through */
};

/** An unknown gap, on its way to who counts. */
struct unknown {
    const char *name;
    uint64_t length;
};

static void count_unknown(void *result, const void *bytes, size_t length)
{
    struct contents *contents = result;
    struct unknown unknown;
    size_t i = 0;
    memcpy(&unknown, bytes, length);
    while (i < contents->count && strcmp(contents->names[i], unknown.name) != 0)
        i++;
    if (i == sizeof contents->names / sizeof contents->names[0])
        return;
    if (i == contents->count) {
        contents->names[i] = unknown.name;
        contents->count++;
    }
    contents->bytes[i] += unknown.length;
}

/** What a thread checks. */
struct check {
    struct share share;
    struct kiwi_walk *walk;
    struct progress progress;
};

static enum kiwi_status open_check(struct share *share, struct kiwi_error *error)
{
    struct check *check = (struct check *)share;
    progress_begin(&check->progress, share->dump->options.quiet || !share->first);
    return share_open_walk(share, true, &check->walk, error);
}

static enum kiwi_status go_through(struct share *share, struct kiwi_error *error)
{
    struct check *check = (struct check *)share;
    struct kiwi_item item;
    while (kiwi_walk_next(check->walk, &item) != KIWI_EVENT_END && share->output->error == 0) {
        dump_show_progress(check->walk, &check->progress);
        if (!share_takes_item(share, check->walk, &item) || item.type || item.gap != KIWI_GAP_UNKNOWN)
            continue;
        const struct unknown unknown = {item.name, item.length};
        share_send(share, &unknown, sizeof unknown);
    }
    return kiwi_walk_status(check->walk, error);
}

static void add_account(struct kiwi_account *sum, struct kiwi_account account)
{
    sum->field += account.field;
    sum->padding += account.padding;
    sum->reserved += account.reserved;
    sum->unknown += account.unknown;
}

/** Outside of the frames all threads have the same account. */
static void close_check(struct share *share, void *result)
{
    struct check *check = (struct check *)share;
    struct contents *contents = result;
    for (size_t i = 0; check->walk && i < kiwi_disc_file_count(share->disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(share->disc, i);
        add_account(&contents->accounts[i], share->first ? kiwi_walk_account(check->walk, file)
                                                         : kiwi_walk_account_entered(check->walk, file));
    }
    contents->walked = check->walk;
    progress_end(&check->progress);
    kiwi_walk_close(check->walk);
}

/** The last word, for people. */
static void say_verdict(const struct dump *dump)
{
    static const char *const names[] = {"file", "disc", "disc"};
    const struct options *options = &dump->options;
    bool part = options->file || options->has_level || options->has_box;
    const char *name = part ? "part of the disc" : names[kiwi_disc_container(dump->disc)];
    char wrong[FINDINGS_TEXT];
    if (options->quiet)
        return;
    findings_wrong(&dump->findings, wrong);
    fprintf(stderr, "kiwidump: this %s %s%s\n", name,
            dump->findings.counts[KIWI_ERROR] > 0 ? "is not good: "
            : wrong[0]                            ? "can be read, with "
                                                  : "is good",
            wrong);
}

/** Findings as a list, which is open. */
static void begin_findings(struct dump *dump)
{
    struct findings *findings = &dump->findings;
    json_key(&dump->json, "findings");
    json_begin_array(&dump->json);
    /* What was found at opening was said on stderr; here it begins the list. */
    *findings = (struct findings){.json = &dump->json, .quiet = findings->quiet};
    findings->has_limit = dump->options.has_limit;
    findings->limit = dump->options.limit;
    kiwi_disc_findings(dump->disc, findings_take, findings);
}

static void put_counts(struct dump *dump)
{
    static const char *const names[] = {
        [KIWI_ERROR] = "errors", [KIWI_WARNING] = "warnings", [KIWI_NOTE] = "notes"};
    for (int i = KIWI_ERROR; i >= KIWI_NOTE; i--) {
        json_key(&dump->json, names[i]);
        json_unsigned(&dump->json, dump->findings.counts[i]);
    }
}

enum kiwi_status dump_check(struct dump *dump, struct kiwi_error *error)
{
    static const struct shared_work work = {sizeof(struct check), open_check, go_through, close_check,
                                            count_unknown};
    struct json *json = &dump->json;
    struct contents contents = {
        .accounts = calloc(kiwi_disc_file_count(dump->disc) + 1, sizeof *contents.accounts)};
    if (!contents.accounts)
        return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    json_begin_object(json);
    begin_findings(dump);
    enum kiwi_status status = share_out(dump, share_jobs(dump), &work, &contents, error);
    dump_unreadable(dump, dump->disc);
    json_end_array(json);
    if (contents.walked)
        put_accounts(dump, contents.accounts);
    put_gaps(json, contents.bytes, contents.names, contents.count);
    put_counts(dump);
    json_end_object(json);
    free(contents.accounts);
    output_flush(dump->output); /* the line stands below the document */
    if (dump->terminal)
        output_flush(dump->terminal);
    if (status == KIWI_OK && dump->output->error == 0)
        say_verdict(dump);
    return status;
}
