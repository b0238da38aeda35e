/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_TEXT_H
#define KIWIDUMP_TEXT_H

/* Values of properties as text, for formats that have a way of their own to escape it. */

#include "common/json.h"
#include "kiwidump/features/feature.h"

/** Where text goes that is escaped on the way; too large for the stack of a thread. */
struct text_writer {
    struct output *output;
    /** Puts a byte of ASCII, not a control character but tab, line feed or carriage return. */
    void (*put)(struct output *output, char c);
    struct output nested; /* JSON on its way into text */
};

/**
 * Puts text that is neither trusted nor escaped: what is no valid UTF-8, and characters that XML does not
 * know, such as control characters, become U+FFFD.
 */
void text_put(struct text_writer *writer, const char *text, size_t length);

/** The value of a property: numbers, true and false, text; objects and lists as JSON; nothing for null. */
enum kiwi_status text_value(struct text_writer *writer, const struct property *property,
                            struct kiwi_error *error);

#endif
