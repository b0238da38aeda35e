/* SPDX-License-Identifier: MIT */
/* Reads a layout: which structure variants of the format a disc is to have. */
#include "layout.h"

#include <stdlib.h>

#include "common/json_node.h"
#include "common/read_file.h"

enum {
    CLASS_TABLES = 2 + 2 * (16 + 32 + 16),
    LARGEST_LEVEL_RECORD = 1024,
    MOST_OPAQUE = 512, /* bytes */
};

const struct layout layout_default = {
    .logical_sector_size = 32,
    .level_record_size = BASIC_LEVEL_RECORD + CLASS_TABLES,
    .divisions = {{1, 1}, {2, 2}, {4, 4}, {1, 1}},
    .levels = {{.integration = 1}, {.integration = 1}, {.integration = AUTOMATIC}},
    .integration_limit = 4096,
    .most_automatic = 4,
    .roads = {.node_record_size = 8,
              .connections = true,
              .link_ids = true,
              .infra_links = true,
              .street_address_header = true},
    .names = {.street_types = {5},
              .street_type_count = 1,
              .place_types = {1},
              .place_type_count = 1,
              .placements = 1,
              .raw_body = 8},
    .guidance = {.bytes = 2},
};

/** An integer or boolean of the layout, and which values it may have. */
struct setting {
    const char *key;
    unsigned *number; /**< or */
    bool *flag;
    unsigned low, high, step;
};

/** Reads the settings that are there; list ends with a NULL key. Other keys must be in others. */
static bool read_settings(const struct json_node *node, const struct setting *list, const char *const *others)
{
    const char *keys[64];
    size_t count = 0;
    int number;

    for (size_t i = 0; list[i].key; i++)
        keys[count++] = list[i].key;
    for (size_t i = 0; others && others[i]; i++)
        keys[count++] = others[i];
    keys[count] = NULL;
    if (!json_only_keys(node, keys))
        return false;
    for (size_t i = 0; list[i].key; i++) {
        const struct setting *setting = &list[i];

        if (!json_has(node, setting->key))
            continue;
        if (setting->flag) {
            if (!json_read_boolean(node, setting->key, setting->flag))
                return false;
            continue;
        }
        if (!json_read_integer(node, setting->key, (int)setting->low, (int)setting->high, &number))
            return false;
        if ((unsigned)number % setting->step)
            return json_complain(node, setting->key, setting->step == 2 ? "must be even" : "is no multiple");
        *setting->number = (unsigned)number;
    }
    return true;
}

static bool power_of_two(unsigned number)
{
    return number && !(number & (number - 1));
}

static bool read_division(const struct json_node *array, size_t index, struct parts *parts)
{
    struct json_object *pair = json_object_array_get_idx(array->object, index);
    int64_t rows, columns;

    if (!json_object_is_type(pair, json_type_array) || json_object_array_length(pair) != 2)
        return json_complain(array, "divisions", "must hold pairs: rows and columns");
    rows = json_object_get_int64(json_object_array_get_idx(pair, 0));
    columns = json_object_get_int64(json_object_array_get_idx(pair, 1));
    if (rows < 1 || rows > MOST_PARTS || columns < 1 || columns > MOST_PARTS)
        return json_complain(array, "divisions", "rows and columns must lie in 1..16");
    *parts = (struct parts){(unsigned)rows, (unsigned)columns};
    return (power_of_two(parts->rows) && power_of_two(parts->columns)) ||
           json_complain(array, "divisions", "rows and columns must be powers of two");
}

static bool read_divisions(const struct json_node *root, struct layout *layout)
{
    struct json_node array;

    if (!json_has(root, "divisions"))
        return true;
    if (!json_enter(root, "divisions", json_type_array, &array))
        return false;
    if (json_object_array_length(array.object) != DIVISION_TYPES)
        return json_complain(root, "divisions", "must have an entry for each of the three types");
    for (size_t i = 0; i < DIVISION_TYPES; i++)
        if (!read_division(&array, i, &layout->divisions[i + 1]))
            return false;
    return true;
}

static bool read_level(const struct json_node *levels, const char *key, unsigned most,
                       struct level_layout *level)
{
    static const char *const others[] = {"pattern", NULL};
    static const char *const patterns[] = {"all", "checkered", NULL};
    const struct setting list[] = {
        {"integration", &level->integration, NULL, 0, most, 1},
        {"division", &level->division, NULL, 0, DIVISION_TYPES, 1},
        {0},
    };
    struct json_node node;
    int pattern = PATTERN_ALL;

    if (!json_has(levels, key))
        return true;
    if (!json_enter(levels, key, json_type_object, &node) || !read_settings(&node, list, others))
        return false;
    if (level->integration != AUTOMATIC && !power_of_two(level->integration))
        return json_complain(&node, "integration", "must be 0 (automatic), 1, 2, 4 or 8");
    if (json_has(&node, "pattern") && !json_read_name(&node, "pattern", patterns, &pattern))
        return false;
    level->pattern = (enum pattern)pattern;
    return true;
}

static bool read_levels(const struct json_node *root, struct layout *layout)
{
    static const char *const keys[LEVEL_COUNT + 1] = {"4", "2", "0", NULL};
    static const unsigned most[LEVEL_COUNT] = {1, 4, 8}; /* a group lies inside one coarsest parcel */
    struct json_node node;

    if (!json_has(root, "levels"))
        return true;
    if (!json_enter(root, "levels", json_type_object, &node) || !json_only_keys(&node, keys))
        return false;
    for (size_t i = 0; i < LEVEL_COUNT; i++)
        if (!read_level(&node, keys[i], most[i], &layout->levels[i]))
            return false;
    return true;
}

static bool read_roads(const struct json_node *root, struct road_layout *roads)
{
    const struct setting list[] = {
        {"node_record_size", &roads->node_record_size, NULL, 0, 64, 2},
        {"connections", NULL, &roads->connections, 0, 0, 0},
        {"link_ids", NULL, &roads->link_ids, 0, 0, 0},
        {"infra_links", NULL, &roads->infra_links, 0, 0, 0},
        {"route_numbers", NULL, &roads->route_numbers, 0, 0, 0},
        {"guidance_offsets", NULL, &roads->guidance_offsets, 0, 0, 0},
        {"selected", NULL, &roads->selected, 0, 0, 0},
        {"route_planning", NULL, &roads->route_planning, 0, 0, 0},
        {"temporal", NULL, &roads->temporal, 0, 0, 0},
        {"slope", &roads->slope, NULL, 0, 2, 1},
        {"street_address_header", NULL, &roads->street_address_header, 0, 0, 0},
        {"street_address", &roads->street_address, NULL, 0, MOST_OPAQUE, 2},
        {"additional_node", &roads->additional_node, NULL, 0, MOST_OPAQUE, 2},
        {"altitude", &roads->altitude, NULL, 0, MOST_OPAQUE, 2},
        {"passage_regulation", &roads->passage_regulation, NULL, 0, MOST_OPAQUE, 2},
        {"header_rest", &roads->header_rest, NULL, 0, 256, 2},
        {"empty_lists", NULL, &roads->empty_lists, 0, 0, 0},
        {0},
    };
    struct json_node node;

    if (!json_has(root, "roads"))
        return true;
    if (!json_enter(root, "roads", json_type_object, &node) || !read_settings(&node, list, NULL))
        return false;
    return roads->street_address_header || !roads->street_address ||
           json_complain(&node, "street_address", "needs street_address_header");
}

static bool read_backgrounds(const struct json_node *root, struct background_layout *backgrounds)
{
    const struct setting list[] = {
        {"pen_up", NULL, &backgrounds->pen_up, 0, 0, 0},
        {"name_offset", NULL, &backgrounds->name_offset, 0, 0, 0},
        {"auxiliary", NULL, &backgrounds->auxiliary, 0, 0, 0},
        {"underground", NULL, &backgrounds->underground, 0, 0, 0},
        {"temporal", NULL, &backgrounds->temporal, 0, 0, 0},
        {"trailer", &backgrounds->trailer, NULL, 0, MOST_OPAQUE, 2},
        {0},
    };
    struct json_node node;

    if (!json_has(root, "backgrounds"))
        return true;
    return json_enter(root, "backgrounds", json_type_object, &node) && read_settings(&node, list, NULL);
}

static bool read_types(const struct json_node *names, const char *key, unsigned *types, size_t *count)
{
    struct json_node array;

    if (!json_has(names, key))
        return true;
    if (!json_enter(names, key, json_type_array, &array))
        return false;
    *count = json_object_array_length(array.object);
    if (*count < 1 || *count > MOST_STRING_TYPES)
        return json_complain(names, key, "must have 1 to 8 entries");
    for (size_t i = 0; i < *count; i++) {
        int64_t type = json_object_get_int64(json_object_array_get_idx(array.object, i));

        if (type < 1 || type > 7)
            return json_complain(names, key, "must hold string types, 1..7");
        types[i] = (unsigned)type;
    }
    return true;
}

static bool read_names(const struct json_node *root, struct name_layout *names)
{
    static const char *const others[] = {"street_types", "place_types", NULL};
    const struct setting list[] = {
        {"placements", &names->placements, NULL, 0, 15, 1},
        {"vertical", NULL, &names->vertical, 0, 0, 0},
        {"auxiliary", NULL, &names->auxiliary, 0, 0, 0},
        {"altitude", NULL, &names->altitude, 0, 0, 0},
        {"temporal", NULL, &names->temporal, 0, 0, 0},
        {"all_priorities", NULL, &names->all_priorities, 0, 0, 0},
        {"raw_body", &names->raw_body, NULL, 0, MOST_OPAQUE, 2},
        {0},
    };
    struct json_node node;

    if (!json_has(root, "names"))
        return true;
    return json_enter(root, "names", json_type_object, &node) && read_settings(&node, list, others) &&
           read_types(&node, "street_types", names->street_types, &names->street_type_count) &&
           read_types(&node, "place_types", names->place_types, &names->place_type_count);
}

static bool read_guidance(const struct json_node *root, struct guidance_layout *guidance)
{
    const struct setting list[] = {
        {"basic", &guidance->basic, NULL, 0, 15, 1},
        {"extended", &guidance->extended, NULL, 0, 15, 1},
        {"bytes", &guidance->bytes, NULL, 2, MOST_OPAQUE, 2},
        {"lists", NULL, &guidance->lists, 0, 0, 0},
        {"headers", NULL, &guidance->headers, 0, 0, 0},
        {0},
    };
    struct json_node node;

    if (!json_has(root, "guidance"))
        return true;
    if (!json_enter(root, "guidance", json_type_object, &node) || !read_settings(&node, list, NULL))
        return false;
    if (!guidance->basic && !guidance->extended)
        return json_complain(&node, "basic", "needs data frames, basic or extended ones");
    return guidance->lists || guidance->headers ||
           json_complain(&node, "lists", "must be true if headers is not");
}

static bool read_other_data(const struct json_node *root, struct other_data_layout *data)
{
    const struct setting list[] = {
        {"parameters", &data->parameters, NULL, 4, MOST_OPAQUE, 4},
        {"infrastructure", &data->infrastructure, NULL, 1, MOST_OPAQUE, 1},
        {"graphics", &data->graphics, NULL, 14, MOST_OPAQUE, 2},
        {"voice", &data->voice, NULL, 6, MOST_OPAQUE, 2},
        {0},
    };
    struct json_node node;

    if (!json_has(root, "other_data"))
        return true;
    return json_enter(root, "other_data", json_type_object, &node) && read_settings(&node, list, NULL);
}

static bool read_choices(const struct json_node *root, struct layout *layout)
{
    static const char *const edges[] = {"lower", "upper", NULL};
    static const char *const empty[] = {"frame", "header", "none", NULL};
    static const char *const adjacency[] = {"below_top", "all", "none", NULL};
    static const char *const charsets[] = {"ISO 8859-1", "Shift-JIS", NULL};
    int edge = 0, parcels = 0, neighbours = 0, charset = 0;

    if ((json_has(root, "edges") && !json_read_name(root, "edges", edges, &edge)) ||
        (json_has(root, "empty_parcels") && !json_read_name(root, "empty_parcels", empty, &parcels)) ||
        (json_has(root, "adjacency") && !json_read_name(root, "adjacency", adjacency, &neighbours)) ||
        (json_has(root, "charset") && !json_read_name(root, "charset", charsets, &charset)))
        return false;
    layout->upper_edges = edge == 1;
    layout->empty_parcels = (enum empty_parcels)parcels;
    layout->adjacency = (enum adjacency)neighbours;
    layout->shift_jis = charset == 1;
    return true;
}

static bool check(const struct json_node *root, const struct layout *layout)
{
    unsigned list = layout->list_type, record = layout->level_record_size;

    if (!power_of_two(layout->logical_sector_size))
        return json_complain(root, "logical_sector_size", "must be 32, 64, 128 or 256");
    if (record != BASIC_LEVEL_RECORD && record < BASIC_LEVEL_RECORD + CLASS_TABLES)
        return json_complain(root, "level_record_size", "must be 40, or 170 and more");
    if (list > 2 && list != LIST_TYPE_NAMES)
        return json_complain(root, "list_type", "must be 0, 1, 2 or 100");
    return !layout->map_file_size || list == LIST_TYPE_NAMES ||
           json_complain(root, "map_file_size", "needs list_type 100, which has file names");
}

static bool read_root(const struct json_node *root, struct layout *layout)
{
    static const char *const others[] = {"about",     "divisions",  "levels", "edges",       "empty_parcels",
                                         "adjacency", "charset",    "roads",  "backgrounds", "names",
                                         "guidance",  "other_data", NULL};
    const struct setting list[] = {
        {"logical_sector_size", &layout->logical_sector_size, NULL, 32, 256, 32},
        {"level_record_size", &layout->level_record_size, NULL, BASIC_LEVEL_RECORD, LARGEST_LEVEL_RECORD, 2},
        {"integration_limit", &layout->integration_limit, NULL, 0, 65536, 1},
        {"list_type", &layout->list_type, NULL, 0, LIST_TYPE_NAMES, 1},
        {"map_file_size", &layout->map_file_size, NULL, 0, 1 << 30, 1},
        {0},
    };

    return read_settings(root, list, others) && read_choices(root, layout) && read_divisions(root, layout) &&
           read_levels(root, layout) && read_roads(root, &layout->roads) &&
           read_backgrounds(root, &layout->backgrounds) && read_names(root, &layout->names) &&
           read_guidance(root, &layout->guidance) && read_other_data(root, &layout->other_data) &&
           check(root, layout);
}

bool layout_parse(struct layout *layout, const char *name, const char *text, size_t length,
                  struct failure *failure)
{
    struct json_node root = {.name = name, .failure = failure};
    bool done;

    *layout = layout_default;
    root.object = json_parse_object(name, text, length, failure);
    if (!root.object)
        return false;
    done = read_root(&root, layout);
    json_object_put(root.object);
    return done;
}

bool layout_read(struct layout *layout, const char *path, struct failure *failure)
{
    char *text;
    size_t length;

    if (!read_file(path, JSON_FILE_LIMIT - 1, &text, &length, failure))
        return false;
    bool done = layout_parse(layout, path, text, length, failure);
    free(text);
    return done;
}

unsigned layout_integration(const struct layout *layout, int level_index)
{
    unsigned integration = layout->levels[level_index].integration;

    return integration == AUTOMATIC ? layout->most_automatic : integration;
}
