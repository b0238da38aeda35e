/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_RECIPE_KEYS_H
#define KIWIPATCH_RECIPE_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/failure.h"

enum { JSON_DEPTH_LIMIT = 8 };

/**
 * What json-c does not look for in text that it has parsed: a key that stands twice in an object. Keys with
 * escapes are refused, so that none can hide.
 */
bool recipe_check_keys(const char *name, const char *text, size_t length, struct failure *failure);

#endif
