/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_SHAPE_FEATURE_H
#define KIWIDUMP_SHAPE_FEATURE_H

/* One shape of the map as a feature. */

#include "kiwidump/disc_text.h"
#include "rings.h"

/** Makes features of shapes; too large for the stack of a thread. Zeroed but for disc when it is new. */
struct shape_maker {
    struct kiwi_disc *disc;
    struct feature feature; /* the last one */
    struct point points[FEATURE_POINTS];
    struct stroke strokes[FEATURE_POINTS / 2 + 1];
    char text[DISC_TEXT_ROOM];
    struct memory memory;
    struct rings rings; /* of an area that meets itself */
};

/** Puts a shape's points into maker->points. */
void shape_points(struct shape_maker *maker, const struct kiwi_parcel *parcel,
                  const struct kiwi_shape *shape);

/** Makes maker->feature of a shape whose points are in maker->points. */
enum kiwi_status shape_make(struct shape_maker *maker, const struct kiwi_file *file, int level,
                            const struct kiwi_shape *shape, struct kiwi_error *error);

/** The same but for the geometry, which is left as it is. */
void shape_describe(struct shape_maker *maker, const struct kiwi_file *file, int level,
                    const struct kiwi_shape *shape);

/** Frees what it holds. */
void shape_maker_end(struct shape_maker *maker);

/** Names of the types of shapes of a kind. */
static inline const struct kiwi_enumeration *shape_types(enum kiwi_shape_kind kind)
{
    return kind == KIWI_ROAD ? &kiwi_enum_road_type : &kiwi_enum_type_code;
}

#endif
