/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_PROFILE_H
#define KIWIBUILD_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/failure.h"
#include "input/feature.h"
#include "poi_profile.h"

/** How a value of the tag `highway` appears on the disc. */
struct road_class {
    char *value;        /**< of the tag; NULL in the default */
    int road_type;      /**< chapter 32.2 */
    int display_class;  /**< chapter 32.1, a code and not an index */
    int coarsest_level; /**< the road is on this level and on all finer ones */
    int label_priority; /**< -31..31, -32 none */
    bool unnumbered;    /**< its `ref` is no road's; nor is a name that is the same */
    bool unnamed;       /**< nor is any name */
};

/** How features with a tag that is no road appear. */
struct background_class {
    char *tag;
    char *value; /**< "*": any but "no" */
    enum shape_kind shape;
    bool sea; /**< an area: what is on the right of lines with the tag */
    int type_code;
    int display_class;
    int coarsest_level;
    int finest_level; /**< the shape is on no finer level */
};

/** How points with a name and a value of the tag `place` appear. */
struct place_class {
    char *value;
    int coarsest_level;
    int label_priority;
    int type_code;
    int reach; /**< kilometres around it in which streets are its own; 0: it is no town */
};

/** A list of tag values. */
struct values {
    char **items;
    size_t count;
};

/** Values of a tag that mean yes and no, beside those of every tag (road_tags.c). */
struct meanings {
    char *tag;
    struct values yes, no;
};

/** What OpenStreetMap tags mean on the disc. */
struct profile {
    struct road_class default_road; /**< of planned roads whose type is not known */
    struct road_class *roads;
    size_t road_count;
    struct road_class *routes; /**< of `route` */
    size_t route_count;
    struct values forward; /**< of `oneway` */
    struct values backward;
    struct values both;
    struct values closed;
    struct meanings *implied; /**< tags that mean one way if `oneway` is absent */
    size_t implied_count;
    struct meanings bridge, tunnel, toll;
    struct values languages;   /**< of names, the most wanted first */
    struct values access_tags; /**< of vehicles, that of cars first; "yes": may pass */
    struct meanings access;
    struct values planned; /**< of `highway`; the tag of that name says what it will be */
    int planned_display_class;
    int planned_coarsest_level;
    struct background_class *backgrounds;
    size_t background_count;
    struct place_class *places;
    size_t place_count;
    int place_type_code; /**< of places that have none of their own */
    struct poi_profile pois;
};

/**
 * Reads a profile file, or the one that is built in if path is NULL. Unknown keys and wrong types are
 * refused.
 */
bool profile_read(struct profile *profile, const char *path, struct failure *failure);

/** The same from JSON text; name appears in messages. */
bool profile_parse(struct profile *profile, const char *name, const char *text, size_t length,
                   struct failure *failure);

void profile_free(struct profile *profile);

/** Takes the languages from a list with commas instead of those of the profile. */
void profile_set_languages(struct profile *profile, const char *list);

/** Whatever the case of its letters. */
bool values_contain(const struct values *values, const char *value);
/** Of a value of `highway`; NULL if the profile does not list it. */
const struct road_class *profile_road(const struct profile *profile, const char *highway);

/** Of a value of `route`: ferries and the like. NULL: it is no road. */
const struct road_class *profile_route(const struct profile *profile, const char *route);

const struct place_class *profile_place(const struct profile *profile, const char *place); /**< NULL: none */

#endif
