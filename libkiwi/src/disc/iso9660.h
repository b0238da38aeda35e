/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_ISO9660_H
#define KIWI_SRC_ISO9660_H

#include "bytes/fail.h"
#include "disc/listing.h"

#include <kiwi/source.h>

#define KIWI_SECTOR 2048u
enum { KIWI_ISO_ID_LENGTH = 128 };

/** One directory tree of an image. */
struct kiwi_iso_tree {
    bool found;
    bool joliet;          /* names in UTF-16BE */
    uint32_t block_size;  /* unit of its addresses */
    uint64_t root_offset; /* bytes in the image */
    uint64_t root_size;
    uint64_t volume_size; /* bytes that the image should have */
};

/** What the volume descriptors of an image announce. */
struct kiwi_iso_volumes {
    struct kiwi_iso_tree primary;
    struct kiwi_iso_tree joliet;
    bool udf;                           /* BEA01 and then NSR02 or NSR03 */
    char volume_id[KIWI_ISO_ID_LENGTH]; /* of the primary descriptor, or else of Joliet's, in UTF-8 */
};

/** True if an ISO 9660 or UDF volume begins in sector 16 or soon after it. */
bool kiwi_iso_detect(struct kiwi_source *source);

/** Reads the volume descriptors from sector 16 on; nothing found is not an error. */
void kiwi_iso_scan(struct kiwi_source *source, struct kiwi_iso_volumes *volumes,
                   const struct kiwi_reporter *reporter);

/** Files of a tree. What cannot be read is reported; only a lack of memory is an error. */
enum kiwi_status kiwi_iso_list(struct kiwi_source *source, const struct kiwi_iso_tree *tree,
                               struct kiwi_listing *listing, const struct kiwi_reporter *reporter,
                               struct kiwi_error *error);

#endif
