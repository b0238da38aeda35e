/* SPDX-License-Identifier: MIT */
/* The primitive types and the law that encode(decode(bytes)) is bytes, for every raw value or a great many.
 */
#include "support.h"

#include <kiwi/records.h>
#include <kiwi/types.h>

#include <limits.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "schema/engine.h"

#define ROUNDS 8000u

static const struct kiwi_sectors usual = {2048, 32};

static void put16(uint8_t *bytes, uint32_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

static void put24(uint8_t *bytes, uint32_t value)
{
    bytes[0] = (uint8_t)(value >> 16);
    put16(bytes + 1, value);
}

static void put32(uint8_t *bytes, uint32_t value)
{
    put16(bytes, value >> 16);
    put16(bytes + 2, value);
}

/* Coordinates */

START_TEST(nz_every_value)
{
    for (uint32_t raw = 0; raw <= 0xFFFF; raw++) {
        uint32_t coordinate = kiwi_nz((uint16_t)raw);
        uint16_t canonical = kiwi_nz_raw(coordinate);

        EXPECT_EQ(coordinate, raw % 8192 + raw / 8192 * 4096);
        EXPECT_EQ(kiwi_nz(canonical), coordinate);
        if (coordinate < 32768)
            EXPECT(canonical % 8192 < 4096);
    }
}
END_TEST

START_TEST(nz_vectors)
{
    static const struct {
        uint16_t raw;
        uint32_t coordinate;
    } cases[] = {{0x0FFF, 4095},  {0x1000, 4096}, {0x2000, 4096},  {0x5000, 12288}, {0x7000, 16384},
                 {0x8000, 16384}, {0, 0},         {0xF000, 32768}, {0xFFFF, 36863}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_uint_eq(kiwi_nz(cases[i].raw), cases[i].coordinate);
    ck_assert_uint_eq(kiwi_nz_raw(4095), 0x0FFF);
    ck_assert_uint_eq(kiwi_nz_raw(4096), 0x2000);
    ck_assert_uint_eq(kiwi_nz_raw(16384), 0x8000);
    ck_assert_uint_eq(kiwi_nz_raw(32768), 0xF000);
}
END_TEST

/* Angles */

START_TEST(angle_every_value)
{
    uint8_t bytes[30] = {0};
    uint8_t again[30];
    struct kiwi_parcel_related_distribution_header header;

    for (uint32_t raw = 0; raw <= 0xFFFFFF; raw++) {
        int32_t eighths = kiwi_angle_eighths(raw);
        int32_t wanted = raw < 0x800000 ? (int32_t)raw : 0x800000 - (int32_t)raw;

        if (eighths != wanted || kiwi_angle_raw(eighths) != (raw == 0x800000 ? 0 : raw))
            ck_abort_msg("angle %06lX", (unsigned long)raw);
        if (raw % 61 != 0 && raw % 0x80000 > 1 && raw % 0x80000 != 0x7FFFF)
            continue; /* through records every one of them goes in the next test */
        put24(bytes + 8, raw);
        put24(bytes + 17, raw ^ 0x800001);
        if (!kiwi_parcel_related_distribution_header_decode(&header, bytes, sizeof bytes) ||
            header.latitude_upper != raw || header.longitude_right != (raw ^ 0x800001) ||
            kiwi_parcel_related_distribution_header_encode(&header, again, sizeof again) != sizeof bytes ||
            memcmp(again, bytes, sizeof bytes) != 0)
            ck_abort_msg("angle %06lX", (unsigned long)raw);
    }
}
END_TEST

START_TEST(pid_every_angle)
{
    uint8_t bytes[36] = {0};
    uint8_t again[36];
    struct kiwi_main_map_distribution_header header;

    for (uint32_t raw = 0; raw <= 0xFFFFFF; raw++) {
        put24(bytes + 2, raw); /* 800000, the negative zero, among them */
        bytes[5] = (uint8_t)(raw >> 3);
        put24(bytes + 6, 0xFFFFFF - raw);
        bytes[9] = (uint8_t)raw;
        if (!kiwi_main_map_distribution_header_decode(&header, bytes, sizeof bytes) ||
            header.lower_left.latitude != raw || header.lower_left.longitude != 0xFFFFFF - raw ||
            header.lower_left.latitude_expansion != (uint8_t)(raw >> 3) ||
            header.lower_left.longitude_expansion != (uint8_t)raw ||
            kiwi_main_map_distribution_header_encode(&header, again, sizeof again) != sizeof bytes ||
            memcmp(again, bytes, sizeof bytes) != 0)
            ck_abort_msg("angle %06lX", (unsigned long)raw);
    }
    header.lower_left.latitude = 0x1000000;
    ck_assert_uint_eq(kiwi_main_map_distribution_header_encode(&header, again, sizeof again), 0);
}
END_TEST

START_TEST(angle_vectors)
{
    ck_assert_int_eq(kiwi_angle_eighths(0x0F8700), 1017600);  /* 35 degrees 20 minutes = 35.3333 * 28800 */
    ck_assert_int_eq(kiwi_angle_eighths(0x95F900), -1440000); /* 50 south */
    ck_assert_int_eq(kiwi_angle_eighths(0x278D00), 2592000);  /* 90 east */
    ck_assert_int_eq(kiwi_angle_eighths(0xBE6700), -4089600); /* 142 west */
    ck_assert_uint_eq(kiwi_angle_raw(-1440000), 0x95F900);
    ck_assert_uint_eq(kiwi_angle_raw(1017600), 0x0F8700);
}
END_TEST

START_TEST(pid_and_mid_vectors)
{
    static const uint8_t pid[8] = {0x8F, 0x81, 0x08, 0x00, 0x41, 0x88, 0x88, 0x00};
    static const uint8_t mids[2][12] = {
        {0x0F, 0x61, 0x3C, 0x00, 0x3C, 0x35, 0x7D, 0x00, 0x00, 0x00, 0x07, 0x22},
        {0x0F, 0x67, 0x88, 0x00, 0x3C, 0x47, 0x22, 0x00, 0x03, 0x00, 0x07, 0x22}};
    static const double places[2][2] = {{34.997639, 137.008785}, {35.053611, 137.165625}};
    uint8_t bytes[2048] = {0};
    uint8_t again[2048];
    struct kiwi_data_volume volume;

    memcpy(bytes, mids[0], 12);
    memcpy(bytes + 64, mids[1], 12);
    memset(bytes + 128, 0xFF, 12);
    memcpy(bytes + 456, pid, 8);
    ck_assert(kiwi_data_volume_decode(&volume, bytes, sizeof bytes));
    const struct kiwi_mid *found[2] = {&volume.system_specific_id, &volume.data_author_id};
    for (int i = 0; i < 2; i++) {
        int year, month, day;

        ck_assert_double_eq_tol(kiwi_angle_eighths(found[i]->position.latitude) / 28800.0, places[i][0],
                                1e-6);
        ck_assert_double_eq_tol(kiwi_angle_eighths(found[i]->position.longitude) / 28800.0, places[i][1],
                                1e-6);
        ck_assert_int_eq(found[i]->floor, i == 0 ? 0 : 3);
        ck_assert_uint_eq(found[i]->reserved, 0);
        kiwi_date(found[i]->date, &year, &month, &day);
        ck_assert_int_eq(year * 10000 + month * 100 + day, 20020101);
    }
    ck_assert_int_eq(volume.system_id.floor, -1);
    ck_assert_uint_eq(volume.system_id.date, 0xFFFF);
    ck_assert_double_eq_tol(kiwi_angle_eighths(volume.lower_left.latitude) / 28800.0, -35.280278, 1e-6);
    ck_assert_double_eq_tol(kiwi_angle_eighths(volume.lower_left.longitude) / 28800.0, 149.124722, 1e-6);
    ck_assert_uint_eq(kiwi_data_volume_encode(&volume, again, sizeof again), 492);
    ck_assert_mem_eq(again, bytes, 492);
}
END_TEST

/* Sizes and displacements */

START_TEST(words_16_every_value)
{
    for (uint32_t raw = 0; raw <= 0xFFFF; raw++) {
        struct kiwi_additional_data_management_record record; /* D2, SWS2 */
        uint64_t wanted = raw == 0xFFFF ? KIWI_NULL : (uint64_t)raw * 2;
        uint8_t bytes[4], again[4];

        put16(bytes, raw);
        put16(bytes + 2, raw ^ 0x5555);
        EXPECT(kiwi_additional_data_management_record_decode(&record, bytes, sizeof bytes));
        EXPECT_EQ(record.offset, wanted);
        EXPECT_EQ(record.size, (raw ^ 0x5555) == 0xFFFF ? KIWI_NULL : (uint64_t)(raw ^ 0x5555) * 2);
        EXPECT_EQ(kiwi_additional_data_management_record_encode(&record, again, sizeof again), 4);
        EXPECT(memcmp(again, bytes, 4) == 0);
    }
}
END_TEST

START_TEST(words_refuse_what_does_not_fit)
{
    struct kiwi_additional_data_management_record small = {131068, 0};
    struct kiwi_block_set_management_record large = {.table_offset = 2 * UINT64_C(0xFFFFFFFE)};
    uint8_t bytes[10];

    ck_assert_uint_eq(kiwi_additional_data_management_record_encode(&small, bytes, sizeof bytes), 4);
    small.offset = 131070; /* FFFF words read as null */
    ck_assert_uint_eq(kiwi_additional_data_management_record_encode(&small, bytes, sizeof bytes), 0);
    small.offset = 3;
    ck_assert_uint_eq(kiwi_additional_data_management_record_encode(&small, bytes, sizeof bytes), 0);
    small.offset = UINT64_C(0x100000000);
    ck_assert_uint_eq(kiwi_additional_data_management_record_encode(&small, bytes, sizeof bytes), 0);
    small.offset = 2;
    ck_assert_uint_eq(kiwi_additional_data_management_record_encode(&small, bytes, 3), 0);
    ck_assert_uint_eq(kiwi_block_set_management_record_encode(&large, bytes, sizeof bytes, 10), 10);
    large.table_offset += 2;
    ck_assert_uint_eq(kiwi_block_set_management_record_encode(&large, bytes, sizeof bytes, 10), 0);
    large.table_offset = 0;
    large.level = 32; /* six signed bits */
    ck_assert_uint_eq(kiwi_block_set_management_record_encode(&large, bytes, sizeof bytes, 10), 0);
}
END_TEST

/* Values of 32 bits: boundaries, every low half, every high half, random ones. */
static uint32_t value_32(uint32_t round, uint64_t *state)
{
    static const uint32_t boundaries[] = {0,          1,          0xFFFE,     0xFFFF,     0x10000,
                                          0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 0x1FFFF};

    if (round < 0x10000)
        return round;
    if (round < 0x20000)
        return round << 16 | (round & 0xFF);
    if (round - 0x20000 < sizeof boundaries / sizeof boundaries[0])
        return boundaries[round - 0x20000];
    return (uint32_t)next_random(state);
}

START_TEST(words_32)
{
    uint64_t state = 1;

    for (uint32_t round = 0; round < 0x40000; round++) {
        uint32_t raw = value_32(round, &state);
        struct kiwi_block_set_management_record record;
        uint8_t bytes[10] = {0x30, 0}, again[10];

        put32(bytes + 2, raw);
        put32(bytes + 6, ~raw);
        EXPECT(kiwi_block_set_management_record_decode(&record, bytes, sizeof bytes, 10));
        EXPECT_EQ(record.table_offset, raw == 0xFFFFFFFF ? KIWI_NULL : (uint64_t)raw * 2);
        EXPECT_EQ(record.table_size, raw == 0 ? KIWI_NULL : (uint64_t)(0xFFFFFFFF - raw) * 2);
        EXPECT_EQ(kiwi_block_set_management_record_encode(&record, again, sizeof again, 10), 10);
        EXPECT(memcmp(again, bytes, 10) == 0);
    }
}
END_TEST

START_TEST(dsa_and_bs)
{
    uint64_t state = 2;

    for (uint32_t round = 0; round < 0x40000; round++) {
        uint32_t raw = value_32(round, &state);
        struct kiwi_management_header_record record;
        uint8_t bytes[18] = {0}, again[18];
        uint64_t offset = kiwi_dsa_offset(raw, usual);

        put32(bytes, raw);
        put16(bytes + 4, round);
        EXPECT(kiwi_management_header_record_decode(&record, bytes, sizeof bytes));
        EXPECT_EQ(record.address, raw);
        EXPECT_EQ(record.size, round & 0xFFFF);
        EXPECT_EQ(kiwi_management_header_record_encode(&record, again, sizeof again), 18);
        EXPECT(memcmp(again, bytes, 18) == 0);
        if (raw == 0xFFFFFFFF) {
            EXPECT_EQ(offset, KIWI_NULL);
        } else {
            EXPECT_EQ(offset, (uint64_t)(raw / 256) * 2048 + raw % 64 * 32);
            EXPECT_EQ(kiwi_dsa(offset, usual), raw & ~UINT32_C(0xC0));
        }
    }
}
END_TEST

START_TEST(dsa_vectors)
{
    static const uint32_t cases[][2] = {
        {0x03F89400, 532979712}, {0x05188300, 683939840}, {0x0519E800, 684670976}, {0x051A0800, 684736512},
        {0x0519C800, 684605440}, {0x00000300, 6144},      {0x00000200, 4096},      {0x00000D13, 27232}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_uint_eq(kiwi_dsa_offset(cases[i][0], usual), cases[i][1]);
        ck_assert_uint_eq(kiwi_dsa(cases[i][1], usual), cases[i][0]);
    }
    ck_assert_uint_eq(kiwi_dsa_offset(KIWI_DSA_NULL, usual), KIWI_NULL);
    /* side and layer are ignored; other sizes of sectors */
    ck_assert_uint_eq(kiwi_dsa_offset(0x00000DD3, usual), 27232);
    ck_assert_uint_eq(kiwi_dsa_offset(0x00000302, (struct kiwi_sectors){4096, 256}), 3 * 4096 + 512);
    ck_assert_uint_eq(kiwi_dsa(12288 + 512, (struct kiwi_sectors){4096, 256}), 0x00000302);
    /* no address */
    ck_assert_uint_eq(kiwi_dsa(27233, usual), KIWI_DSA_NULL);
    ck_assert_uint_eq(kiwi_dsa(UINT64_C(0x1000000) * 2048, usual), KIWI_DSA_NULL);
    ck_assert_uint_eq(kiwi_dsa(UINT64_C(0xFFFFFF) * 2048 + 2016, usual), 0xFFFFFF3F);
    ck_assert_uint_eq(kiwi_dsa(UINT64_MAX, usual), KIWI_DSA_NULL);
    ck_assert_uint_eq(kiwi_dsa(3 * 4096 + 64 * 32, (struct kiwi_sectors){4096, 32}),
                      KIWI_DSA_NULL); /* 64 has no bits */
}
END_TEST

/* Dates */

START_TEST(date_every_value)
{
    time_t start =
        852076800; /* 9862 days of 86,400 s: 27 years of 365 days and seven leap days from 1970 on */

    EXPECT_EQ((long)start / 86400, 27 * 365 + 7);
    for (uint32_t days = 0; days <= 0xFFFF; days++) {
        time_t moment = start + (time_t)days * 86400;
        struct tm wanted;
        int year, month, day;
        uint16_t again;

        kiwi_date((uint16_t)days, &year, &month, &day);
        EXPECT(kiwi_date_days(year, month, day, &again) && again == days);
        EXPECT(gmtime_r(&moment, &wanted));
        EXPECT_EQ(year, wanted.tm_year + 1900);
        EXPECT_EQ(month, wanted.tm_mon + 1);
        EXPECT_EQ(day, wanted.tm_mday);
    }
}
END_TEST

START_TEST(date_vectors)
{
    static const int cases[][2] = {{0, 19970101},     {31, 19970201},           {365, 19980101},
                                   {0x722, 20020101}, {3 * 365 + 59, 20000229}, {3 * 365 + 60, 20000301},
                                   {4006, 20071221}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int year, month, day;

        kiwi_date((uint16_t)cases[i][0], &year, &month, &day);
        ck_assert_int_eq(year * 10000 + month * 100 + day, cases[i][1]);
    }
}
END_TEST

START_TEST(date_that_is_none)
{
    static const int cases[][3] = {{1996, 12, 31},          {2176, 6, 7},  {2177, 1, 1},  {INT_MAX, 1, 1},
                                   {INT_MIN, 1, 1},         {2000, 0, 1},  {2000, 13, 1}, {2000, 1, 0},
                                   {2000, 2, 30},           {2001, 2, 29}, {2100, 2, 29}, {2000, 4, 31},
                                   {2000, INT_MAX, INT_MAX}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint16_t days;

        ck_assert(!kiwi_date_days(cases[i][0], cases[i][1], cases[i][2], &days));
    }
}
END_TEST

/* All records */

/** A value that a parameter might have: sizes, list types, counts, null. */
static uint64_t argument(uint64_t *state)
{
    static const uint64_t usual_ones[] = {0,  1,  2,  3,  6,  8,   9,   10,  18,     22,
                                          40, 41, 42, 43, 44, 100, 170, 255, 131068, KIWI_NULL};
    uint64_t number = next_random(state);

    if (number % 4 == 0)
        return number / 4 % 512;
    return usual_ones[number / 4 % (sizeof usual_ones / sizeof usual_ones[0])];
}

/** Whether a record takes what there is: its last field is as long as the bytes that are left. */
static bool takes_all(const struct kiwi_record_type *type, const uint8_t *bytes, size_t length,
                      const uint64_t *arguments)
{
    struct kiwi_layout layout;

    memset(&layout, 0, sizeof layout);
    return kiwi_layout_record(type, bytes, length + 2, arguments, &layout) && layout.head == length + 2;
}

/** The law for one input; true if the record could be laid out. */
static bool obeys(const struct kiwi_record_type *type, const uint8_t *bytes, size_t length,
                  const uint64_t *arguments)
{
    struct kiwi_layout layout;

    memset(&layout, 0xEE, sizeof layout);
    if (!kiwi_layout_record(type, bytes, length, arguments, &layout)) {
        EXPECT_MSG(!type->round_trip(bytes, length, arguments), "%s is decoded though it is not laid out",
                   type->name);
        return false;
    }
    EXPECT(layout.head <= length);
    EXPECT_MSG(type->round_trip(bytes, length, arguments), "%s, %zu bytes", type->name, length);
    uint64_t end = type->fixed_size;
    for (unsigned run = 1; run < type->run_count; run++) {
        if (type->run_fixed[run]) {
            EXPECT(layout.start[run] + layout.length[run] <= type->fixed_size);
        } else {
            EXPECT_MSG(layout.start[run] == end, "%s: run %u", type->name, run);
            end += layout.length[run];
        }
    }
    EXPECT_EQ(layout.head, end);
    return true;
}

START_TEST(records_random)
{
    static uint8_t pool[1 << 20];
    size_t count;
    const struct kiwi_record_type *const *types = kiwi_record_types(&count);
    uint64_t state = 3;

    ck_assert_uint_ge(count, 36);
    for (size_t i = 0; i < sizeof pool; i++)
        pool[i] = (uint8_t)next_random(&state);
    for (size_t t = 0; t < count; t++) {
        unsigned good = 0;

        for (unsigned round = 0; round < ROUNDS; round++) {
            uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS];
            struct kiwi_layout layout;

            for (int i = 0; i < KIWI_MAXIMUM_ARGUMENTS; i++)
                arguments[i] = argument(&state);
            uint64_t number = next_random(&state);
            size_t limit = (number & 3) == 0 ? 20000 : (number & 3) == 1 ? 64 : 600;
            size_t length = (size_t)(number >> 8) % limit;
            const uint8_t *from = pool + (number >> 32) % (sizeof pool - limit - 2);
            if (!obeys(types[t], from, length, arguments))
                continue;
            good++;
            /* once more with not one byte too many, in memory of its own, and with one byte too few */
            kiwi_layout_record(types[t], from, length, arguments, &layout);
            uint8_t *exact = malloc(layout.head + (layout.head == 0));
            EXPECT(exact);
            memcpy(exact, from, layout.head);
            EXPECT_MSG(obeys(types[t], exact, layout.head, arguments), "%s in its own size", types[t]->name);
            if (layout.head > 0 && !takes_all(types[t], from, layout.head, arguments)) {
                EXPECT_MSG(!obeys(types[t], exact, layout.head - 1, arguments), "%s a byte short",
                           types[t]->name);
            }
            free(exact);
        }
        EXPECT_MSG(good >= 20, "%s: only %u inputs were laid out", types[t]->name, good);
    }
}
END_TEST

START_TEST(records_of_one_value)
{
    static uint8_t bytes[70000];
    static const uint8_t values[] = {0x00, 0xFF, 0x80, 0x01, 0x7F, 0x40};
    size_t count;
    const struct kiwi_record_type *const *types = kiwi_record_types(&count);
    uint64_t state = 4;

    for (size_t v = 0; v < sizeof values; v++) {
        memset(bytes, values[v], sizeof bytes);
        for (size_t t = 0; t < count; t++) {
            bool any = false;

            for (unsigned round = 0; round < 200; round++) {
                uint64_t arguments[KIWI_MAXIMUM_ARGUMENTS];

                for (int i = 0; i < KIWI_MAXIMUM_ARGUMENTS; i++)
                    arguments[i] = argument(&state);
                any |= obeys(types[t], bytes, round % 2 == 0 ? sizeof bytes : types[t]->fixed_size,
                             arguments);
            }
            ck_assert_msg(any, "%s of bytes %02X", types[t]->name, values[v]);
        }
    }
}
END_TEST

/** Every bit of the fixed part belongs to one field; the fields that exclude each other cover theirs
 * together. */
START_TEST(records_fields_cover)
{
    size_t count;
    const struct kiwi_record_type *const *types = kiwi_record_types(&count);

    for (size_t t = 0; t < count; t++) {
        const struct kiwi_record_type *type = types[t];
        unsigned covered[8 * 2048] = {0};
        unsigned optional = 0;
        unsigned bits = 0;

        EXPECT(type->fixed_size <= 2048);
        for (unsigned run = 1; run < type->run_count; run++)
            optional += type->run_fixed[run];
        for (unsigned f = 0; f < type->field_count; f++) {
            const struct kiwi_field *field = &type->fields[f];

            EXPECT_MSG(field->name[0] != '\0' && field->meaning[0] != '\0', "%s field %u", type->name, f);
            EXPECT_MSG((field->type == KIWI_TYPE_ENUM) == !!field->enumeration, "%s.%s", type->name,
                       field->name);
            if (field->run != 0)
                continue;
            bool word = field->high >= field->low;
            unsigned first = field->offset * 8u + (word ? field->width * 8u - 1 - field->high : 0);
            unsigned last = field->offset * 8u +
                            (word ? field->width * 8u - 1 - field->low : field->width * 8u - 1);
            EXPECT_MSG(last < type->fixed_size * 8u, "%s.%s lies behind the fixed part", type->name,
                       field->name);
            for (unsigned bit = first; bit <= last; bit++) {
                EXPECT_MSG(covered[bit]++ == 0, "%s.%s: bit %u has two fields", type->name, field->name, bit);
                bits++;
            }
        }
        if (optional == 0) {
            EXPECT_MSG(bits == type->fixed_size * 8u, "%s: %u of %u bits have a field", type->name, bits,
                       type->fixed_size * 8u);
        }
    }
}
END_TEST

/** A record is plain if none of its bytes is reserved or unknown; reserved bits do not count. */
START_TEST(records_plain)
{
    size_t count;
    const struct kiwi_record_type *const *types = kiwi_record_types(&count);

    for (size_t t = 0; t < count; t++) {
        bool plain = true;

        for (unsigned f = 0; f < types[t]->field_count; f++) {
            const struct kiwi_field *field = &types[t]->fields[f];

            if (field->high < field->low &&
                (field->type == KIWI_TYPE_UNKNOWN || field->type == KIWI_TYPE_RESERVED))
                plain = false;
        }
        ck_assert_msg(types[t]->plain == plain, "%s", types[t]->name);
    }
}
END_TEST

START_TEST(enumerations)
{
    ck_assert_str_eq(kiwi_enumeration_name(&kiwi_enum_road_type, 6), "very_low_speed");
    ck_assert_str_eq(kiwi_enumeration_name(&kiwi_enum_type_code, 0x121), "sea");
    ck_assert_str_eq(kiwi_enumeration_name(&kiwi_enum_type_code, 0x6180), "golf_course");
    ck_assert_str_eq(kiwi_enumeration_name(&kiwi_enum_type_code, 0x120), "open_sea");
    ck_assert_ptr_null(kiwi_enumeration_name(&kiwi_enum_road_type, 14));
    ck_assert_ptr_null(kiwi_enumeration_name(&kiwi_enum_type_code, 0));
    ck_assert_ptr_null(kiwi_enumeration_name(&kiwi_enum_type_code, 0xFFFFFFFF));
    ck_assert_ptr_null(kiwi_enumeration_name(&kiwi_enum_type_code, 0x122 + 100));
}
END_TEST

/* Datums */

/** Expectations by gdaltransform, with the same shifts and its own formulas. */
START_TEST(datum_vectors)
{
    static const struct kiwi_place vectors[][2] = {
        {{35.6548611111, 139.7445833333}, {35.6581023497594, 139.741352331939}}, /* origin of the survey */
        {{43.06, 141.35}, {43.062422342313, 141.346258580128}},
        {{33.59, 130.4}, {33.5932622207454, 130.397658835702}},
        {{-10, 179.99}, {-9.99391529318289, 179.98537247763}},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        struct kiwi_place to = kiwi_to_wgs84(KIWI_TOKYO, vectors[i][0]);
        struct kiwi_place back = kiwi_from_wgs84(KIWI_TOKYO, to);
        struct kiwi_place same = kiwi_to_wgs84(KIWI_WGS84, vectors[i][0]);
        ck_assert_double_eq_tol(to.latitude, vectors[i][1].latitude, 1e-9);
        ck_assert_double_eq_tol(to.longitude, vectors[i][1].longitude, 1e-9);
        ck_assert_double_eq_tol(back.latitude, vectors[i][0].latitude, 1e-12);
        ck_assert_double_eq_tol(back.longitude, vectors[i][0].longitude, 1e-12);
        ck_assert(same.latitude == vectors[i][0].latitude && same.longitude == vectors[i][0].longitude);
    }
}
END_TEST

/** To and fro, all around the earth and at the poles; what is no place stays. */
START_TEST(datum_everywhere)
{
    for (int latitude = -90; latitude <= 90; latitude += 5)
        for (int longitude = -180; longitude <= 180; longitude += 5) {
            const struct kiwi_place place = {latitude, longitude};
            struct kiwi_place to = kiwi_to_wgs84(KIWI_TOKYO, place);
            struct kiwi_place back = kiwi_from_wgs84(KIWI_TOKYO, to);
            ck_assert(kiwi_distance(place, to) < 1000);
            ck_assert(fabs(to.latitude) <= 90 && fabs(to.longitude) <= 180);
            if (abs(latitude) < 90)
                ck_assert(kiwi_distance(place, back) < 0.001);
        }
    const struct kiwi_place none[] = {{91, 0}, {0, 181}, {NAN, 0}, {-HUGE_VAL, HUGE_VAL}};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        struct kiwi_place to = kiwi_to_wgs84(KIWI_TOKYO, none[i]);
        struct kiwi_place from = kiwi_from_wgs84(KIWI_TOKYO, none[i]);
        ck_assert(memcmp(&to, &none[i], sizeof to) == 0 && memcmp(&from, &none[i], sizeof from) == 0);
    }
}
END_TEST

/** A box holds all places of the one that it comes from, and is no larger than that needs. */
START_TEST(datum_boxes)
{
    static const struct kiwi_box boxes[] = {
        {139, 35, 140, 36}, {122, 20, 154, 46}, {-10, -60, 50, 70}, {139.7, 35.6, 139.7, 35.6}};
    for (size_t i = 0; i < sizeof boxes / sizeof boxes[0]; i++) {
        const struct kiwi_box *box = &boxes[i];
        struct kiwi_box own = kiwi_box_from_wgs84(KIWI_TOKYO, *box);
        double west = 180, east = -180, south = 90, north = -90;
        for (int x = 0; x <= 100; x++)
            for (int y = 0; y <= 100; y++) {
                const struct kiwi_place place = {box->south + (box->north - box->south) * y / 100,
                                                 box->west + (box->east - box->west) * x / 100};
                struct kiwi_place to = kiwi_from_wgs84(KIWI_TOKYO, place);
                west = fmin(west, to.longitude);
                east = fmax(east, to.longitude);
                south = fmin(south, to.latitude);
                north = fmax(north, to.latitude);
            }
        ck_assert_double_eq_tol(own.west, west, 1e-5);
        ck_assert_double_eq_tol(own.east, east, 1e-5);
        ck_assert_double_eq_tol(own.south, south, 1e-5);
        ck_assert_double_eq_tol(own.north, north, 1e-5);
    }
    struct kiwi_box all = kiwi_box_from_wgs84(KIWI_TOKYO, (struct kiwi_box){-180, -90, 180, 90});
    ck_assert(all.west == -180 && all.east == 180 && all.south == -90 && all.north == 90);
    all = kiwi_box_to_wgs84(KIWI_TOKYO, (struct kiwi_box){20, -60, 20, 60});
    ck_assert(all.west == 20 && all.east == 20);
    all = kiwi_box_from_wgs84(KIWI_TOKYO, (struct kiwi_box){179, 30, -179, 31});
    ck_assert(all.west > 178.9 && all.west < 179.1 && all.east < -178.9 && all.east > -179.1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("types");
    TCase *values = tcase_create("values");
    TCase *records = tcase_create("records");

    tcase_add_test(values, nz_every_value);
    tcase_add_test(values, nz_vectors);
    tcase_add_test(values, angle_every_value);
    tcase_add_test(values, angle_vectors);
    tcase_add_test(values, pid_every_angle);
    tcase_add_test(values, pid_and_mid_vectors);
    tcase_add_test(values, words_16_every_value);
    tcase_add_test(values, words_32);
    tcase_add_test(values, words_refuse_what_does_not_fit);
    tcase_add_test(values, dsa_and_bs);
    tcase_add_test(values, dsa_vectors);
    tcase_add_test(values, date_every_value);
    tcase_add_test(values, date_vectors);
    tcase_add_test(values, date_that_is_none);
    tcase_add_test(values, datum_vectors);
    tcase_add_test(values, datum_everywhere);
    tcase_add_test(values, datum_boxes);
    suite_add_tcase(suite, values);
    tcase_add_test(records, records_random);
    tcase_add_test(records, records_of_one_value);
    tcase_add_test(records, records_fields_cover);
    tcase_add_test(records, records_plain);
    tcase_add_test(records, enumerations);
    suite_add_tcase(suite, records);
    return run_suite(suite);
}
