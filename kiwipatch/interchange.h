/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_INTERCHANGE_H
#define KIWIPATCH_INTERCHANGE_H

/* Patches of other programs: IPS, UPS, BPS and PPF. Files keep their length here, so a patch that changes it
 * is refused. */

#include <stdio.h>

#include "change.h"

#define PATCH_LIMIT ((size_t)256 << 20) /* bytes of a patch file */

enum patch_format { PATCH_NONE, PATCH_IPS, PATCH_UPS, PATCH_BPS, PATCH_PPF };

/** By its first bytes; PATCH_NONE also for what cannot be read. */
enum patch_format interchange_format(const char *path);
/** The name of a format of patches that kiwipatch does not read, or NULL. */
const char *interchange_foreign(const char *path);
/** Of the formats that can be written. */
enum patch_format interchange_by_name(const char *name);
/**
 * Whether a patch was made from image to image: it is for as many bytes as the image has, or reaches beyond
 * the end of the file but not of the image, or is PPF, which does not say
 * that it is for the file. False also for what cannot be read.
 */
bool interchange_is_for_image(const char *path, uint64_t file_size, uint64_t image_size);

/**
 * Reads a patch of file, adds its changes and looks at its checksums. *warning is what its format does not
 * protect against, or NULL.
 */
bool interchange_read(const char *path, struct kiwi_source *file, const struct monitor *monitor,
                      struct changes *changes, const char **warning, struct failure *failure);

/** Writes changes, which are sorted and count from the first byte of file, as a patch. */
bool interchange_write(enum patch_format format, struct kiwi_source *file, const struct changes *changes,
                       const struct monitor *monitor, FILE *output, struct failure *failure);

/** Numbers of UPS and BPS: seven bits a byte, the last one marked. At most 10 bytes and 64 bits. */
bool varint_read(const uint8_t *bytes, size_t length, size_t *at, uint64_t *value);
size_t varint_write(uint64_t value, uint8_t bytes[10]);

#endif
