/* SPDX-License-Identifier: MIT */
/* LOADING.KWI: the byte vectors of the notes in both directions, files whose headers lie, and other
 * containers. */
#include "support.h"

#include <kiwi/kiwi.h>

#include <zlib.h>

#include "bytes/codec.h"

enum { SYNTHETIC_SIZE = 8192 };

static struct findings findings;

/* What a module of a test file is to be. */
struct wanted {
    const char *name, *version, *title;
    uint8_t category;
    uint16_t from, to;
    uint32_t address;
    uint16_t size;
    const uint8_t *maker; /* 182 bytes or NULL */
};

static void text_into(char *field, const char *text)
{
    memcpy(field, text, strlen(text));
}

static size_t put_module(uint8_t *identification, uint8_t *management, const struct wanted *wanted)
{
    struct kiwi_module_identification first = {.is_diagnostic = wanted->category >> 7,
                                               .is_test = wanted->category >> 6 & 1,
                                               .module_kind = wanted->category & 3};
    struct kiwi_module_management_information second = {
        .valid_from = wanted->from, .valid_to = wanted->to, .address = wanted->address, .size = wanted->size};
    text_into(first.name, wanted->name);
    text_into(first.version, wanted->version);
    text_into(second.title, wanted->title);
    if (wanted->maker)
        memcpy(second.maker_dependent, wanted->maker, sizeof second.maker_dependent);
    return kiwi_module_identification_encode(&first, identification, 64) +
           kiwi_module_management_information_encode(&second, management, 256);
}

/* Writes the tables of systems with counts[i] modules each; the modules one after the other. */
static size_t put_tables(uint8_t *file, const char *const *makers, const uint16_t *counts, size_t systems,
                         const struct wanted *modules)
{
    struct kiwi_loading_module_management head = {.number_of_systems = (uint16_t)systems};
    size_t at = kiwi_loading_module_management_encode(&head, file, 4);
    for (size_t i = 0; i < systems; i++) {
        struct kiwi_system_identification system = {.number_of_modules = counts[i]};
        text_into(system.manufacturer_name, makers[i]);
        at += kiwi_system_identification_encode(&system, file + at, 16);
    }
    for (size_t i = 0; i < systems; i++) {
        for (size_t j = 0; j < counts[i]; j++)
            EXPECT_EQ(put_module(file + at + 64 * j, file + at + 64u * counts[i] + 256 * j, modules++), 320);
        at += 320u * counts[i];
    }
    return at;
}

/* The generator of the notes: module bytes ((seed + i) * 37) & 255, the last four are the sum of the rest. */
static uint32_t put_program(uint8_t *bytes, size_t length, unsigned seed)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < length - 4; i++)
        bytes[i] = (uint8_t)((seed + i) * 37);
    for (size_t i = 0; i < length - 4; i += 4)
        sum += kiwi_load32(bytes + i);
    kiwi_store32(bytes + length - 4, sum);
    return sum;
}

static const struct wanted synthetic_modules[] = {
    {"AA01", "1000", "SYNTHETIC ONE", 0x01, 0, 0, 1, 2, NULL},
    {"BB02", "1001", "SYNTHETIC TWO", 0x83, 366, 730, 3, 1, NULL},
};

static void make_synthetic(uint8_t file[SYNTHETIC_SIZE])
{
    static const char *const makers[] = {"DENSO"};
    memset(file, 0, SYNTHETIC_SIZE);
    EXPECT_EQ(put_tables(file, makers, (const uint16_t[]){2}, 1, synthetic_modules), 660);
    EXPECT_EQ(put_program(file + 2048, 4096, 1), 0x704F1D00);
    EXPECT_EQ(put_program(file + 6144, 2048, 7), 0x8D6A4622);
}

/* Opens bytes that lie in memory of their own, so that a read beyond them is seen. */
static enum kiwi_status open_bytes(const uint8_t *bytes, size_t length, struct kiwi_loading **loading,
                                   struct kiwi_error *error)
{
    const struct kiwi_disc_options options = {
        .size = sizeof options, .finding = collect, .context = &findings};
    struct kiwi_disc *disc;
    uint8_t *copy = malloc(length + (length == 0));
    struct kiwi_source *source;
    EXPECT(copy);
    if (length > 0)
        memcpy(copy, bytes, length);
    memset(&findings, 0, sizeof findings);
    EXPECT_EQ(kiwi_source_from_memory(copy, length, &source, NULL), KIWI_OK);
    enum kiwi_status status = kiwi_disc_open_source(source, "LOADING.KWI", &options, &disc, error);
    if (status == KIWI_OK)
        status = kiwi_loading_open(disc, kiwi_disc_file(disc, 0), loading, error);
    kiwi_disc_close(disc);
    kiwi_source_unref(source);
    free(copy);
    return status;
}

/* What a walk over LOADING.KWI met; it must account for every byte once, in both orders. */
struct walked {
    unsigned systems, identifications, managements, programs;
    uint64_t program_bytes;
};

static struct walked walk(const uint8_t *bytes, size_t length)
{
    struct walked walked = {0};
    struct kiwi_source *source;
    struct kiwi_disc *disc;
    struct kiwi_walk *walk;
    struct kiwi_item item;
    enum kiwi_event event;
    uint64_t position = 0;
    const struct kiwi_walk_options options = {
        .size = sizeof options, .check = true, .finding = collect, .context = &findings};
    memset(&findings, 0, sizeof findings);
    EXPECT_EQ(kiwi_source_from_memory(bytes, length, &source, NULL), KIWI_OK);
    EXPECT_EQ(kiwi_disc_open_source(source, "LOADING.KWI", NULL, &disc, NULL), KIWI_OK);
    EXPECT_EQ(kiwi_walk_open(disc, &options, &walk, NULL), KIWI_OK);
    while ((event = kiwi_walk_next(walk, &item)) != KIWI_EVENT_END) {
        const char *path = kiwi_walk_path(walk);
        EXPECT_MSG(item.offset == position, "%s at %llu, not at %llu", path, (unsigned long long)item.offset,
                   (unsigned long long)position);
        position = item.offset + item.length;
        if (event == KIWI_EVENT_RECORD)
            EXPECT(item.type->round_trip(item.bytes, item.length, item.arguments));
        walked.systems += item.type == &kiwi_type_system_identification;
        walked.identifications += item.type == &kiwi_type_module_identification;
        walked.managements += item.type == &kiwi_type_module_management_information;
        if (!item.type && strcmp(item.name, "module") == 0) {
            walked.programs++;
            walked.program_bytes += item.length;
            EXPECT(strstr(path, ".code"));
        }
    }
    EXPECT_EQ(kiwi_walk_status(walk, NULL), KIWI_OK);
    const struct kiwi_account account = kiwi_walk_account(walk, kiwi_disc_file(disc, 0));
    EXPECT_EQ(account.field + account.padding + account.reserved + account.unknown, length);
    EXPECT_EQ(position, length);
    kiwi_walk_close(walk);
    kiwi_disc_close(disc);
    kiwi_source_unref(source);
    return walked;
}

START_TEST(synthetic_file)
{
    uint8_t file[SYNTHETIC_SIZE];
    struct kiwi_loading *loading;
    make_synthetic(file);
    EXPECT_EQ(crc32(0, file, sizeof file), 0xA2F462F5);
    EXPECT_EQ(open_bytes(file, sizeof file, &loading, NULL), KIWI_OK);
    ck_assert_str_eq(findings.text, "");
    EXPECT_EQ(kiwi_loading_header_size(loading), 660);
    EXPECT_EQ(kiwi_loading_system_count(loading), 1);
    EXPECT(kiwi_loading_system(loading, 0)->is_text && !kiwi_loading_system(loading, 1));
    ck_assert_str_eq(kiwi_loading_system(loading, 0)->record.manufacturer_name, "DENSO");
    EXPECT_EQ(kiwi_loading_module_count(loading), 2);
    for (size_t i = 0; i < 2; i++) {
        const struct kiwi_loading_module *module = kiwi_loading_module(loading, i);
        ck_assert_str_eq(module->name, synthetic_modules[i].name);
        ck_assert_str_eq(module->version, synthetic_modules[i].version);
        ck_assert_str_eq(module->management.title, synthetic_modules[i].title);
        EXPECT_EQ(module->identification.is_diagnostic, i);
        EXPECT_EQ(module->identification.module_kind,
                  i == 0 ? KIWI_MODULE_KIND_PROGRAM : KIWI_MODULE_KIND_DATA);
        EXPECT_EQ(module->management.valid_from, synthetic_modules[i].from);
        EXPECT_EQ(module->management.valid_to, synthetic_modules[i].to);
        EXPECT_EQ(module->rule, KIWI_LOADING_SECTOR);
        EXPECT_EQ(module->offset, i == 0 ? 2048 : 6144);
        EXPECT_EQ(module->size, i == 0 ? 4096 : 2048);
        EXPECT(!module->ambiguous);
    }
    const struct kiwi_loading_module *last = kiwi_loading_module(loading, 1);
    EXPECT(last && strstr(last->evidence, "ends at the end of the file"));
    EXPECT(!kiwi_loading_module(loading, 2));
    kiwi_loading_close(loading);
    struct walked walked = walk(file, sizeof file);
    EXPECT(walked.systems == 1 && walked.identifications == 2 && walked.managements == 2 &&
           walked.programs == 2);
    EXPECT_EQ(walked.program_bytes, 6144);
    ck_assert_str_eq(findings.text, "");
}
END_TEST

/* Fragments of the synthetic file as the notes print them. */
START_TEST(synthetic_fragments)
{
    static const struct {
        size_t offset;
        const char *bytes;
    } parts[] = {
        {0, "\x00\x01\x00\x00\x44\x45\x4e\x53\x4f\x00\x00\x00\x00\x00\x00\x00"},
        {16, "\x00\x02\x00\x00\x01\x00\x00\x00\x41\x41\x30\x31\x00\x00\x00\x00"},
        {84, "\x83\x00\x00\x00\x42\x42\x30\x32\x00\x00\x00\x00\x00\x00\x00\x00"},
        {148, "\x00\x00\x00\x00\x53\x59\x4e\x54\x48\x45\x54\x49\x43\x20\x4f\x4e"},
        {404, "\x01\x6e\x02\xda\x53\x59\x4e\x54\x48\x45\x54\x49\x43\x20\x54\x57"},
    };
    uint8_t file[SYNTHETIC_SIZE];
    make_synthetic(file);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        EXPECT_MSG(memcmp(file + parts[i].offset, parts[i].bytes, 16) == 0, "fragment at %zu",
                   parts[i].offset);
}
END_TEST

/* The first 84 bytes of the 2007 Australian disc, and its size: 2048 + 15301 * 2048 is the file. */
START_TEST(disc_r)
{
    enum { BLOCKS = 15301, SIZE = 2048 + BLOCKS * 2048 };
    static const char head[] = "\x00\x01\x00\x00"
                               "DENSO\0\0\0\0\0\0\0\x00\x01\x00\x00";
    uint8_t *file = calloc(1, SIZE);
    struct kiwi_loading *loading;
    EXPECT(file);
    memcpy(file, head, 20);
    memcpy(file + 20, "\x01\0\0\0KH07", 8);
    memcpy(file + 76, "1000", 4);
    kiwi_store32(file + 334, 1);
    kiwi_store16(file + 338, BLOCKS);
    memset(file + 2048, 0x5A, SIZE - 2048);
    EXPECT_EQ(open_bytes(file, SIZE, &loading, NULL), KIWI_OK);
    const struct kiwi_loading_module *module = kiwi_loading_module(loading, 0);
    EXPECT_EQ(kiwi_loading_header_size(loading), 340);
    ck_assert_str_eq(module->name, "KH07");
    ck_assert_str_eq(module->version, "1000");
    EXPECT_EQ(module->offset, 2048);
    EXPECT_EQ(module->offset + module->size, 31338496);
    ck_assert_str_eq(findings.text, "");
    kiwi_loading_close(loading);
    free(file);
}
END_TEST

/* Stamps of the notes, 1.3: both directions. */
START_TEST(manufacturer_ids)
{
    static const struct {
        uint8_t bytes[12];
        int32_t latitude, longitude; /* 1/8 seconds */
        int floor, date;
    } stamps[] = {
        {{0x0f, 0x56, 0xa3, 0, 0x3c, 0x3c, 0x8a, 0, 7, 0, 1, 0x66}, 0x0f56a3, 0x3c3c8a, 7, 358},
        {{0x0f, 0x67, 0x88, 0, 0x3c, 0x47, 0x22, 0, 3, 0, 7, 0x22}, 0x0f6788, 0x3c4722, 3, 1826},
        {{0x0f, 0x61, 0x3c, 0, 0x3c, 0x35, 0x7d, 0, 0, 0, 7, 0x22}, 0x0f613c, 0x3c357d, 0, 1826},
        {{0x8f, 0x81, 0x08, 0, 0x41, 0x88, 0x88, 0, 0, 0, 1, 0x40}, -0x0f8108, 0x418888, 0, 320},
    };
    static const double degrees[][2] = {{34.9034375, 137.0714583},
                                        {35.0536111, 137.1656250},
                                        {34.9976389, 137.0087847},
                                        {-35.2802778, 149.1247222}};
    static const int days[][3] = {{1997, 12, 25}, {2002, 1, 1}, {2002, 1, 1}, {1997, 11, 17}};
    for (size_t i = 0; i < sizeof stamps / sizeof stamps[0]; i++) {
        uint8_t record[16] = {0}, again[16];
        struct kiwi_system_identification system;
        int year, month, day;
        memcpy(record, stamps[i].bytes, 12);
        EXPECT(kiwi_system_identification_decode(&system, record, sizeof record));
        EXPECT_EQ(system.manufacturer_name[0], 0);
        const struct kiwi_mid *mid = &system.manufacturer_id;
        EXPECT_EQ(kiwi_angle_eighths(mid->position.latitude), stamps[i].latitude);
        EXPECT_EQ(kiwi_angle_eighths(mid->position.longitude), stamps[i].longitude);
        ck_assert_double_eq_tol(stamps[i].latitude / 28800.0, degrees[i][0], 1e-7);
        ck_assert_double_eq_tol(stamps[i].longitude / 28800.0, degrees[i][1], 1e-7);
        EXPECT_EQ(mid->floor, stamps[i].floor);
        EXPECT_EQ(mid->date, stamps[i].date);
        kiwi_date(mid->date, &year, &month, &day);
        EXPECT(year == days[i][0] && month == days[i][1] && day == days[i][2]);
        EXPECT_EQ(kiwi_system_identification_encode(&system, again, sizeof again), 16);
        EXPECT(memcmp(record, again, sizeof record) == 0);
    }
}
END_TEST

/* The head of an Aisin R-Car file (1.7): chapter 30 with a MID. */
START_TEST(aisin_head)
{
    static const uint8_t head[] = {0x00, 0x01, 0x00, 0x00, 0x0f, 0x56, 0xa3, 0x00, 0x3c, 0x3c,
                                   0x8a, 0x00, 0x07, 0x00, 0x01, 0x66, 0x00, 0x01, 0x00, 0x00,
                                   0x01, 0x00, 0x00, 0x00, 0x48, 0x43, 0x35, 0x39};
    uint8_t file[8192] = {0};
    struct kiwi_loading *loading;
    memcpy(file, head, sizeof head);
    memcpy(file + 0x4c, "VC5910KA", 8);
    memset(file + 0x1000, 0xEE, sizeof file - 0x1000); /* the tables do not lead there */
    EXPECT_EQ(open_bytes(file, sizeof file, &loading, NULL), KIWI_OK);
    const struct kiwi_loading_system *system = kiwi_loading_system(loading, 0);
    const struct kiwi_loading_module *module = kiwi_loading_module(loading, 0);
    EXPECT(!system->is_text);
    EXPECT_EQ(system->record.manufacturer_id.date, 358);
    EXPECT_EQ(module->identification.module_kind, KIWI_MODULE_KIND_PROGRAM);
    ck_assert_str_eq(module->name, "HC59");
    ck_assert_str_eq(module->version, "VC5910KA");
    EXPECT_EQ(module->rule, KIWI_LOADING_NOWHERE);
    EXPECT(findings.of[KIWI_ERROR] == 1);
    kiwi_loading_close(loading);
    EXPECT_EQ(walk(file, sizeof file).programs, 0);
}
END_TEST

/* Two systems with two and three modules: the tables of the second begin behind those of the first. */
static size_t make_two_systems(uint8_t *file)
{
    static const char *const makers[] = {"DENSO", "AISIN"};
    static const struct wanted modules[] = {
        {"AC08", "1040", "ONE", 1, 0, 0, 1, 1, NULL},       {"AC10", "1040", "TWO", 2, 0, 0, 2, 2, NULL},
        {"AC12", "1041", "THREE", 3, 366, 730, 4, 1, NULL}, {"TY00", "1042", "FOUR", 0x40, 0, 0, 5, 3, NULL},
        {"TY01", "1043", "FIVE", 0, 0, 0, 8, 1, NULL},
    };
    size_t tables = put_tables(file, makers, (const uint16_t[]){2, 3}, 2, modules);
    EXPECT_EQ(tables, 36 + 5 * 320);
    for (unsigned i = 1; i < 9; i++)
        memset(file + 2048 * i, (int)(0x10 + i), 2048);
    return 9 * 2048;
}

START_TEST(two_systems)
{
    static uint8_t file[9 * 2048];
    static const char *const names[] = {"AC08", "AC10", "AC12", "TY00", "TY01"};
    static const uint64_t offsets[] = {1, 2, 4, 5, 8};
    struct kiwi_loading *loading;
    size_t size = make_two_systems(file);
    EXPECT_EQ(open_bytes(file, size, &loading, NULL), KIWI_OK);
    ck_assert_str_eq(findings.text, "");
    EXPECT_EQ(kiwi_loading_module_count(loading), 5);
    EXPECT_EQ(kiwi_loading_system(loading, 1)->first_module, 2);
    EXPECT_EQ(kiwi_loading_system(loading, 1)->module_count, 3);
    for (size_t i = 0; i < 5; i++) {
        const struct kiwi_loading_module *module = kiwi_loading_module(loading, i);
        ck_assert_str_eq(module->name, names[i]);
        EXPECT_EQ(module->offset, offsets[i] * 2048);
        EXPECT_EQ(module->system, i >= 2);
        EXPECT_EQ(module->module, i < 2 ? i : i - 2);
        EXPECT_EQ(module->rule, KIWI_LOADING_SECTOR);
    }
    kiwi_loading_close(loading);
    struct walked walked = walk(file, size);
    EXPECT(walked.systems == 2 && walked.identifications == 5 && walked.managements == 5 &&
           walked.programs == 5);
    EXPECT_EQ(walked.program_bytes, 8 * 2048);
}
END_TEST

/* Address units: what fits best wins, sectors win a tie, the raw value stays. */
START_TEST(address_units)
{
    static const struct {
        uint32_t address;
        uint16_t blocks;
        size_t file;
        enum kiwi_loading_rule rule;
        uint64_t offset;
    } cases[] = {
        {1, 3, 4, KIWI_LOADING_SECTOR, 2048},
        {0x100, 3, 4, KIWI_LOADING_DSA, 2048},
        {0x800, 3, 4, KIWI_LOADING_BYTE, 2048},
        {0x400, 3, 4, KIWI_LOADING_WORDS, 2048},
        {0x300, 1, 0x700, KIWI_LOADING_SECTOR, 0x300 * 2048}, /* as DSA it would be sector 3 */
        {0x10F, 1, 3, KIWI_LOADING_DSA, 2048 + 15 * 32},
        {0xFFFFFFFF, 1, 4, KIWI_LOADING_NOWHERE, KIWI_NULL},
        {0, 1, 4, KIWI_LOADING_NOWHERE, KIWI_NULL},
        {1, 0xFFFF, 4, KIWI_LOADING_NOWHERE, KIWI_NULL},
    };
    static const char *const makers[] = {"DENSO"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct wanted module = {"AA01", "1000", "", 1, 0, 0, cases[i].address, cases[i].blocks, NULL};
        size_t size = cases[i].file * 2048;
        uint8_t *file = calloc(1, size);
        struct kiwi_loading *loading;
        EXPECT(file);
        put_tables(file, makers, (const uint16_t[]){1}, 1, &module);
        EXPECT_EQ(open_bytes(file, size, &loading, NULL), KIWI_OK);
        const struct kiwi_loading_module *found = kiwi_loading_module(loading, 0);
        EXPECT_MSG(found->rule == cases[i].rule && found->offset == cases[i].offset, "case %zu: %s", i,
                   found->evidence);
        EXPECT_EQ(found->management.address, cases[i].address);
        EXPECT((cases[i].rule == KIWI_LOADING_NOWHERE) == (findings.of[KIWI_ERROR] > 0));
        if (i == 4)
            EXPECT(found->ambiguous && findings.of[KIWI_NOTE] > 0 &&
                   strstr(found->evidence, "also possible: dsa (6144)"));
        kiwi_loading_close(loading);
        walk(file, size);
        free(file);
    }
}
END_TEST

/* Maker-dependent areas: Mitsubishi MMCS has place and length there, Audi a list of sections. */
START_TEST(maker_areas)
{
    static const char *const makers[] = {"MELCO"};
    static uint8_t file[8 * 2048];
    uint8_t area[182] = {0};
    struct kiwi_loading *loading;
    kiwi_store32(area, 1024);
    kiwi_store32(area + 4, 7 * 1024 - 50); /* words, as the start */
    struct wanted module = {"NR261EM.MLD.ORG", "00001234", "", 1, 0, 0, 0, 0, area};
    put_tables(file, makers, (const uint16_t[]){1}, 1, &module);
    EXPECT_EQ(open_bytes(file, sizeof file, &loading, NULL), KIWI_OK);
    EXPECT_EQ(kiwi_loading_module(loading, 0)->rule, KIWI_LOADING_MAKER);
    EXPECT_EQ(kiwi_loading_module(loading, 0)->offset, 2048);
    EXPECT_EQ(kiwi_loading_module(loading, 0)->size, 7 * 2048 - 100);
    EXPECT_EQ(kiwi_loading_module(loading, 0)->section_count, 0);
    kiwi_loading_close(loading);

    struct wanted twice[2] = {module, module}; /* one program under two names */
    twice[1].name = "NR261UM.MLD.ORG";
    put_tables(file, makers, (const uint16_t[]){2}, 1, twice);
    EXPECT_EQ(open_bytes(file, sizeof file, &loading, NULL), KIWI_OK);
    EXPECT_EQ(kiwi_loading_module(loading, 1)->offset, 2048);
    EXPECT(findings.of[KIWI_ERROR] == 0 && findings.of[KIWI_NOTE] > 0);
    kiwi_loading_close(loading);
    memset(file, 0, sizeof file);

    for (unsigned sections = 0; sections < 20; sections++) { /* 11 fit; kiwiread reads on */
        memset(area, 0, sizeof area);
        kiwi_store16(area, sections);
        for (unsigned i = 0; i < sections && i < 11; i++) {
            memcpy(area + 4 + 16 * i, "PROG", 4);
            kiwi_store32(area + 12 + 16 * i, 512 * i);
            kiwi_store32(area + 16 + 16 * i, 1000);
        }
        struct wanted audi = {"AU01", "1000", "", 1, 0, 0, 1, 7, area};
        put_tables(file, makers, (const uint16_t[]){1}, 1, &audi);
        EXPECT_EQ(open_bytes(file, sizeof file, &loading, NULL), KIWI_OK);
        const struct kiwi_loading_module *found = kiwi_loading_module(loading, 0);
        EXPECT_EQ(found->rule, KIWI_LOADING_SECTOR);
        EXPECT_EQ(found->section_count, sections <= 11 ? sections : 0);
        if (sections == 3) {
            ck_assert_str_eq(found->sections[2].tag, "PROG");
            EXPECT_EQ(found->sections[2].offset, 512 * 2 * 2 + 2048);
            EXPECT_EQ(found->sections[2].length, 1000);
        }
        kiwi_loading_close(loading);
    }
}
END_TEST

/* Every header field of the file in turn has the values that lie best. */
START_TEST(lying_fields)
{
    static const struct {
        const char *field;
        size_t offset, width;
        bool said; /* a lie of this field shows by itself */
    } fields[] = {
        {"number_of_systems", 0, 2, true},
        {"reserved_2", 2, 2, true},
        {"manufacturer_name", 4, 4, false},
        {"number_of_modules", 16, 2, true},
        {"reserved_14", 18, 2, true},
        {"module_category", 20, 1, false},
        {"reserved_1", 21, 2, true},
        {"name", 24, 4, false},
        {"version", 76, 4, false},
        {"category of the second", 84, 1, false},
        {"name of the second", 88, 4, false},
        {"valid_from", 148, 2, false},
        {"valid_to", 150, 2, false},
        {"title", 152, 4, false},
        {"maker_dependent", 216, 4, false},
        {"address", 398, 4, true},
        {"size", 402, 2, true},
        {"valid_from of the second", 404, 2, false},
        {"valid_to of the second", 406, 2, false},
        {"address of the second", 654, 4, true},
        {"size of the second", 658, 2, true},
    };
    static const uint32_t lies[] = {0,          2,          5,          0x10,      0x7F,   0x80,
                                    0xFF,       0x100,      0x7FFF,     0x8000,    0xFFFF, 0x10000,
                                    0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF};
    uint8_t good[SYNTHETIC_SIZE];
    make_synthetic(good);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        for (size_t j = 0; j < sizeof lies / sizeof lies[0]; j++) {
            uint8_t file[SYNTHETIC_SIZE];
            struct kiwi_loading *loading;
            struct kiwi_error error;
            memcpy(file, good, sizeof file);
            for (size_t byte = 0; byte < fields[i].width; byte++)
                file[fields[i].offset + byte] = (uint8_t)(lies[j] >> 8 * (fields[i].width - 1 - byte));
            if (memcmp(file, good, sizeof file) == 0)
                continue;
            enum kiwi_status status = open_bytes(file, sizeof file, &loading, &error);
            unsigned said = findings.count;
            EXPECT(status == KIWI_OK || (status == KIWI_ERROR_NOT_KIWI && strstr(error.text, "but")));
            if (status == KIWI_OK)
                kiwi_loading_close(loading);
            walk(file, sizeof file);
            said += findings.count + (status != KIWI_OK);
            if (fields[i].said)
                EXPECT_MSG(said > 0, "nobody says that %s is %lX", fields[i].field, (unsigned long)lies[j]);
        }
    }
}
END_TEST

/* Any one byte of the header damaged, and the file cut after any of its first bytes: all is accounted for. */
START_TEST(damage)
{
    static uint8_t good[9 * 2048];
    static uint8_t file[9 * 2048];
    size_t size = make_two_systems(good);
    struct kiwi_loading *loading;
    for (size_t i = 0; i < 36 + 5 * 320; i++) {
        static const uint8_t masks[] = {0x01, 0xFF};
        for (size_t j = 0; j < sizeof masks; j++) {
            memcpy(file, good, size);
            file[i] ^= masks[j];
            if (open_bytes(file, size, &loading, NULL) == KIWI_OK)
                kiwi_loading_close(loading);
            walk(file, size);
        }
    }
    for (size_t length = 0; length < 2100; length += length < 700 ? 1 : 7) {
        if (open_bytes(good, length, &loading, NULL) == KIWI_OK) {
            EXPECT(findings.of[KIWI_ERROR] > 0);
            kiwi_loading_close(loading);
        }
        if (length > 0)
            walk(good, length);
    }
}
END_TEST

/* Bytes at random, and heads that claim as much as they can: bounded work. */
START_TEST(random_heads)
{
    static uint8_t file[1 << 20];
    uint64_t state = 5;
    struct kiwi_loading *loading;
    for (unsigned round = 0; round < 1000; round++) {
        size_t size = 4 + next_random(&state) % 4096;
        for (size_t i = 0; i < size; i++)
            file[i] = (uint8_t)next_random(&state);
        file[2] = file[3] = 0;
        if (round % 2)
            file[0] = 0;
        if (open_bytes(file, size, &loading, NULL) == KIWI_OK)
            kiwi_loading_close(loading);
        walk(file, size);
    }
    memset(file, 0xFF, sizeof file);
    file[2] = file[3] = 0;
    EXPECT_EQ(open_bytes(file, sizeof file, &loading, NULL), KIWI_OK);
    EXPECT(kiwi_loading_system_count(loading) <= KIWI_LOADING_SYSTEM_LIMIT);
    kiwi_loading_close(loading);
    walk(file, sizeof file);
    memset(file, 0, 2048);
    file[1] = 1;
    file[16] = file[17] = 0xFF; /* 65,535 modules */
    EXPECT_EQ(open_bytes(file, sizeof file, &loading, NULL), KIWI_OK);
    EXPECT_EQ(kiwi_loading_module_count(loading), KIWI_LOADING_MODULE_LIMIT);
    kiwi_loading_close(loading);
    walk(file, sizeof file);
}
END_TEST

START_TEST(other_containers)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *word;
    } others[] = {
        {"PK\003\004", 4, "ZIP"},
        {"\037\213\010\000\000", 5, "gzip"},
        {"\177ELF\002\001", 6, "ELF"},
        {"B000FF\n", 7, "Windows CE"},
        {"MZ\220\000\003", 5, "Windows program"},
        {"PCRD\001", 5, "R-Car"},
        {"BM\066\004\002", 5, "BMP"},
        {"\0\0\0\0", 4, "zeros"},
        {"\0\0\0\0\0\1", 6, "without systems"},
        {"\xFF\xFF\xFF\xFF\xFF", 5, "unknown kind"},
        {"\0\1", 2, "too short"},
        {"just some text in a file\r\n", 26, "a text"},
        {"<?xml version", 13, "XML"},
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        uint8_t file[700] = {0};
        struct kiwi_loading *loading = (struct kiwi_loading *)file;
        struct kiwi_error error;
        bool whole = others[i].length < 4 || others[i].length > 20;
        memcpy(file, others[i].bytes, others[i].length);
        EXPECT_EQ(open_bytes(file, whole ? others[i].length : sizeof file, &loading, &error),
                  KIWI_ERROR_NOT_KIWI);
        EXPECT(!loading);
        EXPECT_MSG(strstr(error.text, others[i].word), "%s: not %s", error.text, others[i].word);
        walk(file, whole ? others[i].length : sizeof file);
        EXPECT(findings.of[KIWI_ERROR] == 1 && strstr(findings.text, others[i].word));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loading");
    TCase *test = tcase_create("loading");
    tcase_set_timeout(test, 0);
    tcase_add_test(test, synthetic_file);
    tcase_add_test(test, synthetic_fragments);
    tcase_add_test(test, disc_r);
    tcase_add_test(test, manufacturer_ids);
    tcase_add_test(test, aisin_head);
    tcase_add_test(test, two_systems);
    tcase_add_test(test, address_units);
    tcase_add_test(test, maker_areas);
    tcase_add_test(test, lying_fields);
    tcase_add_test(test, damage);
    tcase_add_test(test, random_heads);
    tcase_add_test(test, other_containers);
    suite_add_tcase(suite, test);
    return run_suite(suite);
}
