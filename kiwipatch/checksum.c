/* SPDX-License-Identifier: MIT */
/* The checksum algorithms and rules of modules, by name and as text. */
#include "checksum.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "common/hash.h"

#include <zlib.h>

enum { BUFFER_SIZE = 65536 };

static const struct {
    const char *name;
    enum checksum_family family;
    uint32_t start;
    uint32_t sign; /* 1, or all ones for a value that is subtracted */
    uint32_t plus, last_xor;
} algorithms[CHECKSUM_COUNT] = {
    [CHECKSUM_SUM32BE] = {"sum32be", FAMILY_SUM32BE, 0, 1, 0, 0},
    [CHECKSUM_SUM32LE] = {"sum32le", FAMILY_SUM32LE, 0, 1, 0, 0},
    [CHECKSUM_NEG_SUM32BE] = {"neg-sum32be", FAMILY_SUM32BE, 0, UINT32_MAX, 0, 0},
    [CHECKSUM_NOT_SUM32BE] = {"not-sum32be", FAMILY_SUM32BE, 0, 1, 0, UINT32_MAX},
    [CHECKSUM_SUM16BE] = {"sum16be", FAMILY_SUM16BE, 0, 1, 0, 0},
    [CHECKSUM_SUM16LE] = {"sum16le", FAMILY_SUM16LE, 0, 1, 0, 0},
    [CHECKSUM_SUM8] = {"sum8", FAMILY_SUM8, 0, 1, 0, 0},
    [CHECKSUM_XOR32BE] = {"xor32be", FAMILY_XOR32BE, 0, 1, 0, 0},
    [CHECKSUM_5AA5A55A] = {"5aa5a55a-sum32be", FAMILY_SUM32BE, 0, UINT32_MAX, 0x5AA5A55A, 0},
    [CHECKSUM_5AA55AA5] = {"5aa55aa5-sum32be", FAMILY_SUM32BE, 0, UINT32_MAX, 0x5AA55AA5, 0},
    [CHECKSUM_CRC32] = {"crc32", FAMILY_REFLECTED, UINT32_MAX, 1, 0, UINT32_MAX},
    [CHECKSUM_JAMCRC] = {"jamcrc", FAMILY_REFLECTED, UINT32_MAX, 1, 0, 0},
    [CHECKSUM_CRC32_ZERO] = {"crc32-zero", FAMILY_REFLECTED, 0, 1, 0, 0},
    [CHECKSUM_CRC32_MPEG2] = {"crc32-mpeg2", FAMILY_NORMAL, UINT32_MAX, 1, 0, 0},
    [CHECKSUM_CRC32_BZIP2] = {"crc32-bzip2", FAMILY_NORMAL, UINT32_MAX, 1, 0, UINT32_MAX},
    [CHECKSUM_CRC32_NORMAL_ZERO] = {"crc32-normal-zero", FAMILY_NORMAL, 0, 1, 0, 0},
    [CHECKSUM_CKSUM] = {"cksum", FAMILY_NORMAL, 0, 1, 0, UINT32_MAX},
    [CHECKSUM_CRC32_SWAPPED] = {"crc32-swapped", FAMILY_SWAPPED, UINT32_MAX, 1, 0, UINT32_MAX},
    [CHECKSUM_ADLER32] = {"adler32", FAMILY_ADLER, 1, 1, 0, 0},
};

/* CRC-32 with the polynomial 04C11DB7, highest bit first; four bits at a time. */
static const uint32_t nibbles[16] = {
    0x00000000, 0x04C11DB7, 0x09823B6E, 0x0D4326D9, 0x130476DC, 0x17C56B6B, 0x1A864DB2, 0x1E475005,
    0x2608EDB8, 0x22C9F00F, 0x2F8AD6D6, 0x2B4BCB61, 0x350C9B64, 0x31CD86D3, 0x3C8EA00A, 0x384FBDBD,
};

static uint32_t crc_normal(uint32_t crc, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        crc ^= (uint32_t)bytes[i] << 24;
        crc = crc << 4 ^ nibbles[crc >> 28];
        crc = crc << 4 ^ nibbles[crc >> 28];
    }
    return crc;
}

/** zlib's function on the bare state, which it keeps inverted. */
static uint32_t crc_reflected(uint32_t crc, const uint8_t *bytes, size_t length)
{
    return ~(uint32_t)crc32_z(~crc & 0xFFFFFFFFu, bytes, length);
}

static uint32_t crc_swapped(uint32_t crc, const uint8_t *bytes, size_t length)
{
    uint8_t swapped[512];
    while (length != 0) {
        size_t part = length < sizeof swapped ? length : sizeof swapped;
        for (size_t i = 0; i < part; i++)
            swapped[i] = bytes[i ^ 1];
        crc = crc_reflected(crc, swapped, part);
        bytes += part;
        length -= part;
    }
    return crc;
}

enum checksum_family checksum_family(enum checksum_algorithm algorithm)
{
    assert((unsigned)algorithm < CHECKSUM_COUNT);
    return algorithms[algorithm].family;
}

uint32_t checksum_start(enum checksum_algorithm algorithm)
{
    return algorithms[algorithm].start;
}

unsigned checksum_unit(enum checksum_family family)
{
    switch (family) {
    case FAMILY_SUM32BE:
    case FAMILY_SUM32LE:
    case FAMILY_XOR32BE: return 4;
    case FAMILY_SUM16BE:
    case FAMILY_SUM16LE:
    case FAMILY_SWAPPED: return 2;
    default: return 1;
    }
}

uint32_t checksum_units(enum checksum_family family, uint32_t value, const uint8_t *bytes, size_t length)
{
    const uint8_t *end = bytes + length;
    switch (family) {
    case FAMILY_SUM32BE:
        for (; bytes < end; bytes += 4)
            value += load32_big(bytes);
        break;
    case FAMILY_SUM32LE:
        for (; bytes < end; bytes += 4)
            value += load32_little(bytes);
        break;
    case FAMILY_SUM16BE:
        for (; bytes < end; bytes += 2)
            value += load16_big(bytes);
        break;
    case FAMILY_SUM16LE:
        for (; bytes < end; bytes += 2)
            value += load16_little(bytes);
        break;
    case FAMILY_SUM8:
        for (; bytes < end; bytes++)
            value += *bytes;
        break;
    case FAMILY_XOR32BE:
        for (; bytes < end; bytes += 4)
            value ^= load32_big(bytes);
        break;
    case FAMILY_REFLECTED: return crc_reflected(value, bytes, length);
    case FAMILY_NORMAL: return crc_normal(value, bytes, length);
    case FAMILY_SWAPPED: return crc_swapped(value, bytes, length);
    case FAMILY_ADLER: return (uint32_t)adler32_z(value, bytes, length);
    case FAMILY_COUNT: break;
    }
    return value;
}

void checksum_begin(struct checksum *checksum, enum checksum_algorithm algorithm)
{
    assert((unsigned)algorithm < CHECKSUM_COUNT);
    memset(checksum, 0, sizeof *checksum);
    checksum->algorithm = algorithm;
    checksum->value = algorithms[algorithm].start;
}

void checksum_add(struct checksum *checksum, const uint8_t *bytes, size_t length)
{
    enum checksum_family family = algorithms[checksum->algorithm].family;
    unsigned unit = checksum_unit(family);
    checksum->length += length;
    unsigned pending = checksum->pending_count;
    for (; pending > 0 && pending < unit && length > 0; length--)
        checksum->pending[pending++] = *bytes++;
    if (pending == unit) {
        checksum->value = checksum_units(family, checksum->value, checksum->pending, unit);
        pending = 0;
    }
    checksum->pending_count = pending;
    if (length == 0)
        return;
    size_t rest = length % unit;
    checksum->value = checksum_units(family, checksum->value, bytes, length - rest);
    memcpy(checksum->pending, bytes + (length - rest), rest);
    checksum->pending_count = (unsigned)rest;
}

uint32_t checksum_finish(enum checksum_algorithm algorithm, uint32_t value, uint64_t length)
{
    if (algorithm == CHECKSUM_CKSUM) /* the length follows, low byte first, as far as it has bytes */
        for (uint64_t rest = length; rest != 0; rest >>= 8)
            value = crc_normal(value, &(uint8_t){(uint8_t)rest}, 1);
    return (value * algorithms[algorithm].sign + algorithms[algorithm].plus) ^ algorithms[algorithm].last_xor;
}

uint32_t checksum_end(struct checksum *checksum)
{
    enum checksum_algorithm algorithm = checksum->algorithm;
    enum checksum_family family = algorithms[algorithm].family;
    if (checksum->pending_count != 0) {
        memset(checksum->pending + checksum->pending_count, 0,
               sizeof checksum->pending - checksum->pending_count);
        checksum->value = checksum_units(family, checksum->value, checksum->pending, checksum_unit(family));
    }
    return checksum_finish(algorithm, checksum->value, checksum->length);
}

uint32_t checksum_of(enum checksum_algorithm algorithm, const uint8_t *bytes, size_t length)
{
    struct checksum checksum;
    checksum_begin(&checksum, algorithm);
    checksum_add(&checksum, bytes, length);
    return checksum_end(&checksum);
}

const char *checksum_name(enum checksum_algorithm algorithm)
{
    assert((unsigned)algorithm < CHECKSUM_COUNT);
    return algorithms[algorithm].name;
}

bool checksum_by_name(const char *name, size_t length, enum checksum_algorithm *algorithm)
{
    for (unsigned i = 0; i < CHECKSUM_COUNT; i++) {
        if (strlen(algorithms[i].name) == length && memcmp(algorithms[i].name, name, length) == 0) {
            *algorithm = (enum checksum_algorithm)i;
            return true;
        }
    }
    return false;
}

uint32_t checksum_sha1_fold(const uint8_t *bytes, size_t length)
{
    uint8_t digest[SHA1_SIZE];
    uint32_t value = 0;
    hash_sha1(bytes, length, digest);
    for (size_t i = 0; i < sizeof digest; i += 4)
        value ^= load32_big(digest + i);
    return value;
}

bool checksum_denso_entry(uint32_t start, uint32_t end, uint32_t diff, uint32_t sum)
{
    return diff == 0x5AA5A55A - sum || (start == 0 && end == 0 && diff == 0x5AA5A55A);
}

/* Rules */

void checksum_rule_text(const struct checksum_rule *rule, char text[CHECKSUM_RULE_TEXT])
{
    char skip[32] = "";
    char constant[64] = "";
    if (rule->skip != 0)
        snprintf(skip, sizeof skip, ",skip=%" PRIu32, rule->skip);
    if (rule->constant_kind == CHECKSUM_PLUS)
        snprintf(constant, sizeof constant, ",plus=%08" PRIX32, rule->constant);
    else if (rule->constant_kind == CHECKSUM_XOR)
        snprintf(constant, sizeof constant, ",xor=%08" PRIX32 ",length=%" PRIu64, rule->constant,
                 rule->length);
    snprintf(text, CHECKSUM_RULE_TEXT, "%s%s%s%s", checksum_name(rule->algorithm), skip,
             rule->little_endian ? ",stored=le" : "", constant);
}

/** A whole number that fills a part; base 10 or 16. */
static bool read_number(const char *text, size_t length, int base, uint64_t limit, uint64_t *number)
{
    char digits[24];
    char *end;
    if (length == 0 || length >= sizeof digits)
        return false;
    memcpy(digits, text, length);
    digits[length] = '\0';
    if (strspn(digits, base == 16 ? "0123456789abcdefABCDEF" : "0123456789") != length)
        return false;
    *number = strtoull(digits, &end, base);
    return *number <= limit && (base == 10 || length <= 8) && (base == 16 || length < 19);
}

/** One part behind the name, KEY=VALUE. */
static bool read_part(struct checksum_rule *rule, const char *part, size_t length)
{
    const char *equals = memchr(part, '=', length);
    uint64_t number;
    if (!equals)
        return false;
    size_t key = (size_t)(equals - part);
    const char *value = equals + 1;
    size_t size = length - key - 1;
    if (key == 4 && memcmp(part, "skip", key) == 0 &&
        read_number(value, size, 10, CHECKSUM_SKIP_LIMIT, &number)) {
        rule->skip = (uint32_t)number;
        return number % 4 == 0;
    }
    if (key == 6 && memcmp(part, "stored", key) == 0 && size == 2) {
        rule->little_endian = memcmp(value, "le", 2) == 0;
        return rule->little_endian || memcmp(value, "be", 2) == 0;
    }
    if (key == 6 && memcmp(part, "length", key) == 0)
        return read_number(value, size, 10, UINT64_MAX, &rule->length);
    bool plus = key == 4 && memcmp(part, "plus", key) == 0;
    if (!plus && !(key == 3 && memcmp(part, "xor", key) == 0))
        return false;
    if (rule->constant_kind != CHECKSUM_PLAIN || !read_number(value, size, 16, UINT32_MAX, &number))
        return false;
    rule->constant_kind = plus ? CHECKSUM_PLUS : CHECKSUM_XOR;
    rule->constant = (uint32_t)number;
    return true;
}

bool checksum_rule_read(const char *text, struct checksum_rule *rule, struct failure *failure)
{
    struct checksum_rule made = {0};
    size_t length = strcspn(text, ",");
    bool good = checksum_by_name(text, length, &made.algorithm);
    if (!good)
        return refuse(failure, EXIT_USAGE, "%.*s: no checksum has this name (sum32be, crc32, ...)",
                      (int)(length < 64 ? length : 64), text);
    for (const char *part = text + length; good && *part == ',';) {
        part++;
        length = strcspn(part, ",");
        good = read_part(&made, part, length);
        part += length;
    }
    if (!good || (made.constant_kind == CHECKSUM_XOR) != (made.length != 0))
        return refuse(failure, EXIT_USAGE, "%.80s: no rule such as crc32,skip=16,stored=le", text);
    *rule = made;
    return true;
}

uint32_t checksum_rule_constant(const struct checksum_rule *rule, uint32_t value)
{
    switch (rule->constant_kind) {
    case CHECKSUM_PLUS: return value + rule->constant;
    case CHECKSUM_XOR: return value ^ rule->constant;
    default: return value;
    }
}

uint32_t checksum_rule_load(const struct checksum_rule *rule, const uint8_t bytes[CHECKSUM_SIZE])
{
    return rule->little_endian ? load32_little(bytes) : load32_big(bytes);
}

static bool check_block(const struct checksum_rule *rule, uint64_t length, struct failure *failure)
{
    if (length <= (uint64_t)rule->skip + CHECKSUM_SIZE)
        return refuse(failure, EXIT_INPUT, "a block of %" PRIu64 " bytes is too short for its checksum",
                      length);
    if (rule->constant_kind == CHECKSUM_XOR && rule->length != length)
        return refuse(failure, EXIT_REFUSED,
                      "the checksum rule is for blocks of %" PRIu64 " bytes, this one has %" PRIu64,
                      rule->length, length);
    return true;
}

/** Reads length bytes of source, which must be there. */
static bool read_exactly(struct kiwi_source *source, uint64_t offset, void *bytes, size_t length,
                         struct failure *failure)
{
    struct kiwi_error error;
    size_t received = 0;
    if (kiwi_source_read(source, offset, bytes, length, &received, &error) != KIWI_OK)
        return refuse(failure, EXIT_SYSTEM, "%s", error.text);
    return received == length ||
           refuse(failure, EXIT_INPUT, "the file ends at %" PRIu64 ", inside a block with a checksum",
                  offset + received);
}

bool checksum_rule_wanted(const struct checksum_rule *rule, struct kiwi_source *source, uint64_t offset,
                          uint64_t length, uint32_t *value, struct failure *failure)
{
    uint8_t *buffer;
    bool good;
    struct checksum checksum;
    if (!check_block(rule, length, failure))
        return false;
    uint64_t at = offset + rule->skip;
    uint64_t left = length - rule->skip - CHECKSUM_SIZE;
    buffer = malloc(left < BUFFER_SIZE ? (size_t)left : BUFFER_SIZE);
    if (!buffer)
        return refuse_memory(failure);
    checksum_begin(&checksum, rule->algorithm);
    for (good = true; good && left != 0;) {
        size_t part = left < BUFFER_SIZE ? (size_t)left : BUFFER_SIZE;
        good = read_exactly(source, at, buffer, part, failure);
        if (good)
            checksum_add(&checksum, buffer, part);
        at += part;
        left -= part;
    }
    free(buffer);
    *value = checksum_rule_constant(rule, checksum_end(&checksum));
    return good;
}

bool checksum_rule_stored(const struct checksum_rule *rule, struct kiwi_source *source, uint64_t offset,
                          uint64_t length, uint32_t *value, struct failure *failure)
{
    uint8_t bytes[CHECKSUM_SIZE];
    if (!check_block(rule, length, failure) ||
        !read_exactly(source, offset + length - CHECKSUM_SIZE, bytes, sizeof bytes, failure))
        return false;
    *value = checksum_rule_load(rule, bytes);
    return true;
}

void checksum_rule_store(const struct checksum_rule *rule, uint32_t value, uint8_t bytes[CHECKSUM_SIZE])
{
    for (unsigned i = 0; i < CHECKSUM_SIZE; i++)
        bytes[i] = (uint8_t)(value >> 8 * (rule->little_endian ? i : CHECKSUM_SIZE - 1 - i));
}
