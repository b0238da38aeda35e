/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_PATCH_READER_H
#define KIWIPATCH_PATCH_READER_H

/* What the readers of IPS, UPS and BPS share: the patch in memory, and how far it was read. */

#include "change.h"
#include "monitor.h"

struct patch_reader {
    const char *path;
    uint8_t *bytes;
    size_t length, at;
    struct kiwi_source *file;
    struct changes *changes;
    const struct monitor *monitor;
    struct failure *failure;
};

/** Refuses the patch, with the byte that it was read up to. */
bool patch_damaged(const struct patch_reader *reader, const char *what);

/** A number of UPS and BPS. */
bool patch_number(struct patch_reader *reader, uint64_t *value);
/** Magic, sizes and the three checksums at the end, which are taken off. */
bool patch_read_head(struct patch_reader *reader, uint32_t *target_crc);
/** Whether what was made has the checksum that the patch says. */
bool patch_check_target(const struct patch_reader *reader, struct kiwi_source *target, uint32_t wanted);
/** Bytes of the file, of which there are enough. */
bool patch_read_bytes(const struct patch_reader *reader, struct kiwi_source *source, uint64_t offset,
                      uint8_t *bytes, size_t length);

/* Each adds the changes of a patch of its format. */
bool ips_read(struct patch_reader *reader);
bool ups_read(struct patch_reader *reader);
bool bps_read(struct patch_reader *reader);

/** The end of the last byte that an IPS patch changes. */
uint64_t ips_reach(const uint8_t *bytes, size_t length);

#endif
