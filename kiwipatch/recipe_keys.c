/* SPDX-License-Identifier: MIT */
/* Finds keys that stand twice in an object of a recipe, which json-c accepts. */
#include "recipe_keys.h"

#include <string.h>

enum { KEY_LIMIT = 64 }; /* per object; no recipe has so many */

struct level {
    bool object;
    bool key_next;
    size_t count;
    struct {
        const char *text;
        size_t length;
    } keys[KEY_LIMIT];
};

struct scan {
    const char *name, *text;
    size_t length, at;
    unsigned depth;
    struct level levels[JSON_DEPTH_LIMIT + 2];
    struct failure *failure;
};

static bool take_key(struct scan *scan, const char *text, size_t length)
{
    struct level *level = &scan->levels[scan->depth];
    if (memchr(text, '\\', length))
        return refuse(scan->failure, EXIT_INPUT, "%.200s: byte %zu: a key with an escape", scan->name,
                      scan->at);
    for (size_t i = 0; i < level->count; i++) {
        if (level->keys[i].length == length && memcmp(level->keys[i].text, text, length) == 0)
            return refuse(scan->failure, EXIT_INPUT, "%.200s: byte %zu: \"%.*s\" stands twice", scan->name,
                          scan->at, (int)(length < 60 ? length : 60), text);
    }
    if (level->count == KEY_LIMIT)
        return refuse(scan->failure, EXIT_INPUT, "%.200s: byte %zu: too many keys", scan->name, scan->at);
    level->keys[level->count].text = text;
    level->keys[level->count++].length = length;
    return true;
}

static bool take_string(struct scan *scan)
{
    size_t start = ++scan->at;
    while (scan->at < scan->length && scan->text[scan->at] != '"')
        scan->at += scan->text[scan->at] == '\\' ? 2 : 1;
    struct level *level = &scan->levels[scan->depth];
    if (!level->object || !level->key_next || scan->at >= scan->length)
        return true;
    level->key_next = false;
    return take_key(scan, scan->text + start, scan->at - start);
}

bool recipe_check_keys(const char *name, const char *text, size_t length, struct failure *failure)
{
    static const struct level nothing;
    struct scan scan = {.name = name, .text = text, .length = length, .failure = failure};
    for (; scan.at < length; scan.at++) {
        char c = text[scan.at];
        if (c == '"' && !take_string(&scan))
            return false;
        if (c == '{' || c == '[') {
            if (scan.depth == JSON_DEPTH_LIMIT)
                return refuse(failure, EXIT_INPUT, "%.200s: byte %zu: nested too deeply", name, scan.at);
            scan.levels[++scan.depth] = nothing;
            scan.levels[scan.depth].object = scan.levels[scan.depth].key_next = c == '{';
        }
        if ((c == '}' || c == ']') && scan.depth > 0)
            scan.depth--;
        if (c == ',')
            scan.levels[scan.depth].key_next = true;
    }
    return true;
}
