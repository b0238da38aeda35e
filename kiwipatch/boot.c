/* SPDX-License-Identifier: MIT */
/* The CRC-32 of the kernel of R-Car units, which stands in another component. */
#include "boot.h"

#include <string.h>

#include "common/bytes.h"

static const struct kiwi_loading_component *component(const struct kiwi_loading *loading, const char *name,
                                                      uint64_t file_size)
{
    const struct kiwi_loading_component *found = NULL;
    for (size_t i = 0; i < kiwi_loading_component_count(loading); i++) {
        const struct kiwi_loading_component *one = kiwi_loading_component(loading, i);
        if (strcmp(one->name, name) != 0)
            continue;
        if (found || one->offset > file_size || one->size > file_size - one->offset)
            return NULL; /* which one counts is not known */
        found = one;
    }
    return found;
}

static uint64_t place_of_value(void)
{
    const struct kiwi_record_type *type = &kiwi_type_boot_parameters;
    unsigned i = 0;
    while (strcmp(type->fields[i].name, "kernel_crc") != 0)
        i++;
    return type->fields[i].offset;
}

bool boot_find(const struct kiwi_loading *loading, uint64_t file_size, struct boot *boot)
{
    if (!loading)
        return false;
    const struct kiwi_loading_component *kernel = component(loading, "xipImage", file_size);
    const struct kiwi_loading_component *block = component(loading, "pmb", file_size);
    if (!kernel || !block || block->size != kiwi_type_boot_parameters.fixed_size)
        return false;
    *boot = (struct boot){kernel->offset, kernel->size, block->offset + place_of_value()};
    return true;
}

bool boot_values(const struct boot *boot, struct kiwi_source *source, uint64_t base, uint32_t *stored,
                 uint32_t *wanted, struct failure *failure)
{
    static const struct checksum_rule rule = {.algorithm = CHECKSUM_CRC32};
    uint8_t bytes[CHECKSUM_SIZE];
    size_t received;
    struct kiwi_error error;
    if (kiwi_source_read(source, base + boot->value, bytes, sizeof bytes, &received, &error) != KIWI_OK)
        return refuse(failure, EXIT_SYSTEM, "%s", error.text);
    if (received != sizeof bytes)
        return refuse(failure, EXIT_INPUT, "pmb ends early");
    *stored = load32_little(bytes);
    /* A rule speaks of blocks that end with their value; of those bytes nothing is read. */
    return checksum_rule_wanted(&rule, source, base + boot->kernel, boot->kernel_size + CHECKSUM_SIZE, wanted,
                                failure);
}

void boot_store(uint32_t value, uint8_t bytes[CHECKSUM_SIZE])
{
    for (unsigned i = 0; i < CHECKSUM_SIZE; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
}
