/* SPDX-License-Identifier: MIT */
/* Parses JSON texts with json-c, and looks before for what it lets pass: keys that stand twice, too large
 * numbers, and what is no JSON (RFC 8259) though many programs write it. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duplicate.h"
#include "common/byte_order_mark.h"
#include "common/json_node.h"
#include "common/utf8.h"

enum { DEEPEST = 32 };

struct scan {
    const struct json_text *text;
    size_t at;
    unsigned depth;
    char before; /* the last character that is no white space */
    struct level {
        struct json_object *keys; /* seen so far; NULL in an array */
        bool key_next;
    } levels[DEEPEST + 1];
    struct failure *failure;
};

/** A sentence with the place: line and column, both counted from one. */
static bool refuse_at(const struct json_text *text, size_t at, const char *what, struct failure *failure)
{
    size_t line = text->line, column = text->column;
    for (size_t i = 0; i < at; i++) {
        bool inside = ((unsigned char)text->text[i] & 0xC0) == 0x80; /* of a character */
        line += text->text[i] == '\n';
        column = text->text[i] == '\n' ? 1 : column + !inside;
    }
    return refuse(failure, EXIT_INPUT, "%.200s: line %zu, column %zu: %s", text->name, line, column, what);
}

static bool complain(const struct scan *scan, size_t at, const char *what)
{
    return refuse_at(scan->text, at, what, scan->failure);
}

static const char *at_of(const struct scan *scan)
{
    return scan->text->text + scan->at;
}

/** A key with its quotes, decoded, so that none hides behind escapes. */
static bool take_key(struct scan *scan, size_t quote, size_t length)
{
    struct json_object *keys = scan->levels[scan->depth].keys, *decoded = NULL;
    const char *text = scan->text->text + quote;
    char what[100];
    char *key = duplicate(text + 1, length - 2);
    if (key && strchr(key, '\\')) {
        free(key);
        key = duplicate(text, length);
        decoded = key ? json_tokener_parse(key) : NULL;
        free(key);
        key = decoded ? strdup(json_object_get_string(decoded)) : NULL;
        if (!decoded)
            return complain(scan, quote, "a key with a wrong escape");
        json_object_put(decoded);
    }
    bool twice = key && json_object_object_get_ex(keys, key, NULL);
    bool done = key && !twice && json_object_object_add(keys, key, NULL) == 0;
    free(key);
    snprintf(what, sizeof what, "%.*s stands twice", (int)(length < 60 ? length : 60), text);
    return done || (twice ? complain(scan, quote, what) : refuse_memory(scan->failure));
}

static bool take_string(struct scan *scan)
{
    size_t quote = scan->at++;
    const size_t length = scan->text->length;
    while (scan->at < length && *at_of(scan) != '"') {
        unsigned char byte = (unsigned char)*at_of(scan);
        size_t more = byte < 0x80 ? 1 : utf8_sequence((const unsigned char *)at_of(scan), length - scan->at);
        if (byte < 0x20)
            return complain(scan, scan->at, "a control character, which must be written as \\u00XX");
        if (more == 0)
            return complain(scan, scan->at, "no UTF-8: text in another encoding must be converted first");
        scan->at += byte == '\\' ? 2 : more;
    }
    if (scan->at >= length)
        return complain(scan, quote, "a text that does not end");
    struct level *level = &scan->levels[scan->depth];
    if (!level->keys || !level->key_next)
        return true;
    level->key_next = false;
    return take_key(scan, quote, scan->at - quote + 1);
}

/** Length of a number as RFC 8259 has it, or 0. */
static size_t number_length(const char *text)
{
    size_t at = *text == '-', digits = strspn(text + at, "0123456789");
    if (digits == 0 || (digits > 1 && text[at] == '0'))
        return 0;
    at += digits;
    if (text[at] == '.') {
        digits = strspn(text + at + 1, "0123456789");
        at += digits ? digits + 1 : 0;
    }
    if (text[at] == 'e' || text[at] == 'E') {
        size_t sign = text[at + 1] == '-' || text[at + 1] == '+';
        digits = strspn(text + at + 1 + sign, "0123456789");
        at += digits ? digits + 1 + sign : 0;
    }
    return strchr("+-.eE0123456789abcdefghijklmnopqrstuvwxyzINF", text[at]) && text[at] ? 0 : at;
}

/** json-c takes the nearest integer that 64 bits hold. */
static bool take_number(struct scan *scan)
{
    const char *text = at_of(scan);
    size_t digits = strspn(text, "-0123456789"), length = number_length(text);
    if (length == 0)
        return complain(scan, scan->at, "a number that JSON does not have");
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

static bool take_word(struct scan *scan)
{
    static const char *const words[] = {"true", "false", "null"};
    const char *text = at_of(scan);
    size_t length = 0;
    char what[100];
    while (isalnum((unsigned char)text[length]) || text[length] == '_')
        length++;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i]) == length && memcmp(words[i], text, length) == 0) {
            scan->at += length - 1;
            return true;
        }
    snprintf(what, sizeof what, "the word %.*s, which JSON does not have", (int)(length < 40 ? length : 40),
             text);
    return complain(scan, scan->at, what);
}

static bool enter(struct scan *scan, bool object)
{
    if (scan->depth == scan->text->depth)
        return complain(scan, scan->at, "nested too deeply");
    struct level *level = &scan->levels[++scan->depth];
    *level = (struct level){.keys = object ? json_object_new_object() : NULL, .key_next = object};
    return !object || level->keys || refuse_memory(scan->failure);
}

static bool leave(struct scan *scan)
{
    if (scan->before == ',')
        return complain(scan, scan->at, "a comma before a closing bracket");
    if (scan->depth > 0)
        json_object_put(scan->levels[scan->depth--].keys);
    return true;
}

static bool take(struct scan *scan)
{
    char c = *at_of(scan);
    switch (c) {
    case '"': return take_string(scan);
    case '{': return enter(scan, true);
    case '[': return enter(scan, false);
    case '}':
    case ']': return leave(scan);
    case ',': scan->levels[scan->depth].key_next = true; return true;
    case '\'': return complain(scan, scan->at, "a text in single quotes; JSON has double ones");
    case '/':
    case '#': return complain(scan, scan->at, "a comment, which JSON does not have");
    case '-': return take_number(scan);
    default: break;
    }
    if (isdigit((unsigned char)c))
        return take_number(scan);
    return !isalpha((unsigned char)c) || take_word(scan);
}

/** Looks over a text before json-c does, which lets much pass; its later releases refuse large numbers in
 * their own words. */
static bool check(const struct json_text *text, struct failure *failure)
{
    struct scan scan = {.text = text, .failure = failure};
    bool good = true;
    for (; good && scan.at < text->length; scan.at++) {
        char c = *at_of(&scan);
        good = take(&scan);
        scan.before = isspace((unsigned char)c) ? scan.before : c;
    }
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
    default: return "this is no JSON";
    }
}

bool json_parse(const struct json_text *text, struct json_object **object, struct failure *failure)
{
    *object = NULL;
    if (!check(text, failure))
        return false;
    struct json_tokener *tokener = json_tokener_new_ex((int)text->depth + 1);
    if (!tokener)
        return refuse_memory(failure);
    /* Its strict mode is not used: json-c 0.18's refuses letters outside of ASCII. check() is stricter. */
    *object = json_tokener_parse_ex(tokener, text->text, (int)text->length + 1);
    enum json_tokener_error error = json_tokener_get_error(tokener);
    size_t end = json_tokener_get_parse_end(tokener);
    json_tokener_free(tokener);
    if (error == json_tokener_success && end < text->length)
        end += strspn(text->text + end, " \t\r\n");
    if (error == json_tokener_success && end >= text->length)
        return true;
    json_object_put(*object);
    *object = NULL;
    if (error == json_tokener_success)
        error = json_tokener_error_parse_unexpected;
    return refuse_at(text, end, end >= text->length ? sentence(json_tokener_continue) : sentence(error),
                     failure);
}

static struct json_object *parse_object(const struct json_text *text, struct failure *failure)
{
    struct json_object *object;
    if (!json_parse(text, &object, failure))
        return NULL;
    if (json_object_is_type(object, json_type_object))
        return object;
    refuse(failure, EXIT_INPUT, "%.200s: must be a JSON object", text->name);
    json_object_put(object);
    return NULL;
}

struct json_object *json_parse_object(const char *name, const char *text, size_t length,
                                      struct failure *failure)
{
    size_t mark = byte_order_mark(text, length);
    const struct json_text whole = {name, text + mark, length - mark, 1, 1, JSON_DEPTH_LIMIT};
    if (strlen(text) == length && length < JSON_FILE_LIMIT)
        return parse_object(&whole, failure);
    if (length < JSON_FILE_LIMIT)
        refuse(failure, EXIT_INPUT, "%.300s: contains NUL", name);
    else
        refuse(failure, EXIT_INPUT, "%.300s: more than %d bytes", name, JSON_FILE_LIMIT - 1);
    return NULL;
}
