/* SPDX-License-Identifier: MIT */
/* Parameters, images and voice (chapters 12, 33, 34): records both ways, a made disc, and that disc with
 * lies. */
#include "vectors.h"

#include <kiwi/kiwi.h>

#include "made_disc.h"

enum {
    ENTRIES = 4,
    PARAMETERS = HEAD,
    ENTRY = PARAMETERS + 4,
    MANAGEMENT = ENTRY + ENTRIES * 20,
    TOLD = 128, /* bytes of the distribution header with the management records, as on the 2007 Australian
                   disc */
    DATA = PARAMETERS + TOLD,
    DATA_SIZE = 16,
    INFRASTRUCTURE = DATA + 64,
    IMAGE = INFRASTRUCTURE + 32,
    VOICE = IMAGE + 32,
    MAP = VOICE + 64,
    END = MAP + 32,
};

static const uint32_t classes[ENTRIES] = {0x1201, 0x1202, 0x1203, 0x00AF1201};
static const uint16_t sizes[ENTRIES] = {12, 8, 8, 16};

static void put_parameters(void)
{
    const struct kiwi_parameters_distribution_header header = {.header_size = MANAGEMENT - PARAMETERS,
                                                               .number_of_entries = ENTRIES};
    size_t at = MANAGEMENT;

    put_header(4, PARAMETERS, TOLD);
    PUT(PARAMETERS, parameters_distribution_header, &header);
    for (unsigned i = 0; i < ENTRIES; i++) {
        const struct kiwi_parameter_entry entry = {.parameter_class = classes[i],
                                                   .offset = (uint16_t)((at - PARAMETERS) / 2),
                                                   .size = (uint16_t)(sizes[i] / 2)};

        PUT(ENTRY + 20 * i, parameter_entry, &entry);
        if (i < 3) { /* offset and size of the data, in words; what follows is zero */
            disc[at + 3] = (uint8_t)((TOLD + DATA_SIZE * i) / 2);
            disc[at + 7] = DATA_SIZE / 2;
        }
        at += sizes[i];
    }
    memset(disc + DATA, 0x55, 3 * DATA_SIZE);
}

static void set_up(void)
{
    const struct kiwi_image_management_distribution_header image = {.header_size = 14,
                                                                    .palette_set_offset = KIWI_NULL};
    const struct kiwi_voice_distribution_header voice = {.header_size = 6, .number_of_languages = 2};

    const struct kiwi_parcel_related_distribution_header no_levels = {
        .size = 30, .level_record_size = 40, .block_set_record_size = 10, .block_record_size = 6};

    begin_disc(END);
    put_header(1, MAP, 30);
    PUT(MAP, parcel_related_distribution_header, &no_levels);
    put_parameters();
    put_header(5, INFRASTRUCTURE, 32);
    memset(disc + INFRASTRUCTURE, 0x33, 32);
    put_header(6, IMAGE, 32);
    PUT(IMAGE, image_management_distribution_header, &image);
    put_header(7, VOICE, 64);
    PUT(VOICE, voice_distribution_header, &voice);
}

/* Records */

START_TEST(parameters_both_ways)
{
    struct kiwi_parameters_distribution_header header;
    struct kiwi_parameter_entry entry;
    struct kiwi_parameter_management_record record;

    BOTH(parameters_distribution_header, &header, "0020 0003");
    ck_assert_uint_eq(header.header_size, 4 + 20u * header.number_of_entries);
    BOTH(parameter_entry, &entry, "FFFFFFFFFFFFFFFFFFFFFFFF 00001201 0020 0006");
    ck_assert_uint_eq(entry.parameter_class, KIWI_PARAMETER_CLASS_DRAWING_PARAMETERS);
    ck_assert_uint_eq(entry.offset, 32);
    ck_assert_uint_eq(entry.size, 6);
    BOTH(parameter_management_record, &record, "00000040 00000100 C0 000000", 0x1201);
    ck_assert_uint_eq(record.offset, 64);
    ck_assert_uint_eq(record.size, 256);
    ck_assert(record.has_line_palette && record.has_map_elements);
    BOTH(parameter_management_record, &record, "00000040 FFFFFFFF", 0x1202);
    ck_assert_uint_eq(record.size, UINT32_MAX);
    BOTH(parameter_management_record, &record, "0000004000000100", 0xAF120100);
    ck_assert_uint_eq(record.management_rest_length, 8);
}
END_TEST

START_TEST(image_both_ways)
{
    struct kiwi_image_management_distribution_header record;

    BOTH(image_management_distribution_header, &record, "0008 0010 0001 0002 0003 00000008");
    ck_assert_uint_eq(record.header_size, 16);
    ck_assert_uint_eq(record.palette_set_record_size, 32);
    ck_assert_uint_eq(record.first_image, 3);
    ck_assert_uint_eq(record.palette_set_offset, 16);
}
END_TEST

START_TEST(voice_both_ways)
{
    struct kiwi_voice_distribution_header record;
    struct kiwi_maker_voice_header maker;

    BOTH(voice_distribution_header, &record, "00000004 0002");
    ck_assert_uint_eq(record.header_size, 8);
    ck_assert_uint_eq(record.number_of_languages, 2);
    BOTH(maker_voice_header, &maker, "00000008 0F613C003C357D0000000722");
    ck_assert_uint_eq(maker.size, 16);
    ck_assert_double_eq_tol(kiwi_angle_eighths(maker.maker_id.position.longitude) / 28800.0, 137.00878, 5e-6);
}
END_TEST

START_TEST(voice_of_the_australian_disc)
{
    /* It begins with 0003 "ri", and the table says 14,119 logical sectors. */
    uint64_t size = 2 * (UINT64_C(0x0003) << 16 | 'r' << 8 | 'i');

    ck_assert_uint_eq(size, 451794);
    ck_assert_uint_eq((size + UNIT - 1) / UNIT, 14119);
}
END_TEST

/* The disc */

START_TEST(everything_is_met)
{
    walk_disc();
    ck_assert_str_eq(reported.text, "");
    ck_assert_uint_eq(count_met("\nparameter_entry parameters.entry["), 4);
    ck_assert_uint_eq(count_met("\nparameter_management_record parameters.management["), 4);
    ck_assert_uint_eq(count_met("\n(drawing_parameters) parameters.data[0] 4224 16\n"), 1);
    ck_assert_uint_eq(count_met("\n(route_number_frames) parameters.data[2] 4256 16\n"), 1);
    ck_assert_uint_eq(count_met("\n(infrastructure_data) infrastructure_data 4288 32\n"), 1);
    ck_assert_uint_eq(count_met("\nimage_management_distribution_header graphics_data "), 1);
    ck_assert_uint_eq(count_met("\nvoice_distribution_header voice_data "), 1);
}
END_TEST

START_TEST(a_makers_voice)
{
    const struct kiwi_maker_voice_header maker = {.size = 60,
                                                  .maker_id = {{0x0F613C, 0x3C357D, 0, 0}, 0, 0, 1826}};

    PUT(VOICE, maker_voice_header, &maker);
    walk_disc();
    ck_assert_str_eq(reported.text, "");
    ck_assert_uint_eq(count_met("\nmaker_voice_header voice_data "), 1);
    ck_assert_uint_eq(count_met("\n(payload) voice_data "), 1);
    walk_with(VOICE, 10, 4); /* shorter by more than a logical sector: not the size */
    ck_assert_uint_eq(count_met("maker_voice_header"), 0);
    ck_assert_uint_eq(reported.of[KIWI_WARNING], 1);
}
END_TEST

/** The place, the number there, its width, a word of the finding, and a line that is met then. */
struct lie {
    size_t offset;
    uint32_t value;
    unsigned width;
    const char *finding, *met;
};

START_TEST(lies_are_found)
{
    static const char no_header[] = "a header whose size fits";
    static const char no_fit[] = "offset and size that fit if they count words";
    const struct lie lies[] = {
        {PARAMETERS, 0xFFFF, 2, no_header, "(parameters) parameters 4096 128\n"},
        {PARAMETERS, 1, 2, no_header, "(parameters) parameters 4096 128\n"},
        {PARAMETERS, 65, 2, no_header, "(parameters) parameters 4096 128\n"},
        {PARAMETERS + 2, 0xFFFF, 2, no_header, "(parameters) parameters 4096 128\n"},
        {ENTRY + 16, 0xFFFF, 2, "", "(unreferenced)"},
        {ENTRY + 16, 63, 2, no_fit, "parameter_entry parameters.entry[0]"},
        {ENTRY + 16, 0, 2, "an offset of at least", "parameter_entry parameters.entry[0]"}, /* itself */
        {ENTRY + 18, 0x7FFF, 2, no_fit, "parameter_entry parameters.entry[0]"},
        {ENTRY + 18, 3, 2, "bytes for the record", "(truncated)"},
        {MANAGEMENT, 0xFFFFFFFE, 4, no_fit, "parameters.management[0]"},
        {MANAGEMENT, 0xFFFFFFFF, 4, "", "parameters.management[0]"},
        {MANAGEMENT, 0, 4, "bytes that no other record uses", "parameters.management[0]"}, /* the header */
        {MANAGEMENT, (TOLD + DATA_SIZE) / 2, 4, "bytes that no other record uses", "parameters.data[0]"},
        {MANAGEMENT + 4, 0x7FFFFFFF, 4, no_fit, "parameters.management[0]"},
        {IMAGE, 6, 2, no_header, "(graphics_data) graphics_data"},
        {IMAGE, 0xFFFF, 2, no_header, "(graphics_data) graphics_data"},
        {IMAGE, 17, 2, no_header, "(graphics_data) graphics_data"},
        {VOICE, 2, 4, no_header, "(voice_data) voice_data"},
        {VOICE, 0xFFFFFFFF, 4, no_header, "(voice_data) voice_data"},
        {VOICE + 4, 0xFFFF, 2, no_header, "(voice_data) voice_data"},
        {TABLE + 18 * 5, 0x00000200, 4, no_header, "voice_data"}, /* images = parameters */
    };

    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        walk_with(lies[i].offset, lies[i].value, lies[i].width);
        ck_assert_msg(strstr(reported.text, lies[i].finding), "lie %zu: %s", i, reported.text);
        ck_assert_msg(strstr(met, lies[i].met), "lie %zu: %s", i, met);
    }
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
    Suite *suite = suite_create("other data");
    TCase *records = tcase_create("records");
    TCase *walks = tcase_create("disc");

    tcase_add_test(records, parameters_both_ways);
    tcase_add_test(records, image_both_ways);
    tcase_add_test(records, voice_both_ways);
    tcase_add_test(records, voice_of_the_australian_disc);
    suite_add_tcase(suite, records);
    tcase_add_checked_fixture(walks, set_up, NULL);
    tcase_add_test(walks, everything_is_met);
    tcase_add_test(walks, a_makers_voice);
    tcase_add_test(walks, lies_are_found);
    tcase_add_test(walks, cut_anywhere);
    suite_add_tcase(suite, walks);
    return run_suite(suite);
}
