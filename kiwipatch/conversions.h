/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_CONVERSIONS_H
#define KIWIPATCH_CONVERSIONS_H

#include <stdbool.h>

/**
 * Whether two texts have the same conversions of printf in the same order. Programs hand numbers and texts
 * over for those of the old one.
 */
bool conversions_agree(const char *old_text, const char *new_text);

#endif
