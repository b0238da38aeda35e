/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_FINDINGS_H
#define KIWIDUMP_FINDINGS_H

#include <kiwi/kiwi.h>

#include "json.h"

/** Counts findings and hands them on: to stderr as lines, or into a JSON array. */
struct findings {
    struct json *json; /* array that is open; NULL = stderr */
    bool quiet;
    bool has_limit;
    uint64_t limit; /* of what is printed */
    uint64_t printed;
    uint64_t counts[3]; /* by enum kiwi_severity */
};

/** A kiwi_finding_callback; context is a struct findings. */
void findings_take(void *context, const struct kiwi_finding *finding);

/** Says on stderr how many were not printed. */
void findings_close(const struct findings *findings);

#endif
