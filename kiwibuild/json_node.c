/* SPDX-License-Identifier: MIT */
/* Reads members of JSON objects; what is wrong is refused with its place and key. */
#include "json_node.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/byte_order_mark.h"

bool json_complain(const struct json_node *node, const char *key, const char *text)
{
    return refuse(node->failure, EXIT_INPUT, "%s: %s%s\"%s\": %s", node->name, node->where,
                  node->where[0] ? "." : "", key, text);
}

bool json_only_keys(const struct json_node *node, const char *const *keys)
{
    size_t i;

    json_object_object_foreach(node->object, key, value)
    {
        (void)value;
        for (i = 0; keys[i] && strcmp(keys[i], key); i++)
            ;
        if (!keys[i])
            return json_complain(node, key, "unknown key");
    }
    return true;
}

bool json_check_keys(const struct json_node *node, const char *const *keys)
{
    return json_only_keys(node, keys) && json_require_keys(node, keys);
}

bool json_require_keys(const struct json_node *node, const char *const *keys)
{
    for (size_t i = 0; keys[i]; i++)
        if (!json_has(node, keys[i]))
            return json_complain(node, keys[i], "is missing");
    return true;
}

bool json_has(const struct json_node *node, const char *key)
{
    return json_object_object_get_ex(node->object, key, NULL);
}

bool json_read_boolean(const struct json_node *node, const char *key, bool *result)
{
    struct json_object *value = json_object_object_get(node->object, key);

    *result = json_object_get_boolean(value);
    return json_object_is_type(value, json_type_boolean) || json_complain(node, key, "must be true or false");
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

bool json_read_integer(const struct json_node *node, const char *key, int low, int high, int *result)
{
    struct json_object *value = json_object_object_get(node->object, key);
    char text[80];
    int64_t number;

    if (!json_object_is_type(value, json_type_int))
        return json_complain(node, key, "must be an integer");
    number = json_object_get_int64(value);
    snprintf(text, sizeof text, "must lie in %d..%d", low, high);
    if (number < low || number > high)
        return json_complain(node, key, text);
    *result = (int)number;
    return true;
}

char *json_copy_string(const char *text)
{
    size_t length = strlen(text) + 1;

    return memcpy(allocate(length, 1), text, length);
}

bool json_read_string(const struct json_node *node, const char *key, char **result)
{
    struct json_object *value = json_object_object_get(node->object, key);

    if (!json_object_is_type(value, json_type_string))
        return json_complain(node, key, "must be a string");
    *result = json_copy_string(json_object_get_string(value));
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

static struct json_object *parse_strictly(const char *name, const char *text, struct failure *failure)
{
    struct json_tokener *tokener = json_tokener_new();
    struct json_object *object = NULL;
    size_t length = strlen(text);

    if (tokener && length < INT_MAX) {
        json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
        object = json_tokener_parse_ex(tokener, text, (int)length + 1);
        if (!object)
            refuse(failure, EXIT_INPUT, "%s: byte %zu: %s", name, json_tokener_get_parse_end(tokener),
                   json_tokener_error_desc(json_tokener_get_error(tokener)));
    } else {
        refuse(failure, EXIT_INPUT, "%s: too large", name);
    }
    json_tokener_free(tokener);
    return object;
}

bool json_read_file(const char *path, struct buffer *text, struct failure *failure)
{
    FILE *file = fopen(path, "rb");
    size_t length;
    bool done;

    if (!file)
        return refuse(failure, EXIT_SYSTEM, "%s: %s", path, strerror(errno));
    do {
        length = fread(buffer_room(text, 65536), 1, 65536, file);
        text->size += length;
    } while (length > 0);
    done = !ferror(file) || refuse(failure, EXIT_SYSTEM, "%s: %s", path, strerror(errno));
    fclose(file);
    buffer_append(text, "", 1);
    return done;
}

struct json_object *json_parse_object(const char *name, const char *text, struct failure *failure)
{
    struct json_object *object;

    failure->text[0] = '\0';
    object = parse_strictly(name, text + byte_order_mark(text, strlen(text)), failure);
    if (json_object_is_type(object, json_type_object))
        return object;
    if (!failure->text[0])
        refuse(failure, EXIT_INPUT, "%s: must be a JSON object", name);
    json_object_put(object);
    return NULL;
}
