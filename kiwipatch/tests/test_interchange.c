/* SPDX-License-Identifier: MIT */
/* IPS, UPS and BPS: patches there and back, and damaged ones that are refused. */
#include "libkiwi/tests/support.h"

#include <zlib.h>

#include "interchange.h"

static const uint8_t source_bytes[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
static const uint8_t target_bytes[16] = {0, 1, 2, 3, 4, 0xFF, 6, 7, 8, 0xAA, 0xBB, 11, 12, 13, 14, 15};

static const uint8_t ips[] = {0x50, 0x41, 0x54, 0x43, 0x48, 0,    0,    5,    0,    1,   0xff,
                              0,    0,    9,    0,    2,    0xaa, 0xbb, 0x45, 0x4f, 0x46};
static const uint8_t ups[] = {0x55, 0x50, 0x53, 0x31, 0x90, 0x90, 0x85, 0xfa, 0,    0x82, 0xa3, 0xb1, 0,
                              0x88, 0xe2, 0xce, 0xce, 0x43, 0xd4, 0x77, 0x02, 0x0d, 0x75, 0xbb, 0x77};
static const uint8_t bps[] = {0x42, 0x50, 0x53, 0x31, 0x90, 0x90, 0x80, 0x90, 0x81,
                              0xff, 0x88, 0x85, 0xaa, 0xbb, 0x90, 0x88, 0xe2, 0xce,
                              0xce, 0x43, 0xd4, 0x77, 0x02, 0x75, 0xc2, 0x11, 0x2a};

/** Applies a patch to bytes, in place; the exit code of the failure, or 0. */
static int patch(const void *bytes, size_t length, uint8_t *file, size_t size, struct failure *failure)
{
    struct kiwi_source *source;
    struct changes changes = {0};
    const char *warning;
    write_file("patch", bytes, length);
    need(kiwi_source_from_memory(file, size, &source, NULL) == KIWI_OK);
    *failure = (struct failure){.text = ""};
    bool done = interchange_read(in_folder("patch"), source, NULL, &changes, &warning, failure) &&
                changes_sort(&changes, failure) && changes_hash(&changes, source, failure);
    kiwi_source_unref(source);
    if (done)
        need(changes_apply(&changes, 0, file, size, failure));
    changes_free(&changes);
    return done ? 0 : (int)failure->code;
}

static void write_patch(enum patch_format format, const uint8_t *old_bytes, const uint8_t *new_bytes,
                        size_t size, const char *name)
{
    struct kiwi_source *source;
    struct changes changes = {0};
    struct failure failure = {.text = ""};
    FILE *file = fopen(in_folder(name), "wb");
    need(kiwi_source_from_memory(old_bytes, size, &source, NULL) == KIWI_OK);
    size_t half = size / 2; /* two changes that touch, with equal bytes in them */
    need(changes_add(&changes, 0, new_bytes, half, "a", NULL, &failure));
    need(changes_add(&changes, half, new_bytes + half, size - half, "b", NULL, &failure));
    need(changes_sort(&changes, &failure));
    EXPECT_MSG(interchange_write(format, source, &changes, NULL, file, &failure), "%s", failure.text);
    fclose(file);
    changes_free(&changes);
    kiwi_source_unref(source);
}

START_TEST(vectors_are_read)
{
    static const struct {
        const uint8_t *bytes;
        size_t length;
    } patches[] = {{ips, sizeof ips}, {ups, sizeof ups}, {bps, sizeof bps}};
    for (size_t i = 0; i < 3; i++) {
        struct failure failure;
        uint8_t file[16];
        memcpy(file, source_bytes, 16);
        ck_assert_msg(patch(patches[i].bytes, patches[i].length, file, 16, &failure) == 0, "%s",
                      failure.text);
        ck_assert_mem_eq(file, target_bytes, 16);
        if (i == 0)
            continue;
        ck_assert_int_eq(patch(patches[i].bytes, patches[i].length, file, 16, &failure), EXIT_REFUSED);
        ck_assert_ptr_nonnull(strstr(failure.text, "already"));
        file[3] ^= 1;
        ck_assert_int_eq(patch(patches[i].bytes, patches[i].length, file, 16, &failure), EXIT_REFUSED);
        ck_assert_ptr_nonnull(strstr(failure.text, "another file"));
    }
}
END_TEST

START_TEST(vectors_are_written)
{
    static const struct {
        enum patch_format format;
        const uint8_t *bytes;
        size_t length;
    } patches[] = {{PATCH_IPS, ips, sizeof ips}, {PATCH_UPS, ups, sizeof ups}, {PATCH_BPS, bps, sizeof bps}};
    for (size_t i = 0; i < 3; i++) {
        size_t length;
        write_patch(patches[i].format, source_bytes, target_bytes, 16, "out");
        uint8_t *bytes = read_whole(in_folder("out"), &length);
        ck_assert_uint_eq(length, patches[i].length);
        ck_assert_mem_eq(bytes, patches[i].bytes, length);
        free(bytes);
    }
}
END_TEST

START_TEST(every_damaged_byte_is_noticed)
{
    static const struct {
        const uint8_t *bytes;
        size_t length;
    } patches[] = {{ups, sizeof ups}, {bps, sizeof bps}};
    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < patches[i].length; k++) {
            for (unsigned bit = 0; bit < 8; bit++) {
                struct failure failure;
                uint8_t file[16];
                uint8_t bytes[32];
                memcpy(file, source_bytes, 16);
                memcpy(bytes, patches[i].bytes, patches[i].length);
                bytes[k] ^= (uint8_t)(1u << bit);
                EXPECT(patch(bytes, patches[i].length, file, 16, &failure) != 0);
                EXPECT(memcmp(file, source_bytes, 16) == 0);
            }
            struct failure failure;
            uint8_t file[16] = {0};
            EXPECT(patch(patches[i].bytes, k, file, 16, &failure) == EXIT_INPUT);
        }
    }
}
END_TEST

/** Ends with the right checksum, so that what is inside is looked at. */
static void seal(uint8_t *bytes, size_t length)
{
    uint32_t crc = (uint32_t)crc32_z(0, bytes, length - 4);
    for (int i = 0; i < 4; i++)
        bytes[length - 4 + (size_t)i] = (uint8_t)(crc >> 8 * i);
}

START_TEST(hostile_bodies_are_refused)
{
    uint64_t state = 11;
    unsigned refused = 0;
    for (unsigned i = 0; i < 6000; i++) {
        struct failure failure;
        uint8_t file[16];
        uint8_t bytes[64];
        const uint8_t *model = i % 2 ? ups : bps;
        size_t length = i % 2 ? sizeof ups : sizeof bps;
        memcpy(file, source_bytes, 16);
        memcpy(bytes, model, length);
        for (unsigned k = 0; k < 1 + i % 4; k++)
            bytes[4 + next_random(&state) % (length - 16)] = (uint8_t)next_random(&state);
        seal(bytes, length);
        bool done = patch(bytes, length, file, 16, &failure) == 0;
        refused += !done;
        EXPECT(!done ||
               memcmp(file, target_bytes, 16) == 0); /* the checksum of the target guards what is made */
    }
    ck_assert_uint_gt(refused, 4500);
}
END_TEST

START_TEST(ips_limits)
{
    struct failure failure;
    uint8_t file[16] = {0};
    /* A run, the extension that cuts, what goes beyond the end, and a patch without end. */
    ck_assert_int_eq(patch("PATCH\0\0\2\0\0\0\4zEOF", 16, file, 16, &failure), 0);
    ck_assert_mem_eq(file, "\0\0zzzz\0\0", 8);
    ck_assert_int_eq(patch("PATCHEOF\0\0\20", 11, file, 16, &failure), 0);
    ck_assert_int_eq(patch("PATCHEOF\0\0\17", 11, file, 16, &failure), EXIT_REFUSED);
    ck_assert_int_eq(patch("PATCH\0\0\17\0\2abEOF", 15, file, 16, &failure), EXIT_REFUSED);
    ck_assert_int_eq(patch("PATCH\0\0\2\0\0\0\0zEOF", 16, file, 16, &failure), EXIT_INPUT);
    ck_assert_int_eq(patch("PATCH\0\0\2\0\2a", 11, file, 16, &failure), EXIT_INPUT);
    ck_assert_int_eq(patch("PATCH", 5, file, 16, &failure), EXIT_INPUT);
    ck_assert_int_eq(patch("NOTHING", 7, file, 16, &failure), EXIT_INPUT);
}
END_TEST

START_TEST(offset_that_reads_as_end)
{
    static const size_t size = 0x454F46 + 5000;
    uint8_t *old_bytes = calloc(1, size);
    uint8_t *new_bytes = calloc(1, size);
    struct failure failure;
    size_t length;
    need(old_bytes && new_bytes);
    for (size_t i = 0; i < 3000; i++)
        new_bytes[0x454F46 + i] = (uint8_t)(i * 7 + 1);
    write_patch(PATCH_IPS, old_bytes, new_bytes, size, "out");
    uint8_t *bytes = read_whole(in_folder("out"), &length);
    ck_assert_mem_eq(bytes + 5, "\x45\x4F\x45", 3);
    ck_assert_msg(patch(bytes, length, old_bytes, size, &failure) == 0, "%s", failure.text);
    ck_assert_mem_eq(old_bytes, new_bytes, size);
    free(bytes);
    /* A writer that knew nothing of it. */
    memset(old_bytes, 0, size);
    ck_assert_msg(patch("PATCHEOF\0\1zEOF", 14, old_bytes, size, &failure) == 0, "%s", failure.text);
    ck_assert_uint_eq(old_bytes[0x454F46], 'z');
    free(old_bytes);
    free(new_bytes);
}
END_TEST

START_TEST(beyond_16_mebibytes)
{
    static const size_t size = (1 << 24) + 10;
    uint8_t *bytes = calloc(1, size);
    struct kiwi_source *source = NULL;
    struct changes changes = {0};
    struct failure failure;
    FILE *file = fopen(in_folder("out"), "wb");
    need(bytes && file && kiwi_source_from_memory(bytes, size, &source, NULL) == KIWI_OK);
    need(changes_add(&changes, 1 << 24, "x", 1, "a", NULL, &failure));
    ck_assert(!interchange_write(PATCH_IPS, source, &changes, NULL, file, &failure));
    ck_assert_int_eq(failure.code, EXIT_REFUSED);
    fclose(file);
    changes_free(&changes);
    kiwi_source_unref(source);
    free(bytes);
}
END_TEST

START_TEST(random_files_come_back)
{
    uint64_t state = 3;
    for (unsigned round = 0; round < 60; round++) {
        size_t size = 1 + next_random(&state) % 30000;
        uint8_t *old_bytes = malloc(size);
        uint8_t *new_bytes = malloc(size);
        need(old_bytes && new_bytes);
        for (size_t i = 0; i < size; i++)
            new_bytes[i] = old_bytes[i] = (uint8_t)next_random(&state);
        for (size_t i = 0; i < size; i += 1 + next_random(&state) % (round % 2 ? 5000 : 3))
            new_bytes[i] = (uint8_t)(round % 3 ? next_random(&state) : 0);
        for (enum patch_format format = PATCH_IPS; format <= PATCH_BPS; format++) {
            struct failure failure;
            size_t length;
            if (memcmp(old_bytes, new_bytes, size) == 0)
                continue;
            write_patch(format, old_bytes, new_bytes, size, "out");
            uint8_t *bytes = read_whole(in_folder("out"), &length);
            uint8_t *file = malloc(size);
            need(file);
            memcpy(file, old_bytes, size);
            EXPECT_MSG(patch(bytes, length, file, size, &failure) == 0, "%s", failure.text);
            EXPECT(memcmp(file, new_bytes, size) == 0);
            free(file);
            free(bytes);
        }
        free(old_bytes);
        free(new_bytes);
    }
}
END_TEST

START_TEST(numbers)
{
    static const struct {
        uint64_t value;
        size_t length;
        uint8_t bytes[3];
    } rows[] = {{0, 1, {0x80}},           {1, 1, {0x81}},
                {127, 1, {0xff}},         {128, 2, {0, 0x80}},
                {129, 2, {1, 0x80}},      {255, 2, {0x7f, 0x80}},
                {256, 2, {0, 0x81}},      {16511, 2, {0x7f, 0xff}},
                {16512, 3, {0, 0, 0x80}}, {1000000, 3, {0x40, 3, 0xbc}}};
    static const uint8_t endless[11] = {0};
    static const uint8_t too_large[10] = {0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0xFF};
    uint64_t value;
    size_t at = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bytes[10];
        ck_assert_uint_eq(varint_write(rows[i].value, bytes), rows[i].length);
        ck_assert_mem_eq(bytes, rows[i].bytes, rows[i].length);
        at = 0;
        ck_assert(varint_read(bytes, rows[i].length, &at, &value));
        ck_assert_uint_eq(value, rows[i].value);
        ck_assert_uint_eq(at, rows[i].length);
    }
    at = 0;
    ck_assert(!varint_read(endless, sizeof endless, &at, &value));
    at = 0;
    ck_assert(!varint_read(too_large, sizeof too_large, &at, &value));
    at = 0;
    ck_assert(!varint_read(rows[3].bytes, 1, &at, &value));
    uint8_t bytes[10];
    size_t length = varint_write(UINT64_MAX, bytes);
    at = 0;
    ck_assert(varint_read(bytes, length, &at, &value));
    ck_assert(value == UINT64_MAX);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("interchange");
    TCase *tests = tcase_create("interchange");
    enter_folder();
    tcase_add_test(tests, vectors_are_read);
    tcase_add_test(tests, vectors_are_written);
    tcase_add_test(tests, every_damaged_byte_is_noticed);
    tcase_add_test(tests, hostile_bodies_are_refused);
    tcase_add_test(tests, ips_limits);
    tcase_add_test(tests, offset_that_reads_as_end);
    tcase_add_test(tests, beyond_16_mebibytes);
    tcase_add_test(tests, random_files_come_back);
    tcase_add_test(tests, numbers);
    suite_add_tcase(suite, tests);
    int code = run_suite(suite);
    leave_folder();
    return code;
}
