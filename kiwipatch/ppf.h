/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_PPF_H
#define KIWIPATCH_PPF_H

/* PPF 1, 2 and 3: patches that are made from image to image. */

#include "change.h"

struct ppf {
    unsigned version; /* 1, 2 or 3 */
    uint32_t size;    /* of the image that it is for; only version 2 says it */
    size_t records;   /* where they begin, and end */
    size_t end;
    bool undo;            /* each record has the old bytes behind the new ones */
    const uint8_t *check; /* PPF_CHECK bytes of the image at check_offset, or NULL */
    uint64_t check_offset;
};

enum { PPF_CHECK = 1024 };

/** Whether it begins as PPF does; of whatever version. */
bool ppf_is(const uint8_t *bytes, size_t length);
bool ppf_read_head(const char *path, const uint8_t *bytes, size_t length, struct ppf *ppf,
                   struct failure *failure);
/** Adds the changes of a patch of file; what it says about the old bytes must be right. */
bool ppf_read(const char *path, const uint8_t *bytes, size_t length, struct kiwi_source *file,
              struct changes *changes, const char **warning, struct failure *failure);

#endif
