/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_PICTURE_PICTURE_H
#define KIWIDUMP_PICTURE_PICTURE_H

/*
 * A picture is drawn in layers, the lowest first. For each layer the parcels are read again, so that memory
 * does not grow with the map; only a bitmap of the places that labels take is as large as the picture. What
 * goes over several links (bridges, names of streets) is put together within a parcel (links.h).
 */

#include "dump.h"
#include "picture/labels.h"
#include "picture/links.h"
#include "picture/style.h"

enum {
    /** A link has at most 1,023 points and two nodes, a background 2,047 steps and its start. */
    PICTURE_POINTS = 2048,
    /** Pixels around the picture in which shapes are still drawn. */
    PICTURE_MARGIN = 40,
    /** Longest side of a picture, in pixels. */
    PICTURE_SIDE = 20000,
    /** Bytes of a name that are shown, and room for them in UTF-8. */
    PICTURE_TEXT = 120,
    PICTURE_UTF8 = 512,
    /** The lowest priority of a name, which means none. */
    PRIORITY_NONE = -32,
    PRIORITY_HIGHEST = 31,
};

enum height { HEIGHT_TUNNEL, HEIGHT_GROUND, HEIGHT_BRIDGE, HEIGHT_COUNT };

struct picture;
struct layer;

typedef enum kiwi_status take_parcel(struct picture *picture, const struct layer *layer,
                                     struct kiwi_error *error);
typedef void take_shape(struct picture *picture, const struct layer *layer, const struct kiwi_shape *shape);

/** One layer: which shapes belong to it. */
struct layer {
    unsigned kinds;
    bool areas;         /* of backgrounds */
    unsigned number;    /* enum ground, enum line, road style, or enum text */
    enum height height; /* of roads */
    int priority;       /* of names */
    take_shape *take;   /* by picture_each_shape() */
};

struct picture {
    struct dump *dump;
    struct kiwi_map *map;
    struct kiwi_shapes *shapes;
    const struct kiwi_level *level;
    struct output *output;
    struct kiwi_box box;
    double width, height;            /* pixels */
    double scale;                    /* pixels per radian of longitude */
    double top;                      /* Mercator latitude of the upper edge */
    double metres;                   /* per pixel, in the middle */
    unsigned scale_flag;             /* bit of the display scale that is drawn */
    double size;                     /* factor for widths of roads */
    double text_size;                /* factor for texts */
    uint32_t present[HEIGHT_COUNT];  /* road styles that occur, as bits */
    uint32_t grounds, lines;         /* what occurs, as bits */
    uint64_t priorities[TEXT_COUNT]; /* of names that occur, as bits from PRIORITY_NONE on */
    struct kiwi_parcel parcel;
    double middle; /* longitude of its middle, beside that of the picture */
    bool in_path;
    struct labels labels;
    struct links links; /* of the current parcel, for bridges and names of streets */
    struct path path;
    size_t names;                                /* of the current parcel, looked at so far */
    double x[PICTURE_POINTS], y[PICTURE_POINTS]; /* of the current shape */
};

/* extent.c */
/** Chooses level, box and size. */
enum kiwi_status picture_choose(struct picture *picture, struct kiwi_error *error);

/* projection.c */
double mercator(double latitude);
double box_width(const struct kiwi_box *box);
/** A longitude as near to another as whole turns bring it. */
double turn_near(double longitude, double other);
/** The box of a parcel; all around the earth its east is a turn beyond its west. */
struct kiwi_box box_of(const struct kiwi_parcel *parcel);
/** Must be called when parcel has changed, before its points are projected. */
void picture_enter_parcel(struct picture *picture);
void picture_project(const struct picture *picture, struct kiwi_point point, double *x, double *y);
/** Projects a shape; false if it lies outside of the picture. */
bool picture_project_shape(struct picture *picture, const struct kiwi_shape *shape);

/* drawing.c */
void picture_put(struct picture *picture, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** Text of an element, escaped. */
void picture_put_text(struct picture *picture, const char *text, size_t length);
/** One stroke, into the path of its parcel. */
void picture_put_stroke(struct picture *picture, const double *x, const double *y, size_t count, bool close);
/** Ends the path of a parcel, if there is one. */
void picture_end_path(struct picture *picture);
/** The current shape, into the path of its parcel. */
void picture_put_shape(struct picture *picture, const struct kiwi_shape *shape, bool close);

/* passes.c */
/** Goes to each parcel of the picture. */
enum kiwi_status picture_each_parcel(struct picture *picture, const struct layer *layer, take_parcel *take,
                                     struct kiwi_error *error);

/** Hands out the shapes of the current parcel. */
enum kiwi_status picture_shapes_of_parcel(struct picture *picture, const struct layer *layer,
                                          take_shape *take, struct kiwi_error *error);
/** Hands out the shapes of the picture. */
enum kiwi_status picture_each_shape(struct picture *picture, const struct layer *layer, take_shape *take,
                                    struct kiwi_error *error);

static inline bool picture_is_drawn(const struct picture *picture, unsigned flags)
{
    return (flags & picture->scale_flag) != 0;
}

static inline bool picture_is_area(const struct kiwi_shape *shape)
{
    return shape->shape_class == KIWI_SHAPE_CLASS_AREA;
}

/* census.c */
/** Counts what occurs, so that empty layers are left out. */
enum kiwi_status picture_take_census(struct picture *picture, unsigned kinds, struct kiwi_error *error);

/* grounds.c */
enum kiwi_status picture_draw_areas(struct picture *picture, struct kiwi_error *error);
/** The lines from the first kind up to before the end. */
enum kiwi_status picture_draw_lines(struct picture *picture, unsigned first, unsigned end,
                                    struct kiwi_error *error);

/* roads.c */
enum height height_of(const struct kiwi_shape *shape);
/** All roads of one height. */
enum kiwi_status picture_draw_roads(struct picture *picture, enum height height, struct kiwi_error *error);

/* name.c */
/** A name as it is drawn. */
struct name {
    char text[PICTURE_UTF8];
    size_t length;
    struct text_style style;
    struct label label;
};
/** Which style a name has. */
enum text picture_text_of(const struct kiwi_shape *shape);
int picture_priority_of(const struct kiwi_shape *shape);
/** The text of a name and the place where it stands on the disc; false if it has none. */
bool picture_read_name(struct picture *picture, const struct kiwi_shape *shape, struct name *name);
/** Draws a name if there is room for it. */
bool picture_put_name(struct picture *picture, const struct name *name);
/** Whether a name belongs to a layer, which has one kind and one priority of them. */
bool picture_name_due(const struct picture *picture, const struct layer *layer,
                      const struct kiwi_shape *shape);

/* names.c */
enum kiwi_status picture_draw_names(struct picture *picture, struct kiwi_error *error);

/* streets.c */
/** Names of streets and shields of the current parcel. */
enum kiwi_status picture_put_streets(struct picture *picture, const struct layer *layer,
                                     struct kiwi_error *error);

/* shields.c */
void picture_put_shield(struct picture *picture, const struct name *name);

/* frame.c */
void picture_put_head(struct picture *picture);

/* legend.c */
/** Keeps labels away from the scale bar and the title. */
void picture_reserve_legend(struct picture *picture);
void picture_put_legend(struct picture *picture);

#endif
