/* SPDX-License-Identifier: MIT */
/* How lines of the page that --summary prints are laid out. */
#include "summary/page.h"

#include <stdio.h>
#include <string.h>

enum { LABEL_WIDTH = 12 };

void page_line(const struct page *page, const char *label, const char *text)
{
    struct output *output = page->dump->output;
    unsigned columns = LABEL_WIDTH;
    char head[LABEL_WIDTH + 1];
    snprintf(head, sizeof head, "%-*s", LABEL_WIDTH, label);
    output_bytes(output, head, LABEL_WIDTH);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        columns += (*c & 0xC0) == 0x80 ? 0 : *c >= 0xE3 ? 2 : 1; /* letters from U+3000 on are wide */
        if (columns > page->width - 3 && (*c & 0xC0) != 0x80 && strlen((const char *)c) > 3) {
            output_literal(output, "...");
            break;
        }
        output_char(output, (char)*c);
    }
    output_char(output, '\n');
}

void page_command(const struct page *page, const char *option, const char *what)
{
    struct output *output = page->dump->output;
    const char *path = page->dump->options.path;
    char text[PAGE_TEXT] = "  kiwidump ";
    char line[2 * PAGE_TEXT];
    words_path(text, strcmp(path, "-") == 0 ? "DISC" : path);
    int used = snprintf(line, sizeof line, "%s %-24s  %s", text, option, what);
    if (used > (int)page->width)
        snprintf(line, sizeof line, "%s %s", text, option);
    output_bytes(output, line, strlen(line));
    output_char(output, '\n');
}

void page_disc_text(const struct page *page, char text[static PAGE_TEXT], const char *bytes, size_t length)
{
    char utf8[PAGE_TEXT];
    while (length > 0 && (bytes[length - 1] == '\0' || bytes[length - 1] == ' '))
        length--;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)bytes[i] < '\t')
            return;
    kiwi_disc_text(page->dump->disc, bytes, length, utf8, sizeof utf8);
    words_clean(text, utf8);
}
