/* SPDX-License-Identifier: MIT */
/* Takes findings: lines on stderr, or an array of the document. */
#include "findings.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/utf8.h"

static const char *const severities[] = {"note", "warning", "error"};

/** Lines on stderr beside a dump; --check shows all. */
enum { LINE_LIMIT = 20 };

/** Appends to a text that may be full. */
static void append(char *text, size_t capacity, const char *format, ...)
{
    size_t length = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + length, capacity - length, format, arguments);
    va_end(arguments);
}

static void describe(const struct kiwi_finding *finding, char *text, size_t capacity)
{
    snprintf(text, capacity, "%s", finding->file[0] ? finding->file : "the disc");
    if (finding->offset != KIWI_NULL)
        append(text, capacity, " at 0x%llX", (unsigned long long)finding->offset);
    if (finding->path[0])
        append(text, capacity, ", %s", finding->path);
    if (finding->field[0])
        append(text, capacity, ", %s", finding->field);
    append(text, capacity, ": expected %s, found %s", finding->expected, finding->found);
    utf8_clean(text);
}

/** An image that is incomplete says both sizes first; the finding is the library's about "image". */
static void describe_cut(const struct findings *findings, char *text, size_t capacity)
{
    static const struct {
        double bytes;
        const char *name;
    } units[] = {{1e9, "GB"}, {1e6, "MB"}, {1e3, "KB"}, {1, "bytes"}};
    size_t i = 0;
    while (i < 3 && (double)findings->cut_len < units[i].bytes)
        i++;
    double tenths = round(10 * (double)findings->cut_at / units[i].bytes);
    if (tenths == 0 || tenths == round(10 * (double)findings->cut_len / units[i].bytes))
        i = 3; /* rounded, one would be nothing, or both the same */
    snprintf(text, capacity, "the image ends at %.*f of %.*f %s: it is incomplete", i < 3,
             (double)findings->cut_at / units[i].bytes, i < 3, (double)findings->cut_len / units[i].bytes,
             units[i].name);
}

static bool is_cut(const struct kiwi_finding *finding)
{
    return finding->severity == KIWI_ERROR && !finding->file[0] && strcmp(finding->field, "image") == 0;
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
    if (findings->muted > 0)
        return;
    char text[sizeof findings->first[0]];
    bool cut = is_cut(finding);
    if (cut) {
        findings->cut_at = strtoull(finding->found, NULL, 10);
        findings->cut_len = strtoull(finding->expected, NULL, 10);
        describe_cut(findings, text, sizeof text);
    } else {
        describe(finding, text, sizeof text);
    }
    if (findings->counts[finding->severity]++ == 0)
        memcpy(findings->first[finding->severity], text, sizeof text);
    if (findings->has_limit && findings->printed >= findings->limit)
        return;
    if (findings->json) {
        print_json(findings->json, finding);
    } else {
        /* What is beyond the end of an image is missing; that is said once, for all that follows from it. */
        if (findings->quiet || finding->severity == KIWI_NOTE || findings->printed >= LINE_LIMIT ||
            (findings->cut_len > 0 && !cut))
            return;
        fprintf(stderr, "kiwidump: %s: %s\n", severities[finding->severity], text);
    }
    findings->printed++;
}

void findings_mute(struct findings *findings)
{
    findings->muted++;
}

void findings_listen(struct findings *findings)
{
    findings->muted--;
}

void findings_close(const struct findings *findings)
{
    uint64_t all = findings->counts[KIWI_WARNING] + findings->counts[KIWI_ERROR];
    if (!findings->json && !findings->quiet && findings->cut_len == 0 && all > findings->printed)
        fprintf(stderr, "kiwidump: %llu findings in all; kiwidump --check shows them\n",
                (unsigned long long)all);
}

void findings_count_account(struct findings *findings, const struct kiwi_file *file, uint64_t sum)
{
    if (findings->counts[KIWI_ERROR]++ > 0)
        return;
    snprintf(findings->first[KIWI_ERROR], sizeof findings->first[KIWI_ERROR],
             "%s: %llu of its %llu bytes are accounted for", file->path, (unsigned long long)sum,
             (unsigned long long)file->size);
    utf8_clean(findings->first[KIWI_ERROR]);
}

static void add_count(const struct findings *findings, enum kiwi_severity severity, char *text,
                      size_t capacity)
{
    uint64_t count = findings->counts[severity];
    if (count > 0)
        append(text, capacity, "%s%llu %s%s, the first: %s", text[0] ? "; " : "", (unsigned long long)count,
               severities[severity], count == 1 ? "" : "s", findings->first[severity]);
}

void findings_wrong(const struct findings *findings, char text[static FINDINGS_TEXT])
{
    text[0] = '\0';
    if (findings->cut_len > 0) {
        describe_cut(findings, text, FINDINGS_TEXT);
        return;
    }
    add_count(findings, KIWI_ERROR, text, FINDINGS_TEXT);
    add_count(findings, KIWI_WARNING, text, FINDINGS_TEXT);
}
