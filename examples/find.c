/* SPDX-License-Identifier: MIT */
/* Searches streets and places by the begin of their names, and prints where they are with their house
 * numbers: find DISC TEXT */
#include <stdio.h>

#include <kiwi/kiwi.h>

static enum kiwi_status print_numbers(struct kiwi_index *index, const struct kiwi_index_entry *entry,
                                      struct kiwi_error *error)
{
    struct kiwi_ranges ranges = {.entry = *entry};
    struct kiwi_address_range range;
    enum kiwi_status status;
    while ((status = kiwi_ranges_next(index, &ranges, &range, error)) == KIWI_OK)
        if (range.has_numbers && range.has_position)
            printf("    %lu to %lu from %.5f,%.5f on\n", (unsigned long)range.first,
                   (unsigned long)range.last, range.position.latitude, range.position.longitude);
    return status == KIWI_END ? KIWI_OK : status;
}

static enum kiwi_status print_entries(struct kiwi_index *index, const char *text, struct kiwi_error *error)
{
    const struct kiwi_find_options options = {.size = sizeof options, .text = text, .zone = -1};
    struct kiwi_find *find = NULL;
    struct kiwi_index_entry entry;
    enum kiwi_status status = kiwi_find_open(index, &options, &find, error);
    while (status == KIWI_OK && (status = kiwi_find_next(find, &entry, error)) == KIWI_OK) {
        printf("%s", entry.name);
        if (entry.has_position)
            printf(" at %.5f,%.5f", entry.position.latitude, entry.position.longitude);
        printf("\n");
        if (entry.kind == KIWI_ENTRY_STREET)
            status = print_numbers(index, &entry, error);
    }
    kiwi_find_close(find);
    return status == KIWI_END ? KIWI_OK : status;
}

int main(int count, char **words)
{
    struct kiwi_disc *disc = NULL;
    struct kiwi_index *index = NULL;
    struct kiwi_error error = {.text = "usage: find DISC TEXT"};
    bool good = count == 3 && kiwi_disc_open(words[1], NULL, &disc, &error) == KIWI_OK &&
                kiwi_index_open(disc, &index, &error) == KIWI_OK &&
                print_entries(index, words[2], &error) == KIWI_OK;
    if (!good)
        fprintf(stderr, "%s\n", error.text);
    kiwi_index_close(index);
    kiwi_disc_close(disc);
    return good ? 0 : 1;
}
