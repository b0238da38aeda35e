/* SPDX-License-Identifier: MIT */
/* Which closed ways are areas: OpenStreetMap has no type for them, and leaves it to the tags
 * (https://wiki.openstreetmap.org/wiki/Overpass_turbo/Polygon_Features has the list that most programs use).
 */
#include "area_tags.h"

#include <string.h>

/** Values with spaces around each: those that make an area, or all but these. */
static const struct {
    const char *key, *only, *but;
} rules[] = {
    {"aeroway", NULL, " taxiway "},
    {"amenity", NULL, NULL},
    {"boundary", NULL, NULL},
    {"building", NULL, NULL},
    {"building:part", NULL, NULL},
    {"craft", NULL, NULL},
    {"golf", NULL, NULL},
    {"highway", " services rest_area escape elevator ", NULL},
    {"historic", NULL, NULL},
    {"landuse", NULL, NULL},
    {"leisure", NULL, " track slipway "},
    {"man_made", NULL, " cutline embankment pipeline "},
    {"military", NULL, NULL},
    {"natural", NULL, " coastline cliff ridge arete tree_row valley "},
    {"office", NULL, NULL},
    {"place", NULL, NULL},
    {"power", " plant substation generator transformer ", NULL},
    {"public_transport", NULL, NULL},
    {"railway", " station turntable roundhouse platform ", NULL},
    {"ruins", NULL, NULL},
    {"shop", NULL, NULL},
    {"tourism", NULL, NULL},
    {"waterway", " riverbank dock boatyard dam ", NULL},
};

static bool contains(const char *list, const char *value)
{
    size_t length = strlen(value);
    for (const char *at = strstr(list, value); at && length > 0; at = strstr(at + 1, value))
        if (at > list && at[-1] == ' ' && at[length] == ' ')
            return true;
    return false;
}

bool tags_mean_area(const struct tags *tags)
{
    const char *area = tags_get(tags, "area");
    if (area && strcmp(area, "no") == 0)
        return false;
    if (area && strcmp(area, "yes") == 0)
        return true;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const char *value = tags_get(tags, rules[i].key);
        if (value && strcmp(value, "no") != 0 && (!rules[i].only || contains(rules[i].only, value)) &&
            (!rules[i].but || !contains(rules[i].but, value)))
            return true;
    }
    return false;
}
