/* SPDX-License-Identifier: MIT */
/* Searches for each line of standard input, whose first character says how: find_lines DISC. Prints "COUNT",
 * then so many offsets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kiwi/kiwi.h>

static int search(struct kiwi_index *index, const char *line)
{
    const char *const ways = "fpec"; /* as enum kiwi_match */
    const struct kiwi_find_options options = {.size = sizeof options,
                                              .text = line + 1,
                                              .zone = -1,
                                              .match = (enum kiwi_match)(strchr(ways, line[0]) - ways)};
    struct kiwi_find *find;
    struct kiwi_index_entry entry;
    static unsigned long long offsets[65536];
    size_t count = 0;
    enum kiwi_status status = kiwi_find_open(index, &options, &find, NULL);
    while (status == KIWI_OK && count < sizeof offsets / sizeof offsets[0] &&
           (status = kiwi_find_next(find, &entry, NULL)) == KIWI_OK)
        offsets[count++] = entry.offset;
    kiwi_find_close(find);
    printf("%zu", count);
    for (size_t i = 0; i < count; i++)
        printf(" %llu", offsets[i]);
    putchar('\n');
    return status != KIWI_END;
}

int main(int count, char **arguments)
{
    struct kiwi_disc *disc;
    struct kiwi_index *index;
    char line[1024];
    int failed = 0;
    if (count != 2 || kiwi_disc_open(arguments[1], NULL, &disc, NULL) != KIWI_OK)
        return 2;
    if (kiwi_index_open(disc, &index, NULL) != KIWI_OK)
        return 2;
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        failed |= search(index, line);
    }
    kiwi_index_close(index);
    kiwi_disc_close(disc);
    return failed;
}
