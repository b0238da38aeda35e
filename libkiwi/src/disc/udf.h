/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_UDF_H
#define KIWI_SRC_UDF_H

#include "bytes/fail.h"
#include "disc/listing.h"

#include <kiwi/source.h>

/**
 * Files of the UDF volume of an image, by libudfread. Call it only if the volume descriptors announce UDF.
 * What cannot be read is reported; only a lack of memory is an error. *opened says whether there is a file
 * system; volume_id gets its name in UTF-8.
 */
enum kiwi_status kiwi_udf_list(struct kiwi_source *source, struct kiwi_listing *listing, bool *opened,
                               char *volume_id, size_t capacity, const struct kiwi_reporter *reporter,
                               struct kiwi_error *error);

#endif
