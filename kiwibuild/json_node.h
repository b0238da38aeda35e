/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_JSON_NODE_H
#define KIWIBUILD_JSON_NODE_H

#include <json-c/json.h>
#include <stdbool.h>

#include "common/failure.h"
#include "memory.h"

/** A place in a profile or layout: the object read and how to name it in a message. */
struct json_node {
    struct json_object *object;
    char where[160];
    const char *name; /**< of the file */
    struct failure *failure;
};

/** Refuses with the place, the key and what is wrong with its value. */
bool json_complain(const struct json_node *node, const char *key, const char *text);

/** keys ends with NULL; others are refused. */
bool json_only_keys(const struct json_node *node, const char *const *keys);

/** Every key is required. */
bool json_require_keys(const struct json_node *node, const char *const *keys);

/** Both. */
bool json_check_keys(const struct json_node *node, const char *const *keys);

bool json_has(const struct json_node *node, const char *key);
bool json_read_integer(const struct json_node *node, const char *key, int low, int high, int *result);
bool json_read_boolean(const struct json_node *node, const char *key, bool *result);

/** The position of a string in names, which ends with NULL. */
bool json_read_name(const struct json_node *node, const char *key, const char *const *names, int *result);

/** A string to be freed. */
bool json_read_string(const struct json_node *node, const char *key, char **result);
char *json_copy_string(const char *text);

/** Goes to the object or array that is the value of a key. */
bool json_enter(const struct json_node *parent, const char *key, enum json_type type,
                struct json_node *child);

/** The root of a JSON text, an object to be put, or NULL. */
struct json_object *json_parse_object(const char *name, const char *text, struct failure *failure);

/** Appends a file and a NUL. */
bool json_read_file(const char *path, struct buffer *text, struct failure *failure);

#endif
