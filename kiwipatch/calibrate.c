/* SPDX-License-Identifier: MIT */
/* Tries a rule at other places: two prefixes of check values move through the file, one block apart. */
#include "calibrate.h"

#include <math.h>
#include <string.h>

enum {
    WINDOW = 16384,
    STRIDE = 4,      /* between places; a multiple of every family's unit */
    ROW_BLOCK = 1024 /* bytes from which on equal blocks in a row are taken for a maker's */
};

/** Reads on and on. */
struct reader {
    struct kiwi_source *source;
    uint64_t next; /* behind the buffer */
    size_t at, end;
    uint8_t bytes[WINDOW];
};

/** The next length bytes, which are few; NULL if they cannot be read or the source ends. */
static const uint8_t *look(struct reader *reader, size_t length, struct failure *failure)
{
    struct kiwi_error error;
    size_t received = 0;
    if (reader->end - reader->at >= length)
        return reader->bytes + reader->at;
    memmove(reader->bytes, reader->bytes + reader->at, reader->end - reader->at);
    reader->end -= reader->at;
    reader->at = 0;
    if (kiwi_source_read(reader->source, reader->next, reader->bytes + reader->end, WINDOW - reader->end,
                         &received, &error) != KIWI_OK) {
        refuse(failure, EXIT_SYSTEM, "%s", error.text);
        return NULL;
    }
    reader->next += received;
    reader->end += received;
    if (reader->end >= length)
        return reader->bytes;
    refuse(failure, EXIT_INPUT, "a block reaches beyond the end of the file");
    return NULL;
}

/** How many of the last bytes are the same, 00 or FF. */
struct run {
    uint8_t value;
    uint64_t length;
};

static void run_add(struct run *run, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool filler = bytes[i] == 0x00 || bytes[i] == 0xFF;
        run->length = !filler ? 0 : bytes[i] == run->value ? run->length + 1 : 1;
        run->value = bytes[i];
    }
}

/** A block on its way through the file. */
struct mover {
    const struct checksum_rule *rule;
    enum checksum_family family;
    struct rolling_step step; /* of the summed bytes that are whole units */
    uint64_t summed;
    unsigned rest;            /* of them that are no whole unit */
    struct reader begin, end; /* at the first summed byte, and behind the last whole unit */
    uint32_t before, after;   /* raw values of all up to there */
    struct run run;           /* up to the second */
};

static bool advance(struct mover *mover, struct failure *failure)
{
    const uint8_t *first = look(&mover->begin, STRIDE, failure);
    const uint8_t *last = first ? look(&mover->end, STRIDE, failure) : NULL;
    if (!last)
        return false;
    mover->before = checksum_units(mover->family, mover->before, first, STRIDE);
    mover->after = checksum_units(mover->family, mover->after, last, STRIDE);
    run_add(&mover->run, last, STRIDE);
    mover->begin.at += STRIDE;
    mover->end.at += STRIDE;
    return true;
}

/** Puts the block at its first place, offset. */
static bool place(struct mover *mover, struct kiwi_source *source, uint64_t offset, struct failure *failure)
{
    uint64_t left = mover->step.length;
    mover->begin.source = mover->end.source = source;
    mover->begin.next = mover->end.next = offset + mover->rule->skip;
    mover->begin.at = mover->begin.end = mover->end.at = mover->end.end = 0;
    mover->before = mover->after = 0;
    mover->run = (struct run){0, 0};
    while (left != 0) {
        size_t part = left < WINDOW / 2 ? (size_t)left : WINDOW / 2;
        const uint8_t *bytes = look(&mover->end, part, failure);
        if (!bytes)
            return false;
        mover->after = checksum_units(mover->family, mover->after, bytes, part);
        run_add(&mover->run, bytes, part);
        mover->end.at += part;
        left -= part;
    }
    return true;
}

/** Notes how the rule fits where the block is now. */
static bool note(struct mover *mover, struct calibration *result, struct failure *failure)
{
    const struct checksum_rule *rule = mover->rule;
    const uint8_t *bytes = look(&mover->end, mover->rest + CHECKSUM_SIZE, failure);
    uint32_t raw = rolling_between(&mover->step, mover->before, mover->after);
    uint32_t value = rolling_append(&mover->step, checksum_start(rule->algorithm), raw);
    uint8_t padded[4] = {0};
    if (!bytes)
        return false;
    memcpy(padded, bytes, mover->rest);
    if (mover->rest != 0)
        value = checksum_units(mover->family, value, padded, checksum_unit(mover->family));
    value = checksum_rule_constant(rule, checksum_finish(rule->algorithm, value, mover->summed));
    uint32_t stored = checksum_rule_load(rule, bytes + mover->rest);
    if (checksum_is_filler(stored))
        return true;
    value ^= stored;
    result->places++;
    result->hits += value == 0;
    result->high += value >> 16 == 0;
    result->low += (value & 0xFFFF) == 0;
    return true;
}

static bool is_in_row(const struct profile *blocks, size_t count, uint64_t offset)
{
    for (size_t i = 0; i < count; i++) {
        const struct solver_block *block = &blocks[i].block;
        uint64_t distance = offset < block->offset ? block->offset - offset : offset - block->offset;
        if (distance == 0 || (block->length >= ROW_BLOCK && distance % block->length == 0))
            return true;
    }
    return false;
}

/** Where the first place lies that is tried, counted from the region. */
static uint64_t first_place(const struct region *region, const struct solver_block *block, uint64_t count)
{
    uint64_t at = block->offset - region->offset;
    return at / STRIDE > count / 2 ? at - STRIDE * (count / 2) : at % STRIDE;
}

bool calibrate(const struct region *region, const struct profile *blocks, size_t block_count,
               const struct checksum_rule *rule, uint64_t count, struct calibration *result,
               struct failure *failure)
{
    const struct solver_block *block = &blocks[0].block;
    struct mover mover = {.rule = rule, .family = checksum_family(rule->algorithm)};
    uint64_t last = region->length - block->length;
    uint64_t first = first_place(region, block, count);
    mover.summed = block->length - CHECKSUM_SIZE - rule->skip;
    mover.rest = (unsigned)(mover.summed % checksum_unit(mover.family));
    rolling_step_make(&mover.step, mover.family, mover.summed - mover.rest);
    *result = (struct calibration){0};
    for (uint64_t at = first; at < first + STRIDE && at <= last && result->places < count; at++) {
        uint64_t tries = (last - at) / STRIDE + 1;
        tries = tries < 4 * count ? tries : 4 * count;
        if (!place(&mover, region->source, region->offset + at, failure))
            return false;
        for (uint64_t i = 0; i < tries && result->places < count; i++) {
            bool empty = mover.run.length >= mover.step.length;
            bool skipped = empty || is_in_row(blocks, block_count, region->offset + at + STRIDE * i);
            if ((!skipped && !note(&mover, result, failure)) || (i + 1 < tries && !advance(&mover, failure)))
                return false;
        }
    }
    return true;
}

/** Sixteen bits, unless more values agree than those of a good sum would: three deviations and three more. */
static double half_bits(uint64_t hits, uint64_t places)
{
    double expected = (double)places / 65536;
    if ((double)hits <= expected + 3 * sqrt(expected) + 3)
        return fmin(16, 2 * log2((double)places + 1));
    return log2((double)(places + 1) / (double)(hits + 1));
}

double calibration_bits(const struct calibration *calibration)
{
    const struct calibration *c = calibration;
    double halves = half_bits(c->high, c->places) + half_bits(c->low, c->places);
    double whole = c->hits == 0 ? 32 : log2((double)(c->places + 1) / (double)(c->hits + 1));
    return fmin(halves, whole);
}
