/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_FINDINGS_H
#define KIWIDUMP_FINDINGS_H

#include <kiwi/kiwi.h>

#include "common/json.h"

/** Counts findings and hands them on: to stderr as lines, or into a JSON array. */
struct findings {
    struct json *json; /* array that is open; NULL = stderr */
    bool quiet;
    unsigned muted; /* by how many who read what others read, too; nothing is counted meanwhile */
    bool has_limit;
    uint64_t limit; /* of what is printed */
    uint64_t printed;
    uint64_t counts[3];       /* by enum kiwi_severity */
    char first[3][400];       /* the first of each severity, as a sentence */
    uint64_t cut_at, cut_len; /* an image that is incomplete: its size, and what it should be; 0 otherwise */
};

/** A kiwi_finding_callback; context is a struct findings. */
void findings_take(void *context, const struct kiwi_finding *finding);

/** What is found until findings_listen() is left out: somebody else reads the same and reports it. */
void findings_mute(struct findings *findings);
void findings_listen(struct findings *findings);

/** An account that does not add up to the size of its file: an error without a finding. */
void findings_count_account(struct findings *findings, const struct kiwi_file *file, uint64_t sum);

/** Capacity for what findings_wrong() says. */
enum { FINDINGS_TEXT = 1000 };

/** What is wrong with what was read, the worst first; nothing if there is neither error nor warning. */
void findings_wrong(const struct findings *findings, char text[static FINDINGS_TEXT]);

/** Says on stderr how many were not printed. */
void findings_close(const struct findings *findings);

#endif
