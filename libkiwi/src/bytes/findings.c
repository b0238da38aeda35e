/* SPDX-License-Identifier: MIT */
/* Findings that are kept for later. */
#include "bytes/findings.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

struct kiwi_kept_finding {
    struct kiwi_finding finding;
    char *texts; /* that it points to, one after the other */
};

static bool reserve(struct kiwi_findings *findings)
{
    struct kiwi_kept_finding *grown = grow_array(findings->items, &findings->capacity, findings->count, 1,
                                                 sizeof *grown);
    if (grown)
        findings->items = grown;
    return grown;
}

static const char *copy(char **at, const char *text)
{
    char *begin = *at;
    size_t size = strlen(text) + 1;
    memcpy(begin, text, size);
    *at += size;
    return begin;
}

void kiwi_findings_keep(struct kiwi_findings *findings, const struct kiwi_finding *finding)
{
    size_t size = strlen(finding->file) + strlen(finding->path) + strlen(finding->field) +
                  strlen(finding->expected) + strlen(finding->found) + 5;
    char *texts = reserve(findings) ? malloc(size) : NULL;
    char *at = texts;
    if (!texts) {
        findings->failed = true;
        return;
    }
    findings->items[findings->count++] = (struct kiwi_kept_finding){
        .finding = {.severity = finding->severity,
                    .offset = finding->offset,
                    .file = copy(&at, finding->file),
                    .path = copy(&at, finding->path),
                    .field = copy(&at, finding->field),
                    .expected = copy(&at, finding->expected),
                    .found = copy(&at, finding->found)},
        .texts = texts};
}

void kiwi_findings_give(const struct kiwi_findings *findings, kiwi_finding_callback *callback, void *context)
{
    for (size_t i = 0; i < findings->count; i++)
        callback(context, &findings->items[i].finding);
}

void kiwi_findings_free(struct kiwi_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        free(findings->items[i].texts);
    free(findings->items);
}
