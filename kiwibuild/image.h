/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_IMAGE_H
#define KIWIBUILD_IMAGE_H

#include <stdbool.h>

#include "failure.h"

/**
 * Makes an image of a directory of files with ISO 9660, Joliet and UDF (genisoimage; without UDF if there is
 * only xorriso). The same files give the same image: all times in it are the same.
 */
bool image_make(const char *directory, const char *image, const char *volume_id, struct failure *failure);

#endif
