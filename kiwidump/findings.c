/* SPDX-License-Identifier: MIT */
/* Takes findings: lines on stderr, or an array of the document. */
#include "findings.h"

#include <stdio.h>

static const char *const severities[] = {"note", "warning", "error"};

/** Lines on stderr beside a dump; --check shows all. */
enum { LINE_LIMIT = 20 };

static void print_line(const struct kiwi_finding *finding)
{
    fprintf(stderr, "kiwidump: %s: %s", severities[finding->severity],
            finding->file[0] ? finding->file : "the disc");
    if (finding->offset != KIWI_NULL)
        fprintf(stderr, " at 0x%llX", (unsigned long long)finding->offset);
    if (finding->path[0])
        fprintf(stderr, ", %s", finding->path);
    if (finding->field[0])
        fprintf(stderr, ", %s", finding->field);
    fprintf(stderr, ": expected %s, found %s\n", finding->expected, finding->found);
}

static void print_json(struct json *json, const struct kiwi_finding *finding)
{
    json_begin_object(json);
    json_key(json, "severity");
    json_string(json, severities[finding->severity]);
    json_key(json, "file");
    json_string(json, finding->file);
    json_key(json, "offset");
    if (finding->offset == KIWI_NULL)
        json_null(json);
    else
        json_unsigned(json, finding->offset);
    json_key(json, "path");
    json_string(json, finding->path);
    json_key(json, "field");
    json_string(json, finding->field);
    json_key(json, "expected");
    json_string(json, finding->expected);
    json_key(json, "found");
    json_string(json, finding->found);
    json_end_object(json);
}

void findings_take(void *context, const struct kiwi_finding *finding)
{
    struct findings *findings = context;
    findings->counts[finding->severity]++;
    if (findings->has_limit && findings->printed >= findings->limit)
        return;
    if (findings->json) {
        print_json(findings->json, finding);
    } else {
        if (findings->quiet || finding->severity == KIWI_NOTE || findings->printed >= LINE_LIMIT)
            return;
        print_line(finding);
    }
    findings->printed++;
}

void findings_close(const struct findings *findings)
{
    uint64_t all = findings->counts[KIWI_WARNING] + findings->counts[KIWI_ERROR];
    if (!findings->json && !findings->quiet && all > findings->printed)
        fprintf(stderr, "kiwidump: %llu findings in all; kiwidump --check shows them\n",
                (unsigned long long)all);
}
