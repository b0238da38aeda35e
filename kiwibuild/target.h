/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_TARGET_H
#define KIWIBUILD_TARGET_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "common/failure.h"

/**
 * Where the disc goes: a directory or an image. It grows under a temporary name beside its place and is
 * renamed when it is complete; whatever ends the program before, also a signal, removes it. There is one
 * target per process.
 */
bool target_open(const char *path, struct failure *failure);

/** A new file of the disc; its name may begin with folders, which are made. It stays inside of the target. */
FILE *target_create(const char *name, struct failure *failure);

/** Brings the file to the disc (of the computer) and closes it. */
bool target_close_file(FILE *file, struct failure *failure);

/**
 * Makes the image, if it is to be one, and puts everything in its place. title is for the image. If not
 * quiet, a terminal shows the progress, and what the image must be burnt on is said if it is large.
 */
bool target_commit(const char *title, bool quiet, struct failure *failure);

#endif
