/* SPDX-License-Identifier: MIT */
#ifndef COMMON_JSON_NODE_H
#define COMMON_JSON_NODE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/failure.h"

enum {
    JSON_DEPTH_LIMIT = 8,      /* of arrays and objects in each other */
    JSON_FILE_LIMIT = 1 << 24, /* bytes */
};

/** A place in a file of the user's: the object read and how to name it in a message. */
struct json_node {
    struct json_object *object;
    char where[160];  /* the keys that lead here; empty for the root */
    const char *name; /* of the file */
    struct failure *failure;
};

/** A text, or a part of one, with NUL behind it. */
struct json_text {
    const char *name, *text;
    size_t length;
    size_t line, column; /* of its first character, from 1 */
    unsigned depth;      /* of arrays and objects in each other that is allowed, up to 32 */
};

/**
 * Parses a value, which may be NULL for null and is to be put. False if anything about it is in doubt, as
 * with json_parse_object().
 */
bool json_parse(const struct json_text *text, struct json_object **object, struct failure *failure);

/**
 * The root of a JSON text, an object to be put; NULL if anything about it is in doubt: other syntax than
 * JSON's, text that is not UTF-8, an integer that 64 bits do not hold, a key that stands twice in an object.
 */
struct json_object *json_parse_object(const char *name, const char *text, size_t length,
                                      struct failure *failure);

/**
 * The next object of a text that other programs wrote, with several of them, from *at on, which moves behind
 * it; NULL if it is none. Fewer than INT_MAX bytes. What JSON programs differ in is not looked at.
 */
struct json_object *json_parse_next(const char *name, const char *text, size_t length, size_t *at,
                                    struct failure *failure);

/** Refuses with the place, the key and what is wrong with its value. */
bool json_complain(const struct json_node *node, const char *key, const char *text);

/** keys ends with NULL; others are refused. */
bool json_only_keys(const struct json_node *node, const char *const *keys);
/** Every key is required. */
bool json_require_keys(const struct json_node *node, const char *const *keys);
/** Both. */
bool json_check_keys(const struct json_node *node, const char *const *keys);

bool json_has(const struct json_node *node, const char *key);
/** The value, or NULL if there is none. False if it has another type, or is missing and needed. */
bool json_get(const struct json_node *node, const char *key, enum json_type type, bool needed,
              struct json_object **value);

bool json_read_integer(const struct json_node *node, const char *key, int low, int high, int *result);
/** Any number that an int64_t holds. */
bool json_read_number(const struct json_node *node, const char *key, int64_t *result);
bool json_read_boolean(const struct json_node *node, const char *key, bool *result);
/** The position of a string in names, which ends with NULL. */
bool json_read_name(const struct json_node *node, const char *key, const char *const *names, int *result);
/** A string without NUL in it, to be freed. */
bool json_read_string(const struct json_node *node, const char *key, char **result);

/** Goes to the object or array that is the value of a key. */
bool json_enter(const struct json_node *parent, const char *key, enum json_type type,
                struct json_node *child);

#endif
