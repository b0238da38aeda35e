/* SPDX-License-Identifier: MIT */
/* From the points of a parcel to pixels, in the projection of Mercator. */
#include <math.h>

#include "picture/picture.h"

double mercator(double latitude)
{
    double limit = latitude > 85 ? 85 : latitude < -85 ? -85 : latitude;
    return log(tan(M_PI / 4 + limit * M_PI / 360));
}

double turn_near(double longitude, double other)
{
    return longitude + 360 * round((other - longitude) / 360);
}

struct kiwi_box box_of(const struct kiwi_parcel *parcel)
{
    struct kiwi_box box = kiwi_parcel_box(parcel);
    box.east += box.east == box.west ? 360 : 0;
    return box;
}

void picture_enter_parcel(struct picture *picture)
{
    const struct kiwi_box box = box_of(&picture->parcel);
    double middle = picture->box.west + box_width(&picture->box) / 2;
    double width = box_width(&box);
    /* Of one that is wider than half of the earth each point lies where it is nearest. */
    picture->middle = width < 180 ? turn_near(box.west + width / 2, middle) : middle;
}

double box_width(const struct kiwi_box *box)
{
    double width = box->east - box->west;
    return width < 0 ? width + 360 : width;
}

void picture_project(const struct picture *picture, struct kiwi_point point, double *x, double *y)
{
    struct kiwi_place place = kiwi_to_wgs84(kiwi_disc_geodetic(picture->dump->disc),
                                            kiwi_parcel_place(&picture->parcel, point));
    double east = turn_near(place.longitude, picture->middle) - picture->box.west;
    *x = east * M_PI / 180 * picture->scale;
    *y = (picture->top - mercator(place.latitude)) * picture->scale;
}

/** Projects a shape; false if it lies outside of the picture. */
bool picture_project_shape(struct picture *picture, const struct kiwi_shape *shape)
{
    double low_x = 1e9;
    double high_x = -1e9;
    double low_y = 1e9;
    double high_y = -1e9;
    for (size_t i = 0; i < shape->point_count; i++) {
        picture_project(picture, shape->points[i], &picture->x[i], &picture->y[i]);
        low_x = fmin(low_x, picture->x[i]);
        high_x = fmax(high_x, picture->x[i]);
        low_y = fmin(low_y, picture->y[i]);
        high_y = fmax(high_y, picture->y[i]);
    }
    return shape->point_count > 0 && high_x >= -PICTURE_MARGIN && low_x <= picture->width + PICTURE_MARGIN &&
           high_y >= -PICTURE_MARGIN && low_y <= picture->height + PICTURE_MARGIN;
}
