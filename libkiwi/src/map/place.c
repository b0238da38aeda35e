/* SPDX-License-Identifier: MIT */
/* Places on the earth, and the distance between two of them on a sphere. */
#include "map/place.h"

enum kiwi_status kiwi_place_check(struct kiwi_place place, struct kiwi_error *error)
{
    if (fabs(place.latitude) <= 90 && fabs(place.longitude) <= 180)
        return KIWI_OK;
    return kiwi_fail(error, KIWI_ERROR_RANGE, 0, KIWI_NULL,
                     "latitude %g, longitude %g is no place: degrees from -90 to 90 and from -180 to 180 are",
                     place.latitude, place.longitude);
}

double kiwi_distance(struct kiwi_place from, struct kiwi_place to)
{
    const double radian = 3.14159265358979323846 / 180;
    double east = fmod(to.longitude - from.longitude + 540, 360) - 180;
    double half_north = sin((to.latitude - from.latitude) * radian / 2);
    double half_east = sin(east * radian / 2);
    double square = half_north * half_north +
                    cos(from.latitude * radian) * cos(to.latitude * radian) * half_east * half_east;
    return 2 * 6371000 * asin(sqrt(square < 1 ? square : 1));
}
