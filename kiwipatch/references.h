/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_REFERENCES_H
#define KIWIPATCH_REFERENCES_H

/* What find --xref prints about a place of a module: who has its address, and which branches decide. */

#include <kiwi/kiwi.h>

#include "common/failure.h"
#include "patch.h"
#include "flow.h"

enum { LOAD_BLOCKS = XREF_BLOCKS };

/** What somebody knows about where a program is loaded. */
struct load_block {
    uint64_t offset, length, address;
};

struct references {
    const struct kiwi_disc *disc;
    const struct kiwi_file *file;
    uint64_t base; /* of the file in the image */
    bool has_address;
    uint32_t address; /* of the module */
    struct load_block blocks[LOAD_BLOCKS];
    size_t block_count;
    uint64_t wanted;    /* number of the change that is to be a recipe; 0: all are printed */
    uint64_t count;     /* of changes up to here */
    const char *script; /* that is to be printed instead, or NULL */
    bool several;       /* modules were looked into */
    struct turn turn;   /* the wanted one, */
    char why[200];
    const struct kiwi_loading_module *turn_of; /* in this module; NULL: not met yet */
    struct firmware program;                   /* the module last looked into */
    const struct kiwi_loading_module *program_of;
    struct xref_base load;
    struct failure *failure;
};

/** width is that of a character of a text, or 0. */
bool references_print(struct references *references, const struct kiwi_loading_module *module,
                      uint64_t offset, unsigned width, bool little_endian);
void references_free(struct references *references);

/** Like printf(), unless a recipe is wanted. */
void references_say(const struct references *references, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
