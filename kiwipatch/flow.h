/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_FLOW_H
#define KIWIPATCH_FLOW_H

/* Where the instructions of a program lead to, and what would make a branch take the other way. */

#include "machine.h"
#include "xref.h"

enum flow {
    FLOW_ON,
    FLOW_BRANCH, /* on a condition */
    FLOW_JUMP,
    FLOW_CALL,
    FLOW_RETURN,
};

/** As many bytes as stand there, to be put in their place. */
struct turn {
    size_t place;
    unsigned length; /* 0: there is none */
    uint8_t bytes[4];
};

struct instruction {
    enum flow flow;
    unsigned size;
    bool has_target, has_slot; /* the instruction behind belongs to it */
    size_t target;             /* the end of the program: it leaves the function */
    struct turn always, never; /* of a branch, or of a call on a condition: that it is taken */
};

/** The instruction at a place that has all bytes of the shortest one. */
void flow_read(const struct code *code, const struct xref_base *base, size_t place,
               struct instruction *instruction);

struct function {
    size_t start, end;
};

/** The function that a place of the code lies in. */
void flow_function(const struct code *code, const struct xref_base *base, size_t place,
                   struct function *function);

/** The next call of a place, from a place on; length if there is none. */
size_t flow_next_call(const struct code *code, const struct xref_base *base, size_t from, size_t target);

enum { DECISION_LIMIT = 32 };

/** A branch that decides whether a place is reached. */
struct decision {
    size_t place;
    bool skips; /* the place is not reached if the branch is taken, else if it is not taken */
    struct turn always, never;
};

/** The branches of a function that decide about a place of it; with all, every one. Returns how many. */
size_t flow_decisions(const struct code *code, const struct xref_base *base, const struct function *function,
                      size_t place, bool all, struct decision decisions[DECISION_LIMIT]);

#endif
