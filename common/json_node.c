/* SPDX-License-Identifier: MIT */
/* Reads members of JSON objects; what is wrong is refused with its place and key. */
#include "common/json_node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool json_complain(const struct json_node *node, const char *key, const char *text)
{
    return refuse(node->failure, EXIT_INPUT, "%.200s: %s%s\"%.60s\": %s", node->name, node->where,
                  node->where[0] ? "." : "", key, text);
}

bool json_only_keys(const struct json_node *node, const char *const *keys)
{
    json_object_object_foreach(node->object, key, value)
    {
        size_t i = 0;
        (void)value;
        while (keys[i] && strcmp(keys[i], key) != 0)
            i++;
        if (!keys[i])
            return json_complain(node, key, "unknown key");
    }
    return true;
}

bool json_require_keys(const struct json_node *node, const char *const *keys)
{
    for (size_t i = 0; keys[i]; i++)
        if (!json_has(node, keys[i]))
            return json_complain(node, keys[i], "is missing");
    return true;
}

bool json_check_keys(const struct json_node *node, const char *const *keys)
{
    return json_only_keys(node, keys) && json_require_keys(node, keys);
}

bool json_has(const struct json_node *node, const char *key)
{
    return json_object_object_get_ex(node->object, key, NULL);
}

bool json_get(const struct json_node *node, const char *key, enum json_type type, bool needed,
              struct json_object **value)
{
    static const char *const types[] = {[json_type_int] = "an integer",
                                        [json_type_string] = "a string",
                                        [json_type_object] = "an object",
                                        [json_type_array] = "an array",
                                        [json_type_boolean] = "true or false"};
    char text[40];
    *value = NULL;
    if (!json_object_object_get_ex(node->object, key, value))
        return !needed || json_complain(node, key, "is missing");
    snprintf(text, sizeof text, "must be %s", types[type]);
    return json_object_is_type(*value, type) || json_complain(node, key, text);
}

bool json_read_boolean(const struct json_node *node, const char *key, bool *result)
{
    struct json_object *value;
    if (!json_get(node, key, json_type_boolean, true, &value))
        return false;
    *result = json_object_get_boolean(value);
    return true;
}

bool json_read_name(const struct json_node *node, const char *key, const char *const *names, int *result)
{
    struct json_object *value = json_object_object_get(node->object, key);
    const char *text = json_object_get_string(value);
    char message[120] = "must be";
    for (int i = 0; names[i]; i++) {
        size_t used = strlen(message);
        if (json_object_is_type(value, json_type_string) && strcmp(names[i], text) == 0) {
            *result = i;
            return true;
        }
        snprintf(message + used, sizeof message - used, "%s \"%s\"", i ? " or" : "", names[i]);
    }
    return json_complain(node, key, message);
}

bool json_read_number(const struct json_node *node, const char *key, int64_t *result)
{
    struct json_object *value;
    if (!json_get(node, key, json_type_int, true, &value))
        return false;
    *result = json_object_get_int64(value);
    /* json-c gives the nearest one for what only a uint64_t holds. */
    return *result < 0 || (uint64_t)*result == json_object_get_uint64(value) ||
           json_complain(node, key, "must lie in -9223372036854775808..9223372036854775807");
}

bool json_read_integer(const struct json_node *node, const char *key, int low, int high, int *result)
{
    struct json_object *value;
    char text[80];
    if (!json_get(node, key, json_type_int, true, &value))
        return false;
    int64_t number = json_object_get_int64(value);
    snprintf(text, sizeof text, "must lie in %d..%d", low, high);
    if (number < low || number > high)
        return json_complain(node, key, text);
    *result = (int)number;
    return true;
}

bool json_read_string(const struct json_node *node, const char *key, char **result)
{
    struct json_object *value;
    if (!json_get(node, key, json_type_string, true, &value))
        return false;
    size_t length = (size_t)json_object_get_string_len(value);
    if (strlen(json_object_get_string(value)) != length)
        return json_complain(node, key, "must not contain NUL");
    *result = malloc(length + 1);
    if (!*result)
        return refuse_memory(node->failure);
    memcpy(*result, json_object_get_string(value), length + 1);
    return true;
}

bool json_enter(const struct json_node *parent, const char *key, enum json_type type, struct json_node *child)
{
    *child = *parent;
    snprintf(child->where, sizeof child->where, "%.70s%s\"%.70s\"", parent->where,
             parent->where[0] ? "." : "", key);
    child->object = json_object_object_get(parent->object, key);
    return json_object_is_type(child->object, type) ||
           json_complain(parent, key, type == json_type_array ? "must be an array" : "must be an object");
}
