/* SPDX-License-Identifier: MIT */
/* Whether an image is whole: its size, its file systems, and each byte of it. */
#include "verify/verify.h"

#include <stdio.h>
#include <string.h>

#include "common/hash.h"

/** What a finding of the opening means for an image, by the field that it is about. */
static const char *kind_of(const struct kiwi_finding *finding)
{
    static const struct {
        const char *field, *kind;
    } kinds[] = {{"image", "truncated"},    {"extent", "unfinished_file"}, {"session", "sessions"},
                 {"place", "trees_differ"}, {"file", "trees_differ"},      {"name", "names_twice"}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].field, finding->field) == 0)
            return kinds[i].kind;
    return "file_system";
}

/** Notes are no problems, but for a file that one tree alone has. */
static void take_finding(void *context, const struct kiwi_finding *finding)
{
    struct verification *verification = context;
    const char *kind = kind_of(finding);
    char says[300];
    if (finding->severity == KIWI_NOTE && strcmp(finding->field, "file") != 0)
        return;
    snprintf(says, sizeof says, "expected %.120s, found %.120s", finding->expected, finding->found);
    verify_problem(verification, kind, finding->file, finding->offset, says);
}

static void take_unreadable(void *context, const struct kiwi_finding *finding)
{
    verify_problem(context, "unreadable", finding->file, finding->offset, finding->found);
}

/** What of the bytes behind the volume is not zero: where that begins, or KIWI_NULL. */
struct rest {
    uint64_t from, found;
};

static void look_at_rest(struct rest *rest, uint64_t at, const uint8_t *bytes, size_t length)
{
    for (size_t i = at < rest->from && rest->from - at < length ? (size_t)(rest->from - at) : 0;
         i < length && at + i >= rest->from && rest->found == KIWI_NULL; i++)
        if (bytes[i] != 0)
            rest->found = at + i;
}

/** Reads all of an image, for its hash and for what cannot be read. */
static enum kiwi_status read_image(struct verification *verification, struct kiwi_source *image,
                                   struct rest *rest, char text[HASH_TEXT], struct kiwi_error *error)
{
    static uint8_t bytes[(size_t)1 << 20];
    struct hasher hasher;
    struct hashes hashes;
    size_t received = 1;
    hasher_begin(&hasher, HASH_SHA256);
    for (uint64_t at = 0; at < kiwi_source_size(image) && received > 0; at += received) {
        enum kiwi_status status = kiwi_source_read_around(image, at, bytes, sizeof bytes, &received, error);
        if (status != KIWI_OK)
            return status;
        hasher_take(&hasher, bytes, received);
        look_at_rest(rest, at, bytes, received);
        verification->done += received;
        if (verification->progress.on)
            progress_show(&verification->progress, verification->done, verification->total);
    }
    hasher_end(&hasher, &hashes);
    hash_text(hashes.sha256, text);
    return KIWI_OK;
}

static enum kiwi_status put_image(struct verification *verification, struct rest *rest,
                                  struct kiwi_error *error)
{
    struct kiwi_disc *disc = verification->discs[0];
    struct json *json = &verification->dump->json;
    struct kiwi_source *image = kiwi_disc_image(disc);
    char hash[HASH_TEXT];
    json_key(json, "size");
    json_unsigned(json, kiwi_disc_size(disc));
    if (!image)
        return KIWI_OK;
    rest->from = kiwi_disc_recorded_size(disc);
    json_key(json, "recorded_size");
    json_unsigned(json, rest->from);
    enum kiwi_status status = read_image(verification, image, rest, hash, error);
    if (status != KIWI_OK)
        return status;
    json_key(json, "padding");
    json_unsigned(json, rest->found == KIWI_NULL && rest->from > 0 && rest->from < kiwi_disc_size(disc)
                            ? kiwi_disc_size(disc) - rest->from
                            : 0);
    json_key(json, "sha256");
    json_string(json, hash);
    return KIWI_OK;
}

enum kiwi_status verify_whole(struct verification *verification, struct kiwi_error *error)
{
    struct kiwi_disc *disc = verification->discs[0];
    struct json *json = &verification->dump->json;
    struct rest rest = {UINT64_MAX, KIWI_NULL};
    enum kiwi_status status = put_image(verification, &rest, error);
    json_key(json, "problems");
    json_begin_array(json);
    kiwi_disc_findings(disc, take_finding, verification);
    kiwi_disc_unreadable(disc, take_unreadable, verification);
    if (kiwi_disc_sample(disc))
        verify_problem(verification, "sample", "", KIWI_NULL, "a sample of a disc is not the disc");
    if (rest.found != KIWI_NULL && rest.from > 0)
        verify_problem(verification, "more_data", "", rest.found, "something else follows behind the volume");
    json_end_array(json);
    json_key(json, "whole");
    json_bool(json, verification->problems == 0);
    return status;
}
