/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_TARGET_H
#define KIWIPATCH_TARGET_H

/* The file of a disc that is to be changed, and the file of the host that it lies in. */

#include <kiwi/kiwi.h>

#include "transaction.h"

struct target {
    struct kiwi_disc *disc;
    const struct kiwi_file *file; /* on the disc */
    struct image image;           /* of the host: the image, or the file itself */
    uint64_t base;                /* of the file's first byte in it */
};

/**
 * Opens the file that name means (NULL: LOADING.KWI, or the only file) of an image, a folder or a single KIWI
 * file. Refuses open journals, raw images, and files that the file systems of an image do not agree about.
 * target must not be moved.
 */
bool target_open(const struct io *io, const char *path, const char *name, bool writable,
                 struct target *target, struct failure *failure);
void target_close(struct target *target);
/** Makes another file of the same image the target; the same is refused. */
bool target_set_file(struct target *target, const struct kiwi_file *file, struct failure *failure);

/**
 * The file of the host that the journals of path and name lie beside; owned by the caller. Looks at nothing
 * inside an image, which may be half written.
 */
bool target_locate(const char *path, const char *name, char **host, struct failure *failure);

#endif
