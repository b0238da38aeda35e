/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_LOADING_FILE_H
#define KIWIBUILD_LOADING_FILE_H

#include <kiwi/records.h>

#include "common/failure.h"
#include "text.h"

/** A module of LOADING.KWI: what its records say, and the file that its bytes come from. */
struct loading_module {
    struct kiwi_module_identification identification;
    struct kiwi_module_management_information
        management; /**< title and place are filled when it is written */
    char *title;    /**< UTF-8, or NULL */
    char *path;
    uint64_t size; /**< bytes of that file */
};

struct loading_system {
    struct kiwi_system_identification record;
    struct loading_module *modules;
};

/** What LOADING.KWI is to hold, from a JSON description; see kiwibuild(1). */
struct loading_file {
    struct loading_system *systems;
    size_t system_count;
};

/** Reads the description and looks at the module files, whose paths count from its own place. */
bool loading_file_read(struct loading_file *loading, const char *path, struct failure *failure);
void loading_file_free(struct loading_file *loading);

/** Writes LOADING.KWI to the target: tables, then the modules in the order of the description, each filled up
 * to 2,048 bytes. */
bool loading_file_write(const struct loading_file *loading, struct texts *texts, struct failure *failure);

#endif
