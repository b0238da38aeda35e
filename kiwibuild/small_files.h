/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_SMALL_FILES_H
#define KIWIBUILD_SMALL_FILES_H

#include <stdbool.h>

#include "common/failure.h"

/** Writes METADATA.KWI, SPEC.KWI and VERSION.TXT to the target. */
bool small_files_write(const char *data_version, bool shift_jis, struct failure *failure);

#endif
