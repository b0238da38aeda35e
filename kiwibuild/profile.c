/* SPDX-License-Identifier: MIT */
#include "profile.h"

#include <errno.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "classes.h"
#include "memory.h"
#include "osm_profile.h" /* made from profiles/osm.json by the build */

/** A place in the profile: the object read and how to name it in a message. */
struct node {
    struct json_object *object;
    char where[160];
    const char *name; /**< of the profile */
    struct failure *failure;
};

static bool complain(const struct node *node, const char *key, const char *text)
{
    return refuse(node->failure, EXIT_INPUT, "%s: %s%s\"%s\": %s", node->name, node->where,
                  node->where[0] ? "." : "", key, text);
}

/** keys ends with NULL; every key is required. */
static bool check_keys(const struct node *node, const char *const *keys)
{
    size_t i;

    json_object_object_foreach(node->object, key, value)
    {
        (void)value;
        for (i = 0; keys[i] && strcmp(keys[i], key); i++)
            ;
        if (!keys[i])
            return complain(node, key, "unknown key");
    }
    for (i = 0; keys[i]; i++)
        if (!json_object_object_get_ex(node->object, keys[i], NULL))
            return complain(node, keys[i], "is missing");
    return true;
}

static bool read_integer(const struct node *node, const char *key, int low, int high, int *result)
{
    struct json_object *value = json_object_object_get(node->object, key);
    char text[80];
    int64_t number;

    if (!json_object_is_type(value, json_type_int))
        return complain(node, key, "must be an integer");
    number = json_object_get_int64(value);
    snprintf(text, sizeof text, "must lie in %d..%d", low, high);
    if (number < low || number > high)
        return complain(node, key, text);
    *result = (int)number;
    return true;
}

static char *copy_string(const char *text)
{
    size_t length = strlen(text) + 1;

    return memcpy(allocate(length, 1), text, length);
}

static bool read_string(const struct node *node, const char *key, char **result)
{
    struct json_object *value = json_object_object_get(node->object, key);

    if (!json_object_is_type(value, json_type_string))
        return complain(node, key, "must be a string");
    *result = copy_string(json_object_get_string(value));
    return true;
}

static bool read_level(const struct node *node, int *level)
{
    if (!read_integer(node, "coarsest_level", 0, 4, level))
        return false;
    return *level % 2 == 0 || complain(node, "coarsest_level", "must be 0, 2 or 4");
}

static bool enter(const struct node *parent, const char *key, enum json_type type, struct node *child)
{
    *child = *parent;
    snprintf(child->where, sizeof child->where, "%.70s%s\"%.70s\"", parent->where,
             parent->where[0] ? "." : "", key);
    child->object = json_object_object_get(parent->object, key);
    return json_object_is_type(child->object, type) ||
           complain(parent, key, type == json_type_array ? "must be an array" : "must be an object");
}

static bool read_road(const struct node *node, struct road_class *road)
{
    static const char *const keys[] = {"road_type", "display_class", "coarsest_level", "label_priority",
                                       NULL};

    return check_keys(node, keys) && read_integer(node, "road_type", 0, 13, &road->road_type) &&
           read_integer(node, "display_class", 0, 15, &road->display_class) &&
           read_level(node, &road->coarsest_level) &&
           read_integer(node, "label_priority", -32, 31, &road->label_priority);
}

static bool read_roads(const struct node *root, struct profile *profile)
{
    static const char *const keys[] = {"default", "highway", NULL};
    struct node roads, node, road;

    if (!enter(root, "roads", json_type_object, &roads) || !check_keys(&roads, keys))
        return false;
    if (!enter(&roads, "default", json_type_object, &node) || !read_road(&node, &profile->default_road))
        return false;
    if (!enter(&roads, "highway", json_type_object, &node))
        return false;
    profile->roads = allocate((size_t)json_object_object_length(node.object), sizeof *profile->roads);
    json_object_object_foreach(node.object, key, value)
    {
        struct road_class *class = &profile->roads[profile->road_count++];

        (void)value;
        class->value = copy_string(key);
        if (!enter(&node, key, json_type_object, &road) || !read_road(&road, class))
            return false;
    }
    return true;
}

static bool read_values(const struct node *node, const char *key, struct values *values)
{
    struct node array;
    size_t i, count;

    if (!enter(node, key, json_type_array, &array))
        return false;
    count = json_object_array_length(array.object);
    values->items = allocate(count, sizeof *values->items);
    for (i = 0; i < count; i++) {
        struct json_object *item = json_object_array_get_idx(array.object, i);

        if (!json_object_is_type(item, json_type_string))
            return complain(node, key, "must hold strings only");
        values->items[values->count++] = copy_string(json_object_get_string(item));
    }
    return true;
}

static bool read_one_way(const struct node *root, struct profile *profile)
{
    static const char *const keys[] = {"forward", "backward", NULL};
    struct node node;

    return enter(root, "one_way", json_type_object, &node) && check_keys(&node, keys) &&
           read_values(&node, "forward", &profile->forward) &&
           read_values(&node, "backward", &profile->backward);
}

static bool read_planned(const struct node *root, struct profile *profile)
{
    static const char *const keys[] = {"highway", "display_class", "coarsest_level", NULL};
    struct node node;

    return enter(root, "planned", json_type_object, &node) && check_keys(&node, keys) &&
           read_values(&node, "highway", &profile->planned) &&
           read_integer(&node, "display_class", 0, 15, &profile->planned_display_class) &&
           read_level(&node, &profile->planned_coarsest_level);
}

static bool read_shape(const struct node *node, enum shape_kind *shape)
{
    static const char *const names[] = {"point", "line", "area"};
    const char *text;
    unsigned i;

    text = json_object_get_string(json_object_object_get(node->object, "shape"));
    for (i = 0; i < 3; i++) {
        if (text && !strcmp(text, names[i])) {
            *shape = (enum shape_kind)i;
            return true;
        }
    }
    return complain(node, "shape", "must be \"point\", \"line\" or \"area\"");
}

static bool read_background(const struct node *node, struct background_class *class)
{
    static const char *const keys[] = {"tag",           "value",          "shape", "type_code",
                                       "display_class", "coarsest_level", NULL};

    return check_keys(node, keys) && read_string(node, "tag", &class->tag) &&
           read_string(node, "value", &class->value) && read_shape(node, &class->shape) &&
           read_integer(node, "type_code", 0, 65535, &class->type_code) &&
           read_integer(node, "display_class", 0, 31, &class->display_class) &&
           (class_known(&background_classes, class->display_class) ||
            complain(node, "display_class", "is none of the disc's background classes")) &&
           read_level(node, &class->coarsest_level);
}

static bool read_backgrounds(const struct node *root, struct profile *profile)
{
    struct node array;
    size_t i, count;

    if (!enter(root, "backgrounds", json_type_array, &array))
        return false;
    count = json_object_array_length(array.object);
    profile->backgrounds = allocate(count, sizeof *profile->backgrounds);
    for (i = 0; i < count; i++) {
        struct node node = array;

        snprintf(node.where, sizeof node.where, "\"backgrounds\"[%zu]", i);
        node.object = json_object_array_get_idx(array.object, i);
        if (!json_object_is_type(node.object, json_type_object))
            return refuse(root->failure, EXIT_INPUT, "%s: %s: must be an object", node.name, node.where);
        if (!read_background(&node, &profile->backgrounds[profile->background_count++]))
            return false;
    }
    return true;
}

static bool read_places(const struct node *root, struct profile *profile)
{
    static const char *const keys[] = {"type_code", "place", NULL};
    static const char *const place_keys[] = {"coarsest_level", "label_priority", NULL};
    struct node places, node, place;

    if (!enter(root, "places", json_type_object, &places) || !check_keys(&places, keys) ||
        !read_integer(&places, "type_code", 0, 65535, &profile->place_type_code) ||
        !enter(&places, "place", json_type_object, &node))
        return false;
    profile->places = allocate((size_t)json_object_object_length(node.object), sizeof *profile->places);
    json_object_object_foreach(node.object, key, value)
    {
        struct place_class *class = &profile->places[profile->place_count++];

        (void)value;
        class->value = copy_string(key);
        if (!enter(&node, key, json_type_object, &place) || !check_keys(&place, place_keys) ||
            !read_level(&place, &class->coarsest_level) ||
            !read_integer(&place, "label_priority", -32, 31, &class->label_priority))
            return false;
    }
    return true;
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

bool profile_parse(struct profile *profile, const char *name, const char *text, struct failure *failure)
{
    static const char *const keys[] = {"roads", "one_way", "planned", "backgrounds", "places", NULL};
    struct node root = {.name = name, .failure = failure};
    bool done;

    *profile = (struct profile){0};
    failure->text[0] = '\0';
    root.object = parse_strictly(name, text, failure);
    if (!json_object_is_type(root.object, json_type_object)) {
        if (!failure->text[0])
            refuse(failure, EXIT_INPUT, "%s: must be a JSON object", name);
        json_object_put(root.object);
        return false;
    }
    done = check_keys(&root, keys) && read_roads(&root, profile) && read_one_way(&root, profile) &&
           read_planned(&root, profile) && read_backgrounds(&root, profile) && read_places(&root, profile);
    json_object_put(root.object);
    if (!done)
        profile_free(profile);
    return done;
}

static bool read_text(const char *path, struct buffer *text, struct failure *failure)
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

bool profile_read(struct profile *profile, const char *path, struct failure *failure)
{
    struct buffer text = {0};
    bool done;

    if (!path)
        return profile_parse(profile, "built-in profile", osm_profile, failure);
    done = read_text(path, &text, failure) && profile_parse(profile, path, (const char *)text.bytes, failure);
    buffer_free(&text);
    return done;
}

static void free_values(struct values *values)
{
    size_t i;

    for (i = 0; i < values->count; i++)
        free(values->items[i]);
    free(values->items);
}

void profile_free(struct profile *profile)
{
    size_t i;

    for (i = 0; i < profile->road_count; i++)
        free(profile->roads[i].value);
    for (i = 0; i < profile->place_count; i++)
        free(profile->places[i].value);
    for (i = 0; i < profile->background_count; i++) {
        free(profile->backgrounds[i].tag);
        free(profile->backgrounds[i].value);
    }
    free(profile->roads);
    free(profile->places);
    free(profile->backgrounds);
    free_values(&profile->forward);
    free_values(&profile->backward);
    free_values(&profile->planned);
    *profile = (struct profile){0};
}

bool values_contain(const struct values *values, const char *value)
{
    size_t i;

    for (i = 0; value && i < values->count; i++)
        if (!strcmp(values->items[i], value))
            return true;
    return false;
}

const struct road_class *profile_road(const struct profile *profile, const char *highway)
{
    size_t i;

    for (i = 0; highway && i < profile->road_count; i++)
        if (!strcmp(profile->roads[i].value, highway))
            return &profile->roads[i];
    return &profile->default_road;
}

const struct place_class *profile_place(const struct profile *profile, const char *place)
{
    size_t i;

    for (i = 0; place && i < profile->place_count; i++)
        if (!strcmp(profile->places[i].value, place))
            return &profile->places[i];
    return NULL;
}
