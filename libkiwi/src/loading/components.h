/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_LOADING_COMPONENTS_H
#define KIWI_SRC_LOADING_COMPONENTS_H

#include <kiwi/loading.h>

/** No unit on record has more than six. */
enum { KIWI_COMPONENT_LIMIT = 64 };

struct kiwi_components {
    struct kiwi_loading_component items[KIWI_COMPONENT_LIMIT];
    size_t count;
};

/** Looks for the list of components in a file, behind its tables; count is 0 if there is none. */
enum kiwi_status kiwi_components_find(struct kiwi_source *source, uint64_t tables_size,
                                      struct kiwi_components *components, struct kiwi_error *error);

#endif
