/* SPDX-License-Identifier: MIT */
/* Finds out which checksum rule the check values of blocks obey. */
#include "solver.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "hash.h"

/* Neighbours in a table are alike: rows of 24 bytes that were looked for had one xor. */
enum { BYTES_PER_BIT = 8 };

/** The blocks that count, the shortest first: most rules fail on it and need not see the others. */
struct blocks {
    struct profile *items;
    uint8_t (*hashes)[HASH_SIZE];
    size_t count;
};

static void free_blocks(struct blocks *blocks)
{
    free(blocks->items);
    free(blocks->hashes);
}

static int by_length(const void *left, const void *right)
{
    const struct profile *a = left;
    const struct profile *b = right;
    return a->block.length < b->block.length ? -1 : a->block.length > b->block.length;
}

static int by_offset(const void *left, const void *right)
{
    const struct profile *a = left;
    const struct profile *b = right;
    return a->block.offset < b->block.offset ? -1 : a->block.offset > b->block.offset;
}

/** Keeps what is different, long enough and not erased; of blocks that only their values make different, all.
 */
static bool take_blocks(const struct solver_block *given, size_t count, struct blocks *blocks,
                        struct failure *failure)
{
    memset(blocks, 0, sizeof *blocks);
    blocks->items = calloc(count + 1, sizeof *blocks->items);
    blocks->hashes = calloc(count + 1, sizeof *blocks->hashes);
    if (!blocks->items || !blocks->hashes)
        return refuse_memory(failure);
    for (size_t i = 0; i < count; i++) {
        const struct solver_block *block = &given[i];
        struct profile *profile = &blocks->items[blocks->count];
        uint8_t *hash = blocks->hashes[blocks->count];
        if (block->length < 2 * CHECKSUM_SIZE)
            continue;
        if (!profile_make(block, profile, failure) ||
            !hash_source(block->source, block->offset, block->length, hash, failure))
            return false;
        bool known = profile->one_value && checksum_is_filler(load32_big(profile->stored));
        for (size_t j = 0; !known && j < blocks->count; j++)
            known = memcmp(blocks->hashes[j], hash, HASH_SIZE) == 0;
        blocks->count += !known;
    }
    qsort(blocks->items, blocks->count, sizeof *blocks->items, by_length);
    return true;
}

/* Rules */

/** Whether a rule fits all blocks; a block too short for it does not speak for it. */
static bool fits(const struct blocks *blocks, const struct checksum_rule *rule)
{
    for (size_t i = 0; i < blocks->count; i++) {
        const struct profile *block = &blocks->items[i];
        if (!profile_suits(block, rule) ||
            profile_wanted(block, rule) != checksum_rule_load(rule, block->stored))
            return false;
    }
    return blocks->count > 0;
}

static void try_rule(const struct blocks *blocks, const struct checksum_rule *rule,
                     struct solver_result *result)
{
    result->candidates++;
    if (!fits(blocks, rule))
        return;
    if (result->rule_count < SOLVER_HITS)
        result->rules[result->rule_count] = *rule;
    result->rule_count++;
}

/** Whether a constant may have been added to or xored into the values of an algorithm. */
static enum checksum_constant constant_of(enum checksum_algorithm algorithm)
{
    switch (algorithm) {
    case CHECKSUM_SUM32BE:
    case CHECKSUM_SUM32LE:
    case CHECKSUM_NEG_SUM32BE:
    case CHECKSUM_SUM16BE:
    case CHECKSUM_SUM16LE:
    case CHECKSUM_SUM8: return CHECKSUM_PLUS;
    case CHECKSUM_CRC32_ZERO:
    case CHECKSUM_CRC32_NORMAL_ZERO: return CHECKSUM_XOR;
    default: return CHECKSUM_PLAIN;
    }
}

/** A start value that is not known: the shortest block gives it, at least two more have to agree. */
static void add_constant(const struct profile *block, struct checksum_rule *rule)
{
    uint32_t wanted = profile_wanted(block, rule);
    uint32_t stored = checksum_rule_load(rule, block->stored);
    rule->constant_kind = constant_of(rule->algorithm);
    rule->constant = rule->constant_kind == CHECKSUM_PLUS ? stored - wanted : stored ^ wanted;
    rule->length = rule->constant_kind == CHECKSUM_XOR ? block->block.length : 0;
}

static void try_all(const struct blocks *blocks, bool constants, struct solver_result *result)
{
    for (unsigned i = 0; i < CHECKSUM_COUNT; i++) {
        enum checksum_algorithm algorithm = (enum checksum_algorithm)i;
        if (constants && constant_of(algorithm) == CHECKSUM_PLAIN)
            continue;
        for (uint32_t skip = 0; skip <= CHECKSUM_SKIP_LIMIT; skip += 4) {
            for (int order = 0; order < 2; order++) {
                struct checksum_rule rule = {
                    .algorithm = algorithm, .skip = skip, .little_endian = order == 1};
                if (!profile_suits(&blocks->items[0], &rule))
                    continue;
                if (constants)
                    add_constant(&blocks->items[0], &rule);
                try_rule(blocks, &rule, result);
            }
        }
    }
}

/* What the fits are worth */

static uint64_t end_of(const struct profile *profile)
{
    return profile->block.offset + profile->block.length;
}

static uint64_t summed_by(const struct checksum_rule *rule, const struct profile *profile)
{
    return profile->block.length - CHECKSUM_SIZE - rule->skip;
}

/** Bytes of a block that another one has, too. */
static uint64_t shared(const struct profile *a, const struct profile *b)
{
    uint64_t start = a->block.offset > b->block.offset ? a->block.offset : b->block.offset;
    uint64_t end = end_of(a) < end_of(b) ? end_of(a) : end_of(b);
    return end > start ? end - start : 0;
}

/**
 * Keeps the blocks that each prove something: what the rule sums must not be alike, and more than half of it
 * must be the block's own.
 */
static bool keep_apart(struct blocks *blocks, const struct checksum_rule *rule, struct failure *failure)
{
    size_t kept = 0;
    for (size_t i = 0; i < blocks->count; i++) {
        const struct profile *block = &blocks->items[i];
        uint64_t summed = summed_by(rule, block);
        uint64_t common = 0;
        bool apart = !block->one_value && !checksum_is_filler(checksum_rule_load(rule, block->stored));
        if (!hash_source(block->block.source, block->block.offset + rule->skip, summed, blocks->hashes[kept],
                         failure))
            return false;
        for (size_t k = 0; apart && k < kept; k++) {
            common += shared(block, &blocks->items[k]);
            apart = end_of(block) != end_of(&blocks->items[k]) && common < summed / 2 &&
                    memcmp(blocks->hashes[k], blocks->hashes[kept], HASH_SIZE) != 0;
        }
        if (apart)
            blocks->items[kept++] = *block;
    }
    blocks->count = kept;
    return true;
}

/** Of the blocks from the first one on, how many have its length. */
static size_t same_length(const struct blocks *blocks, size_t first)
{
    size_t count = 1;
    while (first + count < blocks->count &&
           blocks->items[first + count].block.length == blocks->items[first].block.length)
        count++;
    return count;
}

/** Adds up what the blocks prove; each length of them is tried elsewhere. */
static bool weigh(const struct region *region, const struct blocks *blocks, const struct checksum_rule *rule,
                  struct solver_result *result, double *bits, struct failure *failure)
{
    size_t lengths = 0;
    *bits = 0;
    for (size_t i = 0; i < blocks->count; i += same_length(blocks, i))
        lengths++;
    for (size_t i = 0; i < blocks->count; i += same_length(blocks, i)) {
        struct calibration calibration;
        size_t count = same_length(blocks, i);
        if (!calibrate(region, &blocks->items[i], count, rule, CALIBRATION_PLACES / lengths, &calibration,
                       failure))
            return false;
        result->calibration.places += calibration.places;
        result->calibration.hits += calibration.hits;
        result->calibration.high += calibration.high;
        result->calibration.low += calibration.low;
        *bits += (double)count * fmin(calibration_bits(&calibration),
                                      (double)summed_by(rule, &blocks->items[i]) / BYTES_PER_BIT);
    }
    return true;
}

/** Bits that name a number of up to so many digits: how many it has, how many of them are zeros, the others.
 */
static double number_bits(uint64_t number, double digits)
{
    double places = floor(log2((double)number));
    double zeros = __builtin_ctzll(number);
    double count = log2(digits + 1);
    return 1 + fmin(count + places, 2 * count + places - zeros);
}

/**
 * Bits that it takes to name the blocks. There are no more than 2^n choices of n bits, so that who searches
 * for blocks that fit pays for it with as many bits of what they prove. Blocks that follow one another, have
 * the same length, or begin at round addresses are quickly named.
 */
static double choice_bits(const struct region *region, const struct blocks *blocks)
{
    uint64_t all = 0;
    uint64_t next = 0;
    uint64_t length = 0;
    double bits = 1; /* words or bytes */
    for (size_t i = 0; i < blocks->count; i++)
        all |= (blocks->items[i].block.offset - region->offset) | blocks->items[i].block.length;
    unsigned unit = all % 4 == 0 ? 2 : 0;
    double digits = log2((double)(region->length >> unit) + 1);
    for (size_t i = 0; i < blocks->count; i++) {
        const struct solver_block *block = &blocks->items[i].block;
        uint64_t at = block->offset - region->offset;
        bits += at == next ? 1 : at > next ? 1 + number_bits((at - next) >> unit, digits) : 2 + digits;
        bits += block->length == length ? 1 : 1 + number_bits(block->length >> unit, digits);
        length = block->length;
        next = at + length;
    }
    return bits;
}

/** Decides whether the one rule that fits is proven. */
static bool judge(const struct region *region, struct blocks *blocks, struct solver_result *result,
                  struct failure *failure)
{
    const struct checksum_rule *rule = &result->rules[0];
    double bits;
    bool constant = rule->constant_kind != CHECKSUM_PLAIN;
    if (!keep_apart(blocks, rule, failure) || !weigh(region, blocks, rule, result, &bits, failure))
        return false;
    result->different = blocks->count;
    if (blocks->count < (constant ? 3 : 2)) {
        result->verdict = SOLVER_TOO_FEW;
        return true;
    }
    qsort(blocks->items, blocks->count, sizeof *blocks->items, by_offset);
    if (constant) /* one of them gave it */
        bits -= 32;
    bits -= log2((double)result->candidates);
    result->log2_chance = -bits;
    result->log2_any = choice_bits(region, blocks) - bits;
    result->verdict = result->log2_any <= -SOLVER_BITS ? SOLVER_PROVEN : SOLVER_CHANCE;
    return true;
}

static bool same_rule(const struct checksum_rule *a, const struct checksum_rule *b)
{
    char first[CHECKSUM_RULE_TEXT], second[CHECKSUM_RULE_TEXT];
    checksum_rule_text(a, first);
    checksum_rule_text(b, second);
    return strcmp(first, second) == 0;
}

static bool solve(const struct region *region, struct blocks *blocks, const struct checksum_rule *named,
                  struct solver_result *result, struct failure *failure)
{
    result->different = blocks->count;
    result->verdict = SOLVER_TOO_FEW;
    if (blocks->count < (named && named->constant_kind != CHECKSUM_PLAIN ? 3 : 2))
        return true;
    result->verdict = SOLVER_NO_RULE;
    if (named && !fits(blocks, named))
        return true;
    try_all(blocks, false, result);
    if (result->rule_count == 0 && blocks->count >= 3)
        try_all(blocks, true, result);
    if (result->rule_count == 0)
        return true;
    result->verdict = SOLVER_AMBIGUOUS;
    if (result->rule_count > 1 || (named && !same_rule(named, &result->rules[0])))
        return true;
    return judge(region, blocks, result, failure);
}

bool solver_run(const struct region *region, const struct solver_block *given, size_t count,
                const struct checksum_rule *named, struct solver_result *result, struct failure *failure)
{
    struct blocks blocks;
    memset(result, 0, sizeof *result);
    result->blocks = count;
    bool good = take_blocks(given, count, &blocks, failure) && solve(region, &blocks, named, result, failure);
    free_blocks(&blocks);
    return good;
}

void solver_print(const struct solver_result *result, FILE *out)
{
    char text[CHECKSUM_RULE_TEXT];
    fprintf(
        out,
        "blocks: %zu, different ones that count: %zu, rules tried: %zu, rules that fit all of them: %zu\n",
        result->blocks, result->different, result->candidates, result->rule_count);
    for (size_t i = 0; i < result->rule_count && i < SOLVER_HITS; i++) {
        checksum_rule_text(&result->rules[i], text);
        fprintf(out, "fits: %s\n", text);
    }
    const struct calibration *calibration = &result->calibration;
    if (calibration->places != 0)
        fprintf(
            out,
            "tried at %llu other places for such blocks: it fits at %llu, its upper half at %llu, its lower "
            "half at %llu\n",
            (unsigned long long)calibration->places, (unsigned long long)calibration->hits,
            (unsigned long long)calibration->high, (unsigned long long)calibration->low);
    checksum_rule_text(&result->rules[0], text);
    switch (result->verdict) {
    case SOLVER_PROVEN:
        fprintf(out,
                "proven: %s (by chance: 1 in 2^%.0f for these blocks, 1 in 2^%.0f for any that were looked "
                "for)\n",
                text, floor(-result->log2_chance), floor(-result->log2_any));
        break;
    case SOLVER_NO_RULE: fputs("not proven: no rule fits\n", out); break;
    case SOLVER_AMBIGUOUS:
        fputs("not proven: more than one rule fits; blocks that differ in their first 64 bytes would show "
              "which\n",
              out);
        break;
    case SOLVER_TOO_FEW:
        fputs("not proven: at least two different blocks are needed that share no bytes, three for a "
              "constant\n",
              out);
        break;
    case SOLVER_CHANCE:
        fprintf(out,
                "not proven: %s fits, but who looks for blocks that fit a rule finds as good ones by chance; "
                "more or "
                "longer ones that follow each other would prove it\n",
                text);
        break;
    }
}
