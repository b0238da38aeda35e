/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_MERGE_H
#define KIWI_SRC_MERGE_H

#include "bytes/fail.h"
#include "disc/listing.h"

#include <kiwi/disc.h>

/** One file system of an image. */
struct kiwi_image_view {
    enum kiwi_file_system file_system;
    const char *name;
    struct kiwi_listing listing;
    bool opened;
};

/**
 * Adds to base, which is trusted, what only view has, and reports where the two disagree. Names say which
 * file system is which. Each entry of base notes whether view agrees with it. An entry of the one is that of
 * the other if the paths agree (case aside), or if both start at the same place: ISO 9660 shortens names.
 * What lies beyond the image, of so many bytes, is not compared.
 */
enum kiwi_status kiwi_merge(struct kiwi_image_view *base, const struct kiwi_image_view *view, uint64_t image,
                            const struct kiwi_reporter *reporter, struct kiwi_error *error);

#endif
