/* SPDX-License-Identifier: MIT */
/* --summary: a page for people, what a disc is, what is on it, whether it is whole and what to do next. */
#include <unistd.h>

#include "console.h"
#include "summary/page.h"

/** Discs up to this size are read whole; larger ones would take minutes from a drive. */
#define READ_LIMIT (UINT64_C(1) << 30)

static void put_commands(const struct page *page)
{
    output_literal(page->dump->output, "\nWhat next:\n");
    if (page->map) {
        page_command(page, "--svg >map.svg", "a picture of the map");
        page_command(page, "--features >map.geojsonl", "the map for QGIS, ogr2ogr");
    }
    if (page->searchable)
        page_command(page, "--find NAME", "a street or a place");
    if (kiwi_disc_container(page->dump->disc) == KIWI_CONTAINER_IMAGE)
        page_command(page, "--extract FOLDER", "its files and modules");
    page_command(page, "--check", "what is wrong, in detail");
    page_command(page, "| less", "all this as JSON, and more");
}

static enum kiwi_status put_page(struct page *page, struct kiwi_error *error)
{
    page_identity(page);
    output_char(page->dump->output, '\n');
    page_contents(page);
    enum kiwi_status status = page_verdict(page, error);
    put_commands(page);
    return status;
}

enum kiwi_status dump_summary(struct dump *dump, struct kiwi_error *error)
{
    struct page page = {.dump = dump,
                        .width = isatty(STDOUT_FILENO) ? console_width(STDOUT_FILENO) : CONSOLE_WIDTH,
                        .whole = kiwi_disc_size(dump->disc) <= READ_LIMIT};
    enum kiwi_status status = kiwi_map_open(dump->disc, &page.map, error);
    if (status == KIWI_ERROR_IO || status == KIWI_ERROR_MEMORY)
        return status;
    status = put_page(&page, error);
    kiwi_map_close(page.map);
    return status;
}
