/* SPDX-License-Identifier: MIT */
/* Reads which tags are points of interest, and of which category. */
#include "poi_profile.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "profile_level.h"
#include "sort.h"

static bool read_category(const struct json_node *node, struct poi_category *category)
{
    static const char *const keys[] = {"title",          "code",           "type_code",
                                       "coarsest_level", "label_priority", NULL};
    return json_check_keys(node, keys) && json_read_string(node, "title", &category->title) &&
           (*category->title || json_complain(node, "title", "must not be empty")) &&
           json_read_integer(node, "code", 1, 65535, &category->code) &&
           json_read_integer(node, "type_code", 0, 65535, &category->type_code) &&
           profile_read_level(node, &category->coarsest_level) &&
           json_read_integer(node, "label_priority", -32, 31, &category->label_priority);
}

static int compare_categories(const void *left, const void *right)
{
    const struct poi_category *a = left;
    const struct poi_category *b = right;
    return (a->code > b->code) - (a->code < b->code);
}

static bool read_categories(const struct json_node *node, struct poi_profile *profile)
{
    struct json_node categories, child;
    if (!json_enter(node, "categories", json_type_object, &categories))
        return false;
    profile->categories = allocate((size_t)json_object_object_length(categories.object) + 1,
                                   sizeof *profile->categories);
    json_object_object_foreach(categories.object, key, value)
    {
        struct poi_category *category = &profile->categories[profile->category_count++];
        (void)value;
        category->key = copy_string(key);
        if (!json_enter(&categories, key, json_type_object, &child) || !read_category(&child, category))
            return false;
    }
    sort(profile->categories, profile->category_count, sizeof *profile->categories, compare_categories);
    for (size_t i = 1; i < profile->category_count; i++)
        if (profile->categories[i].code == profile->categories[i - 1].code)
            return json_complain(&categories, profile->categories[i].key, "has the code of another one");
    return true;
}

/** null is a value that is known and not for the disc. */
static bool read_value(const struct json_node *tag, const char *key, struct json_object *object,
                       const struct poi_profile *profile, struct poi_value *value)
{
    value->value = copy_string(key);
    if (!object)
        return true;
    if (!json_object_is_type(object, json_type_string))
        return json_complain(tag, key, "must be the key of a category, or null");
    for (size_t i = 0; i < profile->category_count; i++)
        if (strcmp(profile->categories[i].key, json_object_get_string(object)) == 0)
            value->category = &profile->categories[i];
    return value->category || json_complain(tag, key, "is none of \"categories\"");
}

static int compare_values(const void *left, const void *right)
{
    const struct poi_value *a = left;
    const struct poi_value *b = right;
    return strcmp(a->value, b->value);
}

static bool read_tag(const struct json_node *node, const struct poi_profile *profile, struct poi_tag *tag)
{
    tag->values = allocate((size_t)json_object_object_length(node->object) + 1, sizeof *tag->values);
    json_object_object_foreach(node->object, key, object)
    {
        if (!read_value(node, key, object, profile, &tag->values[tag->count++]))
            return false;
    }
    sort(tag->values, tag->count, sizeof *tag->values, compare_values);
    return true;
}

bool poi_profile_read(const struct json_node *root, struct poi_profile *profile)
{
    static const char *const keys[] = {"categories", "tags", NULL};
    struct json_node node, tags, child;
    if (!json_has(root, "points_of_interest"))
        return true;
    if (!json_enter(root, "points_of_interest", json_type_object, &node) || !json_check_keys(&node, keys) ||
        !read_categories(&node, profile) || !json_enter(&node, "tags", json_type_object, &tags))
        return false;
    profile->tags = allocate((size_t)json_object_object_length(tags.object) + 1, sizeof *profile->tags);
    json_object_object_foreach(tags.object, key, value)
    {
        struct poi_tag *tag = &profile->tags[profile->tag_count++];
        (void)value;
        tag->tag = copy_string(key);
        if (!json_enter(&tags, key, json_type_object, &child) || !read_tag(&child, profile, tag))
            return false;
    }
    return true;
}

void poi_profile_free(struct poi_profile *profile)
{
    for (size_t i = 0; i < profile->category_count; i++) {
        release(profile->categories[i].key);
        release(profile->categories[i].title);
    }
    for (size_t i = 0; i < profile->tag_count; i++) {
        for (size_t k = 0; k < profile->tags[i].count; k++)
            release(profile->tags[i].values[k].value);
        release(profile->tags[i].values);
        release(profile->tags[i].tag);
    }
    release(profile->categories);
    release(profile->tags);
}

const struct poi_value *poi_profile_find(const struct poi_tag *tag, const char *value)
{
    static char any[] = "*";
    struct poi_value wanted = {.value = (char *)(uintptr_t)value};
    const struct poi_value *found = NULL;
    for (int pass = 0; pass < 2 && !found && tag->count; pass++, wanted.value = any)
        found = bsearch(&wanted, tag->values, tag->count, sizeof wanted, compare_values);
    return found;
}

bool poi_profile_lists(const struct poi_profile *profile, const char *tag, const char *value)
{
    for (size_t i = 0; i < profile->tag_count; i++) {
        const struct poi_value *found = strcmp(profile->tags[i].tag, tag) == 0
                                            ? poi_profile_find(&profile->tags[i], value)
                                            : NULL;
        if (found && strcmp(found->value, value) == 0)
            return true;
    }
    return false;
}
