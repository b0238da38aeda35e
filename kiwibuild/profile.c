/* SPDX-License-Identifier: MIT */
/* Reads a profile: how tags of the input become types, classes and levels of the disc. */
#include "profile.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "classes.h"
#include "common/json_node.h"
#include "common/read_file.h"
#include "memory.h"
#include "profile_level.h"
#include "osm_profile.h" /* made from profiles/osm.json by the build */

static bool read_road(const struct json_node *node, struct road_class *road)
{
    static const char *const keys[] = {"road_type", "display_class", "coarsest_level", "label_priority",
                                       NULL};
    static const char *const known[] = {
        "road_type", "display_class", "coarsest_level", "label_priority", "unnumbered", "unnamed", NULL};

    return json_require_keys(node, keys) && json_only_keys(node, known) &&
           json_read_integer(node, "road_type", 0, 13, &road->road_type) &&
           json_read_integer(node, "display_class", 0, 15, &road->display_class) &&
           profile_read_level(node, &road->coarsest_level) &&
           json_read_integer(node, "label_priority", -32, 31, &road->label_priority) &&
           (!json_has(node, "unnumbered") || json_read_boolean(node, "unnumbered", &road->unnumbered)) &&
           (!json_has(node, "unnamed") || json_read_boolean(node, "unnamed", &road->unnamed));
}

static bool read_road_values(const struct json_node *roads, const char *tag, struct road_class **classes,
                             size_t *count)
{
    struct json_node node, road;

    if (!json_enter(roads, tag, json_type_object, &node))
        return false;
    *classes = allocate((size_t)json_object_object_length(node.object), sizeof **classes);
    json_object_object_foreach(node.object, key, value)
    {
        struct road_class *class = &(*classes)[(*count)++];

        (void)value;
        class->value = copy_string(key);
        if (!json_enter(&node, key, json_type_object, &road) || !read_road(&road, class))
            return false;
    }
    return true;
}

static bool read_roads(const struct json_node *root, struct profile *profile)
{
    static const char *const keys[] = {"default", "highway", NULL};
    static const char *const known[] = {"default", "highway", "route", NULL};
    struct json_node roads, node;

    return json_enter(root, "roads", json_type_object, &roads) && json_require_keys(&roads, keys) &&
           json_only_keys(&roads, known) && json_enter(&roads, "default", json_type_object, &node) &&
           read_road(&node, &profile->default_road) &&
           read_road_values(&roads, "highway", &profile->roads, &profile->road_count) &&
           (!json_has(&roads, "route") ||
            read_road_values(&roads, "route", &profile->routes, &profile->route_count));
}

static bool read_values(const struct json_node *node, const char *key, struct values *values)
{
    struct json_node array;
    size_t count;

    if (!json_enter(node, key, json_type_array, &array))
        return false;
    count = json_object_array_length(array.object);
    values->items = allocate(count, sizeof *values->items);
    for (size_t i = 0; i < count; i++) {
        struct json_object *item = json_object_array_get_idx(array.object, i);

        if (!json_object_is_type(item, json_type_string))
            return json_complain(node, key, "must hold strings only");
        values->items[values->count++] = copy_string(json_object_get_string(item));
    }
    return true;
}

static bool read_some_values(const struct json_node *node, const char *key, struct values *values)
{
    return !json_has(node, key) || read_values(node, key, values);
}

/** Tags, and of each the values that imply one way. */
static bool read_implied(const struct json_node *one_way, struct profile *profile)
{
    struct json_node node;

    if (!json_has(one_way, "implied"))
        return true;
    if (!json_enter(one_way, "implied", json_type_object, &node))
        return false;
    profile->implied = allocate((size_t)json_object_object_length(node.object), sizeof *profile->implied);
    json_object_object_foreach(node.object, key, value)
    {
        struct meanings *implied = &profile->implied[profile->implied_count++];

        (void)value;
        implied->tag = copy_string(key);
        if (!read_values(&node, key, &implied->yes))
            return false;
    }
    return true;
}

static bool read_one_way(const struct json_node *root, struct profile *profile)
{
    static const char *const keys[] = {"forward", "backward", NULL};
    static const char *const known[] = {"forward", "backward", "both", "closed", "implied", NULL};
    struct json_node node;

    return json_enter(root, "one_way", json_type_object, &node) && json_require_keys(&node, keys) &&
           json_only_keys(&node, known) && read_values(&node, "forward", &profile->forward) &&
           read_values(&node, "backward", &profile->backward) &&
           read_some_values(&node, "both", &profile->both) &&
           read_some_values(&node, "closed", &profile->closed) && read_implied(&node, profile);
}

/** What a tag's values mean beyond yes and no; may be left out. */
static bool read_meanings(const struct json_node *root, const char *tag, struct meanings *meanings)
{
    static const char *const known[] = {"yes", "no", NULL};
    struct json_node node;

    meanings->tag = copy_string(tag);
    return !json_has(root, tag) ||
           (json_enter(root, tag, json_type_object, &node) && json_only_keys(&node, known) &&
            read_some_values(&node, "yes", &meanings->yes) && read_some_values(&node, "no", &meanings->no));
}

static bool read_access(const struct json_node *root, struct profile *profile)
{
    static const char *const keys[] = {"tags", "yes", "no", NULL};
    struct json_node node;

    return !json_has(root, "access") ||
           (json_enter(root, "access", json_type_object, &node) && json_check_keys(&node, keys) &&
            read_values(&node, "tags", &profile->access_tags) &&
            read_values(&node, "yes", &profile->access.yes) && read_values(&node, "no", &profile->access.no));
}

static bool read_planned(const struct json_node *root, struct profile *profile)
{
    static const char *const keys[] = {"highway", "display_class", "coarsest_level", NULL};
    struct json_node node;

    return json_enter(root, "planned", json_type_object, &node) && json_check_keys(&node, keys) &&
           read_values(&node, "highway", &profile->planned) &&
           json_read_integer(&node, "display_class", 0, 15, &profile->planned_display_class) &&
           profile_read_level(&node, &profile->planned_coarsest_level);
}

static bool read_shape(const struct json_node *node, struct background_class *class)
{
    static const char *const names[] = {"point", "line", "area", "sea", NULL};
    int index;

    if (!json_read_name(node, "shape", names, &index))
        return false;
    class->sea = index > SHAPE_AREA;
    class->shape = class->sea ? SHAPE_AREA : (enum shape_kind)index;
    return true;
}

static bool read_finest_level(const struct json_node *node, struct background_class *class)
{
    if (!json_has(node, "finest_level"))
        return true;
    if (!json_read_integer(node, "finest_level", 0, class->coarsest_level, &class->finest_level))
        return false;
    return class->finest_level % 2 == 0 || json_complain(node, "finest_level", "must be 0, 2 or 4");
}

static bool read_background(const struct json_node *node, struct background_class *class)
{
    static const char *const keys[] = {"tag",           "value",          "shape", "type_code",
                                       "display_class", "coarsest_level", NULL};
    static const char *const known[] = {"tag",           "value",          "shape",        "type_code",
                                        "display_class", "coarsest_level", "finest_level", NULL};

    return json_require_keys(node, keys) && json_only_keys(node, known) &&
           json_read_string(node, "tag", &class->tag) && json_read_string(node, "value", &class->value) &&
           read_shape(node, class) && json_read_integer(node, "type_code", 0, 65535, &class->type_code) &&
           json_read_integer(node, "display_class", 0, 31, &class->display_class) &&
           (class_known(&background_classes, class->display_class) ||
            json_complain(node, "display_class", "is none of the disc's background classes")) &&
           profile_read_level(node, &class->coarsest_level) && read_finest_level(node, class);
}

static bool read_backgrounds(const struct json_node *root, struct profile *profile)
{
    struct json_node array;
    size_t count;

    if (!json_enter(root, "backgrounds", json_type_array, &array))
        return false;
    count = json_object_array_length(array.object);
    profile->backgrounds = allocate(count, sizeof *profile->backgrounds);
    for (size_t i = 0; i < count; i++) {
        struct json_node node = array;

        snprintf(node.where, sizeof node.where, "\"backgrounds\"[%zu]", i);
        node.object = json_object_array_get_idx(array.object, i);
        if (!json_object_is_type(node.object, json_type_object))
            return refuse(root->failure, EXIT_INPUT, "%s: %s: must be an object", node.name, node.where);
        if (!read_background(&node, &profile->backgrounds[profile->background_count++]))
            return false;
    }
    return true;
}

static bool read_place(const struct json_node *node, struct place_class *class)
{
    static const char *const keys[] = {"coarsest_level", "label_priority", NULL};
    static const char *const known[] = {"coarsest_level", "label_priority", "type_code", "reach", NULL};

    return json_require_keys(node, keys) && json_only_keys(node, known) &&
           profile_read_level(node, &class->coarsest_level) &&
           json_read_integer(node, "label_priority", -32, 31, &class->label_priority) &&
           (!json_has(node, "type_code") ||
            json_read_integer(node, "type_code", 0, 65535, &class->type_code)) &&
           (!json_has(node, "reach") || json_read_integer(node, "reach", 1, 25, &class->reach));
}

static bool read_places(const struct json_node *root, struct profile *profile)
{
    static const char *const keys[] = {"type_code", "place", NULL};
    struct json_node places, node, place;

    if (!json_enter(root, "places", json_type_object, &places) || !json_check_keys(&places, keys) ||
        !json_read_integer(&places, "type_code", 0, 65535, &profile->place_type_code) ||
        !json_enter(&places, "place", json_type_object, &node))
        return false;
    profile->places = allocate((size_t)json_object_object_length(node.object), sizeof *profile->places);
    json_object_object_foreach(node.object, key, value)
    {
        struct place_class *class = &profile->places[profile->place_count++];

        (void)value;
        *class = (struct place_class){.value = copy_string(key), .type_code = profile->place_type_code};
        if (!json_enter(&node, key, json_type_object, &place) || !read_place(&place, class))
            return false;
    }
    return true;
}

bool profile_parse(struct profile *profile, const char *name, const char *text, size_t length,
                   struct failure *failure)
{
    static const char *const keys[] = {"roads", "one_way", "planned", "backgrounds", "places", NULL};
    static const char *const known[] = {
        "roads", "one_way", "planned",   "backgrounds",        "places", "bridge", "tunnel",
        "toll",  "access",  "languages", "points_of_interest", NULL};
    struct json_node root = {.name = name, .failure = failure};
    bool done;

    *profile = (struct profile){0};
    root.object = json_parse_object(name, text, length, failure);
    if (!root.object)
        return false;
    done = json_only_keys(&root, known) && json_require_keys(&root, keys) && read_roads(&root, profile) &&
           read_one_way(&root, profile) && read_planned(&root, profile) &&
           read_meanings(&root, "bridge", &profile->bridge) &&
           read_meanings(&root, "tunnel", &profile->tunnel) && read_meanings(&root, "toll", &profile->toll) &&
           read_access(&root, profile) && read_some_values(&root, "languages", &profile->languages) &&
           read_backgrounds(&root, profile) && read_places(&root, profile) &&
           poi_profile_read(&root, &profile->pois);
    json_object_put(root.object);
    if (!done)
        profile_free(profile);
    return done;
}

bool profile_read(struct profile *profile, const char *path, struct failure *failure)
{
    char *text;
    size_t length;

    if (!path)
        return profile_parse(profile, "built-in profile", osm_profile, strlen(osm_profile), failure);
    if (!read_file(path, JSON_FILE_LIMIT - 1, &text, &length, failure))
        return false;
    bool done = profile_parse(profile, path, text, length, failure);
    release(text);
    return done;
}

static void free_values(struct values *values)
{
    for (size_t i = 0; i < values->count; i++)
        release(values->items[i]);
    release(values->items);
}

static void free_meanings(struct meanings *meanings)
{
    release(meanings->tag);
    free_values(&meanings->yes);
    free_values(&meanings->no);
}

static void free_roads(struct road_class *roads, size_t count)
{
    for (size_t i = 0; i < count; i++)
        release(roads[i].value);
    release(roads);
}

void profile_free(struct profile *profile)
{
    free_roads(profile->roads, profile->road_count);
    free_roads(profile->routes, profile->route_count);
    for (size_t i = 0; i < profile->place_count; i++)
        release(profile->places[i].value);
    for (size_t i = 0; i < profile->background_count; i++) {
        release(profile->backgrounds[i].tag);
        release(profile->backgrounds[i].value);
    }
    for (size_t i = 0; i < profile->implied_count; i++)
        free_meanings(&profile->implied[i]);
    release(profile->implied);
    release(profile->places);
    release(profile->backgrounds);
    poi_profile_free(&profile->pois);
    free_values(&profile->forward);
    free_values(&profile->backward);
    free_values(&profile->both);
    free_values(&profile->closed);
    free_values(&profile->planned);
    free_values(&profile->access_tags);
    free_values(&profile->languages);
    free_meanings(&profile->access);
    free_meanings(&profile->bridge);
    free_meanings(&profile->tunnel);
    free_meanings(&profile->toll);
    *profile = (struct profile){0};
}

void profile_set_languages(struct profile *profile, const char *list)
{
    char *copy = copy_string(list), *rest = NULL;

    free_values(&profile->languages);
    profile->languages = (struct values){.items = allocate(strlen(list) / 2 + 1, sizeof(char *))};
    for (char *one = strtok_r(copy, ", ", &rest); one; one = strtok_r(NULL, ", ", &rest))
        profile->languages.items[profile->languages.count++] = copy_string(one);
    release(copy);
}

bool values_contain(const struct values *values, const char *value)
{
    for (size_t i = 0; value && i < values->count; i++)
        if (strcasecmp(values->items[i], value) == 0)
            return true;
    return false;
}

static const struct road_class *find_road(const struct road_class *roads, size_t count, const char *value)
{
    for (size_t i = 0; value && i < count; i++)
        if (strcmp(roads[i].value, value) == 0)
            return &roads[i];
    return NULL;
}

const struct road_class *profile_road(const struct profile *profile, const char *highway)
{
    return find_road(profile->roads, profile->road_count, highway);
}

const struct road_class *profile_route(const struct profile *profile, const char *route)
{
    return find_road(profile->routes, profile->route_count, route);
}

const struct place_class *profile_place(const struct profile *profile, const char *place)
{
    for (size_t i = 0; place && i < profile->place_count; i++)
        if (strcmp(profile->places[i].value, place) == 0)
            return &profile->places[i];
    return NULL;
}
