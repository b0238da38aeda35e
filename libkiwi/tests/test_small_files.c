/* SPDX-License-Identifier: MIT */
/* The small files of the 2007 Australian disc, as the notes report them: kinds, records and the account of
 * every byte. */
#include "support.h"

#include <kiwi/kiwi.h>

static uint8_t bytes[512];
static size_t length;

static void put(const void *data, size_t count)
{
    memcpy(bytes + length, data, count);
    length += count;
}

static void put_words(const uint16_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bytes[length++] = (uint8_t)(words[i] >> 8);
        bytes[length++] = (uint8_t)words[i];
    }
}

static void make_country(void)
{
    length = 0;
    put("\1\x0d", 2);
    put("#usenggerfrespaitadutswedanpornorfin#au", 39);
    put("\x12"
        "aus",
        4);
    for (int i = 0; i < 13; i++)
        put(i == 0 || i == 12 ? "\0\5AUSTRALIA\0" : "\0\1-\0", i == 0 || i == 12 ? 12 : 4);
}

static void make_coverage(void)
{
    length = 0;
    put("\0\1\0\x12\x10"
        "COVERAGE\\AUC.BMP",
        21);
}

static void make_cluster(void)
{
    static const uint16_t head[] = {14,     0, 0x0f67, 0x8800, 0x3c47, 0x2200, 0x0300,
                                    0x0722, 0, 61,     0,      14,     0,      122};
    length = 0;
    put_words(head, 14);
    for (uint16_t i = 0; i < 61; i++)
        put_words((const uint16_t[]){(uint16_t)(134 + i), (uint16_t)(3 + i % 55)}, 2);
}

static void make_pictures(void)
{
    static const char names[7][13] = {"PCT2DAT.KWI", "KPCT2DT.KWI", "GRA256D.KWI", "KGRA256.KWI",
                                      "VAR256D.KWI", "PCT256D.KWI", "KPCT256.KWI"};
    static const uint16_t groups[] = {1, 1, 10, 10, 10, 11, 11};
    static const uint16_t roles[] = {0, 2, 0, 2, 1, 0, 2};
    length = 0;
    put_words((const uint16_t[]){3, 12, 7}, 3);
    for (int i = 0; i < 7; i++) {
        put_words((const uint16_t[]){0, groups[i], roles[i], 0, 0, (uint16_t)(roles[i] == 1 ? 4 : 2)}, 6);
        put(names[i], 12);
    }
}

/** Walks the file alone; counts its records of a type, and returns how many bytes are known. */
static uint64_t walk(const char *name, const char *type, unsigned wanted)
{
    struct kiwi_source *source;
    struct kiwi_disc *disc;
    struct kiwi_walk *walk_;
    struct kiwi_item item;
    static struct findings findings;
    const struct kiwi_walk_options options = {
        .size = sizeof options, .check = true, .finding = collect, .context = &findings, .file = name};
    unsigned count = 0;
    memset(&findings, 0, sizeof findings);
    ck_assert_int_eq(kiwi_source_from_memory(bytes, length, &source, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_disc_open_source(source, name, NULL, &disc, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_walk_open(disc, &options, &walk_, NULL), KIWI_OK);
    for (enum kiwi_event event; (event = kiwi_walk_next(walk_, &item)) != KIWI_EVENT_END;) {
        if (event != KIWI_EVENT_RECORD)
            continue;
        ck_assert(item.type->round_trip(item.bytes, item.length, item.arguments));
        count += strcmp(item.type->name, type) == 0;
    }
    struct kiwi_account account = kiwi_walk_account(walk_, kiwi_disc_file(disc, 0));
    ck_assert_uint_eq(account.field + account.padding + account.reserved + account.unknown, length);
    ck_assert_msg(findings.count == 0, "%s", findings.text);
    ck_assert_uint_eq(count, wanted);
    kiwi_walk_close(walk_);
    kiwi_disc_close(disc);
    kiwi_source_unref(source);
    return account.field;
}

START_TEST(files_of_the_australian_disc)
{
    make_country();
    ck_assert_uint_eq(length, 113);
    ck_assert_uint_eq(walk("COUNTRY.KWI", "country_name", 13), 113);
    make_coverage();
    ck_assert_uint_eq(length, 21);
    ck_assert_uint_eq(walk("COVERAGE.BIN", "coverage_picture", 1), 21);
    make_cluster();
    ck_assert_uint_eq(length, 272);
    ck_assert_uint_eq(walk("CLUSTER.DAT", "cluster_entry", 61), 272 - 8);
    make_pictures();
    ck_assert_uint_eq(length, 174);
    ck_assert_uint_eq(walk("PCT2MNG.KWI", "picture_file", 7), 174 - 7 * 4);
}
END_TEST

/** What only has the name of such a file stays unknown, without a word. */
START_TEST(other_contents_are_carried)
{
    static const char *const names[] = {"COUNTRY.KWI", "COVERAGE.BIN", "CLUSTER.DAT",
                                        "PCT2MNG.KWI", "DICVCE56.KWI", "VAR256D.KWI"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        for (length = 1; length < 100; length += 7) {
            memset(bytes, 0xFF, length);
            ck_assert_uint_eq(walk(names[i], "country_file", 0), 0);
        }
    }
}
END_TEST

START_TEST(every_file_has_a_kind)
{
    static const struct {
        const char *name;
        enum kiwi_file_kind kind;
    } files[] = {
        {"ALLDATA.KWI", KIWI_FILE_ALLDATA},     {"CLUSTER.DAT", KIWI_FILE_CLUSTER},
        {"COUNTRY.KWI", KIWI_FILE_COUNTRY},     {"COVERAGE.BIN", KIWI_FILE_COVERAGE},
        {"COVERAGE.TXT", KIWI_FILE_COVERAGE},   {"COVERAGE/AUC.BMP", KIWI_FILE_COVERAGE},
        {"DICVCE56.KWI", KIWI_FILE_DICTIONARY}, {"HWMAP.KWI", KIWI_FILE_HIGH_WAY_MAP},
        {"KPCT256.KWI", KIWI_FILE_PICTURES},    {"PCT2MNG.KWI", KIWI_FILE_PICTURES},
        {"PICTURE.BMP", KIWI_FILE_UNKNOWN},     {"VIRTUAL1.DAT", KIWI_FILE_VIRTUAL},
        {"VOICE002.ME", KIWI_FILE_VOICE},       {"VOICES.MEN", KIWI_FILE_UNKNOWN},
        {"voice001.me", KIWI_FILE_VOICE},
    };
    struct kiwi_disc *disc;
    enter_folder();
    run("mkdir '%s/COVERAGE'", folder);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        write_file(files[i].name, "KIWI", 4);
    ck_assert_int_eq(kiwi_disc_open(folder, NULL, &disc, NULL), KIWI_OK);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        const struct kiwi_file *file = kiwi_disc_find(disc, files[i].name, NULL);
        ck_assert_msg(file && file->kind == files[i].kind, "%s", files[i].name);
        ck_assert_uint_gt(strlen(file->reason), 0);
    }
    kiwi_disc_close(disc);
    leave_folder();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("small files");
    TCase *tests = tcase_create("small files");
    tcase_add_test(tests, files_of_the_australian_disc);
    tcase_add_test(tests, other_contents_are_carried);
    tcase_add_test(tests, every_file_has_a_kind);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
