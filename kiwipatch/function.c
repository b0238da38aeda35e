/* SPDX-License-Identifier: MIT */
/* Functions of a program, who calls them, and the branches in them. */
#include "flow.h"

enum { FUNCTION_LIMIT = 1 << 16 /* bytes; nothing is looked for farther away */ };

/** Whether an instruction is how functions begin: room on the stack, or registers saved there. */
static bool is_entry(const struct code *code, size_t place)
{
    enum machine kind = machine_kind(code->machine);
    if (machine_step(code->machine) == 4) {
        uint32_t word = code_word(code, place);
        return kind == MACHINE_MIPS  ? (word & 0xFFFF8000) == 0x27BD8000 || (word & 0xFFFF8000) == 0x67BD8000
               : kind == MACHINE_ARM ? (word & 0xFFFF0000) == 0xE92D0000 || word == 0xE52DE004
                                     : (word & 0xFFFF8000) == 0x94218000;
    }
    uint32_t half = code_half(code, place);
    return kind == MACHINE_SH      ? (half & 0xFF0F) == 0x2F06 || half == 0x4F22
           : kind == MACHINE_THUMB ? half >> 8 == 0xB5 || half == 0xE92D
                                   : (half & 0xFF80) == 0x6480 || (half & 0xFF80) == 0x6380;
}

/** The address of a function may stand in the program, or be that of a call. */
struct start {
    const struct xref_base *base;
    const struct code *code;
    size_t place, least, found;
};

static void take_start(struct start *start, size_t place)
{
    if (place <= start->place && place >= start->least && place > start->found)
        start->found = place;
}

static bool take_address(void *context, const struct use *use)
{
    struct start *start = context;
    size_t place;
    uint32_t address = machine_kind(start->code->machine) == MACHINE_THUMB ? use->value & ~UINT32_C(1)
                                                                           : use->value;
    if (!use->relative && xref_place_of(start->base, start->code->length, address, &place) &&
        place % machine_step(start->code->machine) == start->code->phase % machine_step(start->code->machine))
        take_start(start, place);
    return true;
}

/** Behind the last return before a place: the first instruction that is an entry, or 0. */
static size_t entry_behind_return(const struct code *code, const struct xref_base *base, size_t least,
                                  size_t place)
{
    unsigned step = machine_step(code->machine);
    size_t behind = least;
    struct instruction instruction;
    for (size_t at = least; at < place; at += step) {
        flow_read(code, base, at, &instruction);
        if (instruction.flow == FLOW_RETURN)
            behind = at + instruction.size + (instruction.has_slot ? step : 0);
    }
    for (size_t at = behind; at <= place; at += step)
        if (is_entry(code, at))
            return at;
    return 0;
}

static size_t find_end(const struct code *code, const struct xref_base *base, size_t start, size_t place)
{
    size_t limit = code->length - start < FUNCTION_LIMIT ? code->length : start + FUNCTION_LIMIT;
    size_t farthest = place;
    struct instruction instruction = {.size = 1};
    for (size_t at = start; at < limit && limit - at >= machine_step(code->machine); at += instruction.size) {
        flow_read(code, base, at, &instruction);
        size_t behind = at + instruction.size + (instruction.has_slot ? machine_step(code->machine) : 0);
        if (instruction.flow == FLOW_BRANCH && instruction.has_target && instruction.target > farthest &&
            instruction.target < limit)
            farthest = instruction.target;
        bool ends = instruction.flow == FLOW_RETURN || instruction.flow == FLOW_JUMP;
        if (instruction.flow == FLOW_JUMP && instruction.has_target && instruction.target > at &&
            instruction.target < limit && instruction.target - at < 4096) {
            farthest = instruction.target > farthest ? instruction.target : farthest;
            ends = false;
        }
        if (ends && at >= farthest)
            return behind < limit ? behind : limit;
    }
    return limit;
}

void flow_function(const struct code *code, const struct xref_base *base, size_t place,
                   struct function *function)
{
    unsigned step = machine_step(code->machine);
    size_t least = place > FUNCTION_LIMIT ? place - FUNCTION_LIMIT : 0;
    least += (code->phase % step + step - least % step) % step;
    struct start start = {base, code, place, least, 0};
    struct instruction instruction;
    for (size_t at = code->phase % step; at < code->length && code->length - at >= step; at += step) {
        flow_read(code, base, at, &instruction);
        if (instruction.flow == FLOW_CALL && instruction.has_target)
            take_start(&start, instruction.target);
    }
    machine_uses(code, take_address, &start);
    function->start = start.found > least ? start.found : least;
    if (start.found == 0 || find_end(code, base, start.found, start.found) <= place) {
        size_t entry = entry_behind_return(code, base, function->start, place);
        function->start = entry > function->start ? entry : function->start;
    }
    function->end = find_end(code, base, function->start, place);
}

size_t flow_next_call(const struct code *code, const struct xref_base *base, size_t from, size_t target)
{
    unsigned step = machine_step(code->machine);
    struct instruction instruction;
    for (size_t at = from; at < code->length && code->length - at >= step; at += step) {
        flow_read(code, base, at, &instruction);
        if (instruction.flow == FLOW_CALL && instruction.has_target && instruction.target == target)
            return at;
    }
    return code->length;
}

/** Whether what stands between a branch and its target leads away from there: returns, or jumps over place.
 */
static bool leads_away(const struct code *code, const struct xref_base *base, size_t from, size_t to,
                       size_t place)
{
    struct instruction instruction;
    for (size_t at = from; at < to; at += instruction.size) {
        flow_read(code, base, at, &instruction);
        if (instruction.flow == FLOW_RETURN ||
            (instruction.flow == FLOW_JUMP && (instruction.target > place || instruction.target < from)))
            return true;
    }
    return false;
}

size_t flow_decisions(const struct code *code, const struct xref_base *base, const struct function *function,
                      size_t place, bool all, struct decision decisions[DECISION_LIMIT])
{
    size_t count = 0;
    struct instruction instruction = {.size = 1};
    for (size_t at = function->start; at < function->end && count < DECISION_LIMIT; at += instruction.size) {
        flow_read(code, base, at, &instruction);
        bool is_call = instruction.flow == FLOW_CALL && at == place && instruction.always.length != 0;
        if (instruction.flow != FLOW_BRANCH && !is_call)
            continue;
        size_t target = instruction.target;
        bool skips = !is_call && target > place && at < place;
        bool leads = !is_call && !skips && at < place && target > at && target <= place &&
                     leads_away(code, base, at + instruction.size, target, place);
        if (skips || leads || is_call || all)
            decisions[count++] = (struct decision){at, skips || (all && !leads), instruction.always,
                                                   instruction.never};
    }
    return count;
}
