/* SPDX-License-Identifier: MIT */
/* Whether two discs are equal: their files, and of two images what lies outside of them. */
#include "verify/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/** Where two ranges of bytes differ. */
struct difference {
    uint64_t first, count;
};

/** Holds bytes of two sources against each other. Where either ends, nothing more is compared. */
static enum kiwi_status compare_bytes(struct verification *verification, struct kiwi_source *const sources[2],
                                      uint64_t at, uint64_t end, struct difference *difference,
                                      struct kiwi_error *error)
{
    static uint8_t bytes[2][(size_t)1 << 18];
    size_t received[2] = {1, 1};
    while (at < end && received[0] > 0 && received[1] > 0) {
        size_t want = end - at < sizeof bytes[0] ? (size_t)(end - at) : sizeof bytes[0];
        for (int i = 0; i < 2; i++) {
            enum kiwi_status status = kiwi_source_read_around(sources[i], at, bytes[i], want, &received[i],
                                                              error);
            if (status != KIWI_OK)
                return status;
        }
        want = received[0] < received[1] ? received[0] : received[1];
        bool same = memcmp(bytes[0], bytes[1], want) == 0;
        for (size_t i = 0; i < want && !same; i++)
            if (bytes[0][i] != bytes[1][i])
                difference->first = difference->count++ == 0 ? at + i : difference->first;
        at += want;
        verification->done += want;
        if (verification->progress.on)
            progress_show(&verification->progress, verification->done, verification->total);
    }
    return KIWI_OK;
}

/* Files */

static int by_name(const void *a, const void *b)
{
    const struct kiwi_file *left = *(const struct kiwi_file *const *)a;
    const struct kiwi_file *right = *(const struct kiwi_file *const *)b;
    int order = strcasecmp(left->path, right->path);
    return order != 0 ? order : strcmp(left->path, right->path);
}

/** The files of a disc by their paths without regard to case; NULL: no memory. */
static const struct kiwi_file **sorted(const struct kiwi_disc *disc)
{
    size_t count = kiwi_disc_file_count(disc);
    const struct kiwi_file **files = calloc(count + 1, sizeof *files);
    for (size_t i = 0; files && i < count; i++)
        files[i] = kiwi_disc_file(disc, i);
    if (files && count > 1)
        qsort(files, count, sizeof *files, by_name);
    return files;
}

static enum kiwi_status compare_pair(struct verification *verification, const struct kiwi_file *const pair[2],
                                     struct kiwi_error *error)
{
    struct difference difference = {KIWI_NULL, 0};
    struct kiwi_source *sources[2] = {pair[0]->source, pair[1]->source};
    uint64_t least = pair[0]->size < pair[1]->size ? pair[0]->size : pair[1]->size;
    char says[160];
    enum kiwi_status status = KIWI_OK;
    if (sources[0] && sources[1])
        status = compare_bytes(verification, sources, 0, least, &difference, error);
    if (status != KIWI_OK)
        return status;
    if (!sources[0] != !sources[1])
        snprintf(says, sizeof says, "it can be read from one of the two only");
    else if (pair[0]->size != pair[1]->size)
        snprintf(says, sizeof says, "it has %llu bytes, and %llu on the other disc",
                 (unsigned long long)pair[0]->size, (unsigned long long)pair[1]->size);
    else if (difference.count > 0)
        snprintf(says, sizeof says, "%llu of its bytes differ%s", (unsigned long long)difference.count,
                 difference.count == 1 ? "s" : "");
    else
        return KIWI_OK;
    verify_problem(verification, "changed_file", pair[0]->path,
                   difference.count > 0 || pair[0]->size == pair[1]->size ? difference.first : least, says);
    return KIWI_OK;
}

static enum kiwi_status compare_sorted(struct verification *verification,
                                       const struct kiwi_file **const files[2], struct kiwi_error *error)
{
    const bool single = kiwi_disc_container(verification->discs[0]) == KIWI_CONTAINER_FILE &&
                        kiwi_disc_container(verification->discs[1]) == KIWI_CONTAINER_FILE;
    enum kiwi_status status = KIWI_OK;
    size_t i = 0;
    size_t k = 0;
    while (status == KIWI_OK && (files[0][i] || files[1][k])) {
        int order = !files[0][i]   ? 1
                    : !files[1][k] ? -1
                    : single       ? 0
                                   : strcasecmp(files[0][i]->path, files[1][k]->path);
        if (order < 0)
            verify_problem(verification, "missing_file", files[0][i]->path, KIWI_NULL,
                           "it is not on the other disc");
        else if (order > 0)
            verify_problem(verification, "additional_file", files[1][k]->path, KIWI_NULL,
                           "it is on the other disc only");
        else
            status = compare_pair(verification, (const struct kiwi_file *const[2]){files[0][i], files[1][k]},
                                  error);
        i += order <= 0;
        k += order >= 0;
    }
    return status;
}

static enum kiwi_status compare_files(struct verification *verification, struct kiwi_error *error)
{
    const struct kiwi_file **const files[2] = {sorted(verification->discs[0]),
                                               sorted(verification->discs[1])};
    enum kiwi_status status = files[0] && files[1] ? compare_sorted(verification, files, error)
                                                   : dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    free(files[0]);
    free(files[1]);
    return status;
}

/* Images */

static int by_offset(const void *a, const void *b)
{
    const struct kiwi_extent *left = a;
    const struct kiwi_extent *right = b;
    return (left->offset > right->offset) - (left->offset < right->offset);
}

/** Where the files of an image lie, ascending; *count of them. NULL: no memory. */
static struct kiwi_extent *extents_of(const struct kiwi_disc *disc, size_t *count)
{
    size_t room = 1;
    *count = 0;
    for (size_t i = 0; i < kiwi_disc_file_count(disc); i++)
        room += kiwi_disc_file(disc, i)->extent_count;
    struct kiwi_extent *extents = calloc(room, sizeof *extents);
    for (size_t i = 0; extents && i < kiwi_disc_file_count(disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(disc, i);
        for (size_t k = 0; k < file->extent_count; k++)
            extents[(*count)++] = file->extents[k];
    }
    if (extents && *count > 1)
        qsort(extents, *count, sizeof *extents, by_offset);
    return extents;
}

/** What of the longer image lies behind the end of the shorter one: copies are padded with zeros. */
static enum kiwi_status compare_ends(struct verification *verification, struct kiwi_source *const images[2],
                                     struct kiwi_error *error)
{
    static uint8_t bytes[65536];
    const uint64_t sizes[2] = {kiwi_source_size(images[0]), kiwi_source_size(images[1])};
    const int longer = sizes[1] > sizes[0];
    size_t received = 1;
    for (uint64_t at = sizes[!longer]; at < sizes[longer] && received > 0; at += received) {
        enum kiwi_status status = kiwi_source_read_around(images[longer], at, bytes, sizeof bytes, &received,
                                                          error);
        if (status != KIWI_OK)
            return status;
        for (size_t i = 0; i < received; i++)
            if (bytes[i] != 0) {
                verify_problem(verification, "more_data", "", at + i,
                               longer ? "the other image goes on where this one ends"
                                      : "the other image ends before this one does");
                return KIWI_OK;
            }
    }
    return KIWI_OK;
}

static enum kiwi_status compare_outside(struct verification *verification, const struct kiwi_extent *extents,
                                        size_t count, struct kiwi_error *error)
{
    struct kiwi_source *const images[2] = {kiwi_disc_image(verification->discs[0]),
                                           kiwi_disc_image(verification->discs[1])};
    uint64_t end = kiwi_source_size(images[0]);
    uint64_t at = 0;
    struct difference difference = {KIWI_NULL, 0};
    enum kiwi_status status = KIWI_OK;
    for (size_t i = 0; i <= count && status == KIWI_OK; i++) {
        uint64_t next = i < count && extents[i].offset < end ? extents[i].offset : end;
        if (next > at)
            status = compare_bytes(verification, images, at, next, &difference, error);
        const uint64_t behind = i < count ? extents[i].offset + extents[i].length : 0;
        at = behind > at ? behind : at;
    }
    if (status == KIWI_OK && difference.count > 0) {
        char says[100];
        snprintf(says, sizeof says, "%llu bytes outside of the files differ",
                 (unsigned long long)difference.count);
        verify_problem(verification, "file_systems", "", difference.first, says);
    }
    return status == KIWI_OK ? compare_ends(verification, images, error) : status;
}

static enum kiwi_status compare_images(struct verification *verification, struct kiwi_error *error)
{
    size_t count;
    struct kiwi_extent *extents = extents_of(verification->discs[0], &count);
    enum kiwi_status status = extents ? compare_outside(verification, extents, count, error)
                                      : dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    free(extents);
    return status;
}

static void take_unreadable(void *context, const struct kiwi_finding *finding)
{
    verify_problem(context, "unreadable", finding->file, finding->offset, finding->found);
}

enum kiwi_status verify_compare(struct verification *verification, struct kiwi_error *error)
{
    struct json *json = &verification->dump->json;
    size_t before = verification->problems;
    json_key(json, "comparison");
    json_begin_object(json);
    json_key(json, "size");
    json_unsigned(json, kiwi_disc_size(verification->discs[1]));
    json_key(json, "problems");
    json_begin_array(json);
    enum kiwi_status status = compare_files(verification, error);
    if (status == KIWI_OK && kiwi_disc_image(verification->discs[0]) &&
        kiwi_disc_image(verification->discs[1]))
        status = compare_images(verification, error);
    kiwi_disc_unreadable(verification->discs[1], take_unreadable, verification);
    json_end_array(json);
    json_key(json, "equal");
    json_bool(json, status == KIWI_OK && verification->problems == before);
    json_end_object(json);
    return status;
}
