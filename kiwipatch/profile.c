/* SPDX-License-Identifier: MIT */
/* Goes through a block once, for all families of algorithms. */
#include "profile.h"

#include <string.h>

enum { WINDOW = 16384 };

/** Reads length bytes of source, which must be there. */
static bool read_part(struct kiwi_source *source, uint64_t offset, void *bytes, size_t length,
                      struct failure *failure)
{
    struct kiwi_error error;
    size_t received = 0;
    if (kiwi_source_read(source, offset, bytes, length, &received, &error) != KIWI_OK)
        return refuse(failure, EXIT_SYSTEM, "%s", error.text);
    return received == length || refuse(failure, EXIT_INPUT, "a block reaches beyond the end of the file");
}

/** Adds length bytes, of which a part that is no whole unit is the last one and ends with zeros. */
static uint32_t add(enum checksum_family family, uint32_t value, const uint8_t *bytes, size_t length)
{
    uint8_t padded[4] = {0};
    unsigned unit = checksum_unit(family);
    size_t rest = length % unit;
    value = checksum_units(family, value, bytes, length - rest);
    memcpy(padded, bytes + (length - rest), rest);
    return rest == 0 ? value : checksum_units(family, value, padded, unit);
}

static bool is_all(const uint8_t *bytes, size_t length, uint8_t value)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != value)
            return false;
    return true;
}

bool profile_make(const struct solver_block *block, struct profile *profile, struct failure *failure)
{
    uint8_t window[WINDOW];
    uint64_t length = block->length - CHECKSUM_SIZE;
    *profile = (struct profile){.block = *block};
    profile->head_length = length < sizeof profile->head ? (size_t)length : sizeof profile->head;
    if (!read_part(block->source, block->offset + length, profile->stored, CHECKSUM_SIZE, failure) ||
        !read_part(block->source, block->offset, profile->head, profile->head_length, failure))
        return false;
    uint8_t first = profile->head[0];
    uint64_t left = length - profile->head_length;
    profile->one_value = (first == 0x00 || first == 0xFF) &&
                         is_all(profile->head, profile->head_length, first);
    for (int family = 0; family < FAMILY_COUNT; family++) {
        unsigned unit = checksum_unit((enum checksum_family)family);
        rolling_step_make(&profile->steps[family], (enum checksum_family)family,
                          (left + unit - 1) / unit * unit);
    }
    for (uint64_t at = block->offset + profile->head_length; left != 0;) {
        size_t part = left < WINDOW ? (size_t)left : WINDOW;
        if (!read_part(block->source, at, window, part, failure))
            return false;
        for (int family = 0; family < FAMILY_COUNT; family++)
            profile->tails[family] = add((enum checksum_family)family, profile->tails[family], window, part);
        profile->one_value = profile->one_value && is_all(window, part, first);
        at += part;
        left -= part;
    }
    return true;
}

bool profile_suits(const struct profile *profile, const struct checksum_rule *rule)
{
    return profile->block.length > (uint64_t)rule->skip + CHECKSUM_SIZE &&
           (rule->constant_kind != CHECKSUM_XOR || rule->length == profile->block.length);
}

uint32_t profile_wanted(const struct profile *profile, const struct checksum_rule *rule)
{
    enum checksum_family family = checksum_family(rule->algorithm);
    uint64_t summed = profile->block.length - CHECKSUM_SIZE - rule->skip;
    uint32_t value = add(family, checksum_start(rule->algorithm), profile->head + rule->skip,
                         profile->head_length - rule->skip);
    value = rolling_append(&profile->steps[family], value, profile->tails[family]);
    return checksum_rule_constant(rule, checksum_finish(rule->algorithm, value, summed));
}
