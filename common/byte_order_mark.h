/* SPDX-License-Identifier: MIT */
#ifndef COMMON_BYTE_ORDER_MARK_H
#define COMMON_BYTE_ORDER_MARK_H

#include <stddef.h>
#include <string.h>

/** Length of the byte order mark before JSON, which RFC 8259, 8.1, lets a reader skip; 0 if there is none. */
static inline size_t byte_order_mark(const void *bytes, size_t length)
{
    static const unsigned char mark[] = {0xEF, 0xBB, 0xBF};
    return length >= sizeof mark && memcmp(bytes, mark, sizeof mark) == 0 ? sizeof mark : 0;
}

#endif
