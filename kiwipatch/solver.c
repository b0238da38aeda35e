/* SPDX-License-Identifier: MIT */
/* Finds out which checksum rule the check values of blocks obey. */
#include "solver.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"

enum { BUFFER_SIZE = 65536 };

/** The blocks that count, the shortest first: most rules fail on it and need not see the others. */
struct blocks {
    struct solver_block *items;
    uint8_t (*hashes)[HASH_SIZE];
    size_t count;
};

static void free_blocks(struct blocks *blocks)
{
    free(blocks->items);
    free(blocks->hashes);
}

static bool is_one_value(const struct solver_block *block, bool *one, struct failure *failure)
{
    uint64_t left = block->length - CHECKSUM_SIZE; /* the value itself may differ */
    uint8_t *buffer = malloc(left < BUFFER_SIZE ? (size_t)left : BUFFER_SIZE);
    uint64_t at = block->offset;
    struct kiwi_error error;
    bool good = true;
    int first = -1;
    if (!buffer)
        return refuse_memory(failure);
    *one = true;
    while (left != 0 && *one && good) {
        size_t part = left < BUFFER_SIZE ? (size_t)left : BUFFER_SIZE;
        size_t received = 0;
        good = kiwi_source_read(block->source, at, buffer, part, &received, &error) == KIWI_OK ||
               refuse(failure, EXIT_SYSTEM, "%s", error.text);
        good = good && (received == part ||
                        refuse(failure, EXIT_INPUT, "a block reaches beyond the end of the file"));
        for (size_t i = 0; good && *one && i < part; i++) {
            first = first < 0 ? buffer[i] : first;
            *one = buffer[i] == first;
        }
        at += part;
        left -= part;
    }
    free(buffer);
    *one = *one && (first == 0x00 || first == 0xFF);
    return good;
}

static int by_length(const void *left, const void *right)
{
    const struct solver_block *a = left;
    const struct solver_block *b = right;
    return a->length < b->length ? -1 : a->length > b->length;
}

/** Keeps what is different, long enough and not all the same byte. */
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
        uint8_t *hash = blocks->hashes[blocks->count];
        bool known = false;
        if (block->length < 2 * CHECKSUM_SIZE)
            continue;
        if (!is_one_value(block, &known, failure) ||
            (!known &&
             !hash_source(block->source, block->offset, block->length - CHECKSUM_SIZE, hash, failure)))
            return false;
        for (size_t j = 0; !known && j < blocks->count; j++)
            known = memcmp(blocks->hashes[j], hash, HASH_SIZE) == 0;
        if (!known)
            blocks->items[blocks->count++] = *block;
    }
    qsort(blocks->items, blocks->count, sizeof *blocks->items, by_length);
    return true;
}

/** Whether a rule fits all blocks; a block too short for it does not speak for it. */
static bool fits(const struct blocks *blocks, const struct checksum_rule *rule, bool *all,
                 struct failure *failure)
{
    *all = true;
    for (size_t i = 0; *all && i < blocks->count; i++) {
        const struct solver_block *block = &blocks->items[i];
        uint32_t wanted, stored;
        if (block->length <= (uint64_t)rule->skip + CHECKSUM_SIZE ||
            (rule->constant_kind == CHECKSUM_XOR && rule->length != block->length)) {
            *all = false;
            return true;
        }
        if (!checksum_rule_wanted(rule, block->source, block->offset, block->length, &wanted, failure) ||
            !checksum_rule_stored(rule, block->source, block->offset, block->length, &stored, failure))
            return false;
        *all = wanted == stored;
    }
    return true;
}

static void add_hit(struct solver_result *result, const struct checksum_rule *rule)
{
    if (result->rule_count < SOLVER_HITS)
        result->rules[result->rule_count] = *rule;
    result->rule_count++;
}

/** The value of the shortest block shows at once for both byte orders whether it is worth going on. */
static bool try_rule(const struct blocks *blocks, const struct checksum_rule *rule,
                     struct solver_result *result, struct failure *failure)
{
    const struct solver_block *shortest = &blocks->items[0];
    struct checksum_rule tried = *rule;
    uint32_t wanted;
    if (shortest->length <= (uint64_t)rule->skip + CHECKSUM_SIZE)
        return true;
    if (!checksum_rule_wanted(rule, shortest->source, shortest->offset, shortest->length, &wanted, failure))
        return false;
    for (int order = 0; order < 2; order++) {
        uint32_t stored;
        bool all = false;
        tried.little_endian = order == 1;
        result->candidates++;
        if (!checksum_rule_stored(&tried, shortest->source, shortest->offset, shortest->length, &stored,
                                  failure) ||
            (wanted == stored && !fits(blocks, &tried, &all, failure)))
            return false;
        if (all)
            add_hit(result, &tried);
    }
    return true;
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

/** A rule with a start value that is not known: the first block gives it, at least two more have to agree. */
static bool try_constant(const struct blocks *blocks, const struct checksum_rule *rule,
                         struct solver_result *result, struct failure *failure)
{
    const struct solver_block *first = &blocks->items[0];
    if (first->length <= (uint64_t)rule->skip + CHECKSUM_SIZE)
        return true;
    for (int order = 0; order < 2; order++) {
        struct checksum_rule tried = *rule;
        uint32_t wanted, stored;
        bool all;
        tried.little_endian = order == 1;
        result->candidates++;
        if (!checksum_rule_wanted(&tried, first->source, first->offset, first->length, &wanted, failure) ||
            !checksum_rule_stored(&tried, first->source, first->offset, first->length, &stored, failure))
            return false;
        tried.constant_kind = constant_of(tried.algorithm);
        tried.constant = tried.constant_kind == CHECKSUM_PLUS ? stored - wanted : stored ^ wanted;
        tried.length = tried.constant_kind == CHECKSUM_XOR ? first->length : 0;
        if (!fits(blocks, &tried, &all, failure))
            return false;
        if (all)
            add_hit(result, &tried);
    }
    return true;
}

static bool try_all(const struct blocks *blocks, bool constants, struct solver_result *result,
                    struct failure *failure)
{
    for (unsigned algorithm = 0; algorithm < CHECKSUM_COUNT; algorithm++) {
        if (constants && constant_of((enum checksum_algorithm)algorithm) == CHECKSUM_PLAIN)
            continue;
        for (uint32_t skip = 0; skip <= CHECKSUM_SKIP_LIMIT; skip += 4) {
            const struct checksum_rule rule = {.algorithm = (enum checksum_algorithm)algorithm, .skip = skip};
            if (constants ? !try_constant(blocks, &rule, result, failure)
                          : !try_rule(blocks, &rule, result, failure))
                return false;
        }
    }
    return true;
}

static void judge(struct solver_result *result, size_t needed, size_t equations)
{
    if (result->different < needed)
        result->verdict = SOLVER_TOO_FEW;
    else if (result->rule_count == 0)
        result->verdict = SOLVER_NO_RULE;
    else
        result->verdict = result->rule_count == 1 ? SOLVER_PROVEN : SOLVER_AMBIGUOUS;
    result->log2_chance = result->candidates == 0
                              ? 0
                              : log2((double)result->candidates) - 32.0 * (double)equations;
}

bool solver_run(const struct solver_block *given, size_t count, struct solver_result *result,
                struct failure *failure)
{
    struct blocks blocks;
    memset(result, 0, sizeof *result);
    result->blocks = count;
    bool good = take_blocks(given, count, &blocks, failure);
    result->different = blocks.count;
    size_t equations = blocks.count;
    if (good && blocks.count >= 2) {
        good = try_all(&blocks, false, result, failure);
        if (good && result->rule_count == 0 && blocks.count >= 3) {
            good = try_all(&blocks, true, result, failure);
            equations--;
        }
    }
    judge(result, 2, equations);
    free_blocks(&blocks);
    return good;
}

bool solver_prove(const struct solver_block *given, size_t count, const struct checksum_rule *rule,
                  struct solver_result *result, struct failure *failure)
{
    struct blocks blocks;
    bool all = false;
    memset(result, 0, sizeof *result);
    result->blocks = count;
    result->candidates = 1;
    bool good = take_blocks(given, count, &blocks, failure);
    result->different = blocks.count;
    /* A constant comes from the blocks themselves: one more of them is needed. */
    size_t needed = rule->constant_kind == CHECKSUM_PLAIN ? 2 : 3;
    good = good && (blocks.count < needed || fits(&blocks, rule, &all, failure));
    if (good && all)
        add_hit(result, rule);
    judge(result, needed, blocks.count - (needed == 3 && blocks.count > 0));
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
    switch (result->verdict) {
    case SOLVER_PROVEN:
        checksum_rule_text(&result->rules[0], text);
        fprintf(out, "proven: %s (by chance: 1 in 2^%.0f)\n", text, -result->log2_chance);
        break;
    case SOLVER_NO_RULE: fputs("not proven: no rule fits\n", out); break;
    case SOLVER_AMBIGUOUS:
        fputs("not proven: more than one rule fits; blocks that differ in their first 64 bytes would tell\n",
              out);
        break;
    case SOLVER_TOO_FEW: fputs("not proven: at least two different blocks are needed\n", out); break;
    }
}
