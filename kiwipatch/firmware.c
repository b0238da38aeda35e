/* SPDX-License-Identifier: MIT */
/* Reads pages of a program. */
#include "firmware.h"

#include <stdlib.h>
#include <string.h>

bool firmware_open(struct firmware *program, struct kiwi_source *source, uint64_t offset, size_t length)
{
    *program = (struct firmware){.source = source, .offset = offset, .length = length};
    program->pages = calloc(FIRMWARE_PAGES, sizeof *program->pages);
    return program->pages;
}

void firmware_close(struct firmware *program)
{
    free(program->pages);
    *program = (struct firmware){.length = 0};
}

void firmware_load(struct firmware *program, struct firmware_page *page, size_t number)
{
    struct kiwi_error error;
    size_t received = 0, start = number * FIRMWARE_PAGE, left = program->length - start;
    size_t wanted = left < sizeof page->bytes ? left : sizeof page->bytes;
    if (kiwi_source_read(program->source, program->offset + start, page->bytes, wanted, &received, &error) !=
            KIWI_OK &&
        !program->failed) {
        program->failed = true;
        program->error = error;
    }
    memset(page->bytes + received, 0, sizeof page->bytes - received);
    page->number = number + 1;
}
