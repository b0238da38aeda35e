/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_DUMP_H
#define KIWIDUMP_DUMP_H

#include "findings.h"
#include "options.h"

/** What every mode works with. */
struct dump {
    struct options options;
    struct kiwi_disc *disc;
    struct output *output;
    struct json json;
    struct findings findings;
};

/* The modes. They return KIWI_OK or why they could not go on, with error filled. */
enum kiwi_status dump_document(struct dump *dump, struct kiwi_error *error);
enum kiwi_status dump_records(struct dump *dump, struct kiwi_error *error);
enum kiwi_status dump_features(struct dump *dump, struct kiwi_error *error);
enum kiwi_status dump_check(struct dump *dump, struct kiwi_error *error);
void dump_schema(struct dump *dump);

/** Opens a walk with the filters of the command line. */
enum kiwi_status dump_open_walk(struct dump *dump, bool check, struct kiwi_walk **walk, struct kiwi_error *error);

/** True if --limit is reached after count lines. */
static inline bool dump_enough(const struct dump *dump, uint64_t count)
{
    return (dump->options.has_limit && count >= dump->options.limit) || dump->output->error != 0;
}

/** Name of a file kind, as printed. */
const char *dump_file_kind(enum kiwi_file_kind kind);

#endif
