/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_TAGS_H
#define KIWIBUILD_TAGS_H

#include "feature.h"
#include "kiwibuild/memory.h"

/** Tags that are put together one by one; their texts are copied. */
struct tag_list {
    struct tags tags;
    struct tag *items;
    size_t capacity;
    struct buffer texts;
    size_t *places; /* of key and value in texts, which moves as it grows */
    size_t place_capacity;
};

/** Forgets all tags, and keeps the memory. */
void tag_list_clear(struct tag_list *list);

/** Adds a tag; of two with one key the first one is found. */
void tag_list_add(struct tag_list *list, const char *key, size_t key_length, const char *value,
                  size_t value_length);

/** Adds the tags of a text as PostgreSQL's hstore has them: "key"=>"value","key"=>"value". False: it is none.
 */
bool tag_list_add_hstore(struct tag_list *list, const char *text);

/** The tags; valid until the next change. */
const struct tags *tag_list_get(struct tag_list *list);

void tag_list_free(struct tag_list *list);

#endif
