/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_OPTIONS_H
#define KIWI_SRC_OPTIONS_H

/* Option structs of programs that were built with an older or a newer version: their first member is their
 * size. */

#include <stddef.h>

#include "bytes/fail.h"

/**
 * Takes what given (NULL is allowed) has over ours, which holds the defaults and is size bytes long: an older
 * program leaves the rest at the default. KIWI_ERROR_RANGE if a newer one asks for what this version does not
 * know, or if there is no size.
 */
enum kiwi_status kiwi_options_take(void *ours, size_t size, const void *given, struct kiwi_error *error);

#endif
