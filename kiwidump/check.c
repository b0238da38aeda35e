/* SPDX-License-Identifier: MIT */
/* --check: findings, and the account of what the disc's bytes are. */
#include "dump.h"
#include "common/progress.h"

#include <stdio.h>

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

static void put_accounts(struct dump *dump, const struct kiwi_walk *walk)
{
    const struct options *options = &dump->options;
    const struct kiwi_file *only = options->file ? kiwi_disc_find(dump->disc, options->file, NULL) : NULL;
    bool whole = !options->has_level && !options->has_box;
    json_key(&dump->json, "account");
    json_begin_array(&dump->json);
    for (size_t i = 0; i < kiwi_disc_file_count(dump->disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(dump->disc, i);
        struct kiwi_account account = kiwi_walk_account(walk, file);
        uint64_t sum = account.field + account.padding + account.reserved + account.unknown;
        if (only && file != only)
            continue;
        put_account(&dump->json, file, &account);
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

/** Bytes of gaps of unknown meaning by their name. */
struct unknowns {
    const char *names[32]; /* constant strings of the library */
    uint64_t bytes[32];
    size_t count;
};

static void count_unknown(struct unknowns *unknowns, const struct kiwi_item *item)
{
    size_t i = 0;
    while (i < unknowns->count && strcmp(unknowns->names[i], item->name) != 0)
        i++;
    if (i == sizeof unknowns->names / sizeof unknowns->names[0])
        return;
    if (i == unknowns->count) {
        unknowns->names[i] = item->name;
        unknowns->count++;
    }
    unknowns->bytes[i] += item->length;
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

enum kiwi_status dump_check(struct dump *dump, struct kiwi_error *error)
{
    struct json *json = &dump->json;
    struct findings *findings = &dump->findings;
    struct unknowns unknowns = {.count = 0};
    struct kiwi_walk *walk;
    struct kiwi_item item;
    struct progress progress;
    json_begin_object(json);
    json_key(json, "findings");
    json_begin_array(json);
    /* What was found at opening was said on stderr; here it begins the list. */
    *findings = (struct findings){.json = json, .quiet = findings->quiet};
    findings->has_limit = dump->options.has_limit;
    findings->limit = dump->options.limit;
    kiwi_disc_findings(dump->disc, findings_take, findings);
    enum kiwi_status status = dump_open_walk(dump, true, &walk, error);
    progress_begin(&progress, dump->options.quiet);
    while (status == KIWI_OK && kiwi_walk_next(walk, &item) != KIWI_EVENT_END) {
        if (!item.type && item.gap == KIWI_GAP_UNKNOWN)
            count_unknown(&unknowns, &item);
        dump_show_progress(walk, &progress);
    }
    progress_end(&progress);
    dump_unreadable(dump, dump->disc);
    json_end_array(json);
    if (walk) {
        status = kiwi_walk_status(walk, error);
        put_accounts(dump, walk);
    }
    put_gaps(json, unknowns.bytes, unknowns.names, unknowns.count);
    json_key(json, "errors");
    json_unsigned(json, findings->counts[KIWI_ERROR]);
    json_key(json, "warnings");
    json_unsigned(json, findings->counts[KIWI_WARNING]);
    json_key(json, "notes");
    json_unsigned(json, findings->counts[KIWI_NOTE]);
    json_end_object(json);
    kiwi_walk_close(walk);
    output_flush(dump->output); /* the line stands below the document */
    if (dump->terminal)
        output_flush(dump->terminal);
    if (status == KIWI_OK && dump->output->error == 0)
        say_verdict(dump);
    return status;
}
