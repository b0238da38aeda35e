/* SPDX-License-Identifier: MIT */
/*
 * Names of streets and shields. The disc has one place for each in a parcel; here they move along their road
 * to where they fit, repeat on long ones, and never reach beyond it.
 */
#include <math.h>

#include "picture/picture.h"

/** Pixels between repetitions, beside the text itself, for texts of the usual size. */
#define REPEAT 300.0
/** Pixels around a name in which its road is looked for, beside what rounding to units of the parcel takes.
 */
#define REACH 3.0
/** A street may leave the straight text by this share of its size. */
#define BEND 0.5
/** The ends of a text are at least so near to each other as its width says: else the road turns back. */
#define SHORTEST_CHORD 0.95
/** So much of its width a text may stand on a straight continuation of its road. */
#define OVERHANG 0.35
enum {
    TRIES = 6,           /* places on both sides of the one that is wanted */
    LABELS_OF_PATH = 64, /* of one road in a parcel */
    NAMES_MOST = 1024,   /* whose road is looked for, in a parcel */
};

/** Any direction, for links_nearest(). */
#define ANY_DIRECTION (-1000.0)

static void take_link(struct picture *picture, const struct layer *layer, const struct kiwi_shape *shape)
{
    (void)layer;
    if (shape->point_count > PICTURE_POINTS)
        return;
    for (size_t i = 0; i < shape->point_count; i++)
        picture_project(picture, shape->points[i], &picture->x[i], &picture->y[i]);
    links_add(&picture->links, picture->x, picture->y, shape->point_count,
              road_style_of(shape->type) * HEIGHT_COUNT + height_of(shape), shape->link_id);
}

static uint64_t owner_of(const struct name *name)
{
    return labels_hash(name->text, name->length);
}

/** Pixels of a coordinate unit of the parcel. */
static double unit_size(const struct picture *picture)
{
    double x[2];
    double y[2];
    picture_project(picture, (struct kiwi_point){0, 0}, &x[0], &y[0]);
    picture_project(picture, (struct kiwi_point){1, 1}, &x[1], &y[1]);
    return hypot(x[1] - x[0], y[1] - y[0]);
}

static size_t link_of(const struct picture *picture, const struct name *name, enum text text)
{
    return links_nearest(&picture->links, name->label.x, name->label.y, REACH + 2 * unit_size(picture),
                         text == TEXT_SHIELD ? ANY_DIRECTION : name->label.angle);
}

/** Streets get the links that their names stand on. */
static void take_owner(struct picture *picture, const struct layer *layer, const struct kiwi_shape *shape)
{
    struct name name;
    (void)layer;
    if (picture_text_of(shape) != TEXT_STREET || picture->names++ >= NAMES_MOST ||
        !picture_read_name(picture, shape, &name))
        return;
    size_t link = link_of(picture, &name, TEXT_STREET);
    if (link != SIZE_MAX && picture->links.items[link].owner == 0)
        links_own(&picture->links, link, owner_of(&name));
}

/** Puts the name across a place on its path; false if the road is too short or bends too much there. */
static bool lay_on(const struct path *path, double along, struct name *name)
{
    double half = name->label.width / 2;
    double limit = name->style.size * BEND;
    double x[2];
    double y[2];
    double from = fmax(0, path->own_from - OVERHANG * name->label.width);
    double to = fmin(path_length(path), path->own_to + OVERHANG * name->label.width);
    if (along - half < from || along + half > to)
        return false;
    path_at(path, along - half, &x[0], &y[0]);
    path_at(path, along + half, &x[1], &y[1]);
    double chord = hypot(x[1] - x[0], y[1] - y[0]);
    if (chord < 2 * half * SHORTEST_CHORD)
        return false;
    for (size_t i = 0; i < path->count && path->along[i] < along + half; i++)
        if (path->along[i] > along - half &&
            fabs((path->x[i] - x[0]) * (y[1] - y[0]) - (path->y[i] - y[0]) * (x[1] - x[0])) > limit * chord)
            return false;
    name->label.x = (x[0] + x[1]) / 2;
    name->label.y = (y[0] + y[1]) / 2;
    name->label.angle = atan2(y[1] - y[0], x[1] - x[0]) * 180 / M_PI;
    if (name->label.angle > 90)
        name->label.angle -= 180;
    if (name->label.angle <= -90)
        name->label.angle += 180;
    return true;
}

/** A shield stands upright on any place of the road. */
static bool stand_on(const struct path *path, double along, struct name *name)
{
    if (along < 0 || along > path_length(path))
        return false;
    path_at(path, along, &name->label.x, &name->label.y);
    return true;
}

/** Near a place on the path: the nearest place that is straight enough and free. */
static void put_near(struct picture *picture, const struct layer *layer, double along, struct name *name)
{
    double step = layer->number == TEXT_SHIELD ? name->label.width + 2 : name->label.width / 4;
    for (int i = 0; i <= 2 * TRIES; i++) {
        double shifted = along + step * (i % 2 ? (i + 1) / 2 : -i / 2);
        if ((layer->number == TEXT_SHIELD ? stand_on : lay_on)(&picture->path, shifted, name) &&
            picture_put_name(picture, name))
            return;
    }
}

/** Which part of a-b lies in the picture, as shares; false if none does. */
static bool clip(const struct picture *picture, const double *x, const double *y, double *from, double *to)
{
    const double p[4] = {x[0] - x[1], x[1] - x[0], y[0] - y[1], y[1] - y[0]};
    const double q[4] = {x[0], picture->width - x[0], y[0], picture->height - y[0]};
    *from = 0;
    *to = 1;
    for (int i = 0; i < 4; i++) {
        if (p[i] == 0 && q[i] < 0)
            return false;
        if (p[i] < 0)
            *from = fmax(*from, q[i] / p[i]);
        else if (p[i] > 0)
            *to = fmin(*to, q[i] / p[i]);
    }
    return *from < *to;
}

/** On a stretch of the path that is to be seen: around the place of the disc if it is there. */
static void put_stretch(struct picture *picture, const struct layer *layer, double from, double to,
                        double wanted, struct name *name)
{
    double repeat = name->label.width + REPEAT * picture->text_size;
    double first = wanted >= from && wanted <= to ? wanted - floor((wanted - from) / repeat) * repeat
                                                  : fmin((from + to) / 2, from + repeat / 2);
    for (int i = 0; i < LABELS_OF_PATH && first + i * repeat <= to; i++)
        put_near(picture, layer, first + i * repeat, name);
}

static void put_along(struct picture *picture, const struct layer *layer, struct name *name)
{
    const struct path *path = &picture->path;
    double wanted = path_nearest(path, name->label.x, name->label.y);
    double from = -1; /* of the stretch, below 0: none yet */
    double to = 0;
    for (size_t i = 0; i + 1 < path->count; i++) {
        double low;
        double high;
        if (!clip(picture, path->x + i, path->y + i, &low, &high))
            continue;
        double length = path->along[i + 1] - path->along[i];
        if (from >= 0 && path->along[i] + low * length > to) {
            put_stretch(picture, layer, from, to, wanted, name);
            from = -1;
        }
        from = from < 0 ? path->along[i] + low * length : from;
        to = path->along[i] + high * length;
    }
    if (from >= 0)
        put_stretch(picture, layer, from, to, wanted, name);
}

static void take_street(struct picture *picture, const struct layer *layer, const struct kiwi_shape *shape)
{
    struct name name;
    if (!picture_name_due(picture, layer, shape) || picture->names++ >= NAMES_MOST ||
        !picture_read_name(picture, shape, &name))
        return;
    size_t link = link_of(picture, &name, (enum text)layer->number);
    if (link == SIZE_MAX) { /* of a river, or of a road that is not on this level */
        picture_put_name(picture, &name);
        return;
    }
    for (size_t i = 0; i < picture->links.count; i++)
        picture->links.items[i].used = false;
    links_follow(&picture->links, link, layer->number == TEXT_SHIELD ? 0 : owner_of(&name), &picture->path);
    if (picture->path.count > 1)
        put_along(picture, layer, &name);
}

static void take_due(struct picture *picture, const struct layer *layer, const struct kiwi_shape *shape)
{
    picture->names += picture_name_due(picture, layer, shape);
}

enum kiwi_status picture_put_streets(struct picture *picture, const struct layer *layer,
                                     struct kiwi_error *error)
{
    const struct layer roads = {.kinds = KIWI_ROAD};
    picture->names = 0;
    enum kiwi_status status = picture_shapes_of_parcel(picture, layer, take_due, error);
    if (status != KIWI_OK || picture->names == 0)
        return status;
    links_clear(&picture->links);
    status = picture_shapes_of_parcel(picture, &roads, take_link, error);
    picture->names = 0;
    if (status == KIWI_OK && layer->number == TEXT_STREET)
        status = picture_shapes_of_parcel(picture, layer, take_owner, error);
    picture->names = 0;
    if (status == KIWI_OK)
        status = picture_shapes_of_parcel(picture, layer, take_street, error);
    return status;
}
