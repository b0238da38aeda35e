/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_PROTOBUF_H
#define KIWIBUILD_PROTOBUF_H

/* Protocol buffers, as far as OpenStreetMap's files need them:
 * https://protobuf.dev/programming-guides/encoding */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes of a message, or of packed numbers, that are not read yet. */
struct protobuf {
    const uint8_t *at, *end;
    bool bad; /* something was no protocol buffer; nothing more is read then */
};

struct protobuf_field {
    unsigned number;
    bool is_bytes; /* else value counts */
    uint64_t value;
    struct protobuf bytes; /* a text, a message or packed numbers */
};

/** The next field, or false at the end or where it is bad. */
bool protobuf_next(struct protobuf *message, struct protobuf_field *field);

/** The next of packed numbers; 0 if it is bad. */
uint64_t protobuf_varint(struct protobuf *packed);

static inline bool protobuf_more(const struct protobuf *packed)
{
    return packed->at < packed->end && !packed->bad;
}

static inline size_t protobuf_length(const struct protobuf *bytes)
{
    return (size_t)(bytes->end - bytes->at);
}

/** The signed number that is written as 0, -1, 1, -2, ... */
static inline int64_t protobuf_signed(uint64_t value)
{
    return (int64_t)(value >> 1 ^ (0 - (value & 1)));
}

#endif
