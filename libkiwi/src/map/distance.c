/* SPDX-License-Identifier: MIT */
/* The distance between two places on a sphere. */
#include <kiwi/place.h>

#include <math.h>

double kiwi_distance(double latitude, double longitude, double other_latitude, double other_longitude)
{
    const double radian = 3.14159265358979323846 / 180;
    double east = fmod(other_longitude - longitude + 540, 360) - 180;
    double half_north = sin((other_latitude - latitude) * radian / 2);
    double half_east = sin(east * radian / 2);
    double square = half_north * half_north +
                    cos(latitude * radian) * cos(other_latitude * radian) * half_east * half_east;
    return 2 * 6371000 * asin(sqrt(square < 1 ? square : 1));
}
