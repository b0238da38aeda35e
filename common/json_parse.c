/* SPDX-License-Identifier: MIT */
/* Parses JSON texts with json-c, and looks for what it lets pass: keys that stand twice, too large numbers.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/byte_order_mark.h"
#include "common/json_node.h"

struct scan {
    const char *name, *text;
    size_t length, at;
    unsigned depth;
    struct level {
        struct json_object *keys; /* seen so far; NULL in an array */
        bool key_next;
    } levels[JSON_DEPTH_LIMIT + 1];
    struct failure *failure;
};

/** A sentence with the place: line and byte, both counted from one. */
static bool refuse_at(const char *name, const char *text, size_t at, const char *what,
                      struct failure *failure)
{
    size_t line = 1;
    for (size_t i = 0; i < at; i++)
        line += text[i] == '\n';
    return refuse(failure, EXIT_INPUT, "%.200s: line %zu, byte %zu: %s", name, line, at + 1, what);
}

static bool complain(const struct scan *scan, size_t at, const char *what)
{
    return refuse_at(scan->name, scan->text, at, what, scan->failure);
}

/** The key of a quote. Those with escapes are refused, so that none can hide. */
static bool take_key(struct scan *scan, size_t quote, size_t length)
{
    struct json_object *keys = scan->levels[scan->depth].keys;
    const char *text = scan->text + quote + 1;
    char what[100];
    if (memchr(text, '\\', length))
        return complain(scan, quote, "a key with an escape");
    char *key = strndup(text, length);
    bool twice = key && json_object_object_get_ex(keys, key, NULL);
    bool done = key && !twice && json_object_object_add(keys, key, NULL) == 0;
    free(key);
    snprintf(what, sizeof what, "\"%.*s\" stands twice", (int)(length < 60 ? length : 60), text);
    return done || (twice ? complain(scan, quote, what) : refuse_memory(scan->failure));
}

static bool take_string(struct scan *scan)
{
    size_t quote = scan->at++;
    while (scan->at < scan->length && scan->text[scan->at] != '"')
        scan->at += scan->text[scan->at] == '\\' ? 2 : 1;
    struct level *level = &scan->levels[scan->depth];
    if (!level->keys || !level->key_next || scan->at >= scan->length)
        return true;
    level->key_next = false;
    return take_key(scan, quote, scan->at - quote - 1);
}

/** json-c takes the nearest integer that 64 bits hold. */
static bool take_number(struct scan *scan)
{
    const char *text = scan->text + scan->at;
    size_t digits = strspn(text, "-0123456789");
    size_t length = strspn(text, "-+.0123456789eE");
    errno = 0;
    if (*text == '-')
        strtoll(text, NULL, 10);
    else
        strtoull(text, NULL, 10);
    if (digits == length && errno == ERANGE)
        return complain(scan, scan->at, "a number of more than 64 bits");
    scan->at += length - 1;
    return true;
}

static bool enter(struct scan *scan, bool object)
{
    if (scan->depth == JSON_DEPTH_LIMIT)
        return complain(scan, scan->at, "nested too deeply");
    struct level *level = &scan->levels[++scan->depth];
    *level = (struct level){.keys = object ? json_object_new_object() : NULL, .key_next = object};
    return !object || level->keys || refuse_memory(scan->failure);
}

static bool take(struct scan *scan)
{
    switch (scan->text[scan->at]) {
    case '"': return take_string(scan);
    case '{': return enter(scan, true);
    case '[': return enter(scan, false);
    case '}':
    case ']':
        if (scan->depth > 0)
            json_object_put(scan->levels[scan->depth--].keys);
        return true;
    case ',': scan->levels[scan->depth].key_next = true; return true;
    case '-': return take_number(scan);
    default: return !isdigit((unsigned char)scan->text[scan->at]) || take_number(scan);
    }
}

/** Looks over a text before json-c does, whose later releases refuse large numbers in their own words. */
static bool check(const char *name, const char *text, size_t length, struct failure *failure)
{
    struct scan scan = {.name = name, .text = text, .length = length, .failure = failure};
    bool good = true;
    for (; good && scan.at < length; scan.at++)
        good = take(&scan);
    while (scan.depth > 0)
        json_object_put(scan.levels[scan.depth--].keys);
    return good;
}

/** json-c's names of errors are for programmers. */
static const char *sentence(enum json_tokener_error error)
{
    switch (error) {
    case json_tokener_error_depth: return "it is nested too deeply";
    case json_tokener_continue:
    case json_tokener_error_parse_eof: return "the text ends too early: a quote or bracket is still open";
    case json_tokener_error_parse_unexpected: return "this character cannot stand here";
    case json_tokener_error_parse_null:
    case json_tokener_error_parse_boolean:
        return "this is no value: it must be a number, a \"text\", true, false, null, [...] or {...}";
    case json_tokener_error_parse_number: return "this is no number as JSON writes them";
    case json_tokener_error_parse_array: return "a comma or ] is missing between two values of a list";
    case json_tokener_error_parse_object_key_name: return "a key in double quotes must stand here";
    case json_tokener_error_parse_object_key_sep: return "a colon is missing behind the key";
    case json_tokener_error_parse_object_value_sep: return "a comma or } is missing behind the value";
    case json_tokener_error_parse_string:
        return "this text has an escape or a character that JSON does not know";
    case json_tokener_error_parse_comment: return "JSON has no comments";
    case json_tokener_error_parse_utf8_string: return "this text is not UTF-8";
    default: return "this is no JSON";
    }
}

/** One value from *at on, which moves behind it or to what is wrong. */
static bool take_value(const char *name, const char *text, size_t length, size_t *at, int depth, int flags,
                       struct json_object **value, struct failure *failure)
{
    struct json_tokener *tokener = json_tokener_new_ex(depth);
    if (!tokener)
        return refuse_memory(failure);
    json_tokener_set_flags(tokener, flags);
    *value = json_tokener_parse_ex(tokener, text + *at, (int)(length - *at));
    enum json_tokener_error error = json_tokener_get_error(tokener);
    *at += json_tokener_get_parse_end(tokener);
    json_tokener_free(tokener);
    return error == json_tokener_success || refuse_at(name, text, *at, sentence(error), failure);
}

static bool must_be_object(const char *name, struct json_object *value, struct failure *failure)
{
    return json_object_is_type(value, json_type_object) ||
           refuse(failure, EXIT_INPUT, "%.200s: must be a JSON object", name);
}

static struct json_object *parse(const char *name, const char *text, size_t length, struct failure *failure)
{
    struct json_object *object = NULL;
    size_t at = 0; /* the NUL behind the text ends it */
    if (check(name, text, length, failure) &&
        take_value(name, text, length + 1, &at, JSON_DEPTH_LIMIT,
                   JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8, &object, failure) &&
        must_be_object(name, object, failure))
        return object;
    json_object_put(object);
    return NULL;
}

struct json_object *json_parse_next(const char *name, const char *text, size_t length, size_t *at,
                                    struct failure *failure)
{
    enum { DEPTH = 64 };
    struct json_object *object = NULL;
    if (take_value(name, text, length, at, DEPTH, 0, &object, failure) &&
        must_be_object(name, object, failure))
        return object;
    json_object_put(object);
    return NULL;
}

struct json_object *json_parse_object(const char *name, const char *text, size_t length,
                                      struct failure *failure)
{
    size_t mark = byte_order_mark(text, length);
    if (strlen(text) == length && length < JSON_FILE_LIMIT)
        return parse(name, text + mark, length - mark, failure);
    if (length < JSON_FILE_LIMIT)
        refuse(failure, EXIT_INPUT, "%.300s: contains NUL", name);
    else
        refuse(failure, EXIT_INPUT, "%.300s: more than %d bytes", name, JSON_FILE_LIMIT - 1);
    return NULL;
}
