/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_BOOT_H
#define KIWIPATCH_BOOT_H

/*
 * The one rule that is built in: the boot loader of R-Car units wants the CRC-32 of the component xipImage,
 * and it stands in the component pmb. It is known from a unit on which it fits, so one block is proof enough.
 */

#include <kiwi/loading.h>

#include "checksum.h"

/** What recipes and --rule call it. */
#define BOOT_RULE "boot-crc32"

/** Where the kernel and the value lie in the file. */
struct boot {
    uint64_t kernel, kernel_size, value;
};

/** False if the file has no such components, or not as a whole. */
bool boot_find(const struct kiwi_loading *loading, uint64_t file_size, struct boot *boot);

/** The value that stands in source and the one that the kernel wants; base is the file's first byte in it. */
bool boot_values(const struct boot *boot, struct kiwi_source *source, uint64_t base, uint32_t *stored,
                 uint32_t *wanted, struct failure *failure);

/** The value as it stands in the file. */
void boot_store(uint32_t value, uint8_t bytes[CHECKSUM_SIZE]);

#endif
