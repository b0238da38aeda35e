/* SPDX-License-Identifier: MIT */
/* Which datum a disc's places are in (COOR). */
#include "disc/datum.h"

#include <string.h>

#include "bytes/utf8.h"
#include "disc/disc.h"

static enum kiwi_geodetic_datum datum_of(const char *name)
{
    static const struct {
        const char *name;
        enum kiwi_geodetic_datum datum;
    } names[] = {
        {"", KIWI_DATUM_WGS84},         {"WGS84", KIWI_DATUM_WGS84},
        {"WGS 84", KIWI_DATUM_WGS84},   {"WGS-84", KIWI_DATUM_WGS84},
        {"WGS_84", KIWI_DATUM_WGS84},   {"JGD2000", KIWI_DATUM_NEAR},
        {"JGD2011", KIWI_DATUM_NEAR},   {"ITRF", KIWI_DATUM_NEAR},
        {"ETRS89", KIWI_DATUM_NEAR},    {"GDA94", KIWI_DATUM_NEAR},
        {"NAD83", KIWI_DATUM_NEAR},     {"GRS80", KIWI_DATUM_NEAR},
        {"TOKYO", KIWI_DATUM_TOKYO},    {"TOKYO97", KIWI_DATUM_TOKYO},
        {"TOKYO 97", KIWI_DATUM_TOKYO}, {"TOKYO DATUM", KIWI_DATUM_TOKYO},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (kiwi_compare_case(name, names[i].name) == 0)
            return names[i].datum;
    return KIWI_DATUM_UNKNOWN;
}

enum kiwi_status kiwi_datum_choose(struct kiwi_disc *disc, const char *name, struct kiwi_error *error)
{
    disc->datum_kind = datum_of(name);
    if (disc->datum_kind == KIWI_DATUM_UNKNOWN || !name[0])
        return kiwi_fail(error, KIWI_ERROR_RANGE, 0, KIWI_NULL,
                         "nobody here knows a datum '%.60s': WGS84 and TOKYO are", name);
    strncpy(disc->datum, name, sizeof disc->datum - 1);
    return KIWI_OK;
}

void kiwi_datum_declare(struct kiwi_disc *disc, const struct kiwi_file *metadata)
{
    static const struct {
        enum kiwi_severity severity;
        const char *expected;
    } words[] = {
        [KIWI_DATUM_UNKNOWN] = {KIWI_WARNING,
                                "WGS84 or TOKYO; places are taken for WGS 84, and may be some 500 m "
                                "away from it"},
        [KIWI_DATUM_WGS84] = {KIWI_NOTE, NULL},
        [KIWI_DATUM_NEAR] = {KIWI_NOTE, "WGS84, which it agrees with to less than two metres"},
        [KIWI_DATUM_TOKYO] = {KIWI_NOTE,
                              "WGS84, which places are converted to, to some 10 m; those in records "
                              "are as they stand"},
    };
    disc->datum_kind = datum_of(disc->datum);
    if (words[disc->datum_kind].expected)
        kiwi_report(&disc->reporter, words[disc->datum_kind].severity, metadata->path, 0, "COOR",
                    words[disc->datum_kind].expected, disc->datum);
}

enum kiwi_geodetic kiwi_disc_geodetic(const struct kiwi_disc *disc)
{
    return disc->datum_kind == KIWI_DATUM_TOKYO ? KIWI_TOKYO : KIWI_WGS84;
}
