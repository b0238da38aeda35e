/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_MACHINE_H
#define KIWIPATCH_MACHINE_H

/*
 * What little of the instructions of a processor it takes to see which addresses a program uses. Every byte
 * is looked at as if it were code: what is none gives addresses by chance, which users of this must expect.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bytes.h"
#include "firmware.h"

enum machine {
    MACHINE_MIPS,    /* lui with addiu, ori, loads and stores; also the 64-bit ones */
    MACHINE_SH,      /* SH-2 to SH-4: words behind the code, mova */
    MACHINE_ARM,     /* words behind the code, movw with movt, adr */
    MACHINE_THUMB,   /* also Thumb-2 */
    MACHINE_MIPS16,  /* words behind the code, la */
    MACHINE_POWERPC, /* lis with addi, ori, loads and stores */
    MACHINE_ARM_BE8, /* little-endian instructions beside big-endian data */
    MACHINE_THUMB_BE8,
    MACHINE_COUNT
};

struct code {
    struct firmware *program;
    size_t length;
    enum machine machine;
    bool little_endian; /* data; see code_is_little() for instructions */
    unsigned phase;     /* places that are this more than a multiple of 4 have addresses that are multiples */
};

/** An address that an instruction makes. */
struct use {
    size_t place;  /* of the instruction that has all of it */
    size_t first;  /* of the first one that belongs to it */
    bool relative; /* value is a place, counted from the instruction's own */
    uint32_t value;
};

typedef bool take_use(void *context, const struct use *use);

/** Goes through all of the bytes; false if take says so. */
bool machine_uses(const struct code *code, take_use *take, void *context);

const char *machine_name(enum machine machine);
/** Bytes of the shortest instruction, which all are multiples of. */
unsigned machine_step(enum machine machine);

/** Whether there is such a machine with data of an order of bytes. */
static inline bool machine_has_order(enum machine machine, bool little_endian)
{
    return !little_endian || (machine != MACHINE_ARM_BE8 && machine != MACHINE_THUMB_BE8);
}

/** The machine that has the same instructions. */
static inline enum machine machine_kind(enum machine machine)
{
    return machine == MACHINE_ARM_BE8 ? MACHINE_ARM : machine == MACHINE_THUMB_BE8 ? MACHINE_THUMB : machine;
}

static inline bool code_is_little(const struct code *code)
{
    return code->little_endian || machine_kind(code->machine) != code->machine;
}

/* Instructions */

static inline uint32_t code_word(const struct code *code, size_t place)
{
    const uint8_t *bytes = firmware_at(code->program, place);
    return code_is_little(code) ? load32_little(bytes) : load32_big(bytes);
}

static inline uint32_t code_half(const struct code *code, size_t place)
{
    const uint8_t *bytes = firmware_at(code->program, place);
    return code_is_little(code) ? load16_little(bytes) : load16_big(bytes);
}

/* Data */

static inline uint32_t code_number(const struct code *code, size_t place)
{
    const uint8_t *bytes = firmware_at(code->program, place);
    return code->little_endian ? load32_little(bytes) : load32_big(bytes);
}

/** A number of so many bits with a sign. */
static inline int32_t signed_bits(uint32_t number, unsigned bits)
{
    uint32_t sign = UINT32_C(1) << (bits - 1);
    uint32_t low = number & (2 * sign - 1);
    return (int32_t)((low ^ sign) - sign);
}

#endif
