/* SPDX-License-Identifier: MIT */
/* Branches, jumps, calls and returns of the processors that machine.c knows, by the same manuals. */
#include "flow.h"

/** A turn of a whole instruction: its new bits, in the order of the program. */
static struct turn make_turn(const struct code *code, size_t place, unsigned length, uint32_t bits)
{
    struct turn turn = {.place = place, .length = length};
    for (unsigned i = 0; i < length; i++)
        turn.bytes[i] = (uint8_t)(bits >> 8 * (code_is_little(code) ? i : length - 1 - i));
    return turn;
}

static void lead_to(const struct code *code, struct instruction *instruction, enum flow flow, int64_t target)
{
    instruction->flow = flow;
    instruction->has_target = target >= 0 && (uint64_t)target < code->length;
    instruction->target = instruction->has_target ? (size_t)target : code->length;
}

static void lead_to_address(const struct code *code, const struct xref_base *base,
                            struct instruction *instruction, enum flow flow, uint32_t address)
{
    size_t target;
    bool found = xref_place_of(base, code->length, address, &target);
    lead_to(code, instruction, flow, found ? (int64_t)target : -1);
}

/** The upper bits of a jump are those of the instruction behind it. */
static uint32_t region_address(const struct xref_base *base, size_t place, uint32_t low)
{
    uint32_t here = xref_block_of(base, place)->address + (uint32_t)place + 4;
    return (here & 0xF0000000) | low;
}

static void read_mips(const struct code *code, const struct xref_base *base, size_t place,
                      struct instruction *instruction)
{
    enum { BEQ_ZERO = 0x1000, BNEL_ZERO = 0x5400 };
    uint32_t word = code_word(code, place), operation = word >> 26, kind = word >> 16 & 31;
    unsigned from = word >> 21 & 31;
    int64_t target = (int64_t)place + 4 + 4 * (int64_t)signed_bits(word, 16);
    bool coprocessor = operation == 0x11 && from == 8;
    bool likely = (operation >= 0x14 && operation <= 0x17) || (operation == 1 && (kind & 2)) ||
                  (coprocessor && (kind & 2));
    instruction->has_slot = true;
    if (operation == 2 || operation == 3) {
        lead_to_address(code, base, instruction, operation == 2 ? FLOW_JUMP : FLOW_CALL,
                        region_address(base, place, (word & 0x3FFFFFF) << 2));
    } else if (operation == 0 && (word & 63) == 8) {
        lead_to(code, instruction, from == 31 ? FLOW_RETURN : FLOW_JUMP, -1);
    } else if (operation == 0 && (word & 63) == 9) {
        lead_to(code, instruction, FLOW_CALL, -1);
    } else if (operation == 4 && from == kind) {
        lead_to(code, instruction, FLOW_JUMP, target);
    } else if (operation == 1 && (kind & 0x1C) == 0x10) {
        lead_to(code, instruction, FLOW_CALL, target);
    } else if ((operation >= 4 && operation <= 7) || (operation == 1 && kind < 4) || likely || coprocessor) {
        lead_to(code, instruction, FLOW_BRANCH, target);
        instruction->always = make_turn(code, place, 4, BEQ_ZERO << 16 | (word & 0xFFFF));
        instruction->never = make_turn(code, place, 4,
                                       likely ? (uint32_t)BNEL_ZERO << 16 | (word & 0xFFFF) : 0);
    } else {
        instruction->has_slot = false;
    }
}

static void read_powerpc(const struct code *code, size_t place, struct instruction *instruction)
{
    enum { NOP = 0x60000000, B = 0x48000000 };
    uint32_t word = code_word(code, place), operation = word >> 26, extended = word >> 1 & 0x3FF;
    bool links = word & 1, always = (word >> 21 & 0x14) == 0x14;
    if (operation == 16 && !always) {
        int32_t offset = signed_bits(word & 0xFFFC, 16);
        lead_to(code, instruction, FLOW_BRANCH, (int64_t)place + offset);
        instruction->always = make_turn(code, place, 4, B | ((uint32_t)offset & 0x3FFFFFC) | links);
        instruction->never = make_turn(code, place, 4, NOP);
    } else if (operation == 16 || operation == 18) {
        int32_t offset = operation == 16 ? signed_bits(word & 0xFFFC, 16) : signed_bits(word & 0x3FFFFFC, 26);
        lead_to(code, instruction, links ? FLOW_CALL : FLOW_JUMP, (int64_t)place + offset);
    } else if (operation == 19 && extended == 16) {
        lead_to(code, instruction, always ? FLOW_RETURN : FLOW_BRANCH, -1);
        instruction->always = make_turn(code, place, 4, 0x4E800020 | links);
        instruction->never = make_turn(code, place, 4, NOP);
    } else if (operation == 19 && extended == 528) {
        lead_to(code, instruction, links ? FLOW_CALL : FLOW_JUMP, -1);
    }
}

/** Whether an instruction does nothing but compare, so that one that sets or clears T can stand for it. */
static bool sh_compares(uint32_t half)
{
    static const uint8_t kinds[] = {0x0, 0x2, 0x3, 0x6, 0x7};
    for (size_t i = 0; half >> 12 == 3 && i < sizeof kinds; i++)
        if ((half & 15) == kinds[i])
            return true;
    return half >> 8 == 0x88 || half >> 8 == 0xC8 ||
           (half >> 12 == 2 && ((half & 15) == 0x8 || (half & 15) == 0xC)) || (half & 0xF0FF) == 0x4011 ||
           (half & 0xF0FF) == 0x4015;
}

static void sh_branch(const struct code *code, size_t place, uint32_t half, struct instruction *instruction)
{
    enum { NOP = 0x0009, SETT = 0x0018, CLRT = 0x0008, BRA = 0xA000 };
    bool if_true = !(half & 0x0200);
    instruction->has_slot = half & 0x0400;
    lead_to(code, instruction, FLOW_BRANCH, (int64_t)place + 4 + 2 * (int64_t)signed_bits(half, 8));
    instruction->never = make_turn(code, place, 2, NOP);
    if (instruction->has_slot)
        instruction->always = make_turn(code, place, 2, BRA | ((uint32_t)signed_bits(half, 8) & 0xFFF));
    else if (place >= 2 && sh_compares(code_half(code, place - 2)))
        instruction->always = make_turn(code, place - 2, 2, if_true ? SETT : CLRT);
}

static void read_sh(const struct code *code, size_t place, struct instruction *instruction)
{
    uint32_t half = code_half(code, place);
    int64_t near = (int64_t)place + 4 + 2 * (int64_t)signed_bits(half, 12);
    if ((half >> 8 & 0xF9) == 0x89) {
        sh_branch(code, place, half, instruction);
        return;
    }
    instruction->has_slot = true;
    if (half >> 12 == 0xA || half >> 12 == 0xB)
        lead_to(code, instruction, half >> 12 == 0xA ? FLOW_JUMP : FLOW_CALL, near);
    else if (half == 0x000B)
        lead_to(code, instruction, FLOW_RETURN, -1);
    else if ((half & 0xF0FF) == 0x400B || (half & 0xF0FF) == 0x0003)
        lead_to(code, instruction, FLOW_CALL, -1);
    else if ((half & 0xF0FF) == 0x402B || (half & 0xF0FF) == 0x0023)
        lead_to(code, instruction, FLOW_JUMP, -1);
    else
        instruction->has_slot = false;
}

static void read_mips16(const struct code *code, const struct xref_base *base, size_t place,
                        struct instruction *instruction)
{
    enum { NOP = 0x6500, B = 0x1000, EXTEND = 0x1E };
    uint32_t half = code_half(code, place), upper = 0;
    bool extended = half >> 11 == EXTEND && code->length - place >= 4;
    int64_t offset = signed_bits(half, 8);
    if (extended) {
        upper = half;
        half = code_half(code, place + 2);
        instruction->size = 4;
        offset = signed_bits((upper & 31) << 11 | (upper & 0x7E0) | (half & 31), 16);
    }
    int64_t behind = (int64_t)place + instruction->size;
    uint32_t operation = half >> 11;
    if (operation == 4 || operation == 5 || half >> 8 == 0x60 || half >> 8 == 0x61) {
        lead_to(code, instruction, FLOW_BRANCH, behind + 2 * offset);
        instruction->always = extended ? make_turn(code, place + 2, 2, B | (half & 31))
                                       : make_turn(code, place, 2, B | ((uint32_t)offset & 0x7FF));
        instruction->never = make_turn(code, place + (extended ? 2 : 0), 2, NOP);
        if (extended) { /* an extension of nothing is not allowed */
            instruction->never = (struct turn){.place = place, .length = 4};
            for (unsigned i = 0; i < 4; i++)
                instruction->never.bytes[i] = (uint8_t)(code->little_endian == (i % 2 == 0) ? NOP & 0xFF
                                                                                            : NOP >> 8);
        }
    } else if (operation == 2) {
        lead_to(code, instruction, FLOW_JUMP, behind + 2 * (extended ? offset : signed_bits(half, 11)));
    } else if (operation == 3 && code->length - place >= 4) {
        uint32_t low = (half & 31) << 21 | (half >> 5 & 31) << 16 | code_half(code, place + 2);
        lead_to_address(code, base, instruction, FLOW_CALL, region_address(base, place, low << 2));
        instruction->size = 4;
        instruction->has_slot = true;
    } else if ((half & 0xF81F) == 0xE800) {
        uint32_t kind = half >> 5 & 7;
        instruction->has_slot = kind < 4;
        lead_to(code, instruction, kind & 2 ? FLOW_CALL : kind & 1 ? FLOW_RETURN : FLOW_JUMP, -1);
    }
}

static void read_arm(const struct code *code, size_t place, struct instruction *instruction)
{
    enum { NOP = 0xE1A00000, ALWAYS = 14 };
    uint32_t word = code_word(code, place), condition = word >> 28, rest = word & 0x0FFFFFFF;
    if (condition == 15) {
        if (word >> 25 == 0x7D)
            lead_to(code, instruction, FLOW_CALL, -1);
        return;
    }
    bool returns = rest == 0x012FFF1E || rest == 0x01A0F00E || rest == 0x049DF004 ||
                   (rest & 0x0E108000) == 0x08108000;
    if (rest >> 25 == 5)
        lead_to(code, instruction, word >> 24 & 1 ? FLOW_CALL : FLOW_JUMP,
                (int64_t)place + 8 + 4 * (int64_t)signed_bits(word, 24));
    else if (returns)
        lead_to(code, instruction, FLOW_RETURN, -1);
    else if ((rest & 0x0FFFFFF0) == 0x012FFF30)
        lead_to(code, instruction, FLOW_CALL, -1);
    else if ((rest & 0x0FFFFFF0) == 0x012FFF10 || (rest & 0x0C10F000) == 0x0410F000)
        lead_to(code, instruction, FLOW_JUMP, -1);
    if (instruction->flow == FLOW_ON || condition == ALWAYS)
        return;
    instruction->flow = instruction->flow == FLOW_CALL ? FLOW_CALL : FLOW_BRANCH;
    instruction->always = make_turn(code, place, 4, (uint32_t)ALWAYS << 28 | rest);
    instruction->never = make_turn(code, place, 4, NOP);
}

static void read_thumb(const struct code *code, size_t place, struct instruction *instruction)
{
    enum { NOP = 0x46C0, B = 0xE000 };
    uint32_t half = code_half(code, place), condition = half >> 8 & 15;
    int64_t ahead = (int64_t)place + 4;
    bool compares = (half & 0xF500) == 0xB100; /* cbz, cbnz */
    if ((half >> 12 == 0xD && condition < 14) || compares) {
        int32_t offset = compares ? (int32_t)((half & 0x200) >> 3 | (half & 0xF8) >> 2)
                                  : 2 * signed_bits(half, 8);
        lead_to(code, instruction, FLOW_BRANCH, ahead + offset);
        instruction->always = make_turn(code, place, 2, B | ((uint32_t)(offset / 2) & 0x7FF));
        instruction->never = make_turn(code, place, 2, NOP);
    } else if (half >> 11 == 0x1C) {
        lead_to(code, instruction, FLOW_JUMP, ahead + 2 * signed_bits(half, 11));
    } else if (half == 0x4770 || half >> 8 == 0xBD) {
        lead_to(code, instruction, FLOW_RETURN, -1);
    } else if ((half & 0xFF80) == 0x4780) {
        lead_to(code, instruction, FLOW_CALL, -1);
    } else if ((half & 0xFF80) == 0x4700 || half == 0x4687) {
        lead_to(code, instruction, FLOW_JUMP, -1);
    } else if (half >> 11 >= 0x1D && code->length - place >= 4) {
        uint32_t next = code_half(code, place + 2);
        uint32_t sign = half >> 10 & 1, one = !((next >> 13 & 1) ^ sign), two = !((next >> 11 & 1) ^ sign);
        uint32_t bits = sign << 24 | one << 23 | two << 22 | (half & 0x3FF) << 12 | (next & 0x7FF) << 1;
        instruction->size = 4;
        if (half >> 11 == 0x1E && (next & 0xD000) == 0xD000)
            lead_to(code, instruction, FLOW_CALL, ahead + signed_bits(bits, 25));
        else if (half >> 11 == 0x1E && (next & 0xD000) == 0x9000)
            lead_to(code, instruction, FLOW_JUMP, ahead + signed_bits(bits, 25));
        else if (half == 0xE8BD && next >> 15)
            lead_to(code, instruction, FLOW_RETURN, -1);
    }
}

void flow_read(const struct code *code, const struct xref_base *base, size_t place,
               struct instruction *instruction)
{
    *instruction = (struct instruction){.size = machine_step(code->machine)};
    switch (machine_kind(code->machine)) {
    case MACHINE_MIPS: read_mips(code, base, place, instruction); break;
    case MACHINE_SH: read_sh(code, place, instruction); break;
    case MACHINE_ARM: read_arm(code, place, instruction); break;
    case MACHINE_THUMB: read_thumb(code, place, instruction); break;
    case MACHINE_MIPS16: read_mips16(code, base, place, instruction); break;
    default: read_powerpc(code, place, instruction); break;
    }
}
