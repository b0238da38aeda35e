/* SPDX-License-Identifier: MIT */
/*
 * Images made by hand, for what no mastering program writes; tests/images.sh compares real ones with other
 * readers.
 */
#include "support.h"

#include "disc/iso9660.h"

#define SECTORS 64u

static uint8_t image[SECTORS * KIWI_SECTOR];
static size_t fill[SECTORS]; /* bytes of records in a directory's sector */
static struct findings findings;
static struct kiwi_listing listing;
static struct kiwi_iso_volumes volumes;

static uint8_t *sector(unsigned number)
{
    return image + (size_t)number * KIWI_SECTOR;
}

static void put_both32(uint8_t *bytes, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(value >> 8 * i);
        bytes[7 - i] = (uint8_t)(value >> 8 * i);
    }
}

static uint8_t *put_record_at(uint8_t *record, uint32_t lba, uint32_t size, uint8_t flags, const void *name,
                              size_t length)
{
    record[0] = (uint8_t)((33 + length + 1) / 2 * 2);
    put_both32(record + 2, lba);
    put_both32(record + 10, size);
    record[25] = flags;
    record[32] = (uint8_t)length;
    memcpy(record + 33, name, length);
    return record;
}

/* Appends a record to the directory in a sector. */
static uint8_t *put_record(unsigned directory, const char *name, uint32_t lba, uint32_t size, uint8_t flags)
{
    uint8_t *record = put_record_at(sector(directory) + fill[directory], lba, size, flags, name,
                                    strlen(name));

    fill[directory] += record[0];
    return record;
}

static void put_directory(unsigned directory)
{
    uint8_t *self = put_record_at(sector(directory), directory, KIWI_SECTOR, 2, "\0", 1);
    uint8_t *parent = put_record_at(sector(directory) + self[0], directory, KIWI_SECTOR, 2, "\1", 1);

    fill[directory] = (size_t)self[0] + parent[0];
}

static void put_descriptor(unsigned number, uint8_t type, unsigned root)
{
    uint8_t *descriptor = sector(number);

    descriptor[0] = type;
    memcpy(descriptor + 1, "CD001\1", 6);
    descriptor[129] = descriptor[130] = 8; /* block size 2048 */
    put_record_at(descriptor + 156, root, KIWI_SECTOR, 2, "\0", 1);
}

static void set_up(void)
{
    memset(image, 0, sizeof image);
    memset(fill, 0, sizeof fill);
    findings = (struct findings){.count = 0};
    listing = (struct kiwi_listing){.entries = NULL};
    put_descriptor(16, 1, 20);
    memcpy(sector(16) + 40, "VOLUME                          ", 32);
    put_descriptor(17, 255, 0);
    put_directory(20);
}

static void tear_down(void)
{
    kiwi_listing_free(&listing);
}

static void list_tree(bool joliet)
{
    struct kiwi_reporter reporter = {collect, &findings};
    struct kiwi_source *source;

    ck_assert_int_eq(kiwi_source_from_memory(image, sizeof image, &source, NULL), KIWI_OK);
    kiwi_iso_scan(source, &volumes, &reporter);
    ck_assert_int_eq(
        kiwi_iso_list(source, joliet ? &volumes.joliet : &volumes.primary, &listing, &reporter, NULL),
        KIWI_OK);
    kiwi_source_unref(source);
}

static void check_entry(size_t index, const char *path, uint64_t size, size_t extents, uint64_t lba)
{
    const struct kiwi_entry *entry = &listing.entries[index];

    ck_assert_uint_lt(index, listing.count);
    ck_assert_str_eq(entry->path, path);
    ck_assert_uint_eq(entry->size, size);
    ck_assert_uint_eq(entry->extent_count, extents);
    ck_assert(extents == 0 || entry->extents[0].offset == lba * KIWI_SECTOR);
}

START_TEST(names_lose_their_version)
{
    put_record(20, "ALLDATA.KWI;1", 30, 5000, 0);
    put_record(20, "NAME.;12", 33, 1, 0);
    put_record(20, "A;B", 34, 1, 1);
    put_record(20, "UP/..", 35, 1, 0);
    put_record(20, "..", 36, 1, 0);
    put_record(20, "\xE4", 37, 0, 0);
    list_tree(false);
    ck_assert_str_eq(volumes.volume_id, "VOLUME");
    ck_assert_uint_eq(listing.count, 6);
    check_entry(0, "ALLDATA.KWI", 5000, 1, 30);
    check_entry(1, "NAME", 1, 1, 33);
    check_entry(2, "A;B", 1, 1, 34);
    check_entry(3, "UP_.", 1, 1, 35);
    check_entry(4, "_", 1, 1, 36); /* "..": its last dot goes like that of "NAME." */
    check_entry(5, "\xEF\xBF\xBD", 0, 0, 0);
    ck_assert_str_eq(findings.text, "");
}
END_TEST

START_TEST(extended_attributes_are_skipped)
{
    put_record(20, "FILE", 30, 5000, 0)[1] = 2;
    list_tree(false);
    check_entry(0, "FILE", 5000, 1, 32);
}
END_TEST

START_TEST(extents_of_a_file_are_joined)
{
    put_record(20, "BIG.KWI;1", 100, 0xFFFFF800, 0x80);
    put_record(20, "BIG.KWI;1", 100 + 0x1FFFFF, 0xFFFFF800, 0x80); /* goes on where the first ends */
    put_record(20, "BIG.KWI;1", 5, 10, 0);
    put_record(20, "BIG.KWI;1", 6, 10, 0); /* one more of that name: not announced, a file of its own */
    put_record(20, "CUT.KWI;1", 7, 10, 0x80);
    put_record(20, "OTHER;1", 8, 10, 0);
    list_tree(false);
    ck_assert_uint_eq(listing.count, 4);
    check_entry(0, "BIG.KWI", UINT64_C(2) * 0xFFFFF800 + 10, 2, 100);
    ck_assert_uint_eq(listing.entries[0].extents[0].length, UINT64_C(2) * 0xFFFFF800);
    ck_assert_uint_eq(listing.entries[0].extents[1].offset, 5 * KIWI_SECTOR);
    check_entry(1, "BIG.KWI", 10, 1, 6);
    check_entry(2, "CUT.KWI", 10, 1, 7);
    check_entry(3, "OTHER", 10, 1, 8);
    ck_assert_ptr_nonnull(strstr(findings.text, "multi-extent|a further extent"));
}
END_TEST

START_TEST(byte_orders_must_agree)
{
    put_record(20, "FILE", 30, 5000, 0)[17] = 1;
    list_tree(false);
    check_entry(0, "FILE", 5000, 1, 30);
    ck_assert_uint_eq(findings.of[KIWI_WARNING], 1);
    ck_assert_ptr_nonnull(strstr(findings.text, "data length|5000 in both byte orders"));
}
END_TEST

START_TEST(loops_end)
{
    put_record(20, "UP", 20, KIWI_SECTOR, 2);
    put_record(20, "DIR", 21, KIWI_SECTOR, 2);
    put_directory(21);
    put_record(21, "ROOT", 20, KIWI_SECTOR, 2);
    put_record(21, "SELF", 21, KIWI_SECTOR, 2);
    put_record(21, "FILE", 30, 1, 0);
    list_tree(false);
    ck_assert_uint_eq(listing.count, 1);
    check_entry(0, "DIR/FILE", 1, 1, 30);
    ck_assert_uint_eq(findings.of[KIWI_ERROR], 3);
}
END_TEST

START_TEST(folders_may_be_eight_deep)
{
    for (unsigned depth = 0; depth < 10; depth++) {
        if (depth > 0)
            put_directory(20 + depth);
        put_record(20 + depth, "F", 40 + depth, 1, 0);
        put_record(20 + depth, "D", 21 + depth, KIWI_SECTOR, 2);
    }
    list_tree(false);
    ck_assert_uint_eq(listing.count, 9);
    check_entry(8, "D/D/D/D/D/D/D/D/F", 1, 1, 48);
    ck_assert_uint_eq(findings.of[KIWI_WARNING], 1);
}
END_TEST

START_TEST(damaged_records_are_left_out)
{
    uint8_t *record = put_record(20, "LONGNAME", 30, 1, 0);

    record[32] = 200;
    put_record(20, "GOOD", 31, 1, 0);
    record = put_record(20, "BAD", 32, 1, 0);
    record[0] = 20;
    put_record(20, "UNSEEN", 33, 1, 0);
    put_both32(sector(16) + 156 + 10, 2 * KIWI_SECTOR); /* the root goes on in sector 21 */
    put_record(21, "NEXT", 34, 1, 0);
    list_tree(false);
    ck_assert_uint_eq(listing.count, 2);
    check_entry(0, "GOOD", 1, 1, 31);
    check_entry(1, "NEXT", 1, 1, 34);
    ck_assert_uint_eq(findings.of[KIWI_ERROR], 2);
}
END_TEST

START_TEST(folders_beyond_the_image_are_cut)
{
    put_record(20, "FAR", UINT32_MAX, UINT32_MAX, 2)[1] = 255;
    put_record(20, "LONG", 63, UINT32_MAX, 2);
    put_record(63, "FILE", UINT32_MAX, UINT32_MAX, 0)[1] = 255;
    list_tree(false);
    ck_assert_uint_eq(listing.count, 1);
    check_entry(0, "LONG/FILE", UINT32_MAX, 1, (uint64_t)UINT32_MAX + 255);
    ck_assert_uint_eq(findings.of[KIWI_ERROR], 2);
}
END_TEST

START_TEST(joliet_is_found_by_its_escape)
{
    static const char *const escapes[] = {"%/@", "%/C", "%/E"};

    for (size_t i = 0; i < 3; i++) {
        set_up();
        put_descriptor(17, 2, 22);
        memcpy(sector(17) + 88, escapes[i], 3);
        put_directory(22);
        put_record_at(sector(22) + fill[22], 30, 7, 0, "\0a\0.\0k\0w\0i\0;\0001", 14);
        list_tree(true);
        ck_assert(volumes.primary.found && volumes.joliet.found && !volumes.udf);
        ck_assert_uint_eq(listing.count, 1);
        check_entry(0, "a.kwi", 7, 1, 30);
        kiwi_listing_free(&listing);
    }
    set_up();
    put_descriptor(17, 2, 22);
    list_tree(false);
    ck_assert(!volumes.joliet.found);
}
END_TEST

START_TEST(udf_needs_its_introduction)
{
    memcpy(sector(18) + 1, "NSR02", 5);
    list_tree(false);
    ck_assert(!volumes.udf);
    ck_assert_uint_eq(findings.of[KIWI_WARNING], 1);
    memcpy(sector(17) + 1, "BEA01", 5);
    list_tree(false);
    ck_assert(volumes.udf);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("iso9660");
    TCase *tests = tcase_create("iso9660");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, names_lose_their_version);
    tcase_add_test(tests, extended_attributes_are_skipped);
    tcase_add_test(tests, extents_of_a_file_are_joined);
    tcase_add_test(tests, byte_orders_must_agree);
    tcase_add_test(tests, loops_end);
    tcase_add_test(tests, folders_may_be_eight_deep);
    tcase_add_test(tests, damaged_records_are_left_out);
    tcase_add_test(tests, folders_beyond_the_image_are_cut);
    tcase_add_test(tests, joliet_is_found_by_its_escape);
    tcase_add_test(tests, udf_needs_its_introduction);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
