/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_ALLDATA_H
#define KIWIBUILD_ALLDATA_H

#include <stdbool.h>
#include <stdio.h>

#include "failure.h"
#include "volume.h"

struct alldata_options {
    const char *title;        /**< in the disc's charset */
    const char *data_version; /**< yy/mm/dd/serial */
    bool progress;            /**< on stderr */
};

/** Writes ALLDATA.KWI from its first byte to its last. */
bool alldata_write(const struct volume *volume, const struct alldata_options *options, FILE *file,
                   struct failure *failure);

#endif
