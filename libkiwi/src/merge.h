/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_MERGE_H
#define KIWI_SRC_MERGE_H

#include "fail.h"
#include "listing.h"

/**
 * Adds to base, which is trusted, what only view has, and reports where the two disagree. Names say which
 * file system is which. An entry of the one is that of the other if the paths agree (case aside), or if both
 * start at the same place: ISO 9660 shortens names.
 */
enum kiwi_status kiwi_merge(struct kiwi_listing *base, const char *base_name, const struct kiwi_listing *view,
                            const char *view_name, const struct kiwi_reporter *reporter,
                            struct kiwi_error *error);

#endif
