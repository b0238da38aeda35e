/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_ALLDATA_H
#define KIWIBUILD_ALLDATA_H

#include <stdbool.h>

#include "common/failure.h"
#include "volume.h"

struct base_disc;

struct alldata_options {
    const char *title;        /**< in the disc's charset; NULL: as it is */
    const char *data_version; /**< yy/mm/dd/serial; NULL: as it is */
    bool progress;            /**< on stderr */
    bool index;               /**< the disc has INDEXDAT.KWI */
    const struct base_disc
        *base; /**< whose Data Volume is taken over, but for title and version if they are given; or NULL */
};

/** Writes ALLDATA.KWI, and if the map is split the files in the folder MAP, from first byte to last. */
bool alldata_write(const struct volume *volume, const struct alldata_options *options,
                   struct failure *failure);

#endif
