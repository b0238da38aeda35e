/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_FINDINGS_H
#define KIWI_SRC_FINDINGS_H

/* Findings that are kept for later. */

#include <stdbool.h>
#include <stddef.h>

#include "bytes/fail.h"

struct kiwi_findings {
    struct kiwi_kept_finding *items;
    size_t count, capacity;
    bool failed; /* out of memory: one at least is lost */
};

/** Keeps a copy, strings and all. */
void kiwi_findings_keep(struct kiwi_findings *findings, const struct kiwi_finding *finding);

void kiwi_findings_give(const struct kiwi_findings *findings, kiwi_finding_callback *callback, void *context);

void kiwi_findings_free(struct kiwi_findings *findings);

#endif
