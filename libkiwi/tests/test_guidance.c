/* SPDX-License-Identifier: MIT */
/* Route guidance (chapter 8): its records both ways, a made disc that leads to it, and that disc with
 * lies. */
#include "vectors.h"

#include <kiwi/kiwi.h>

#include "made_disc.h"

/* Two parcels, west and east, each with a map frame and a route guidance frame behind it. */
enum {
    LEVEL = HEAD + 30,
    BLOCK_SET = LEVEL + 40,
    BLOCK = BLOCK_SET + 10,
    LIST = HEAD + 96,
    SLOTS = LIST + 4,
    GUIDANCE_SLOTS = SLOTS + 2 * 6,
    MAP = LIST + 32,
    GUIDANCE = MAP + 64,
    STEP = 128, /* from one parcel's frames to the next one's */
    END = MAP + 2 * STEP,
    MAP_HEADER = 36 + 3 * 6,
    ADDRESS = 28, /* of route guidance, in the header of the map */
    HEADER = 20 + 2 * 6,
};

static const struct kiwi_pid somewhere = {0x0F6788, 0x3C4722, 0, 0};

static void put_management(void)
{
    const struct kiwi_parcel_related_distribution_header header = {.size = LIST - HEAD,
                                                                   .latitude_upper = 28800,
                                                                   .longitude_right = 57600,
                                                                   .level_record_size = 40,
                                                                   .block_set_record_size = 10,
                                                                   .block_record_size = 6,
                                                                   .number_of_levels = 1,
                                                                   .number_of_block_sets = 1};
    const struct kiwi_level_management_record level = {.basic_frames = 3,
                                                       .basic_route_guidance_frames = 1,
                                                       .extended_route_guidance_frames = 1,
                                                       .block_sets_latitude = 1,
                                                       .block_sets_longitude = 1,
                                                       .blocks_latitude = 1,
                                                       .blocks_longitude = 1,
                                                       .parcels_latitude = 1,
                                                       .parcels_longitude = 2,
                                                       .divided_1_latitude = 1,
                                                       .divided_1_longitude = 1,
                                                       .divided_2_latitude = 1,
                                                       .divided_2_longitude = 1,
                                                       .divided_3_latitude = 1,
                                                       .divided_3_longitude = 1,
                                                       .block_set_offset = BLOCK_SET - HEAD,
                                                       .node_record_size = 8};
    const struct kiwi_block_set_management_record set = {.table_offset = BLOCK - HEAD, .table_size = 6};
    const struct kiwi_block_management_record block = {.address = kiwi_dsa(LIST, sectors), .size = 1};

    put_header(1, HEAD, LIST - HEAD);
    PUT(HEAD, parcel_related_distribution_header, &header);
    PUT(LEVEL, level_management_record, &level, 40);
    PUT(BLOCK_SET, block_set_management_record, &set, 10);
    PUT(BLOCK, block_management_record, &block, 6);
}

static void put_list(void)
{
    const struct kiwi_parcel_management_information head = {.route_guidance_list_offset = GUIDANCE_SLOTS -
                                                                                          LIST};

    PUT(LIST, parcel_management_information, &head);
    for (unsigned i = 0; i < 2; i++) {
        const struct kiwi_main_map_parcel_management_record map = {
            .address = kiwi_dsa(MAP + i * STEP, sectors), .size = 2};
        const struct kiwi_route_guidance_parcel_management_record guidance = {
            .address = kiwi_dsa(GUIDANCE + i * STEP, sectors), .size = 2};

        PUT(SLOTS + 6 * i, main_map_parcel_management_record, &map, 0);
        PUT(GUIDANCE_SLOTS + 6 * i, route_guidance_parcel_management_record, &guidance, 0);
    }
}

static void put_guidance(size_t at)
{
    static const uint8_t payload[] = {1, 2, 3, 4};
    const struct kiwi_route_guidance_distribution_header header = {.header_size = HEADER,
                                                                   .lower_left = somewhere};
    const struct kiwi_route_guidance_management_record basic = {.offset = HEADER, .size = 8};
    const struct kiwi_extended_route_guidance_management_record extended = {.offset = HEADER + 8, .size = 20};
    const struct kiwi_extended_route_guidance_data_frame data = {
        .data_id = 7, .payload = payload, .payload_length = sizeof payload};

    PUT(at, route_guidance_distribution_header, &header);
    PUT(at + 20, route_guidance_management_record, &basic);
    PUT(at + 26, extended_route_guidance_management_record, &extended);
    memset(disc + at + HEADER, 0x55, 8);
    PUT(at + HEADER + 8, extended_route_guidance_data_frame, &data);
}

static void set_up(void)
{
    begin_disc(END);
    put_management();
    put_list();
    for (unsigned i = 0; i < 2; i++) {
        const struct kiwi_main_map_distribution_header header = {
            .header_size = MAP_HEADER,
            .lower_left = somewhere,
            .parcel_kind = KIWI_PARCEL_KIND_WHOLE,
            .area_number = 1,
            .route_guidance_address = kiwi_dsa(GUIDANCE + i * STEP, sectors),
            .route_guidance_size = 2};

        PUT(MAP + i * STEP, main_map_distribution_header, &header);
        for (unsigned entry = 0; entry < 3; entry++) {
            const struct kiwi_data_frame_management_record none = {.offset = KIWI_NULL};

            PUT(MAP + i * STEP + 36 + 6 * entry, data_frame_management_record, &none);
        }
        put_guidance(GUIDANCE + i * STEP);
    }
}

/** Leaves one of the two ways there: 16 bits of size are 0. */
static void forget(size_t first, size_t step)
{
    for (unsigned i = 0; i < 2; i++)
        memset(disc + first + i * step, 0, 2);
}

static void forget_headers(void)
{
    forget(MAP + ADDRESS + 4, STEP);
}

static void forget_list(void)
{
    memset(disc + LIST + 2, 0xFF, 2);
    memset(disc + GUIDANCE_SLOTS, 0, 12);
}

static unsigned frames_met(void)
{
    return count_met("route_guidance_distribution_header ");
}

/* Records */

START_TEST(header_both_ways)
{
    struct kiwi_route_guidance_distribution_header record;

    /* The fields in the order of the notes: size 32, PID S 35.28028 E 149.12472, place 3,5, area 18, 1 :
     * 10,000. */
    BOTH(route_guidance_distribution_header, &record, "0010 8F810800 41888800 0305 E000 12000000 0064");
    ck_assert_uint_eq(record.header_size, 32);
    ck_assert_double_eq_tol(kiwi_angle_eighths(record.lower_left.latitude) / 28800.0, -35.28028, 5e-6);
    ck_assert_double_eq_tol(kiwi_angle_eighths(record.lower_left.longitude) / 28800.0, 149.12472, 5e-6);
    ck_assert_uint_eq(record.location_latitude, 3);
    ck_assert_uint_eq(record.location_longitude, 5);
    ck_assert_uint_eq(record.parcel_identifier, 0xE000);
    ck_assert_uint_eq(record.area_number, 18);
    ck_assert(!record.infrastructure_1 && !record.infrastructure_2);
    ck_assert_uint_eq(record.data_source_scale, 100);
    ck_assert_uint_eq(record.data_source_scale_standard, 0);
}
END_TEST

START_TEST(entries_both_ways)
{
    struct kiwi_route_guidance_management_record record;
    struct kiwi_extended_route_guidance_management_record extended;
    struct kiwi_extended_route_guidance_data_frame data;

    BOTH(route_guidance_management_record, &record, "00000010 000C");
    ck_assert_uint_eq(record.offset, 32);
    ck_assert_uint_eq(record.size, 24);
    BOTH(extended_route_guidance_management_record, &extended, "FFFFFFFF 0000");
    ck_assert_uint_eq(extended.offset, KIWI_NULL);
    BOTH(extended_route_guidance_data_frame, &data, "0F613C003C357D0000000722 AF080100 A1B2");
    ck_assert_uint_eq(data.maker_id.date, 1826);
    ck_assert_uint_eq(data.data_id, 0xAF080100);
    ck_assert_uint_eq(data.payload_length, 2);
}
END_TEST

START_TEST(slots_both_ways)
{
    struct kiwi_route_guidance_parcel_management_record slot;

    BOTH(route_guidance_parcel_management_record, &slot, "0519E800 0004", 0);
    ck_assert_uint_eq(kiwi_dsa_offset(slot.address, sectors), 684670976);
    BOTH(route_guidance_parcel_management_record, &slot, "0519E800 0004 0002", 1);
    ck_assert_uint_eq(slot.basic_size, 2);
    BOTH(route_guidance_parcel_management_record, &slot, "00000062 0000", 0);
    ck_assert_uint_eq(slot.divided_offset, 196);
    BOTH(route_guidance_parcel_management_record, &slot, "00000000 0001 475549444500000000000000", 100);
    ck_assert_str_eq(slot.file_name, "GUIDE");
}
END_TEST

/* The disc */

START_TEST(both_ways_lead_to_one_frame)
{
    walk_disc();
    ck_assert_str_eq(reported.text, "");
    ck_assert_uint_eq(frames_met(), 2);
    ck_assert_uint_eq(count_met("\nroute_guidance_data_frame level[0].parcel[1,0].route_guidance.frame[0] "),
                      1);
    ck_assert_uint_eq(count_met("\nextended_route_guidance_data_frame "), 2);
    ck_assert_uint_eq(count_met("(unreferenced)"), 0);
}
END_TEST

START_TEST(one_way_is_enough)
{
    forget_headers();
    walk_disc();
    ck_assert_str_eq(reported.text, "");
    ck_assert_uint_eq(frames_met(), 2);
    set_up();
    forget_list();
    walk_disc();
    ck_assert_str_eq(reported.text, "");
    ck_assert_uint_eq(frames_met(), 2);
    forget_headers();
    walk_disc();
    ck_assert_uint_eq(frames_met(), 0);
    ck_assert_uint_eq(count_met("(unreferenced)"), 2);
}
END_TEST

START_TEST(a_level_without_frames)
{
    walk_with(LEVEL + 2, 0x3000, 2); /* the list is followed all the same: a frame without entries */
    ck_assert_uint_eq(reported.of[KIWI_WARNING], 2);
    ck_assert_ptr_nonnull(strstr(reported.text, "none, since the level has no route guidance frames"));
    ck_assert_uint_eq(frames_met(), 2);
    ck_assert_uint_eq(count_met("(header_rest)"), 2);
    forget_list();
    walk_with(LEVEL + 2, 0x3000, 2);
    ck_assert_uint_eq(frames_met(), 0);
}
END_TEST

START_TEST(divided_slots_are_not_followed)
{
    forget_headers();
    disc[GUIDANCE_SLOTS + 5] = 0;
    walk_with(GUIDANCE_SLOTS, 8, 4);
    ck_assert_uint_eq(reported.of[KIWI_NOTE], 1);
    ck_assert_ptr_nonnull(strstr(reported.text, "divided_offset|"));
    ck_assert_uint_eq(frames_met(), 1);
}
END_TEST

START_TEST(integrated_parcels_share_a_frame)
{
    memcpy(disc + GUIDANCE_SLOTS + 6, disc + GUIDANCE_SLOTS, 6);
    forget_headers();
    walk_disc();
    ck_assert_uint_eq(frames_met(), 1);
    ck_assert_uint_eq(reported.count, 0);
}
END_TEST

/** What leads to a frame lies: the place, the number there, its width, a word of the finding, frames that are
 * left. */
struct lie {
    size_t offset;
    uint32_t value;
    unsigned width, frames;
    const char *finding;
};

static void check_lies(const struct lie *lies, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        walk_with(lies[i].offset, lies[i].value, lies[i].width);
        ck_assert_msg(strstr(reported.text, lies[i].finding), "lie %zu: %s", i, reported.text);
        ck_assert_msg(frames_met() == lies[i].frames, "lie %zu: %u frames", i, frames_met());
    }
}

START_TEST(slots_lie)
{
    const struct lie lies[] = {
        {GUIDANCE_SLOTS, kiwi_dsa(LIST, sectors), 4, 1,
         "a frame that no other record refers to"}, /* a loop */
        {GUIDANCE_SLOTS, kiwi_dsa(MAP, sectors), 4, 1, "a frame that no other record refers to"},
        {GUIDANCE_SLOTS + 6, kiwi_dsa(GUIDANCE + 32, sectors), 4, 1,
         "a frame that no other record refers to"},
        {GUIDANCE_SLOTS + 6, 0x00FFFF00, 4, 1, "an address inside the file"},
        {GUIDANCE_SLOTS + 4, 0xFFFF, 2, 2, "a frame that ends inside the file"},
        {GUIDANCE_SLOTS + 4, 3, 2, 2, "a frame that overlaps no other record"},
        {LIST + 2, 0, 2, 2, "16, as the records around it bear out|0"},
        {LIST + 2, 1, 2, 2, "16, as the records around it bear out|2"},
        {LIST + 2, 16, 2, 2, "16, as the records around it bear out|32"},
        {LIST + 2, 2, 2, 2, "16, as the records around it bear out|4"},
        {LIST + 2, 15, 2, 0, "parcel management records"},
    };

    forget_headers();
    check_lies(lies, sizeof lies / sizeof lies[0]);
}
END_TEST

START_TEST(headers_lie)
{
    const size_t at = MAP + ADDRESS;
    const struct lie lies[] = {
        {at, kiwi_dsa(MAP, sectors), 4, 1, "route_guidance_address|a frame that no other record refers to"},
        {at, kiwi_dsa(LIST, sectors), 4, 1, "route_guidance_address|a frame that no other record refers to"},
        {at, 0x00FFFF00, 4, 1, "route_guidance_address|an address inside the file"},
        {at + 4, 0xFFFF, 2, 1, "route_guidance_size|a frame that ends inside the file"},
        {at + 4, 0, 2, 1, ""},
        {at, 0xFFFFFFFF, 4, 1, ""},
    };

    forget_list();
    check_lies(lies, sizeof lies / sizeof lies[0]);
}
END_TEST

START_TEST(frames_lie)
{
    const size_t at = GUIDANCE;
    const struct lie lies[] = {
        {LEVEL + 2, 0x30FF, 2, 2, "extended_entry"}, /* 30 entries in a header that has room for 2 */
        {at, 0, 2, 2, ""},                           /* header size */
        {at, 0xFFFF, 2, 2, ""},
        {at, 0x7FFF, 2, 2, "header_size|32, as the records around it bear out"},
        {at + 20, 0, 4, 2,
         "offset|32, as the records around it bear out"}, /* an entry that leads to its own header */
        {at + 20, 32, 4, 2, "offset|32, as the records around it bear out"},
        {at + 24, 0xFFFF, 2, 2, ""},
        {at + 24, 0x7000, 2, 2, "size|8, as the records around it bear out"},
        {at + 26, 16, 4, 2, "offset|40, as the records around it bear out"}, /* twice the same data */
        {at + 30, 2, 2, 2, "size|24, as the records around it bear out"},
    };

    check_lies(lies, sizeof lies / sizeof lies[0]);
}
END_TEST

START_TEST(cut_anywhere)
{
    for (disc_size = END; disc_size > HEAD; disc_size--)
        walk_disc();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("guidance");
    TCase *records = tcase_create("records");
    TCase *walks = tcase_create("disc");

    tcase_add_test(records, header_both_ways);
    tcase_add_test(records, entries_both_ways);
    tcase_add_test(records, slots_both_ways);
    suite_add_tcase(suite, records);
    tcase_add_checked_fixture(walks, set_up, NULL);
    tcase_add_test(walks, both_ways_lead_to_one_frame);
    tcase_add_test(walks, one_way_is_enough);
    tcase_add_test(walks, a_level_without_frames);
    tcase_add_test(walks, divided_slots_are_not_followed);
    tcase_add_test(walks, integrated_parcels_share_a_frame);
    tcase_add_test(walks, slots_lie);
    tcase_add_test(walks, headers_lie);
    tcase_add_test(walks, frames_lie);
    tcase_add_test(walks, cut_anywhere);
    suite_add_tcase(suite, walks);
    return run_suite(suite);
}
