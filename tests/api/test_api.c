/* SPDX-License-Identifier: MIT */
/* The promises of docs/design/api.md: programs of other versions, places in degrees, memory that runs out. */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>
#include <kiwi/kiwi.h>

/* The linker sends realloc() of the static library here. */
void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

static bool no_memory;
static int calls_left; /* of calloc(), before there is no memory */

void *__wrap_realloc(void *memory, size_t size)
{
    return no_memory ? NULL : __real_realloc(memory, size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return no_memory && calls_left-- <= 0 ? NULL : __real_calloc(count, size);
}

static const char *disc_path;
static struct kiwi_disc *disc;
static struct kiwi_map *map;
static struct kiwi_regions *regions;
static struct kiwi_index *index_;
static struct kiwi_error error;

static void set_up(void)
{
    no_memory = false;
    ck_assert_int_eq(kiwi_disc_open(disc_path, NULL, &disc, &error), KIWI_OK);
    ck_assert_int_eq(kiwi_map_open(disc, &map, &error), KIWI_OK);
    ck_assert_int_eq(kiwi_regions_open(map, &regions, &error), KIWI_OK);
    ck_assert_int_eq(kiwi_index_open(disc, &index_, &error), KIWI_OK);
}

static void tear_down(void)
{
    no_memory = false;
    kiwi_index_close(index_);
    kiwi_regions_close(regions);
    kiwi_map_close(map);
    kiwi_disc_close(disc);
}

/* Options. A later version has members that this one does not know: here 16 bytes behind its own. */

union later {
    struct kiwi_disc_options disc;
    struct kiwi_walk_options walk;
    struct kiwi_find_options find;
    struct kiwi_route_options route;
    size_t size;
    unsigned char bytes[256];
};

static enum kiwi_status open_disc(const union later *options)
{
    struct kiwi_disc *opened = NULL;
    enum kiwi_status status = kiwi_disc_open(disc_path, &options->disc, &opened, &error);
    kiwi_disc_close(opened);
    return status;
}

static enum kiwi_status open_walk(const union later *options)
{
    struct kiwi_walk *walk = NULL;
    enum kiwi_status status = kiwi_walk_open(disc, &options->walk, &walk, &error);
    kiwi_walk_close(walk);
    return status;
}

static enum kiwi_status open_find(const union later *options)
{
    struct kiwi_find *find = NULL;
    struct kiwi_index_entry entry;
    enum kiwi_status status = kiwi_find_open(index_, &options->find, &find, &error);
    if (status == KIWI_OK)
        status = kiwi_find_next(find, &entry, &error);
    kiwi_find_close(find);
    return status;
}

static enum kiwi_status open_route(const union later *options)
{
    const struct kiwi_place from = {57.85, 11.95};
    const struct kiwi_place to = {57.86, 11.97};
    struct kiwi_route *route = NULL;
    enum kiwi_status status = kiwi_route_open(regions, from, to, &options->route, &route, &error);
    kiwi_route_close(route);
    return status == KIWI_ERROR_NOT_FOUND ? KIWI_OK : status;
}

static const struct {
    enum kiwi_status (*open)(const union later *options);
    size_t size;
} cases[] = {
    {open_disc, sizeof(struct kiwi_disc_options)},
    {open_walk, sizeof(struct kiwi_walk_options)},
    {open_find, sizeof(struct kiwi_find_options)},
    {open_route, sizeof(struct kiwi_route_options)},
};

START_TEST(options_of_other_versions)
{
    union later options = {.bytes = {0}};
    ck_assert_int_eq(cases[_i].open(&options), KIWI_ERROR_RANGE);
    ck_assert_ptr_nonnull(strstr(error.text, "do not say their size"));
    options.size = sizeof options.size; /* the first version that one could think of */
    memset(options.bytes + sizeof options.size, 0xA5, sizeof options - sizeof options.size);
    ck_assert_int_eq(cases[_i].open(&options), KIWI_OK);
    memset(&options, 0, sizeof options);
    options.size = cases[_i].size;
    ck_assert_int_eq(cases[_i].open(&options), KIWI_OK);
    options.size = cases[_i].size + 16;
    ck_assert_int_eq(cases[_i].open(&options), KIWI_OK);
    options.bytes[cases[_i].size + 9] = 1;
    ck_assert_int_eq(cases[_i].open(&options), KIWI_ERROR_RANGE);
    ck_assert_ptr_nonnull(strstr(error.text, "this version of libkiwi"));
}
END_TEST

/** What an older program cannot set has its default; what it sets is heeded. */
START_TEST(older_options_are_heeded)
{
    struct kiwi_find_options options = {
        .size = offsetof(struct kiwi_find_options, zone), .text = "zzz", .zone = 4711, .kinds = 8};
    ck_assert_int_eq(open_find((const union later *)&options), KIWI_END);
    options.text = "";
    ck_assert_int_eq(open_find((const union later *)&options), KIWI_OK);
    options.size = sizeof options;
    ck_assert_int_eq(open_find((const union later *)&options), KIWI_END);
}
END_TEST

/* Places */

START_TEST(places_are_degrees)
{
    static const struct kiwi_place wrong[] = {
        {57.85 * 28800, 11.95 * 28800}, {578500000, 119500000}, {91, 0}, {0, 181}, {0, -1e300}};
    const struct kiwi_level *level = kiwi_map_level_by_number(map, 0);
    struct kiwi_parcel parcel;
    struct kiwi_region region;
    struct kiwi_route *route;
    uint32_t number = 0;
    struct kiwi_place place = {(level->box.south + level->box.north) / 2, level->box.west};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ck_assert_int_eq(kiwi_map_parcel_at(map, level, wrong[i], &parcel, &error), KIWI_ERROR_RANGE);
        ck_assert_int_eq(
            kiwi_regions_at(regions, kiwi_regions_level(regions, 0), wrong[i], &number, &region, &error),
            KIWI_ERROR_RANGE);
        ck_assert_int_eq(kiwi_route_open(regions, place, wrong[i], NULL, &route, &error), KIWI_ERROR_RANGE);
        ck_assert_ptr_nonnull(strstr(error.text, "is no place"));
    }
}
END_TEST

static void check_corner(const struct kiwi_parcel *parcel)
{
    const struct kiwi_box box = kiwi_parcel_box(parcel);
    const struct kiwi_place corner = {box.south, box.west};
    struct kiwi_parcel other;
    ck_assert_int_eq(kiwi_map_parcel_at(map, parcel->level, corner, &other, &error), KIWI_OK);
    ck_assert_uint_eq(other.offset, parcel->offset);
    struct kiwi_place point = kiwi_parcel_place(parcel, (struct kiwi_point){0, 0});
    struct kiwi_place_e7 whole = kiwi_parcel_place_e7(parcel, (struct kiwi_point){0, 0});
    ck_assert_double_eq(point.latitude, whole.latitude / 1e7);
    ck_assert_double_eq(point.longitude, whole.longitude / 1e7);
}

/** The south-western corner of a parcel is in it, although doubles are not exact. */
START_TEST(corners_are_inside)
{
    unsigned parcels_seen = 0;
    for (size_t i = 0; i < kiwi_map_level_count(map); i++) {
        struct kiwi_parcels *parcels;
        struct kiwi_parcel parcel;
        ck_assert_int_eq(kiwi_parcels_open(map, kiwi_map_level(map, i), NULL, &parcels, &error), KIWI_OK);
        for (; kiwi_parcels_next(parcels, &parcel, &error) == KIWI_OK; parcels_seen++)
            check_corner(&parcel);
        kiwi_parcels_close(parcels);
    }
    ck_assert_uint_gt(parcels_seen, 5);
}
END_TEST

/* Walks that pass over map frames */

/** The next item outside of frames that are passed over; each second one is entered if so wished. */
static enum kiwi_event next_item(struct kiwi_walk *walk, bool enters, unsigned *frames,
                                 struct kiwi_item *item)
{
    enum kiwi_event event;
    while ((event = kiwi_walk_next(walk, item)) == KIWI_EVENT_GAP && item->gap == KIWI_GAP_FRAME) {
        const struct kiwi_parcel *parcel = kiwi_walk_parcel(walk);
        ck_assert_ptr_nonnull(parcel);
        ck_assert_uint_eq(item->offset, parcel->offset);
        ck_assert_uint_eq(item->length, parcel->size);
        ck_assert_ptr_eq(item->file, parcel->file);
        if (enters && ++*frames % 2 == 0)
            kiwi_walk_enter(walk);
    }
    return event;
}

/** Whether the item of a full walk is one of the passing walk's, too. */
static bool is_met(struct kiwi_walk *full, bool enters, unsigned *entered, uint64_t *frame)
{
    const struct kiwi_parcel *parcel = kiwi_walk_parcel(full);
    if (!parcel)
        return true;
    *entered += parcel->offset != *frame;
    *frame = parcel->offset;
    return enters && *entered % 2 == 0;
}

START_TEST(frames_that_are_passed_over)
{
    const bool enters = _i;
    struct kiwi_walk_options options = {.size = sizeof options};
    struct kiwi_walk *full, *passing;
    struct kiwi_item item, other;
    unsigned frames = 0, entered = 0;
    uint64_t frame = 0;
    ck_assert_int_eq(kiwi_walk_open(disc, &options, &full, &error), KIWI_OK);
    options.whole_frames = true;
    ck_assert_int_eq(kiwi_walk_open(disc, &options, &passing, &error), KIWI_OK);
    while (kiwi_walk_next(full, &item) != KIWI_EVENT_END) {
        if (!is_met(full, enters, &entered, &frame))
            continue;
        ck_assert_int_ne(next_item(passing, enters, &frames, &other), KIWI_EVENT_END);
        ck_assert_str_eq(other.type ? other.type->name : "", item.type ? item.type->name : "");
        ck_assert_uint_eq(other.offset, item.offset);
        ck_assert_uint_eq(other.length, item.length);
        ck_assert_str_eq(kiwi_walk_path(passing), kiwi_walk_path(full));
    }
    ck_assert_int_eq(next_item(passing, enters, &frames, &other), KIWI_EVENT_END);
    ck_assert_uint_gt(entered, 5);
    kiwi_walk_enter(passing); /* there is no frame to go into */
    kiwi_walk_close(passing);
    kiwi_walk_close(full);
}
END_TEST

/* Memory */

START_TEST(memory_is_no_input_error)
{
    const struct kiwi_level *level = kiwi_map_level_by_number(map, 0);
    struct kiwi_parcels *parcels;
    struct kiwi_parcel parcel;
    struct kiwi_parcel other;
    struct kiwi_shapes *shapes;
    struct kiwi_shape shape;
    ck_assert_int_eq(kiwi_parcels_open(map, level, NULL, &parcels, &error), KIWI_OK);
    ck_assert_int_eq(kiwi_parcels_next(parcels, &parcel, &error), KIWI_OK);
    ck_assert_int_eq(kiwi_shapes_open(map, &shapes, &error), KIWI_OK);
    const struct kiwi_box box = kiwi_parcel_box(&parcel);
    no_memory = true;
    calls_left = 0;
    enum kiwi_status of_shapes = kiwi_shapes_start(shapes, &parcel, KIWI_ROAD, &error);
    while (of_shapes == KIWI_OK)
        of_shapes = kiwi_shapes_next(shapes, &shape, &error);
    error.status = KIWI_OK;
    enum kiwi_status of_parcel = kiwi_map_parcel_at(map, level, (struct kiwi_place){box.south, box.west},
                                                    &other, &error);
    no_memory = false;
    ck_assert_int_eq(of_shapes, KIWI_ERROR_MEMORY);
    ck_assert_int_eq(of_parcel, KIWI_ERROR_MEMORY);
    ck_assert_int_eq(error.status, KIWI_ERROR_MEMORY);
    kiwi_shapes_close(shapes);
    kiwi_parcels_close(parcels);
}
END_TEST

int main(int argc, char **argv)
{
    Suite *suite = suite_create("api");
    TCase *tests = tcase_create("api");
    SRunner *runner = srunner_create(suite);
    disc_path = argc == 2 ? argv[1] : "";
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, options_of_other_versions, 0, (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(tests, older_options_are_heeded);
    tcase_add_test(tests, places_are_degrees);
    tcase_add_test(tests, corners_are_inside);
    tcase_add_loop_test(tests, frames_that_are_passed_over, 0, 2);
    tcase_add_test(tests, memory_is_no_input_error);
    suite_add_tcase(suite, tests);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
