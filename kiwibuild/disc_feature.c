/* SPDX-License-Identifier: MIT */
/* Features as kiwidump --features prints them: what the profile would say is in their properties, as KIWI's
 * codes. */
#include "disc_feature.h"

#include <errno.h>
#include <kiwi/kiwi.h>
#include <stdlib.h>
#include <string.h>

#include "classes.h"
#include "grid.h"
#include "memory.h"

enum { LAST_GIVEN_LINK = 0x3FFFFFF0 };

static const char not_drawn[] = "features are of an index or a road graph, which are made anew";
static const char wrong_level[] =
    "features of a disc are on a level that is not written (0, 2 and 4 are, or those of --base)";
static const char wrong_code[] = "features of a disc have a code that is none, or none of kiwibuild's lists";

bool disc_feature_is(const struct feature *feature)
{
    return tags_get(feature->tags, "kind") && tags_get(feature->tags, "level") &&
           tags_get(feature->tags, "type") && !tags_get(feature->tags, "highway");
}

enum { NEEDED = -1000 };

/** A code from least to most; where it is missing it is none, or, if that is NEEDED, false is returned. */
static bool read_code(const struct feature *feature, const char *key, long least, long most, long none,
                      long *code)
{
    const char *text = tags_get(feature->tags, key);
    char *end;
    *code = none;
    if (!text || !*text)
        return none != NEEDED;
    errno = 0;
    *code = strtol(text, &end, 10);
    return !errno && !*end && *code >= least && *code <= most;
}

/** GIS programs write booleans as words or as numbers. */
static bool read_flag(const struct feature *feature, const char *key, bool *flag)
{
    const char *text = tags_get(feature->tags, key);
    *flag = text && (strcmp(text, "true") == 0 || strcmp(text, "1") == 0);
    return !text || *flag || !*text || strcmp(text, "false") == 0 || strcmp(text, "0") == 0;
}

/** The value of a name of a code; without a name that of none, if that is not NULL. */
static bool read_name(const struct feature *feature, const char *key, const struct kiwi_enumeration *names,
                      const char *none, uint32_t most, uint32_t *value)
{
    const char *text = tags_get(feature->tags, key);
    if (!text || !*text)
        text = none;
    for (*value = 0; text && *value <= most; ++*value) {
        const char *name = kiwi_enumeration_name(names, *value);
        if (name && strcmp(name, text) == 0)
            return true;
    }
    return false;
}

/* Ids of the nodes of a disc's roads lie far from those that OpenStreetMap has. */
#define MEETING ((int64_t)1 << 62)
#define ALONE ((int64_t)1 << 61)

/** The id of whatever ends at a place on a level: its units of level 0 there. */
static int64_t meeting_at(struct position position, int level)
{
    enum { Y_BITS = 28, LEVEL_BITS = 6, LEVEL_NULL = 32 };
    int64_t x = round_divide((position.x + 180 * (int64_t)X_PER_DEGREE) * 32 * CELL_UNITS, X_PER_DEGREE),
            y = round_divide((position.y + 90 * (int64_t)Y_PER_DEGREE) * 48 * CELL_UNITS, Y_PER_DEGREE);
    return MEETING | x << (Y_BITS + LEVEL_BITS) | y << LEVEL_BITS | (level + LEVEL_NULL);
}

/**
 * Roads are links from node to node, and meet at their ends; where --merge has put some together, any vertex
 * may be a node, and is one where another road has one, too.
 */
static void add_lines(struct network *network, struct way way, const struct feature *feature)
{
    bool merged = tags_get(feature->tags, "pieces");
    for (size_t i = 0; i < feature->contour_count; i++) {
        struct contour contour = feature->contours[i];
        int64_t *nodes = allocate(contour.count, sizeof *nodes);
        for (size_t k = 0; k < contour.count; k++)
            nodes[k] = merged || k == 0 || k + 1 == contour.count
                           ? meeting_at(contour.positions[k], way.finest_level)
                           : ALONE | (int64_t)(network->position_count + k);
        contour.nodes = nodes;
        network_add_way(network, way, &contour);
        release(nodes);
    }
}

static const char *add_road(struct network *network, const struct feature *feature, int level)
{
    struct way way = {.coarsest_level = level, .finest_level = level, .label_priority = -32};
    long road_type, display_class, link;
    uint32_t one_way;
    if (!read_code(feature, "road_type", 0, 15, NEEDED, &road_type) ||
        !read_code(feature, "display_class", 0, 15, NEEDED, &display_class) ||
        !read_code(feature, "link_id", 1, LAST_GIVEN_LINK, 0, &link) ||
        !read_name(feature, "one_way", &kiwi_enum_one_way, "none", 3, &one_way) ||
        !read_flag(feature, "toll", &way.tags.toll) || !read_flag(feature, "bridge", &way.tags.bridge) ||
        !read_flag(feature, "tunnel", &way.tags.tunnel) || !read_flag(feature, "planned", &way.planned))
        return wrong_code;
    way.road_type = (int)road_type;
    way.display_class = (int)display_class;
    way.given_link = (uint32_t)link;
    way.tags.passage = one_way == KIWI_ONE_WAY_FORWARD    ? PASSAGE_FORWARD
                       : one_way == KIWI_ONE_WAY_BACKWARD ? PASSAGE_BACKWARD
                       : one_way == KIWI_ONE_WAY_CLOSED   ? PASSAGE_CLOSED
                                                          : PASSAGE_BOTH;
    way.codes.present = true;
    add_lines(network, way, feature);
    return NULL;
}

static bool read_common(const struct feature *feature, struct disc_codes *codes)
{
    long type, display_class, flags;
    if (!read_code(feature, "type", 0, UINT16_MAX, NEEDED, &type) ||
        !read_code(feature, "display_class", 0, 31, NEEDED, &display_class) ||
        !read_code(feature, "display_scale_flags", 0, 31, 31, &flags))
        return false;
    codes->present = true;
    codes->type_code = (uint16_t)type;
    codes->display_class = (uint8_t)display_class;
    codes->scale_flags = (uint8_t)flags;
    return true;
}

static const char *add_background(struct network *network, const struct feature *feature, int level)
{
    struct shape shape = {.kind = feature->kind, .coarsest_level = level, .finest_level = level};
    if (!read_common(feature, &shape.codes) || !class_known(&background_classes, shape.codes.display_class) ||
        !read_flag(feature, "underground", &shape.codes.underground))
        return wrong_code;
    shape.type_code = shape.codes.type_code;
    shape.display_class = shape.codes.display_class;
    network_add_shape(network, shape, feature);
    return NULL;
}

static const char *add_name(struct network *network, const struct feature *feature, int level)
{
    const char *text = tags_get(feature->tags, "text");
    struct place place = {
        .position = feature->contours[0].positions[0], .coarsest_level = level, .finest_level = level};
    long angle, priority;
    uint32_t string_type;
    if (!text || !*text)
        return "names of a disc have no text";
    if (feature->kind != SHAPE_POINT || !read_common(feature, &place.codes) ||
        !class_known(&name_classes, place.codes.display_class) ||
        !read_code(feature, "angle", 0, 511, 90, &angle) ||
        !read_code(feature, "priority", -32, 31, -32, &priority) ||
        !read_name(feature, "string_type", &kiwi_enum_string_type, "barycentric", 15, &string_type))
        return wrong_code;
    place.codes.angle = (uint16_t)angle;
    place.codes.string_type = (uint8_t)string_type;
    place.label_priority = (int)priority;
    place.name = texts_add(network->texts, text);
    network_add_place(network, place);
    return NULL;
}

const char *disc_feature_add(struct network *network, const struct feature *feature)
{
    const char *kind = tags_get(feature->tags, "kind");
    long level;
    bool road = strcmp(kind, "road") == 0, background = strcmp(kind, "background") == 0;
    if (!road && !background && strcmp(kind, "name") != 0)
        return not_drawn;
    if (!read_code(feature, "level", -32, 31, NEEDED, &level) || !(network->disc_levels >> (32 + level) & 1))
        return wrong_level;
    return road         ? add_road(network, feature, (int)level)
           : background ? add_background(network, feature, (int)level)
                        : add_name(network, feature, (int)level);
}
