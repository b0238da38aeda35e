/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_ROAD_TAGS_H
#define KIWIBUILD_ROAD_TAGS_H

#include "input/feature.h"
#include "input/passed_over.h"
#include "profile.h"

enum passage {
    PASSAGE_BOTH,
    PASSAGE_FORWARD,
    PASSAGE_BACKWARD,
    PASSAGE_CLOSED, /**< of cars */
};

/** Where what is not understood is counted, and the file that the features come from. */
struct report {
    struct passed_over *passed_over;
    const char *file;
};

/** Counts a feature, for a reason that names a tag. */
void report_tag(const struct report *report, const struct feature *feature, const char *reason,
                const char *tag);

/** What the tags of a road say about it. */
struct road_tags {
    enum passage passage;
    bool bridge, tunnel, toll;
};

/**
 * Values that are not understood are reported, and count as if the tag were not there. Access is not looked
 * at if the road is not for cars anyway.
 */
struct road_tags road_tags_read(const struct profile *profile, const struct feature *feature, bool for_cars,
                                const struct report *report);

/** Whether a value is one of several with semicolons between them. */
bool list_contains(const char *list, const char *value);

/** Whether a value is not there, or means no, by itself. */
bool value_is_no(const char *value);

#endif
