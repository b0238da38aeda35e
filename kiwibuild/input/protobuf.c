/* SPDX-License-Identifier: MIT */
/* Reads the fields of a protocol buffer's message. */
#include "protobuf.h"

enum wire_type {
    WIRE_VARINT,
    WIRE_64_BITS,
    WIRE_BYTES,
    WIRE_32_BITS = 5,
};

enum { VARINT_BITS = 64, BITS_PER_BYTE = 7 };

uint64_t protobuf_varint(struct protobuf *packed)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < VARINT_BITS && packed->at < packed->end; shift += BITS_PER_BYTE) {
        uint8_t byte = *packed->at++;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80))
            return value;
    }
    packed->bad = true;
    return 0;
}

static void take_bytes(struct protobuf *message, struct protobuf_field *field, uint64_t length)
{
    if (length > protobuf_length(message)) {
        message->bad = true;
        return;
    }
    field->is_bytes = true;
    field->bytes = (struct protobuf){message->at, message->at + length, false};
    message->at += length;
}

bool protobuf_next(struct protobuf *message, struct protobuf_field *field)
{
    if (!protobuf_more(message))
        return false;
    uint64_t key = protobuf_varint(message);
    *field = (struct protobuf_field){.number = (unsigned)(key >> 3)};
    message->bad = message->bad || key >> 3 == 0 || key > UINT32_MAX;
    switch ((enum wire_type)(key & 7)) {
    case WIRE_VARINT: field->value = protobuf_varint(message); break;
    case WIRE_64_BITS: take_bytes(message, field, 8); break;
    case WIRE_BYTES: take_bytes(message, field, protobuf_varint(message)); break;
    case WIRE_32_BITS: take_bytes(message, field, 4); break;
    default: message->bad = true;
    }
    return !message->bad;
}
