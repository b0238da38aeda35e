/* SPDX-License-Identifier: MIT */
/* Tags of a feature: finding one, and putting a list of them together. */
#include "tags.h"

#include <ctype.h>
#include <string.h>

const char *tags_get(const struct tags *tags, const char *key)
{
    for (size_t i = 0; tags && i < tags->count; i++)
        if (strcmp(tags->items[i].key, key) == 0)
            return tags->items[i].value;
    return NULL;
}

void tag_list_clear(struct tag_list *list)
{
    list->tags = (struct tags){0};
    list->texts.size = 0;
}

static size_t put_text(struct tag_list *list, const char *text, size_t length)
{
    size_t place = list->texts.size;
    buffer_append(&list->texts, text, length);
    buffer_append(&list->texts, "", 1);
    return place;
}

void tag_list_add(struct tag_list *list, const char *key, size_t key_length, const char *value,
                  size_t value_length)
{
    size_t count = list->tags.count;
    list->places = grow(list->places, &list->place_capacity, 2 * (count + 1), sizeof *list->places);
    list->places[2 * count] = put_text(list, key, key_length);
    list->places[2 * count + 1] = put_text(list, value, value_length);
    list->tags.count++;
}

const struct tags *tag_list_get(struct tag_list *list)
{
    const char *texts = (const char *)list->texts.bytes;
    list->items = grow(list->items, &list->capacity, list->tags.count + 1, sizeof *list->items);
    for (size_t i = 0; i < list->tags.count; i++)
        list->items[i] = (struct tag){texts + list->places[2 * i], texts + list->places[2 * i + 1]};
    list->tags.items = list->items;
    return &list->tags;
}

void tag_list_free(struct tag_list *list)
{
    release(list->items);
    release(list->places);
    buffer_free(&list->texts);
    *list = (struct tag_list){0};
}

/* hstore */

static const char *skip_blanks(const char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    return text;
}

/** A text in quotes, in which a backslash takes the next character as it is. Returns what is behind, or NULL.
 */
static const char *read_quoted(const char *text, struct buffer *result)
{
    result->size = 0;
    if (*text++ != '"')
        return NULL;
    for (; *text && *text != '"'; text++) {
        text += *text == '\\' && text[1];
        buffer_append(result, text, 1);
    }
    return *text ? text + 1 : NULL;
}

static const char *read_value(const char *text, struct buffer *value)
{
    if (strncmp(text, "NULL", 4) != 0)
        return read_quoted(text, value);
    value->size = 0;
    return text + 4;
}

static const char *read_pair(const char *text, struct buffer *key, struct buffer *value)
{
    text = read_quoted(skip_blanks(text), key);
    if (!text)
        return NULL;
    text = skip_blanks(text);
    if (strncmp(text, "=>", 2) != 0)
        return NULL;
    text = read_value(skip_blanks(text + 2), value);
    return text ? skip_blanks(text) : NULL;
}

bool tag_list_add_hstore(struct tag_list *list, const char *text)
{
    struct buffer key = {0}, value = {0};
    const char *at = skip_blanks(text);
    while (at && *at) {
        at = read_pair(at, &key, &value);
        if (!at || (*at && *at != ','))
            break;
        tag_list_add(list, (const char *)key.bytes, key.size, (const char *)value.bytes, value.size);
        at += *at == ',';
    }
    buffer_free(&key);
    buffer_free(&value);
    return at && !*at;
}
