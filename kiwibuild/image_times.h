/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_IMAGE_TIMES_H
#define KIWIBUILD_IMAGE_TIMES_H

#include <stdbool.h>

#include "common/failure.h"

/** Gives all files and folders of a directory the same times. */
bool image_fix_file_times(const char *directory, struct failure *failure);

/** Sets all times that an image of files has to 2000-01-01, so that the same files give the same image. */
bool image_fix_times(const char *image, struct failure *failure);

#endif
