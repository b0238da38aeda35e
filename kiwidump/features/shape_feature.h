/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_SHAPE_FEATURE_H
#define KIWIDUMP_SHAPE_FEATURE_H

/* One shape of the map as a feature. */

#include "kiwidump/disc_text.h"
#include "antimeridian.h"
#include "rings.h"

/** Makes features of shapes; too large for the stack of a thread. Zeroed but for disc when it is new. */
struct shape_maker {
    struct kiwi_disc *disc;
    struct feature feature;                         /* the last one */
    struct point points[CUT_ROOM * FEATURE_POINTS]; /* of the shape */
    struct stroke strokes[FEATURE_POINTS];          /* all of it; if it is cut, strokes on one side */
    size_t stroke_count;                            /* 0: it has no place on the earth */
    bool is_cut;                                    /* at 180 degrees */
    char text[DISC_TEXT_ROOM];
    struct memory memory;
    struct rings rings; /* of an area that meets itself */
};

/** Puts a shape's points into maker->points, and says in maker->strokes what belongs together. False if some
 * are beyond the earth, which is worth a finding: behind a pole, where they count as the pole, or more than a
 * turn apart. */
bool shape_points(struct shape_maker *maker, const struct kiwi_parcel *parcel,
                  const struct kiwi_shape *shape);

/** Reports that points of a shape are beyond the earth. */
void shape_report(const struct kiwi_parcel *parcel, const struct kiwi_shape *shape,
                  kiwi_finding_callback *finding, void *context);

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
