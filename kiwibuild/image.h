/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_IMAGE_H
#define KIWIBUILD_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/failure.h"

/**
 * Makes an image of a directory of files with ISO 9660, Joliet and UDF (genisoimage; without UDF if there is
 * only xorriso). The same files give the same image: all times in it are the same.
 * shown_size: about how large it will be, to show progress on stderr; 0 = do not.
 */
bool image_make(const char *directory, const char *image, const char *volume_id, uint64_t shown_size,
                struct failure *failure);

#endif
