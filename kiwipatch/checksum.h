/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_CHECKSUM_H
#define KIWIPATCH_CHECKSUM_H

/*
 * Check values that makers put behind their programs, and rules that say what is summed and how the value is
 * stored. Nobody has published the rule of a DENSO program block, so none is built in: a rule comes from
 * solver.h, or from a recipe that proves it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/source.h>

#include "common/failure.h"

enum checksum_algorithm {
    CHECKSUM_SUM32BE,
    CHECKSUM_SUM32LE,
    CHECKSUM_NEG_SUM32BE, /* makes the sum with the value 0 */
    CHECKSUM_NOT_SUM32BE,
    CHECKSUM_SUM16BE, /* 16-bit words, 32-bit sum */
    CHECKSUM_SUM16LE,
    CHECKSUM_SUM8,
    CHECKSUM_XOR32BE,
    CHECKSUM_5AA5A55A, /* 5AA5A55A minus the sum: DENSO engine units */
    CHECKSUM_5AA55AA5, /* 5AA55AA5 minus the sum: Mitsubishi engine units */
    CHECKSUM_CRC32,
    CHECKSUM_JAMCRC,     /* CRC-32 without the final xor: PCRD tables and pages of R-Car units */
    CHECKSUM_CRC32_ZERO, /* CRC-32 that begins with 0 and has no final xor */
    CHECKSUM_CRC32_MPEG2,
    CHECKSUM_CRC32_BZIP2,
    CHECKSUM_CRC32_NORMAL_ZERO,
    CHECKSUM_CKSUM,         /* POSIX */
    CHECKSUM_CRC32_SWAPPED, /* CRC-32 after the bytes of each 16-bit word changed places */
    CHECKSUM_ADLER32,
    CHECKSUM_COUNT,
};

/** How an algorithm goes through bytes; the rest is what is done to the value at the end. */
enum checksum_family {
    FAMILY_SUM32BE,
    FAMILY_SUM32LE,
    FAMILY_SUM16BE,
    FAMILY_SUM16LE,
    FAMILY_SUM8,
    FAMILY_XOR32BE,
    FAMILY_REFLECTED, /* CRC, lowest bit first */
    FAMILY_NORMAL,    /* CRC, highest bit first */
    FAMILY_SWAPPED,   /* reflected, of swapped bytes */
    FAMILY_ADLER,
    FAMILY_COUNT,
};

enum checksum_family checksum_family(enum checksum_algorithm algorithm);
/** The value before the first byte. */
uint32_t checksum_start(enum checksum_algorithm algorithm);
/** Bytes that a family takes at a time: 1, 2 or 4. */
unsigned checksum_unit(enum checksum_family family);
/** length is a multiple of the family's unit. */
uint32_t checksum_units(enum checksum_family family, uint32_t value, const uint8_t *bytes, size_t length);
/** What becomes of the value in the end, after length bytes. */
uint32_t checksum_finish(enum checksum_algorithm algorithm, uint32_t value, uint64_t length);

/** A check value on its way. */
struct checksum {
    enum checksum_algorithm algorithm;
    uint32_t value;
    uint8_t pending[4]; /* of a word that is not complete */
    unsigned pending_count;
    uint64_t length;
};

void checksum_begin(struct checksum *checksum, enum checksum_algorithm algorithm);
void checksum_add(struct checksum *checksum, const uint8_t *bytes, size_t length);
/** A last word that is not complete counts as if zeros followed. */
uint32_t checksum_end(struct checksum *checksum);
uint32_t checksum_of(enum checksum_algorithm algorithm, const uint8_t *bytes, size_t length);

/** Name in recipes and on the command line, such as sum32be. */
const char *checksum_name(enum checksum_algorithm algorithm);
bool checksum_by_name(const char *name, size_t length, enum checksum_algorithm *algorithm);

/** The five words of a SHA-1 xored: a fingerprint that Jaguar and Land Rover discs use. */
uint32_t checksum_sha1_fold(const uint8_t *bytes, size_t length);

/** An entry of the checksum table of a DENSO engine unit: true if diff fits the words, or if the check is
 * switched off. */
bool checksum_denso_entry(uint32_t start, uint32_t end, uint32_t diff, uint32_t sum);

/** Bytes of a block's stored value, which are its last. */
#define CHECKSUM_SIZE 4u
/** What erased memory and padding have in the place of a check value proves nothing. */
static inline bool checksum_is_filler(uint32_t stored)
{
    return stored == 0 || stored == UINT32_MAX;
}

/** No rule leaves out more bytes at the beginning of a block. */
#define CHECKSUM_SKIP_LIMIT 64u

/** What constant makes of the algorithm's value. */
enum checksum_constant {
    CHECKSUM_PLAIN,
    CHECKSUM_PLUS, /* constant is added: a sum that began with something else */
    CHECKSUM_XOR,  /* constant is xored: a CRC that began and ended with something else, for blocks of this
                      length only */
};

struct checksum_rule {
    enum checksum_algorithm algorithm;
    uint32_t skip;      /* bytes at the beginning that are not summed */
    bool little_endian; /* how the value is stored */
    enum checksum_constant constant_kind;
    uint32_t constant;
    uint64_t length; /* of all blocks, with CHECKSUM_XOR */
};

enum { CHECKSUM_RULE_TEXT = 160 };

/** sum32be, or crc32,skip=16,stored=le, or sum32be,plus=DEADBEEF, or crc32-zero,xor=DEADBEEF,length=4096. */
void checksum_rule_text(const struct checksum_rule *rule, char text[CHECKSUM_RULE_TEXT]);
bool checksum_rule_read(const char *text, struct checksum_rule *rule, struct failure *failure);

/** What the rule makes of the value of its algorithm. */
uint32_t checksum_rule_constant(const struct checksum_rule *rule, uint32_t value);
/** The value that stands in the last four bytes of a block. */
uint32_t checksum_rule_load(const struct checksum_rule *rule, const uint8_t bytes[CHECKSUM_SIZE]);

/** What the rule wants a block of length bytes at offset to end with, and what it ends with. */
bool checksum_rule_wanted(const struct checksum_rule *rule, struct kiwi_source *source, uint64_t offset,
                          uint64_t length, uint32_t *value, struct failure *failure);
bool checksum_rule_stored(const struct checksum_rule *rule, struct kiwi_source *source, uint64_t offset,
                          uint64_t length, uint32_t *value, struct failure *failure);
/** The value as it stands in the last four bytes of a block. */
void checksum_rule_store(const struct checksum_rule *rule, uint32_t value, uint8_t bytes[CHECKSUM_SIZE]);

#endif
