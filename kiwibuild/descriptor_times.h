/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_DESCRIPTOR_TIMES_H
#define KIWIBUILD_DESCRIPTOR_TIMES_H

#include <stdbool.h>
#include <stdint.h>

enum {
    IMAGE_SECTOR = 2048,
    FIRST_DESCRIPTOR = 16,  /**< sector of ISO 9660's primary volume descriptor, after the system area */
    FIXED_TIME = 946684800, /**< 2000-01-01 00:00:00 UTC, the time of everything on a disc */
};

/** Sets the times of a sector that is a descriptor of ISO 9660 or UDF; false if it is none or has no times.
 */
bool descriptor_fix_times(uint8_t sector[static IMAGE_SECTOR]);

/** Sector and bytes of the root directory that ISO 9660's primary volume descriptor names. */
void descriptor_root(const uint8_t sector[static IMAGE_SECTOR], uint32_t *first, uint32_t *length);

#endif
