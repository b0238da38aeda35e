/* SPDX-License-Identifier: MIT */
/* From the points of a parcel to pixels, in the projection of Mercator. */
#include <math.h>

#include "picture/picture.h"

double mercator(double latitude)
{
    double limit = latitude > 85 ? 85 : latitude < -85 ? -85 : latitude;
    return log(tan(M_PI / 4 + limit * M_PI / 360));
}

double box_width(const struct kiwi_box *box)
{
    double width = box->east - box->west;
    return width < 0 ? width + 360 : width;
}

void picture_project(const struct picture *picture, struct kiwi_point point, double *x, double *y)
{
    struct kiwi_place place = kiwi_parcel_place(&picture->parcel, point);
    double east = place.longitude - picture->box.west;
    double over = (360 - box_width(&picture->box)) /
                  2; /* what lies farther to the east is nearer from the west */
    if (east < -over)
        east += 360;
    else if (east > 360 - over)
        east -= 360;
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
