/* SPDX-License-Identifier: MIT */
/* Sources of every kind: what they read, refuse and count. */
#include "support.h"

#include "bytes/source.h"

#include <errno.h>
#include <sys/stat.h>

struct fake {
    unsigned closed;
    size_t at_most;    /* bytes per read */
    uint64_t bad_from; /* reads from here on fail with EIO */
};

static uint8_t byte_at(uint64_t offset)
{
    return (uint8_t)(offset * 7 + offset / 256);
}

static int fake_read(void *context, uint64_t offset, void *buffer, size_t length, size_t *received)
{
    const struct fake *fake = context;

    if (offset >= fake->bad_from)
        return EIO;
    *received = length < fake->at_most ? length : fake->at_most;
    if (*received > fake->bad_from - offset)
        *received = (size_t)(fake->bad_from - offset);
    for (size_t i = 0; i < *received; i++)
        ((uint8_t *)buffer)[i] = byte_at(offset + i);
    return 0;
}

static void fake_close(void *context)
{
    ((struct fake *)context)->closed++;
}

static const struct kiwi_source_operations fake_operations = {fake_read, fake_close};

START_TEST(memory_is_clipped)
{
    struct kiwi_source *source;
    char buffer[8] = "";
    size_t received;

    ck_assert_int_eq(kiwi_source_from_memory("0123456789", 10, &source, NULL), KIWI_OK);
    ck_assert_uint_eq(kiwi_source_size(source), 10);
    ck_assert_int_eq(kiwi_source_read(source, 7, buffer, 8, &received, NULL), KIWI_OK);
    ck_assert_uint_eq(received, 3);
    ck_assert_mem_eq(buffer, "789", 3);
    ck_assert_int_eq(kiwi_source_read(source, 10, buffer, 8, &received, NULL), KIWI_OK);
    ck_assert_uint_eq(received, 0);
    ck_assert_int_eq(kiwi_source_read(source, UINT64_MAX, buffer, 8, &received, NULL), KIWI_OK);
    ck_assert_uint_eq(received, 0);
    ck_assert_uint_eq(kiwi_source_bytes_read(source), 0);
    kiwi_source_unref(source);
    ck_assert_int_eq(kiwi_source_from_memory(NULL, 0, &source, NULL), KIWI_OK);
    ck_assert_uint_eq(kiwi_source_size(source), 0);
    kiwi_source_unref(source);
    kiwi_source_unref(NULL);
}
END_TEST

START_TEST(file_is_read_and_may_shrink)
{
    struct kiwi_source *source;
    char buffer[16];
    size_t received;

    write_file("file", "abcdefghij", 10);
    ck_assert_int_eq(kiwi_source_open(in_folder("file"), &source, NULL), KIWI_OK);
    ck_assert_uint_eq(kiwi_source_size(source), 10);
    ck_assert_int_eq(kiwi_source_read(source, 4, buffer, 16, &received, NULL), KIWI_OK);
    ck_assert_uint_eq(received, 6);
    ck_assert_mem_eq(buffer, "efghij", 6);
    ck_assert_uint_eq(kiwi_source_bytes_read(source), 6);
    ck_assert_int_eq(truncate(in_folder("file"), 5), 0);
    ck_assert_int_eq(kiwi_source_read(source, 4, buffer, 16, &received, NULL), KIWI_OK);
    ck_assert_uint_eq(received, 1);
    kiwi_source_unref(source);
}
END_TEST

START_TEST(what_is_no_file_is_refused)
{
    struct kiwi_source *source;
    struct kiwi_error error;

    ck_assert_int_eq(kiwi_source_open(folder, &source, &error), KIWI_ERROR_IO);
    ck_assert_ptr_null(source);
    ck_assert_int_eq(error.system_error, EISDIR);
    ck_assert_ptr_nonnull(strstr(error.text, "a directory"));
    ck_assert_int_eq(mkfifo(in_folder("pipe"), 0600), 0);
    ck_assert_int_eq(kiwi_source_open(in_folder("pipe"), &source, &error),
                     KIWI_ERROR_IO); /* and does not wait */
    ck_assert_ptr_nonnull(strstr(error.text, "a pipe"));
    ck_assert_int_eq(kiwi_source_open("/dev/null", &source, &error), KIWI_ERROR_IO);
    ck_assert_int_eq(kiwi_source_open(in_folder("missing\nname"), &source, &error), KIWI_ERROR_IO);
    ck_assert_int_eq(error.system_error, ENOENT);
    ck_assert_uint_eq(error.offset, KIWI_NULL);
    ck_assert_ptr_null(strchr(error.text, '\n'));
    ck_assert_int_eq(kiwi_source_open(in_folder("missing"), &source, NULL), KIWI_ERROR_IO);
}
END_TEST

START_TEST(error_text_ends_with_a_whole_character)
{
    struct kiwi_source *source;
    struct kiwi_error error;
    char path[1024] = "";

    for (size_t i = 0; i < 300; i++)
        strcat(path, "\xC3\xA4");
    ck_assert_int_eq(kiwi_source_open(path, &source, &error), KIWI_ERROR_IO);
    ck_assert_uint_ge(strlen(error.text), sizeof error.text - 3);
    ck_assert_int_eq((unsigned char)error.text[strlen(error.text) - 1], 0xA4);
}
END_TEST

START_TEST(short_reads_are_completed)
{
    struct fake fake = {.at_most = 3, .bad_from = UINT64_MAX};
    struct kiwi_source *source;
    uint8_t buffer[100];
    size_t received;

    ck_assert_int_eq(kiwi_source_from_operations(&fake_operations, &fake, 1000, &source, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_source_read(source, 10, buffer, sizeof buffer, &received, NULL), KIWI_OK);
    ck_assert_uint_eq(received, 100);
    for (size_t i = 0; i < 100; i++)
        ck_assert_uint_eq(buffer[i], byte_at(10 + i));
    ck_assert_uint_eq(kiwi_source_bytes_read(source), 100);
    kiwi_source_unref(kiwi_source_ref(source));
    ck_assert_uint_eq(fake.closed, 0);
    kiwi_source_unref(source);
    ck_assert_uint_eq(fake.closed, 1);
}
END_TEST

START_TEST(errors_keep_their_place)
{
    struct fake fake = {.at_most = 64, .bad_from = 2048};
    struct kiwi_extent extent = {2018, 200};
    struct kiwi_source *source;
    struct kiwi_source *part;
    struct kiwi_error error;
    uint8_t buffer[100];
    size_t received;

    ck_assert_int_eq(kiwi_source_from_operations(&fake_operations, &fake, 10000, &source, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_source_read(source, 1998, buffer, sizeof buffer, &received, &error), KIWI_ERROR_IO);
    ck_assert_uint_eq(received, 50);
    ck_assert_uint_eq(error.offset, 2048);
    ck_assert_int_eq(error.system_error, EIO);
    ck_assert_int_eq(kiwi_source_from_extents(source, &extent, 1, &part, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_source_read(part, 0, buffer, sizeof buffer, &received, &error), KIWI_ERROR_IO);
    ck_assert_uint_eq(received, 30);
    ck_assert_uint_eq(error.offset, 30);
    kiwi_source_unref(source);
    ck_assert_uint_eq(fake.closed, 0); /* the part still needs it */
    kiwi_source_unref(part);
    ck_assert_uint_eq(fake.closed, 1);
}
END_TEST

START_TEST(extents_are_one_source)
{
    static const struct kiwi_extent extents[] = {
        {90, 100}, {5, 3}, {0, 0}, {UINT64_MAX, UINT64_MAX}, {50, 1}, {98, UINT64_MAX},
    };
    static const uint8_t expected[] = {90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 5, 6, 7, 50, 98, 99};
    uint8_t bytes[100];
    uint8_t buffer[32];
    struct kiwi_source *parent;
    struct kiwi_source *source;
    size_t received;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    ck_assert_int_eq(kiwi_source_from_memory(bytes, sizeof bytes, &parent, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_source_from_extents(parent, extents, 6, &source, NULL), KIWI_OK);
    ck_assert_uint_eq(kiwi_source_size(source), sizeof expected);
    for (size_t start = 0; start <= sizeof expected; start++) {
        for (size_t length = 0; length <= sizeof buffer; length++) {
            size_t left = sizeof expected - start;

            ck_assert_int_eq(kiwi_source_read(source, start, buffer, length, &received, NULL), KIWI_OK);
            ck_assert_uint_eq(received, length < left ? length : left);
            ck_assert_mem_eq(buffer, expected + start, received);
        }
    }
    kiwi_source_unref(source);
    ck_assert_int_eq(kiwi_source_from_extents(parent, NULL, 0, &source, NULL), KIWI_OK);
    ck_assert_uint_eq(kiwi_source_size(source), 0);
    ck_assert_int_eq(kiwi_source_read(source, 0, buffer, 1, &received, NULL), KIWI_OK);
    ck_assert_uint_eq(received, 0);
    kiwi_source_unref(source);
    kiwi_source_unref(parent);
}
END_TEST

START_TEST(one_extent_of_memory_is_memory)
{
    static const uint8_t bytes[] = "0123456789";
    struct kiwi_extent extents[] = {{2, 3}, {7, 2}};
    struct kiwi_source *parent;
    struct kiwi_source *one;
    struct kiwi_source *two;

    ck_assert_int_eq(kiwi_source_from_memory(bytes, 10, &parent, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_source_from_extents(parent, extents, 1, &one, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_source_from_extents(parent, extents, 2, &two, NULL), KIWI_OK);
    ck_assert_ptr_eq(kiwi_source_memory(one), bytes + 2);
    ck_assert_ptr_null(kiwi_source_memory(two));
    kiwi_source_unref(parent);
    kiwi_source_unref(one);
    kiwi_source_unref(two);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("source");
    TCase *tests = tcase_create("source");
    int failed;

    enter_folder();
    tcase_add_test(tests, memory_is_clipped);
    tcase_add_test(tests, file_is_read_and_may_shrink);
    tcase_add_test(tests, what_is_no_file_is_refused);
    tcase_add_test(tests, error_text_ends_with_a_whole_character);
    tcase_add_test(tests, short_reads_are_completed);
    tcase_add_test(tests, errors_keep_their_place);
    tcase_add_test(tests, extents_are_one_source);
    tcase_add_test(tests, one_extent_of_memory_is_memory);
    suite_add_tcase(suite, tests);
    failed = run_suite(suite);
    leave_folder();
    return failed;
}
