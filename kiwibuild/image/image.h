/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_IMAGE_IMAGE_H
#define KIWIBUILD_IMAGE_IMAGE_H

#include "tree.h"

/**
 * Makes an image of files of a directory: ISO 9660, Joliet and UDF 1.02 over the same bytes of the files,
 * which lie in the order of their names, those of a folder before those of its folders. The same files give
 * the same image. title becomes the volume identifier. The image is new; *size is how large it came out.
 */
bool image_write(const char *directory, const struct image_item *items, size_t count, const char *image,
                 const char *title, bool show_progress, uint64_t *size, struct failure *failure);

/** A word on an image of so many bytes if an ordinary DVD is too small for it; else NULL. */
const char *image_medium(uint64_t size);

#endif
