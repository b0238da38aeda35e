/* SPDX-License-Identifier: MIT */
/* From the datum of a disc to WGS 84, and back. */
#include <kiwi/place.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

/* The Tokyo datum: the Geographical Survey Institute's three shifts of Tokyo97 to JGD2000 (EPSG 15484 for
 * WGS 84). They hold for its origin exactly and for the main islands to 9 m, for remote islands to some 100.
 */

#define RADIAN (3.14159265358979323846 / 180)

struct ellipsoid {
    double axis, flattening;
};

static const struct ellipsoid bessel = {6377397.155, 1 / 299.1528128};
static const struct ellipsoid wgs84 = {6378137, 1 / 298.257223563};
static const double shifts[3] = {-146.414, 507.337, 680.507};

static double square_of_eccentricity(const struct ellipsoid *ellipsoid)
{
    return ellipsoid->flattening * (2 - ellipsoid->flattening);
}

/** Metres along the axes of the earth, for a place at height 0. */
static void to_axes(const struct ellipsoid *ellipsoid, struct kiwi_place place, double axes[3])
{
    const double e2 = square_of_eccentricity(ellipsoid);
    const double sine = sin(place.latitude * RADIAN);
    const double radius = ellipsoid->axis / sqrt(1 - e2 * sine * sine);
    axes[0] = radius * cos(place.latitude * RADIAN) * cos(place.longitude * RADIAN);
    axes[1] = radius * cos(place.latitude * RADIAN) * sin(place.longitude * RADIAN);
    axes[2] = radius * (1 - e2) * sine;
}

/** The place without its height (Bowring's closed form: exact to a micrometre near the ground). */
static struct kiwi_place from_axes(const struct ellipsoid *ellipsoid, const double axes[3])
{
    const double e2 = square_of_eccentricity(ellipsoid);
    const double minor = ellipsoid->axis * (1 - ellipsoid->flattening);
    const double across = hypot(axes[0], axes[1]);
    const double angle = atan2(axes[2] * ellipsoid->axis, across * minor);
    const double north = axes[2] + e2 / (1 - e2) * minor * pow(sin(angle), 3);
    const double outward = across - e2 * ellipsoid->axis * pow(cos(angle), 3);
    return (struct kiwi_place){atan2(north, outward) / RADIAN, atan2(axes[1], axes[0]) / RADIAN};
}

static struct kiwi_place tokyo_to_wgs84(struct kiwi_place place)
{
    double axes[3];
    to_axes(&bessel, place, axes);
    for (size_t i = 0; i < 3; i++)
        axes[i] += shifts[i];
    return from_axes(&wgs84, axes);
}

static bool is_on_earth(struct kiwi_place place)
{
    return fabs(place.latitude) <= 90 && fabs(place.longitude) <= 180;
}

struct kiwi_place kiwi_to_wgs84(enum kiwi_geodetic datum, struct kiwi_place place)
{
    return datum == KIWI_WGS84 || !is_on_earth(place) ? place : tokyo_to_wgs84(place);
}

static double within_turn(double longitude)
{
    return longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude;
}

/* Not the shifts backwards, which would lose the height the other way: what comes out goes in again. */
struct kiwi_place kiwi_from_wgs84(enum kiwi_geodetic datum, struct kiwi_place place)
{
    enum { ROUNDS = 4 }; /* each leaves a ten thousandth of the error */
    struct kiwi_place from = place;
    if (datum == KIWI_WGS84 || !is_on_earth(place))
        return place;
    for (int i = 0; i < ROUNDS; i++) {
        struct kiwi_place to = tokyo_to_wgs84(from);
        from.latitude = fmax(-90, fmin(90, from.latitude + place.latitude - to.latitude));
        from.longitude = within_turn(from.longitude + within_turn(place.longitude - to.longitude));
    }
    return from;
}

typedef struct kiwi_place convert_place(enum kiwi_geodetic datum, struct kiwi_place place);

/** Widens what counts from a corner of a box by a place on its edge. */
static void widen(struct kiwi_box *reach, convert_place *convert, enum kiwi_geodetic datum,
                  const struct kiwi_place *corner, double north, double east)
{
    const struct kiwi_place place = {fmin(90, corner->latitude + north),
                                     within_turn(corner->longitude + east)};
    const struct kiwi_place to = convert(datum, place);
    east += within_turn(to.longitude - place.longitude);
    north = to.latitude - corner->latitude;
    reach->west = fmin(reach->west, east);
    reach->east = fmax(reach->east, east);
    reach->south = fmin(reach->south, north);
    reach->north = fmax(reach->north, north);
}

/** The box round all places of a box: its edges bend. */
static struct kiwi_box convert_box(convert_place *convert, enum kiwi_geodetic datum, struct kiwi_box box,
                                   bool all_around)
{
    enum {
        STEPS = 16
    }; /* of an edge: at 30 degrees it leaves the straight line by a centimetre between two */
    const struct kiwi_place corner = {box.south, box.west};
    const double width = box.east - box.west + (box.east < box.west ? 360 : 0);
    const double height = box.north - box.south;
    struct kiwi_box reach = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
    if (datum == KIWI_WGS84 || !is_on_earth(corner) || !is_on_earth((struct kiwi_place){box.north, box.east}))
        return box;
    for (int i = 0; i <= STEPS; i++) {
        double share = (double)i / STEPS;
        widen(&reach, convert, datum, &corner, 0, width * share);
        widen(&reach, convert, datum, &corner, height, width * share);
        widen(&reach, convert, datum, &corner, height * share, 0);
        widen(&reach, convert, datum, &corner, height * share, width);
    }
    all_around = all_around || width > 359;
    return (struct kiwi_box){.west = all_around ? box.west : within_turn(box.west + reach.west),
                             .south = fmax(-90, box.south + reach.south),
                             .east = all_around ? box.east : within_turn(box.west + reach.east),
                             .north = fmin(90, box.south + reach.north)};
}

struct kiwi_box kiwi_box_to_wgs84(enum kiwi_geodetic datum, struct kiwi_box box)
{
    return convert_box(kiwi_to_wgs84, datum, box, box.west == box.east);
}

struct kiwi_box kiwi_box_from_wgs84(enum kiwi_geodetic datum, struct kiwi_box box)
{
    return convert_box(kiwi_from_wgs84, datum, box, false);
}
