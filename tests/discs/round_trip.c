/* SPDX-License-Identifier: MIT */
/* The law of the schema on whole discs: every record decodes and encodes to the same bytes. round_trip
 * DISC... */
#include <stdio.h>
#include <stdlib.h>

#include <kiwi/kiwi.h>

struct result {
    uint64_t records, wrong;
    unsigned findings;
};

static void count_finding(void *context, const struct kiwi_finding *finding)
{
    struct result *result = context;
    result->findings++;
    printf("# %s at %llu, %s: expected %s, found %s\n", finding->file, (unsigned long long)finding->offset,
           finding->path, finding->expected, finding->found);
}

static bool walk_disc(const char *path, struct result *result)
{
    const struct kiwi_walk_options options = {
        .size = sizeof options, .finding = count_finding, .context = result};
    struct kiwi_disc *disc;
    struct kiwi_walk *walk;
    struct kiwi_item item;
    if (kiwi_disc_open(path, NULL, &disc, NULL) != KIWI_OK)
        return false;
    bool good = kiwi_walk_open(disc, &options, &walk, NULL) == KIWI_OK;
    while (good && kiwi_walk_next(walk, &item) != KIWI_EVENT_END) {
        if (!item.type)
            continue;
        result->records++;
        if (!item.type->round_trip(item.bytes, item.length, item.arguments) && result->wrong++ < 5)
            printf("# %s: %s\n", kiwi_walk_path(walk), item.type->name);
    }
    good = good && kiwi_walk_status(walk, NULL) == KIWI_OK;
    for (size_t i = 0; good && i < kiwi_disc_file_count(disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(disc, i);
        struct kiwi_account account = kiwi_walk_account(walk, file);
        good = account.field + account.padding + account.reserved + account.unknown == file->size;
        if (!good)
            printf("# %s: the account does not add up\n", file->path);
    }
    kiwi_walk_close(walk);
    kiwi_disc_close(disc);
    return good;
}

int main(int count, char **arguments)
{
    int failed = 0;
    printf("1..%d\n", count - 1);
    for (int i = 1; i < count; i++) {
        struct result result = {0};
        bool good = walk_disc(arguments[i], &result) && result.records > 0 && result.wrong == 0 &&
                    result.findings == 0;
        failed += !good;
        printf("%sok %d - %s: %llu records, %llu wrong, %u findings\n", good ? "" : "not ", i, arguments[i],
               (unsigned long long)result.records, (unsigned long long)result.wrong, result.findings);
    }
    return failed != 0 || count < 2;
}
