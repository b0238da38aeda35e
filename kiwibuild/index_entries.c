/* SPDX-License-Identifier: MIT */
/* Names in the order in which the index has them, and the keys by which they are searched. */
#include "index_entries.h"

#include <stdbool.h>
#include <string.h>

#include <kiwi/index.h>

#include "index_records.h"
#include "memory.h"
#include "sort.h"

/** Capitals, where a byte is an ASCII letter of its own. */
static void make_other_key(const char *name, size_t length, char *key)
{
    for (size_t i = 0; i < length; i++)
        key[i] = (char)(name[i] >= 'a' && name[i] <= 'z' && (i == 0 || (unsigned char)name[i - 1] < 0x80)
                            ? name[i] - 32
                            : name[i]);
}

/** Nothing that folding leaves of ISO 8859-1 is above U+00FF. */
static void make_latin_key(const char *name, size_t length, char *key)
{
    char *utf8 = allocate(2 * length + 1, 1), *folded = allocate(4 * length + 2, 1);
    size_t used = 0, end, at = 0;

    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)name[i];

        if (c >= 0x80)
            utf8[used++] = (char)(0xC0 | c >> 6);
        utf8[used++] = (char)(c < 0x80 ? c : 0x80 | (c & 0x3F));
    }
    end = kiwi_fold(utf8, used, folded, 4 * length + 2);
    for (size_t i = 0; i < end; i++) {
        unsigned char c = (unsigned char)folded[i];

        key[at++] = (char)(c < 0x80 ? c : (unsigned char)(c << 6) | ((unsigned char)folded[i + 1] & 0x3F));
        i += c >= 0x80;
    }
    release(folded);
    release(utf8);
}

/** Without case and accents, in the disc's charset; names that are no ISO 8859-1 only lose the case of their
 * ASCII letters. */
static char *make_key(struct index_entries *entries, const struct texts *texts, const char *name)
{
    size_t length = strlen(name);
    char *key = allocate(4 * length + 2, 1);

    if (strcmp(texts_charset(texts), charset_name(CHARSET_LATIN_1)) == 0)
        make_latin_key(name, length, key);
    else
        make_other_key(name, length, key);
    if (strlen(key) > INDEX_TEXT_LIMIT)
        key[INDEX_TEXT_LIMIT] = '\0';
    char *kept = text_store_add(&entries->keys, key);
    release(key);
    return kept;
}

void index_entries_add(struct index_entries *entries, const struct texts *texts, uint32_t text, size_t source)
{
    struct index_entry *entry;

    entries->items = grow(entries->items, &entries->capacity, entries->count + 1, sizeof *entries->items);
    entry = &entries->items[entries->count++];
    entry->name = texts_get(texts, text);
    entry->key = make_key(entries, texts, entry->name);
    entry->source = source;
}

static int compare(const void *left, const void *right)
{
    const struct index_entry *a = left, *b = right;
    int order = strcmp(a->key, b->key);

    if (order == 0)
        order = strcmp(a->name, b->name);
    return order ? order : (a->source > b->source) - (a->source < b->source);
}

void index_entries_sort(struct index_entries *entries)
{
    sort(entries->items, entries->count, sizeof *entries->items, compare);
}

void index_entries_free(struct index_entries *entries)
{
    text_store_free(&entries->keys);
    release(entries->items);
}
