/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_POI_PROFILE_H
#define KIWIBUILD_POI_PROFILE_H

/* Which tags are points of interest: the part of a profile that says so. */

#include <stdbool.h>
#include <stddef.h>

#include "common/json_node.h"

/** Points of interest of one kind. */
struct poi_category {
    char *key; /**< what the profile calls it */
    char *title;
    int code; /**< in the index */
    int type_code;
    int coarsest_level;
    int label_priority;
};

/** What a value of a tag means. */
struct poi_value {
    char *value;                         /**< "*": any that is not listed */
    const struct poi_category *category; /**< NULL: it is no point of interest */
};

struct poi_tag {
    char *tag;
    char unknown[80];         /**< what is said of values that are not listed */
    struct poi_value *values; /**< sorted */
    size_t count;
};

struct poi_profile {
    struct poi_category *categories; /**< by ascending codes */
    size_t category_count;
    struct poi_tag *tags;
    size_t tag_count;
};

/** Reads "points_of_interest", which may be missing. */
bool poi_profile_read(const struct json_node *root, struct poi_profile *profile);
void poi_profile_free(struct poi_profile *profile);

/** What a value of a tag means, NULL if the profile does not know it. */
const struct poi_value *poi_profile_find(const struct poi_tag *tag, const char *value);

/** Whether a value of a tag is listed, and not only as one of any other. */
bool poi_profile_lists(const struct poi_profile *profile, const char *tag, const char *value);

#endif
