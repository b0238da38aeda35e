/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_IMAGE_NAMES_H
#define KIWIBUILD_IMAGE_NAMES_H

#include "tree.h"

/**
 * Gives what is in a folder its name in each view. ISO 9660 has capitals, digits, '_' and one dot in at most
 * 31 letters, Joliet 64 of UTF-16, UDF 254, or 127 if one is beyond Latin-1. A name that cannot be had
 * becomes the most similar one that nothing else in the folder has.
 */
void image_names_make(struct image_node *folder);

/** By what is before the last dot, then by what is behind (ECMA-119 9.3); letters have unit bytes. */
int image_names_compare(const uint8_t *left, const uint8_t *right, size_t unit);

#endif
