/* SPDX-License-Identifier: MIT */
/* --diff: what differs between two discs, record by record. */
#include <stdlib.h>

#include "diff/diff.h"

static bool any_differs(const struct diff *diff)
{
    for (size_t i = 0; i < diff->pair_count; i++)
        if (diff->pairs[i].differs)
            return true;
    return false;
}

/** Files that only one disc has. */
static void put_lonely_files(struct diff *diff)
{
    for (size_t i = 0; i < diff->pair_count; i++) {
        const struct pair *pair = &diff->pairs[i];
        if (!pair->files[0] || !pair->files[1])
            diff_put_file(diff, pair->files[0] ? "removed" : "added", pair->files[pair->files[0] ? 0 : 1]);
    }
}

/** Chooses the pairs of which no line says anything: addresses and sizes are what differs there. */
static bool choose_exact(struct diff *diff)
{
    for (size_t i = 0; i < diff->pair_count; i++) {
        struct pair *pair = &diff->pairs[i];
        pair->exact = pair->differs && !pair->named && pair->files[0] && pair->files[1];
        pair->follows = pair->follows && !pair->exact;
        diff->exact = diff->exact || pair->exact;
    }
    return diff->exact;
}

/** A line for each file that differs in more than what lines name, so that nothing is passed over in silence.
 */
static enum kiwi_status put_others(struct diff *diff, struct kiwi_error *error)
{
    for (size_t i = 0; i < diff->pair_count && !diff_is_enough(diff); i++) {
        const struct pair *pair = &diff->pairs[i];
        const struct kiwi_file *a = pair->files[0];
        const struct kiwi_file *b = pair->files[1];
        if (!a || !b || !pair->differs || (pair->named && !pair->follows))
            continue;
        const struct stretch stretches[] = {{a->source, 0, a->size}, {b->source, 0, b->size}};
        struct difference difference = {0};
        enum kiwi_status status = a->source && b->source ? diff_bytes(diff, stretches, &difference, error)
                                                         : KIWI_OK;
        if (status != KIWI_OK)
            return status;
        diff_put_bytes(diff, "file", b->path,
                       !a->source || !b->source ? "not readable"
                       : pair->named            ? "addresses, sizes and counts that follow"
                                                : "bytes that no record names",
                       stretches, &difference);
    }
    return KIWI_OK;
}

/** All that is not in map frames, and then what was not named. */
static enum kiwi_status put_rest(struct diff *diff, struct kiwi_error *error)
{
    enum kiwi_status status = diff_rest(diff, error);
    findings_mute(&diff->dump->findings); /* they were reported */
    if (status == KIWI_OK && !diff_is_enough(diff) && choose_exact(diff))
        status = diff_rest(diff, error);
    findings_listen(&diff->dump->findings);
    return status == KIWI_OK ? put_others(diff, error) : status;
}

/** What differs, in words; the map alone if only a part of it is asked for. */
static enum kiwi_status put_differences(struct diff *diff, struct kiwi_error *error)
{
    const struct options *options = &diff->dump->options;
    if (options->has_level || options->has_box)
        return diff_levels(diff, error);
    put_lonely_files(diff);
    diff->goes_on = true;
    findings_mute(&diff->dump->findings); /* the other walk reads the map's management, too */
    enum kiwi_status status = diff_levels(diff, error);
    findings_listen(&diff->dump->findings);
    return status == KIWI_OK ? put_rest(diff, error) : status;
}

static enum kiwi_status compare_discs(struct diff *diff, struct kiwi_error *error)
{
    const struct options *options = &diff->dump->options;
    enum kiwi_status status = diff_pair_files(diff, error);
    if (status == KIWI_OK)
        status = diff_compare_files(diff, error);
    if (status == KIWI_OK && any_differs(diff))
        status = put_differences(diff, error);
    if (status == KIWI_OK && !options->has_level && !options->has_box) {
        diff->dump->different = any_differs(diff); /* also if --limit cuts the lines off */
        status = diff_images(diff, error);
    }
    diff->dump->different = diff->dump->different || diff->count > 0;
    if (status == KIWI_OK && (diff->failed || diff->sides[0].tree.failed || diff->sides[1].tree.failed))
        status = dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    if (status == KIWI_OK && diff->error.status != KIWI_OK) {
        *error = diff->error;
        status = error->status;
    }
    return status;
}

static enum kiwi_status open_other(struct diff *diff, struct kiwi_error *error)
{
    struct dump *dump = diff->dump;
    const struct kiwi_disc_options options = {.size = sizeof options,
                                              .finding = findings_take,
                                              .context = &dump->findings,
                                              .charset = dump->options.charset,
                                              .datum = dump->options.datum};
    enum kiwi_status status = kiwi_disc_open(dump->options.other, &options, &diff->sides[1].disc, error);
    if (status != KIWI_OK)
        dump->options.path = dump->options.other; /* for the message */
    findings_mute(&dump->findings);               /* the walks read the maps, too */
    for (int i = 0; i < 2 && status == KIWI_OK; i++) {
        diff->sides[i].tree.room = diff->sides[i].room;
        status = kiwi_map_open(diff->sides[i].disc, &diff->sides[i].map, error);
        if (status == KIWI_ERROR_NOT_FOUND || status == KIWI_ERROR_NOT_KIWI)
            status = KIWI_OK; /* no map to compare */
    }
    findings_listen(&dump->findings);
    return status;
}

enum kiwi_status dump_diff(struct dump *dump, struct kiwi_error *error)
{
    struct diff *diff = calloc(1, sizeof *diff);
    if (!diff)
        return dump_fail(error, KIWI_ERROR_MEMORY, "out of memory");
    diff->dump = dump;
    diff->json = &dump->json;
    diff->sides[0].disc = dump->disc;
    enum kiwi_status status = open_other(diff, error);
    if (status == KIWI_OK)
        status = compare_discs(diff, error);
    for (int i = 0; i < 2; i++) {
        kiwi_map_close(diff->sides[i].map);
        tree_free(&diff->sides[i].tree);
    }
    if (diff->sides[1].disc)
        dump_unreadable(dump, diff->sides[1].disc);
    kiwi_disc_close(diff->sides[1].disc);
    free(diff->pairs);
    free(diff);
    return status;
}
