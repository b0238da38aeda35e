/* SPDX-License-Identifier: MIT */
/* The last lines of --summary: how much of the disc is understood, and whether it is whole. */
#include <stdio.h>

#include "summary/page.h"

/** Reads everything; what is wrong goes to the findings. */
static enum kiwi_status put_account(const struct page *page, struct kiwi_error *error)
{
    struct dump *dump = page->dump;
    struct kiwi_walk *walk;
    struct kiwi_item item;
    struct kiwi_account all = {0};
    char text[PAGE_TEXT] = "";
    enum kiwi_status status = dump_open_walk(dump, true, &walk, error);
    if (status != KIWI_OK)
        return status;
    while (kiwi_walk_next(walk, &item) != KIWI_EVENT_END) {
    }
    status = kiwi_walk_status(walk, error);
    for (size_t i = 0; i < kiwi_disc_file_count(dump->disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(dump->disc, i);
        struct kiwi_account account = kiwi_walk_account(walk, file);
        uint64_t sum = account.field + account.padding + account.reserved + account.unknown;
        if (sum != file->size)
            findings_count_account(&dump->findings, file, sum);
        all.field += account.field;
        all.padding += account.padding + account.reserved;
        all.unknown += account.unknown;
    }
    kiwi_walk_close(walk);
    double total = (double)(all.field + all.padding + all.unknown);
    if (total > 0)
        words_add(text, "%.1f %% of the bytes (%.1f %% data, %.1f %% padding, %.1f %% not known)",
                  100 - 100 * (double)all.unknown / total, 100 * (double)all.field / total,
                  100 * (double)all.padding / total, 100 * (double)all.unknown / total);
    page_line(page, "Understood", text);
    return status;
}

static void put_verdict(const struct page *page)
{
    char wrong[FINDINGS_TEXT];
    char text[PAGE_TEXT];
    findings_wrong(&page->dump->findings, wrong);
    snprintf(text, sizeof text, "%s",
             page->dump->findings.counts[KIWI_ERROR] > 0 ? "no: "
             : kiwi_disc_sample(page->dump->disc)        ? "a sample of a disc"
                                                         : "yes");
    if (wrong[0])
        words_add(text, "%s", page->dump->findings.counts[KIWI_ERROR] > 0 ? "" : ", with ");
    words_clean(text, wrong);
    if (!page->whole)
        words_add(text, ", as far as its heads say; --check reads all of it");
    page_line(page, "Whole", text);
}

enum kiwi_status page_verdict(const struct page *page, struct kiwi_error *error)
{
    enum kiwi_status status = page->whole ? put_account(page, error) : KIWI_OK;
    dump_unreadable(page->dump, page->dump->disc);
    if (status == KIWI_OK)
        put_verdict(page);
    return status;
}
