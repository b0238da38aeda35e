/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_INDEX_AREAS_H
#define KIWI_SRC_INDEX_AREAS_H

/* Names of area codes: an index may have a menu (SRBT) whose options lead from a code to a name. */

#include "index/index_list.h"

enum { KIWI_AREA_NAME = 64 };   /**< longest name that is kept, with NUL */
enum { KIWI_AREA_CACHE = 256 }; /**< names that are kept, by the low bits of their code */

struct kiwi_area_names {
    struct kiwi_list_data menu, names; /* menu.file NULL: the index has none */
    uint64_t first;                    /* of the options, in the menu */
    uint32_t count, size;              /* of the options */
    unsigned split;                    /* entries of the definition before those of an option */
    int code, start, name;             /* entries of the definitions */
    bool checked, sorted;              /* by code */
    uint32_t steps;                    /* from option to option, where they are not sorted */
    struct {
        uint32_t code;
        bool known;
        char name[KIWI_AREA_NAME];
    } cache[KIWI_AREA_CACHE];
};

#endif
