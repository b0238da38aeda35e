/* SPDX-License-Identifier: MIT */
/* Points of interest of the input: one for each tag of the profile that a feature has. */
#include "points_of_interest.h"

#include <string.h>

#include "feature_centre.h"
#include "name_choice.h"

/** Its own name, that of its brand, or what it is. */
static uint32_t name_of(struct network *network, const struct tags *tags, const struct poi_category *category)
{
    uint32_t name = texts_add(network->texts, name_choose(network->texts, tags));
    if (!name)
        name = texts_add(network->texts, tags_get(tags, "brand"));
    return name ? name : texts_add(network->texts, category->title);
}

/** Several areas of one relation are one point of interest, and the largest comes first. */
static bool is_part_of_last(const struct points_of_interest *pois, const struct feature *feature)
{
    return pois->last.word && strcmp(pois->last.word, feature->name.word) == 0 &&
           pois->last.number == feature->name.number;
}

static void add(struct points_of_interest *pois, const struct feature *feature,
                const struct poi_category *category, bool labelled)
{
    const struct place place = {.position = feature_centre(feature),
                                .coarsest_level = labelled ? category->coarsest_level : -1,
                                .label_priority = category->label_priority,
                                .name = name_of(pois->network, feature->tags, category),
                                .type_code = category->type_code,
                                .category = category->code};
    network_add_place(pois->network, place);
}

void points_of_interest_add_one(struct points_of_interest *pois, const struct feature *feature,
                                const struct poi_category *category)
{
    add(pois, feature, category, true);
}

bool points_of_interest_add(struct points_of_interest *pois, const struct feature *feature,
                            const struct report *report)
{
    bool known = false, added = false, part = is_part_of_last(pois, feature);
    for (size_t i = 0; i < pois->profile->tag_count; i++) {
        const struct poi_tag *tag = &pois->profile->tags[i];
        const char *text = tags_get(feature->tags, tag->tag);
        if (!text || strcmp(text, "no") == 0)
            continue;
        const struct poi_value *value = poi_profile_find(tag, text);
        known = known || !value || strcmp(value->value, "*") != 0 || value->category;
        if (!value)
            report_tag(report, feature, "features have a value of %s that the profile does not know",
                       tag->tag);
        if (!value || !value->category || part)
            continue;
        add(pois, feature, value->category, !added);
        added = true;
    }
    if (added)
        pois->last = feature->name;
    return known;
}
