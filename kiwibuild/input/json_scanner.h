/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_JSON_SCANNER_H
#define KIWIBUILD_JSON_SCANNER_H

#include <json-c/json.h>

#include "kiwibuild/memory.h"
#include "stream.h"

/** A text of JSON that is taken apart as it is read, so that only one value of it is in memory. */
struct json_scanner {
    struct stream *stream;
    struct failure *failure;
    size_t line, column;             /* of the next character, from 1 */
    size_t value_line, value_column; /* where the last value began */
    struct buffer value;
};

enum { JSON_END = -1, JSON_FAILED = -2 };

/** The next byte, or one of the above. */
int json_peek(struct json_scanner *scanner);
void json_skip(struct json_scanner *scanner);

/** The next byte that is no white space. */
int json_peek_token(struct json_scanner *scanner);

/** Refuses with the place of the next character. */
bool json_refuse(struct json_scanner *scanner, const char *what);

/** Skips white space and the character; if another one stands there, refuses with what. */
bool json_expect(struct json_scanner *scanner, char character, const char *what);

/** The value that begins here; *value is to be put. */
bool json_take_value(struct json_scanner *scanner, struct json_object **value);

#endif
