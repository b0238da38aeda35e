/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_FIRMWARE_H
#define KIWIPATCH_FIRMWARE_H

/* The bytes of a program, which are read as they are wanted: programs are larger than memory may be. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/source.h>

enum {
    FIRMWARE_PAGE = 1 << 16,
    FIRMWARE_PAGES = 32, /* that are kept */
    FIRMWARE_MORE = 4,   /* bytes of the next page, so that a word lies in one */
};

struct firmware_page {
    size_t number; /* and 1; 0: empty */
    uint8_t bytes[FIRMWARE_PAGE + FIRMWARE_MORE];
};

struct firmware {
    struct kiwi_source *source;
    uint64_t offset; /* in there */
    size_t length;
    struct firmware_page *pages;
    bool failed; /* something could not be read, and is zeros */
    struct kiwi_error error;
};

/** The source must live as long. False if memory runs out. */
bool firmware_open(struct firmware *program, struct kiwi_source *source, uint64_t offset, size_t length);
void firmware_close(struct firmware *program);

void firmware_load(struct firmware *program, struct firmware_page *page, size_t number);

/** A byte, or the first of a word, of the program. */
static inline const uint8_t *firmware_at(struct firmware *program, size_t place)
{
    size_t number = place / FIRMWARE_PAGE;
    struct firmware_page *page = &program->pages[number % FIRMWARE_PAGES];
    if (page->number != number + 1)
        firmware_load(program, page, number);
    return page->bytes + place % FIRMWARE_PAGE;
}

#endif
