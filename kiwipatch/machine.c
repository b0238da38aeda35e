/* SPDX-License-Identifier: MIT */
/*
 * Addresses in the instructions of MIPS, SuperH, ARM and PowerPC. Encodings: MIPS32 Architecture volumes II-A
 * and IV-a (MIPS16e), SH-4 Software Manual, ARM DDI 0406, Power ISA book I.
 */
#include "machine.h"

#include <string.h>

enum {
    REGISTERS = 32,
    REACH = 256, /* bytes between the instructions that make an address together */
};

/** Registers of which one half is known. */
struct halves {
    bool known[REGISTERS];
    uint32_t value[REGISTERS];
    size_t place[REGISTERS];
};

static void know(struct halves *halves, unsigned number, uint32_t value, size_t place)
{
    halves->known[number] = true;
    halves->value[number] = value;
    halves->place[number] = place;
}

static bool is_known(const struct halves *halves, unsigned number, size_t place)
{
    return halves->known[number] && place - halves->place[number] <= REACH;
}

const char *machine_name(enum machine machine)
{
    static const char *const names[] = {"MIPS",   "SuperH",  "ARM",        "Thumb",
                                        "MIPS16", "PowerPC", "ARM (BE-8)", "Thumb (BE-8)"};
    return names[machine];
}

unsigned machine_step(enum machine machine)
{
    enum machine kind = machine_kind(machine);
    return kind == MACHINE_MIPS || kind == MACHINE_ARM || kind == MACHINE_POWERPC ? 4 : 2;
}

/** The address in a word behind the code, if the place lies in it. */
static bool take_word(const struct code *code, size_t place, uint64_t word, take_use *take, void *context)
{
    if (word >= code->length || code->length - word < 4)
        return true;
    const struct use use = {.place = place, .first = place, .value = code_number(code, (size_t)word)};
    return take(context, &use);
}

static bool take_place(const struct code *code, size_t place, uint64_t target, take_use *take, void *context)
{
    if (target >= code->length)
        return true;
    const struct use use = {.place = place, .first = place, .relative = true, .value = (uint32_t)target};
    return take(context, &use);
}

/** The place of the word, counted by address, that has a place. */
static uint64_t word_of(const struct code *code, size_t place)
{
    return place - (place - code->phase) % 4;
}

/* MIPS and PowerPC: two halves */

static bool is_access(uint32_t operation)
{
    return (operation >= 0x20 && operation <= 0x2F) || operation == 0x31 || operation == 0x35 ||
           operation == 0x37 || operation == 0x39 || operation == 0x3D || operation == 0x3F;
}

static bool mips_word(const struct code *code, size_t place, struct halves *halves, take_use *take,
                      void *context)
{
    enum { LUI = 0x0F, ADDIU = 0x09, DADDIU = 0x19, ORI = 0x0D, ADDU = 0x21, DADDU = 0x2D };
    uint32_t word = code_word(code, place), operation = word >> 26;
    unsigned from = word >> 21 & 31, to = word >> 16 & 31, third = word >> 11 & 31;
    if (operation == LUI && from == 0) {
        know(halves, to, word << 16, place);
        return true;
    }
    if (operation == 0) {
        bool sum = (word & 63) == ADDU || (word & 63) == DADDU;
        unsigned base = is_known(halves, from, place) ? from : to;
        if (sum && is_known(halves, base, place))
            know(halves, third, halves->value[base], halves->place[base]); /* an index into a table */
        else
            halves->known[third] = false;
        return true;
    }
    bool adds = operation == ADDIU || operation == DADDIU || operation == ORI;
    if (!adds && !is_access(operation)) {
        if (operation >= 0x08 && operation <= 0x0E)
            halves->known[to] = false;
        return true;
    }
    bool known = is_known(halves, from, place);
    uint32_t low = operation == ORI ? word & 0xFFFF : (uint32_t)signed_bits(word, 16);
    const struct use use = {.place = place, .first = halves->place[from], .value = halves->value[from] + low};
    if (adds || operation < 0x28)
        halves->known[to] = false;
    return !known || take(context, &use);
}

static bool powerpc_word(const struct code *code, size_t place, struct halves *halves, take_use *take,
                         void *context)
{
    enum { ADDI = 14, ADDIS = 15, ORI = 24, LOADS = 32, LAST = 55 };
    uint32_t word = code_word(code, place), operation = word >> 26;
    unsigned to = word >> 21 & 31, from = word >> 16 & 31;
    if (operation == ADDIS && from == 0) {
        know(halves, to, word << 16, place);
        return true;
    }
    if (operation == ORI) { /* the other way round */
        unsigned swap = to;
        to = from;
        from = swap;
    }
    bool access = operation >= LOADS && operation <= LAST;
    if (operation != ADDI && operation != ORI && !access)
        return true;
    bool known = is_known(halves, from, place);
    uint32_t low = operation == ORI ? word & 0xFFFF : (uint32_t)signed_bits(word, 16);
    const struct use use = {.place = place, .first = halves->place[from], .value = halves->value[from] + low};
    if (!access || operation < 36)
        halves->known[to] = false;
    return !known || take(context, &use);
}

/* SuperH and MIPS16: words behind the code */

static bool sh_half(const struct code *code, size_t place, take_use *take, void *context)
{
    uint32_t half = code_half(code, place);
    uint64_t word = word_of(code, place) + 4 + 4 * (half & 0xFF);
    if (half >> 12 == 0xD) /* mov.l @(disp,PC),Rn */
        return take_word(code, place, word, take, context);
    return half >> 8 != 0xC7 || take_place(code, place, word, take, context); /* mova */
}

static bool mips16_half(const struct code *code, size_t place, take_use *take, void *context)
{
    enum { EXTEND = 0x1E, LW = 0x16, LA = 0x01 };
    uint32_t half = code_half(code, place);
    uint64_t base = word_of(code, place), word = base + 4 * (half & 0xFF);
    if (half >> 11 == EXTEND && code->length - place >= 4) {
        uint32_t next = code_half(code, place + 2);
        word = base + (uint64_t)(int64_t)signed_bits((half & 31) << 11 | (half & 0x7E0) | (next & 31), 16);
        half = next;
    } else if (place >= 2 && code_half(code, place - 2) >> 11 == EXTEND) {
        return true;
    }
    if (half >> 11 == LW)
        return take_word(code, place, word, take, context);
    return half >> 11 != LA || take_place(code, place, word, take, context);
}

/* ARM and Thumb: both */

/** The address, once movt has set the upper half of what movw began. */
static bool arm_half(struct halves *halves, unsigned number, uint32_t half, bool upper, size_t place,
                     take_use *take, void *context)
{
    if (!upper) {
        know(halves, number, half, place);
        return true;
    }
    const struct use use = {
        .place = place, .first = halves->place[number], .value = half << 16 | halves->value[number]};
    bool known = is_known(halves, number, place);
    halves->known[number] = false;
    return !known || take(context, &use);
}

static bool arm_word(const struct code *code, size_t place, struct halves *halves, take_use *take,
                     void *context)
{
    uint32_t word = code_word(code, place), low = word & 0xFFF;
    unsigned turn = 2 * (low >> 8);
    uint32_t number = (low & 0xFF) >> turn | (turn ? (low & 0xFF) << (32 - turn) : 0);
    if (word >> 28 == 0xF)
        return true;
    switch (word >> 16 & 0xFFF) {
    case 0x59F: return take_word(code, place, (uint64_t)place + 8 + low, take, context); /* ldr [pc] */
    case 0x51F: return take_word(code, place, (uint64_t)place + 8 - low, take, context);
    case 0x28F: return take_place(code, place, (uint64_t)place + 8 + number, take, context); /* adr */
    case 0x24F: return take_place(code, place, (uint64_t)place + 8 - number, take, context);
    default: break;
    }
    if ((word >> 20 & 0xFB) != 0x30)
        return true;
    return arm_half(halves, word >> 12 & 15, (word >> 4 & 0xF000) | low, word >> 22 & 1, place, take,
                    context); /* movw, movt */
}

static bool thumb_half(const struct code *code, size_t place, struct halves *halves, take_use *take,
                       void *context)
{
    uint32_t half = code_half(code, place);
    uint64_t base = word_of(code, place) + 4;
    if (half >> 11 == 0x09) /* ldr [pc] */
        return take_word(code, place, base + 4 * (half & 0xFF), take, context);
    if (half >> 11 == 0x14) /* adr */
        return take_place(code, place, base + 4 * (half & 0xFF), take, context);
    if (code->length - place < 4)
        return true;
    uint32_t next = code_half(code, place + 2);
    if (half == 0xF8DF || half == 0xF85F)
        return take_word(code, place, half == 0xF8DF ? base + (next & 0xFFF) : base - (next & 0xFFF), take,
                         context);
    if ((half & 0xFB70) != 0xF240 || next >> 15 != 0)
        return true;
    uint32_t number = (half & 15) << 12 | (half & 0x400) << 1 | (next & 0x7000) >> 4 | (next & 0xFF);
    return arm_half(halves, next >> 8 & 15, number, half >> 7 & 1, place, take, context);
}

bool machine_uses(const struct code *code, take_use *take, void *context)
{
    struct halves halves = {0};
    unsigned step = machine_step(code->machine);
    bool good = true;
    for (size_t place = code->phase % step; good && place <= code->length && code->length - place >= step;
         place += step) {
        switch (machine_kind(code->machine)) {
        case MACHINE_MIPS: good = mips_word(code, place, &halves, take, context); break;
        case MACHINE_SH: good = sh_half(code, place, take, context); break;
        case MACHINE_ARM: good = arm_word(code, place, &halves, take, context); break;
        case MACHINE_THUMB: good = thumb_half(code, place, &halves, take, context); break;
        case MACHINE_MIPS16: good = mips16_half(code, place, take, context); break;
        default: good = powerpc_word(code, place, &halves, take, context); break;
        }
    }
    return good;
}
