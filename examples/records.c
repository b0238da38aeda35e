/* SPDX-License-Identifier: MIT */
/* Walks through every record of a disc, counts them by type, and says of each file what its bytes are:
 * records DISC */
#include <stdio.h>
#include <stdlib.h>

#include <kiwi/kiwi.h>

static void print_counts(const unsigned long *counts)
{
    size_t types;
    const struct kiwi_record_type *const *all = kiwi_record_types(&types);
    for (size_t i = 0; i < types; i++)
        if (counts[i] > 0)
            printf("%8lu %s (%s)\n", counts[i], all[i]->name, all[i]->section);
}

static void print_accounts(const struct kiwi_disc *disc, const struct kiwi_walk *walk)
{
    for (size_t i = 0; i < kiwi_disc_file_count(disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(disc, i);
        const struct kiwi_account account = kiwi_walk_account(walk, file);
        printf("%s: %llu bytes in fields, %llu padding, %llu reserved, %llu not known\n", file->path,
               (unsigned long long)account.field, (unsigned long long)account.padding,
               (unsigned long long)account.reserved, (unsigned long long)account.unknown);
    }
}

static enum kiwi_status count_records(struct kiwi_walk *walk, unsigned long *counts, struct kiwi_error *error)
{
    size_t types;
    const struct kiwi_record_type *const *all = kiwi_record_types(&types);
    struct kiwi_item item;
    enum kiwi_event event;
    while ((event = kiwi_walk_next(walk, &item)) != KIWI_EVENT_END)
        for (size_t i = 0; event == KIWI_EVENT_RECORD && i < types; i++)
            counts[i] += all[i] == item.type;
    return kiwi_walk_status(walk, error);
}

int main(int count, char **words)
{
    struct kiwi_disc *disc = NULL;
    struct kiwi_walk *walk = NULL;
    struct kiwi_error error = {.text = "usage: records DISC"};
    size_t types;
    kiwi_record_types(&types);
    unsigned long *counts = calloc(types, sizeof *counts);
    bool good = counts && count == 2 && kiwi_disc_open(words[1], NULL, &disc, &error) == KIWI_OK &&
                kiwi_walk_open(disc, NULL, &walk, &error) == KIWI_OK &&
                count_records(walk, counts, &error) == KIWI_OK;
    if (good) {
        print_counts(counts);
        print_accounts(disc, walk);
    } else {
        fprintf(stderr, "%s\n", error.text);
    }
    kiwi_walk_close(walk);
    kiwi_disc_close(disc);
    free(counts);
    return good ? 0 : 1;
}
