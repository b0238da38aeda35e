/* SPDX-License-Identifier: MIT */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

/* Streaming JSON: no tree, no allocation, always valid UTF-8. */

#include "common/output.h"

enum { JSON_DEPTH = 32, JSON_ESCAPE = 6 /* bytes that one becomes at most */ };

struct json {
    struct output *output;
    bool indent; /* for people; otherwise nothing but what is needed */
    unsigned depth;
    bool filled[JSON_DEPTH]; /* the object or array at that depth has a member */
    bool after_key;
};

void json_begin_object(struct json *json);
void json_end_object(struct json *json);
void json_begin_array(struct json *json);
void json_end_array(struct json *json);
/** Key of the next value; ASCII without characters that need an escape. */
void json_key(struct json *json, const char *key);
/** Members that are written out already, "key":value with commas between them. */
void json_members(struct json *json, const char *text, size_t length);
void json_string(struct json *json, const char *text);
/** A string of ASCII that needs no escape: names and paths of records. */
void json_name(struct json *json, const char *name);
/** length bytes of UTF-8; bytes that are not valid become U+FFFD. */
void json_text(struct json *json, const char *text, size_t length);
void json_unsigned(struct json *json, uint64_t value);
void json_signed(struct json *json, int64_t value);
void json_bool(struct json *json, bool value);
void json_null(struct json *json);
void json_hexadecimal(struct json *json, const uint8_t *bytes, size_t length);
/** value / 10^7 with seven decimals: degrees are up to 291, what 23 bits of 1/8 seconds can be. */
void json_e7(struct json *json, int64_t value);

/* Parts of the above for loops that write many numbers. */

enum { FORMAT_DIGITS = 20 /* of the largest number */ };

/** Appends digits to text, of which FORMAT_DIGITS bytes may be overwritten (and that of a sign); returns the
 * end. */
char *format_unsigned(char *text, uint64_t value);
char *format_signed(char *text, int64_t value);
/** Appends value / 10^7 with seven decimals to text, which has room for 16. */
char *format_e7(char *text, int64_t value);
/** Appends an escaped string without its quotes. */
void output_escaped(struct output *output, const char *text, size_t length);

#endif
