/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_UDF_CHECK_H
#define KIWI_SRC_UDF_CHECK_H

#include <kiwi/source.h>

#include <stdbool.h>

/**
 * False if the volume descriptors are too damaged for libudfread 1.1.2: a file set of 2^32 blocks keeps it
 * busy for an hour and makes it write gigabytes to stderr, and without the domain identifier it reads a place
 * it never set.
 */
bool kiwi_udf_is_sound(struct kiwi_source *source);

/** Whether its first anchor stands where those look that do not ask for an announcement. */
bool kiwi_udf_has_anchor(struct kiwi_source *source);

/** Bytes up to the end of the partition, or 0 if the volume descriptors are not sound. */
uint64_t kiwi_udf_volume_size(struct kiwi_source *source);

#endif
