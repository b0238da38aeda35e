/* SPDX-License-Identifier: MIT */
/* Which files of two discs go together, and whether their bytes are equal. */
#include <stdlib.h>
#include <strings.h>

#include "diff/diff.h"

static const char *path_of(const struct pair *pair)
{
    return pair->files[pair->files[0] ? 0 : 1]->path;
}

/** Case is no difference, as in names that the map gives; it decides between names that are else the same. */
static int by_path(const void *left, const void *right)
{
    const char *a = path_of(left);
    const char *b = path_of(right);
    int order = strcasecmp(a, b);
    return order != 0 ? order : strcmp(a, b);
}

/** Whether two files are the two discs' file of one name. */
static bool are_one(const struct pair *a, const struct pair *b)
{
    return !a->files[0] != !b->files[0] && !a->files[1] != !b->files[1] &&
           strcasecmp(path_of(a), path_of(b)) == 0;
}

static bool is_alone(const struct kiwi_disc *disc)
{
    return kiwi_disc_container(disc) == KIWI_CONTAINER_FILE && kiwi_disc_file_count(disc) == 1;
}

/** The one file that both are, whatever it is called, or the one that --file names. */
static bool pair_one(struct diff *diff)
{
    const char *only = diff->dump->options.file;
    bool alone = is_alone(diff->sides[0].disc) && is_alone(diff->sides[1].disc);
    if (!only && !alone)
        return false;
    for (int i = 0; i < 2; i++)
        diff->pairs[0].files[i] = alone ? kiwi_disc_file(diff->sides[i].disc, 0)
                                        : kiwi_disc_find(diff->sides[i].disc, only, NULL);
    diff->pair_count = 1;
    return true;
}

enum kiwi_status diff_pair_files(struct diff *diff, struct kiwi_error *error)
{
    size_t counts[2] = {kiwi_disc_file_count(diff->sides[0].disc), kiwi_disc_file_count(diff->sides[1].disc)};
    diff->pairs = calloc(counts[0] + counts[1] + 1, sizeof *diff->pairs);
    if (!diff->pairs)
        return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    if (pair_one(diff))
        return KIWI_OK;
    struct pair *pairs = diff->pairs;
    size_t count = 0;
    for (int i = 0; i < 2; i++)
        for (size_t k = 0; k < counts[i]; k++)
            pairs[count++].files[i] = kiwi_disc_file(diff->sides[i].disc, k);
    qsort(pairs, count, sizeof *pairs, by_path);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept > 0 && are_one(&pairs[kept - 1], &pairs[i]))
            pairs[kept - 1].files[pairs[i].files[0] ? 0 : 1] = pairs[i].files[pairs[i].files[0] ? 0 : 1];
        else
            pairs[kept++] = pairs[i];
    diff->pair_count = kept;
    return KIWI_OK;
}

static struct pair *find_pair(struct diff *diff, const struct side *side, const struct kiwi_file *file)
{
    size_t number = (size_t)(side - diff->sides);
    size_t low = 0;
    size_t high = diff->pair_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcasecmp(path_of(&diff->pairs[middle]), file->path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (diff->pair_count == 1)
        low = 0; /* whatever it is called */
    for (; low < diff->pair_count; low++) {
        if (diff->pairs[low].files[number] == file)
            return &diff->pairs[low];
        if (strcasecmp(path_of(&diff->pairs[low]), file->path) != 0)
            break;
    }
    return NULL;
}

struct pair *diff_pair_of(struct diff *diff, struct side *side, const struct kiwi_file *file)
{
    if (side->file != file) {
        side->file = file;
        side->pair = find_pair(diff, side, file);
    }
    return side->pair;
}

enum kiwi_status diff_compare_files(struct diff *diff, struct kiwi_error *error)
{
    for (size_t i = 0; i < diff->pair_count; i++) {
        struct pair *pair = &diff->pairs[i];
        const struct kiwi_file *a = pair->files[0];
        const struct kiwi_file *b = pair->files[1];
        pair->differs = !a || !b || !a->source || !b->source || a->size != b->size ||
                        a->recorded_size != b->recorded_size;
        if (pair->differs)
            continue;
        const struct stretch stretches[] = {{a->source, 0, a->size}, {b->source, 0, b->size}};
        struct difference difference;
        enum kiwi_status status = diff_bytes(diff, stretches, &difference, error);
        if (status != KIWI_OK)
            return status;
        pair->differs = difference.count > 0;
    }
    return KIWI_OK;
}
