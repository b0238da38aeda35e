/* SPDX-License-Identifier: MIT */
/* Profiles that are read as meant, and profiles that are refused with a reason. */
#include <string.h>

#include "main.h"
#include "profile.h"

#define ROAD "{\"road_type\": 6, \"display_class\": 8, \"coarsest_level\": 0, \"label_priority\": -32}"
#define ROADS "\"roads\": {\"default\": " ROAD ", \"highway\": {\"motorway\": " ROAD "}}"
#define ONE_WAY "\"one_way\": {\"forward\": [\"yes\"], \"backward\": [\"-1\"]}"
#define PLANNED "\"planned\": {\"highway\": [\"construction\"], \"display_class\": 14, \"coarsest_level\": 0}"
#define PLACES "\"places\": {\"type_code\": 308, \"place\": {}}"
#define PROFILE(roads, backgrounds) \
    "{" roads ", " ONE_WAY ", " PLANNED ", \"backgrounds\": [" backgrounds "], " PLACES "}"

static void check_refused(const char *text, const char *message)
{
    struct profile profile;
    struct failure failure = {0};

    ck_assert(!profile_parse(&profile, "p.json", text, strlen(text), &failure));
    ck_assert_msg(strstr(failure.text, message), "message is: %s", failure.text);
    ck_assert_int_eq(failure.code, EXIT_INPUT);
}

START_TEST(built_in)
{
    struct profile profile;
    struct failure failure;

    ck_assert(profile_read(&profile, NULL, &failure));
    ck_assert_int_eq(profile_road(&profile, "motorway")->road_type, 0);
    ck_assert_int_eq(profile_route(&profile, "ferry")->road_type, 10);
    ck_assert_ptr_null(profile_road(&profile, "no such value"));
    ck_assert(values_contain(&profile.backward, "-1"));
    ck_assert(values_contain(&profile.closed, "Reversible"));
    ck_assert(!values_contain(&profile.backward, NULL));
    profile_free(&profile);
}
END_TEST

START_TEST(smallest)
{
    struct profile profile;
    struct failure failure;

    ck_assert(profile_parse(&profile, "p.json", PROFILE(ROADS, ""), strlen(PROFILE(ROADS, "")), &failure));
    profile_free(&profile);
}
END_TEST

START_TEST(refusals)
{
    check_refused("", "p.json");
    check_refused("[]", "must be a JSON object");
    check_refused("{", "p.json");
    check_refused("{\"colour\": 1}", "\"colour\": unknown key");
    check_refused("{}", "\"roads\": is missing");
    check_refused(PROFILE("\"roads\": []", ""), "\"roads\": must be an object");
    check_refused(PROFILE("\"roads\": {\"default\": " ROAD
                          ", \"highway\": {\"motorway\": {\"road_type\": \"fast\", "
                          "\"display_class\": 8, \"coarsest_level\": 0, \"label_priority\": 0}}}",
                          ""),
                  "\"motorway\".\"road_type\": must be an integer");
    check_refused(
        PROFILE("\"roads\": {\"default\": {\"road_type\": 14, \"display_class\": 8, \"coarsest_level\": 0, "
                "\"label_priority\": 0}, \"highway\": {}}",
                ""),
        "\"road_type\": must lie in 0..13");
    check_refused(
        PROFILE("\"roads\": {\"default\": {\"road_type\": 1, \"display_class\": 8, \"coarsest_level\": 1, "
                "\"label_priority\": 0}, \"highway\": {}}",
                ""),
        "must be 0, 2 or 4");
    check_refused(PROFILE(ROADS, "{\"tag\": \"natural\"}"), "\"backgrounds\"[0]");
    check_refused(
        PROFILE(ROADS, "{\"tag\": \"natural\", \"value\": \"water\", \"shape\": \"blob\", \"type_code\": 1, "
                       "\"display_class\": 1, \"coarsest_level\": 0}"),
        "\"shape\": must be");
    check_refused(
        PROFILE(ROADS, "{\"tag\": \"natural\", \"value\": \"water\", \"shape\": \"area\", \"type_code\": 1, "
                       "\"display_class\": 9, \"coarsest_level\": 0}"),
        "background classes");
    check_refused(PROFILE(ROADS, "7"), "\"backgrounds\"[0]: must be an object");
}
END_TEST

#define CATEGORY                                                                                            \
    "{\"title\": \"Fuel\", \"code\": 128, \"type_code\": 1024, \"coarsest_level\": 0, \"label_priority\": " \
    "1}"
#define POIS(categories, tags)                                           \
    "{" ROADS ", " ONE_WAY ", " PLANNED ", \"backgrounds\": [], " PLACES \
    ", \"points_of_interest\": {\"categories\": {" categories "}, \"tags\": {" tags "}}}"

START_TEST(points_of_interest)
{
    const char *text = POIS("\"fuel\": " CATEGORY, "\"amenity\": {\"fuel\": \"fuel\", \"bench\": null}, "
                                                   "\"shop\": {\"gas\": \"fuel\", \"*\": null}");
    struct profile profile;
    struct failure failure;

    ck_assert(profile_parse(&profile, "p.json", text, strlen(text), &failure));
    ck_assert_uint_eq(profile.pois.tag_count, 2);
    const struct poi_tag *amenity = &profile.pois.tags[0], *shop = &profile.pois.tags[1];
    ck_assert_int_eq(poi_profile_find(amenity, "fuel")->category->code, 128);
    ck_assert(!poi_profile_find(amenity, "bench")->category);
    ck_assert(!poi_profile_find(amenity, "spaceport"));
    ck_assert_str_eq(poi_profile_find(shop, "books")->value, "*");
    ck_assert_str_eq(poi_profile_find(shop, "gas")->category->title, "Fuel");
    profile_free(&profile);
}
END_TEST

START_TEST(refused_points_of_interest)
{
    check_refused(POIS("\"fuel\": {\"title\": \"Fuel\"}", ""), "\"code\": is missing");
    check_refused(POIS("\"fuel\": " CATEGORY ", \"gas\": " CATEGORY, ""), "has the code of another one");
    check_refused(POIS("\"fuel\": " CATEGORY, "\"amenity\": {\"fuel\": \"gas\"}"),
                  "is none of \"categories\"");
    check_refused(POIS("\"fuel\": " CATEGORY, "\"amenity\": {\"fuel\": 128}"),
                  "must be the key of a category");
    check_refused(POIS("\"fuel\": " CATEGORY, "\"amenity\": []"), "\"amenity\": must be an object");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {built_in, smallest, refusals, points_of_interest,
                                  refused_points_of_interest};

    return run_tests("profile", tests, sizeof tests / sizeof tests[0]);
}
