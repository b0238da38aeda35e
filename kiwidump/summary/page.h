/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_SUMMARY_PAGE_H
#define KIWIDUMP_SUMMARY_PAGE_H

#include "dump.h"
#include "summary/words.h"

/** The page of --summary while it is written. */
struct page {
    struct dump *dump;
    struct kiwi_map *map; /* NULL if the disc has none */
    unsigned width;       /* columns */
    bool whole;           /* all of the disc is read */
    bool searchable;      /* it has an index, as its contents showed */
};

/** One line: a label and a text, which is cut at the width of the terminal. */
void page_line(const struct page *page, const char *label, const char *text);

/** A command that shows more of the disc, and what it does if there is room for it. */
void page_command(const struct page *page, const char *option, const char *what);

/** Adds text in the charset of the disc; nothing of a field that is binary. */
void page_disc_text(const struct page *page, char text[static PAGE_TEXT], const char *bytes, size_t length);

/* Its sections */
void page_identity(const struct page *page); /**< what disc it is */
void page_contents(struct page *page);       /**< what is on it */

/** Whether it is whole; reads everything if page->whole, and what is wrong goes to the findings. */
enum kiwi_status page_verdict(const struct page *page, struct kiwi_error *error);

#endif
