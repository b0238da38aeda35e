/* SPDX-License-Identifier: MIT */
/* What of a network has a display class for which a level of another disc has no list. */
#include "base_classes.h"

static void report(const struct level *level, const struct classes *classes, int code, const char *reason,
                   struct passed_over *passed_over)
{
    if (!class_known(classes, code))
        pass_over(passed_over, 1, reason, "class %d on level %d", code, level->number);
}

static void report_level(const struct level *level, const struct network *network,
                         struct passed_over *passed_over)
{
    for (size_t i = 0; i < network->way_count; i++) {
        const struct way *way = &network->ways[i];

        if (level_shows(level, way->coarsest_level, way->finest_level, way->codes.present))
            report(level, level->roads, way->display_class,
                   "roads have a display class that the base has not", passed_over);
    }
    for (size_t i = 0; i < network->shape_count; i++) {
        const struct shape *shape = &network->shapes[i];

        if (level_shows(level, shape->coarsest_level, shape->finest_level, shape->codes.present))
            report(level, level->backgrounds, shape->display_class,
                   "backgrounds have a display class that the base has not", passed_over);
    }
    for (size_t i = 0; i < network->place_count; i++) {
        const struct place *place = &network->places[i];

        if (level_shows(level, place->coarsest_level, place->finest_level, place->codes.present))
            report(level, level->names, place->codes.present ? place->codes.display_class : NAME_CLASS_PLACE,
                   "names have a display class that the base has not", passed_over);
    }
}

void base_classes_report(const struct grid *grid, const struct network *network,
                         struct passed_over *passed_over)
{
    for (int i = 0; i < grid->level_count; i++) {
        const struct level *level = &grid->levels[i];

        report_level(level, network, passed_over);
        report(level, level->names, NAME_CLASS_STREET,
               "street names have a display class that the base has not", passed_over);
    }
}
