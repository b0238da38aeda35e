/* SPDX-License-Identifier: MIT */
/* Directories, single files and images; the images are made by genisoimage in a folder of the test's own. */
#include "support.h"

#include "bytes/codec.h"
#include "bytes/source.h"
#include "disc/udf_extents.h"

#include <kiwi/disc.h>

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <time.h>

#define VERSION_TEXT "FORMAT VERSION KIWI01-22-00\n"

static struct findings findings;
static uint8_t *bridge; /* the image bridge.iso in memory */
static size_t bridge_size;

static const struct kiwi_disc_options options = {
    .size = sizeof options, .finding = collect, .context = &findings};

static void make_all_data(const char *name, size_t size)
{
    uint8_t *bytes = calloc(1, size);

    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(i / 16);
    memcpy(bytes + 160, VERSION_TEXT, strlen(VERSION_TEXT));
    write_file(name, bytes, size);
    free(bytes);
}

static void make_disc(const char *name)
{
    char path[128];

    run("mkdir -p %s/%s/IDX %s/%s/MAP %s/%s/Other", folder, name, folder, name, folder, name);
    snprintf(path, sizeof path, "%s/ALLDATA.KWI", name);
    make_all_data(path, 5188);
    snprintf(path, sizeof path, "%s/METADATA.KWI", name);
    write_file(path, "LANG::=Japanese ; CHCD ::=SJIS ; COOR::=WGS84 ;", 47);
    snprintf(path, sizeof path, "%s/VERSION.TXT", name);
    write_file(path, "COMMENT=2007 ver.1;", 19);
    snprintf(path, sizeof path, "%s/IDX/POIDAT04.IDX", name);
    write_file(path, "poidat", 6);
    snprintf(path, sizeof path, "%s/MAP/PARCEL.001", name);
    write_file(path, "parcel in map", 13);
    snprintf(path, sizeof path, "%s/Other/Parcel.001", name);
    write_file(path, "parcel in other", 15);
    snprintf(path, sizeof path, "%s/INDEXDAT.KWI", name);
    write_file(path, "", 0);
    snprintf(path, sizeof path, "%s/a name too long for level 1.data", name);
    write_file(path, "long", 4);
}

static bool have_images(void)
{
    return bridge;
}

static void set_up(void)
{
    findings = (struct findings){.count = 0};
}

static const struct kiwi_file *file_of(const struct kiwi_disc *disc, const char *path)
{
    for (size_t i = 0; i < kiwi_disc_file_count(disc); i++)
        if (strcmp(kiwi_disc_file(disc, i)->path, path) == 0)
            return kiwi_disc_file(disc, i);
    ck_abort_msg("no %s", path);
    return NULL;
}

static void check_content(const struct kiwi_file *file, const char *name)
{
    size_t length;
    size_t received;
    uint8_t *expected = read_whole(in_folder(name), &length);
    uint8_t *found = malloc(length + 1);

    ck_assert_uint_eq(file->size, length);
    ck_assert_ptr_nonnull(file->source);
    ck_assert_uint_eq(kiwi_source_size(file->source), length);
    ck_assert_int_eq(kiwi_source_read(file->source, 0, found, length + 1, &received, NULL), KIWI_OK);
    ck_assert_uint_eq(received, length);
    ck_assert(memcmp(expected, found, length) == 0);
    free(expected);
    free(found);
}

/* The eight files of make_disc(), their order, kinds and bytes. */
static void check_disc(const struct kiwi_disc *disc)
{
    static const struct {
        const char *path;
        enum kiwi_file_kind kind;
    } files[] = {
        {"ALLDATA.KWI", KIWI_FILE_ALLDATA},   {"IDX/POIDAT04.IDX", KIWI_FILE_INDEX},
        {"INDEXDAT.KWI", KIWI_FILE_INDEX},    {"MAP/PARCEL.001", KIWI_FILE_UNKNOWN},
        {"METADATA.KWI", KIWI_FILE_METADATA}, {"Other/Parcel.001", KIWI_FILE_UNKNOWN},
        {"VERSION.TXT", KIWI_FILE_VERSION},   {"a name too long for level 1.data", KIWI_FILE_UNKNOWN},
    };

    ck_assert_uint_eq(kiwi_disc_file_count(disc), 8);
    for (size_t i = 0; i < 8; i++) {
        const struct kiwi_file *file = kiwi_disc_file(disc, i);
        char name[128];

        ck_assert_str_eq(file->path, files[i].path);
        ck_assert_int_eq(file->kind, files[i].kind);
        ck_assert_ptr_nonnull(file->reason);
        snprintf(name, sizeof name, "disc/%s", file->path);
        check_content(file, name);
        if (kiwi_disc_container(disc) == KIWI_CONTAINER_IMAGE)
            ck_assert_uint_eq(file->extent_count, file->size > 0 ? 1 : 0);
        else
            ck_assert_ptr_null(file->extents);
    }
    ck_assert_str_eq(kiwi_disc_charset(disc), "SJIS");
    ck_assert_str_eq(findings.text, "");
}

static struct kiwi_disc *open_disc(const char *name)
{
    struct kiwi_disc *disc;
    struct kiwi_error error = {.text = ""};
    enum kiwi_status status = kiwi_disc_open(in_folder(name), &options, &disc, &error);

    ck_assert_msg(status == KIWI_OK, "%s", error.text);
    return disc;
}

static void check_refused(const char *name, enum kiwi_status expected, const char *words)
{
    struct kiwi_disc *disc;
    struct kiwi_error error;

    ck_assert_int_eq(kiwi_disc_open(in_folder(name), NULL, &disc, &error), expected);
    ck_assert_ptr_null(disc);
    ck_assert_int_eq(error.status, expected);
    ck_assert_msg(strstr(error.text, words), "%s", error.text);
}

START_TEST(directory_is_a_disc)
{
    struct kiwi_disc *disc = open_disc("disc");
    char utf8[32];

    ck_assert_int_eq(kiwi_disc_container(disc), KIWI_CONTAINER_DIRECTORY);
    ck_assert_uint_eq(kiwi_disc_file_systems(disc), 0);
    ck_assert_str_eq(kiwi_disc_volume_id(disc), "");
    ck_assert_uint_eq(kiwi_disc_size(disc), 5188 + 47 + 19 + 6 + 13 + 15 + 4);
    check_disc(disc);
    ck_assert_uint_eq(kiwi_disc_text(disc, "\x93\x8C\x8B\x9E", 4, utf8, sizeof utf8), 6);
    ck_assert_str_eq(utf8, "東京");
    kiwi_disc_close(disc);
    kiwi_disc_close(NULL);
}
END_TEST

START_TEST(names_are_found_as_corrections_row_28_says)
{
    struct kiwi_disc *disc = open_disc("disc");
    const struct kiwi_file *map = file_of(disc, "MAP/PARCEL.001");
    const struct kiwi_file *other = file_of(disc, "Other/Parcel.001");

    ck_assert_ptr_eq(kiwi_disc_find(disc, "PARCEL.001", map), map);
    ck_assert_ptr_eq(kiwi_disc_find(disc, "PARCEL.001", other), other);
    ck_assert_ptr_eq(kiwi_disc_find(disc, "PARCEL.001", NULL), map);
    ck_assert_ptr_eq(kiwi_disc_find(disc, "Parcel.001", NULL), other); /* the same case, at equal places */
    ck_assert_ptr_eq(kiwi_disc_find(disc, "alldata.kwi", map), file_of(disc, "ALLDATA.KWI"));
    ck_assert_ptr_eq(kiwi_disc_find(disc, "other\\parcel.001", map), other);
    ck_assert_ptr_eq(kiwi_disc_find(disc, "/IDX/POIDAT04.IDX  ", NULL), file_of(disc, "IDX/POIDAT04.IDX"));
    ck_assert_ptr_null(kiwi_disc_find(disc, "THER/PARCEL.001", NULL));
    ck_assert_ptr_null(kiwi_disc_find(disc, "PARCEL.002", NULL));
    ck_assert_ptr_null(kiwi_disc_find(disc, "", NULL));
    ck_assert_ptr_eq(kiwi_disc_find_kind(disc, KIWI_FILE_ALLDATA), file_of(disc, "ALLDATA.KWI"));
    ck_assert_ptr_null(kiwi_disc_find_kind(disc, KIWI_FILE_LOADING));
    kiwi_disc_close(disc);
}
END_TEST

START_TEST(single_file_finds_its_siblings)
{
    struct kiwi_disc *disc = open_disc("disc/ALLDATA.KWI");
    const struct kiwi_file *index;
    const struct kiwi_file *parcel;

    ck_assert_int_eq(kiwi_disc_container(disc), KIWI_CONTAINER_FILE);
    ck_assert_uint_eq(kiwi_disc_file_count(disc), 1);
    ck_assert_str_eq(kiwi_disc_charset(disc), "SJIS");
    check_content(kiwi_disc_file(disc, 0), "disc/ALLDATA.KWI");
    ck_assert_ptr_eq(kiwi_disc_find(disc, "alldata.kwi", NULL), kiwi_disc_file(disc, 0));
    index = kiwi_disc_find(disc, "indexdat.kwi", kiwi_disc_file(disc, 0));
    ck_assert_ptr_nonnull(index);
    ck_assert_str_eq(index->path, "INDEXDAT.KWI");
    ck_assert_int_eq(index->kind, KIWI_FILE_INDEX);
    ck_assert_ptr_eq(kiwi_disc_find(disc, "indexdat.kwi", NULL), index);
    parcel = kiwi_disc_find(disc, "idx/poidat04.idx", NULL);
    ck_assert_ptr_nonnull(parcel);
    check_content(parcel, "disc/IDX/POIDAT04.IDX");
    parcel = kiwi_disc_find(disc, "PARCEL.001", NULL); /* row 28: in any folder */
    ck_assert_ptr_nonnull(parcel);
    ck_assert_str_eq(parcel->path, "MAP/PARCEL.001");
    parcel = kiwi_disc_find(disc, "Other/PARCEL.001", NULL);
    ck_assert_ptr_nonnull(parcel);
    ck_assert_ptr_eq(kiwi_disc_find(disc, "parcel.001", parcel)->source ? parcel : NULL, parcel);
    ck_assert_str_eq(kiwi_disc_find(disc, "parcel.001", parcel)->path, "Other/Parcel.001");
    ck_assert_ptr_null(kiwi_disc_find(disc, "../disc/VERSION.TXT", NULL));
    ck_assert_ptr_null(kiwi_disc_find(disc, "MISSING.KWI", NULL));
    ck_assert_ptr_null(kiwi_disc_find(disc, "IDX", NULL));
    ck_assert_uint_eq(kiwi_disc_file_count(disc), 1);
    kiwi_disc_close(disc);
}
END_TEST

START_TEST(strangers_are_refused)
{
    static const uint8_t raw[4096] = {0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                      0xFF, 0xFF, 0xFF, 0x00, 0,    2,    0,    1};

    write_file("stranger.bin", "hello", 5);
    check_refused("stranger.bin", KIWI_ERROR_NOT_KIWI, "neither");
    write_file("empty.bin", "", 0);
    check_refused("empty.bin", KIWI_ERROR_NOT_KIWI, "neither");
    check_refused("disc/MAP", KIWI_ERROR_NOT_KIWI, "directory has no KIWI file");
    check_refused("nowhere", KIWI_ERROR_IO, "no such file");
    write_file("raw.bin", raw, sizeof raw);
    check_refused("raw.bin", KIWI_ERROR_NOT_KIWI, "2048 bytes first, for example with bchunk or ccd2iso");
    run("mkdir -p %s/plain && echo x > %s/plain/VERSION.TXT && echo x > %s/plain/movie.idx", folder, folder,
        folder);
    check_refused("plain", KIWI_ERROR_NOT_KIWI, "directory has no KIWI file");
}
END_TEST

START_TEST(all_data_is_known_by_content_or_name)
{
    struct kiwi_disc *disc;

    make_all_data("renamed.bin", 4096);
    disc = open_disc("renamed.bin");
    ck_assert_int_eq(kiwi_disc_file(disc, 0)->kind, KIWI_FILE_ALLDATA);
    kiwi_disc_close(disc);
    run("mkdir -p %s/damaged %s/other && echo damaged > %s/damaged/AllData.kwi", folder, folder, folder);
    ck_assert_str_eq(findings.text, "");
    disc = open_disc("damaged");
    ck_assert_int_eq(kiwi_disc_file(disc, 0)->kind, KIWI_FILE_ALLDATA);
    ck_assert_uint_eq(findings.of[KIWI_WARNING], 1);
    kiwi_disc_close(disc);
    make_all_data("other/MAP.KWI", 4096);
    disc = open_disc("other");
    ck_assert_int_eq(kiwi_disc_file(disc, 0)->kind, KIWI_FILE_ALLDATA);
    kiwi_disc_close(disc);
}
END_TEST

static size_t open_descriptors(void)
{
    DIR *stream = opendir("/proc/self/fd");
    size_t count = 0;

    if (!stream)
        return 0;
    while (readdir(stream))
        count++;
    closedir(stream);
    return count;
}

START_TEST(many_files_need_few_descriptors)
{
    size_t before = open_descriptors();
    struct kiwi_disc *disc;

    run("mkdir -p %s/many && cd %s/many && for i in $(seq 100 299); do echo $i > $i.KWI; done", folder,
        folder);
    disc = open_disc("many");
    ck_assert_uint_eq(kiwi_disc_file_count(disc), 200);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 200; i++) {
            char bytes[8] = "";
            size_t received;

            ck_assert_int_eq(kiwi_source_read(kiwi_disc_file(disc, i)->source, 0, bytes, 8, &received, NULL),
                             KIWI_OK);
            ck_assert_uint_eq(received, 4);
            ck_assert_int_eq(atoi(bytes), 100 + (int)i);
        }
    }
    ck_assert_uint_le(open_descriptors(), before + 32);
    kiwi_disc_close(disc);
    ck_assert_uint_eq(open_descriptors(), before);
}
END_TEST

START_TEST(sources_outlive_their_disc)
{
    struct kiwi_disc *disc = open_disc("disc");
    struct kiwi_source *source = kiwi_source_ref(file_of(disc, "VERSION.TXT")->source);
    char bytes[8] = "";
    size_t received;

    kiwi_disc_close(disc);
    ck_assert_int_eq(kiwi_source_read(source, 0, bytes, 7, &received, NULL), KIWI_OK);
    ck_assert_str_eq(bytes, "COMMENT");
    kiwi_source_unref(source);
}
END_TEST

START_TEST(links_stay_inside)
{
    struct kiwi_disc *disc;

    run("mkdir -p %s/links/sub && cd %s/links && echo x > A.KWI && ln -sf A.KWI B.KWI && ln -sf "
        "../stranger.bin C.KWI && "
        "ln -sfn .. UP && ln -sfn . SELF && ln -sf nowhere D.KWI && ln -sf ../A.KWI sub/E.KWI && mkfifo -m "
        "600 F.KWI",
        folder, folder);
    disc = open_disc("links");
    ck_assert_uint_eq(kiwi_disc_file_count(disc), 3);
    ck_assert_str_eq(kiwi_disc_file(disc, 0)->path, "A.KWI");
    ck_assert_str_eq(kiwi_disc_file(disc, 1)->path, "B.KWI");
    ck_assert_str_eq(kiwi_disc_file(disc, 2)->path, "sub/E.KWI");
    check_content(kiwi_disc_file(disc, 2), "links/A.KWI");
    ck_assert_uint_eq(findings.of[KIWI_NOTE], 4);
    kiwi_disc_close(disc);
}
END_TEST

START_TEST(directories_may_be_eight_deep)
{
    struct kiwi_disc *disc;

    run("mkdir -p %s/deep/1/2/3/4/5/6/7/8/9 && cd %s/deep && echo > 1/2/3/4/5/6/7/8/IN.KWI && echo > "
        "1/2/3/4/5/6/7/8/9/OUT.KWI",
        folder, folder);
    disc = open_disc("deep");
    ck_assert_uint_eq(kiwi_disc_file_count(disc), 1);
    ck_assert_uint_eq(findings.of[KIWI_WARNING], 1);
    kiwi_disc_close(disc);
}
END_TEST

START_TEST(names_are_made_utf8)
{
    struct kiwi_disc *disc;

    run("mkdir -p %s/names && echo hi > \"$(printf '%s/names/\\344.KWI')\"", folder, folder);
    disc = open_disc("names");
    ck_assert_str_eq(kiwi_disc_file(disc, 0)->path, "\xEF\xBF\xBD.KWI");
    ck_assert_uint_eq(kiwi_source_size(kiwi_disc_file(disc, 0)->source), 3);
    kiwi_disc_close(disc);
}
END_TEST

START_TEST(images_have_all_their_files)
{
    struct kiwi_disc *disc;

    if (!have_images())
        return;
    disc = open_disc("bridge.iso");
    ck_assert_int_eq(kiwi_disc_container(disc), KIWI_CONTAINER_IMAGE);
    ck_assert_uint_eq(kiwi_disc_file_systems(disc), KIWI_ISO9660 | KIWI_JOLIET | KIWI_UDF);
    ck_assert_str_eq(kiwi_disc_volume_id(disc), "TEST-VOLUME");
    ck_assert_uint_eq(kiwi_disc_size(disc), bridge_size);
    check_disc(disc);
    for (size_t i = 0; i < kiwi_disc_file_count(disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(disc, i);

        ck_assert_uint_eq(file->recorded_size, file->size);
        ck_assert_uint_eq(file->disagreeing, 0);
        if (file->size > 0)
            ck_assert_uint_eq(file->file_systems, KIWI_ISO9660 | KIWI_JOLIET | KIWI_UDF);
    }
    kiwi_disc_close(disc);
    ck_assert_int_eq(run("cd %s && genisoimage -quiet -J -joliet-long -o joliet.iso disc", folder), 0);
    disc = open_disc("joliet.iso");
    ck_assert_uint_eq(kiwi_disc_file_systems(disc), KIWI_ISO9660 | KIWI_JOLIET);
    check_disc(disc);
    kiwi_disc_close(disc);
    ck_assert_int_eq(run("cd %s && genisoimage -quiet -o iso.iso disc", folder), 0);
    disc = open_disc("iso.iso");
    ck_assert_uint_eq(kiwi_disc_file_systems(disc), KIWI_ISO9660);
    ck_assert_uint_eq(kiwi_disc_file_count(disc), 8);
    check_content(kiwi_disc_find(disc, "parcel.001", NULL), "disc/MAP/PARCEL.001");
    kiwi_disc_close(disc);
}
END_TEST

/* Opens bytes as an image; *disc is NULL if it was refused. */
static enum kiwi_status open_bytes(const uint8_t *bytes, size_t length, struct kiwi_disc **disc)
{
    struct kiwi_source *source;
    enum kiwi_status status;

    ck_assert_int_eq(kiwi_source_from_memory(bytes, length, &source, NULL), KIWI_OK);
    status = kiwi_disc_open_source(source, "image.iso", &options, disc, NULL);
    kiwi_source_unref(source);
    return status;
}

static uint8_t *copy_bridge(void)
{
    uint8_t *copy = malloc(bridge_size);

    memcpy(copy, bridge, bridge_size);
    return copy;
}

/* The UDF file entry of the file of that size. */
static uint8_t *find_file_entry(uint8_t *image, uint64_t size)
{
    uint8_t wanted[8];
    kiwi_store32_little(wanted, (uint32_t)size);
    kiwi_store32_little(wanted + 4, (uint32_t)(size >> 32));
    for (size_t offset = (size_t)257 * 2048; offset + 2048 <= bridge_size; offset += 2048)
        if (image[offset] == 5 && image[offset + 1] == 1 && memcmp(image + offset + 56, wanted, 8) == 0)
            return image + offset;
    ck_abort_msg("no file entry");
    return NULL;
}

/* Changes the size in the ISO 9660 and Joliet records of the file at lba. */
static unsigned set_iso_size(uint8_t *image, uint64_t lba, uint32_t old, uint32_t size)
{
    unsigned changed = 0;

    for (size_t i = (size_t)17 * 2048; i + 34 < bridge_size; i++) {
        uint8_t both[16];

        for (unsigned k = 0; k < 4; k++) {
            both[k] = both[7 - k] = (uint8_t)(lba >> 8 * k);
            both[8 + k] = both[15 - k] = (uint8_t)(old >> 8 * k);
        }
        if (memcmp(image + i, both, 16) == 0) {
            for (unsigned k = 0; k < 4; k++)
                image[i + 8 + k] = image[i + 15 - k] = (uint8_t)(size >> 8 * k);
            changed++;
        }
    }
    return changed;
}

START_TEST(udf_alone_is_enough)
{
    uint8_t *copy;
    struct kiwi_disc *disc;

    if (!have_images())
        return;
    copy = copy_bridge();
    for (size_t offset = 16 * 2048; offset < 32 * 2048; offset += 2048)
        if (memcmp(copy + offset + 1, "CD001", 5) == 0)
            memcpy(copy + offset + 1, "XX001", 5);
    ck_assert_int_eq(open_bytes(copy, bridge_size, &disc), KIWI_OK);
    ck_assert_uint_eq(kiwi_disc_file_systems(disc), KIWI_UDF);
    ck_assert_str_eq(kiwi_disc_volume_id(disc), "TEST-VOLUME");
    check_disc(disc);
    kiwi_disc_close(disc);
    free(copy);
}
END_TEST

/* Found by hand: libudfread would look through 2^32 blocks for the file set and write 4 GB of complaints. */
START_TEST(udf_without_an_end_is_left_alone)
{
    uint8_t *copy;
    struct kiwi_disc *disc;
    unsigned changed = 0;

    if (!have_images())
        return;
    copy = copy_bridge();
    for (size_t offset = 17 * 2048; offset < (size_t)256 * 2048; offset += 2048) {
        if (copy[offset] == 6 && copy[offset + 1] == 0 && memcmp(copy + offset + 217, "*OSTA UDF", 9) == 0) {
            kiwi_store32_little(copy + offset + 248, 2048);
            kiwi_store32_little(copy + offset + 252, UINT32_MAX);
            changed++;
        }
    }
    ck_assert_uint_eq(changed, 2);
    memset(copy + (size_t)257 * 2048, 0x55, (size_t)2 * 2048); /* the file set and its terminator */
    ck_assert_int_eq(open_bytes(copy, bridge_size, &disc), KIWI_OK);
    ck_assert_uint_eq(kiwi_disc_file_systems(disc), KIWI_ISO9660 | KIWI_JOLIET);
    ck_assert_str_eq(findings.text, "|UDF file system|readable|announced, but damaged; it is left out\n");
    kiwi_disc_close(disc);
    free(copy);
}
END_TEST

static FILE *stderr_of_finding;

static void note_stderr(void *context, const struct kiwi_finding *finding)
{
    collect(context, finding);
    stderr_of_finding = stderr;
}

/* libudfread is kept from printing, those who print findings are not. */
START_TEST(findings_of_udf_can_be_printed)
{
    struct kiwi_disc_options printing = options;
    struct kiwi_source *source;
    struct kiwi_disc *disc;

    if (!have_images())
        return;
    uint8_t *copy = copy_bridge();
    memset(copy + (size_t)257 * 2048, 0x55, (size_t)2 * 2048);
    printing.finding = note_stderr;
    ck_assert_int_eq(kiwi_source_from_memory(copy, bridge_size, &source, NULL), KIWI_OK);
    ck_assert_int_eq(kiwi_disc_open_source(source, "image.iso", &printing, &disc, NULL), KIWI_OK);
    ck_assert_uint_eq(findings.of[KIWI_ERROR], 1);
    ck_assert_ptr_eq(stderr_of_finding, stderr);
    kiwi_disc_close(disc);
    kiwi_source_unref(source);
    free(copy);
}
END_TEST

struct udf_findings {
    size_t folders;
    char last[64]; /* about the whole file system */
};

static void count_udf(void *context, const struct kiwi_finding *finding)
{
    struct udf_findings *udf = context;
    udf->folders += strcmp(finding->field, "folder") == 0;
    if (strcmp(finding->field, "UDF file system") == 0)
        snprintf(udf->last, sizeof udf->last, "%s", finding->found);
}

/* 1,100 folders that are one too deep; what is found in UDF is kept until all of it is read. */
START_TEST(findings_of_udf_have_an_end)
{
    struct udf_findings udf = {.folders = 0};
    struct kiwi_disc_options counting = options;
    struct kiwi_disc *disc;
    if (!have_images())
        return;
    ck_assert_int_eq(
        run("cd %s && mkdir -p many/1/2/3/4/5/6/7/8 && cd many/1/2/3/4/5/6/7/8 && mkdir $(seq 1100) && "
            "cd ../../../../../../../../.. && genisoimage -quiet -udf -D -o many.iso many 2>/dev/null",
            folder),
        0);
    counting.finding = count_udf;
    counting.context = &udf;
    ck_assert_int_eq(kiwi_disc_open(in_folder("many.iso"), &counting, &disc, NULL), KIWI_OK);
    ck_assert_str_eq(udf.last, "100 more findings");
    ck_assert_uint_ge(udf.folders, 1000);
    kiwi_disc_close(disc);
}
END_TEST

START_TEST(files_inside_their_udf_file_entry)
{
    uint8_t *copy;
    uint8_t *entry;
    struct kiwi_disc *disc;
    const struct kiwi_file *file;

    if (!have_images())
        return;
    copy = copy_bridge();
    entry = find_file_entry(copy, 19);
    entry[34] = (uint8_t)((entry[34] & ~7) | 3);
    kiwi_store32_little(entry + 168, 0);
    kiwi_store32_little(entry + 172, 19);
    memcpy(entry + 176, "COMMENT=2007 ver.1;", 19);
    ck_assert_int_eq(open_bytes(copy, bridge_size, &disc), KIWI_OK);
    file = file_of(disc, "VERSION.TXT");
    ck_assert_uint_eq(file->extents[0].offset, (uint64_t)(entry - copy) + 176);
    check_content(file, "disc/VERSION.TXT");
    kiwi_disc_close(disc);
    free(copy);
}
END_TEST

START_TEST(disagreement_is_a_finding_and_udf_wins)
{
    uint8_t *copy;
    struct kiwi_disc *disc;
    uint64_t offset;

    if (!have_images())
        return;
    copy = copy_bridge();
    ck_assert_int_eq(open_bytes(copy, bridge_size, &disc), KIWI_OK);
    offset = file_of(disc, "ALLDATA.KWI")->extents[0].offset;
    kiwi_disc_close(disc);
    ck_assert_uint_eq(set_iso_size(copy, offset / 2048, 5188, 5000), 2);
    ck_assert_int_eq(open_bytes(copy, bridge_size, &disc), KIWI_OK);
    ck_assert_uint_eq(file_of(disc, "ALLDATA.KWI")->size, 5188);
    ck_assert_uint_eq(file_of(disc, "ALLDATA.KWI")->file_systems, KIWI_UDF);
    ck_assert_uint_eq(file_of(disc, "ALLDATA.KWI")->disagreeing, KIWI_ISO9660 | KIWI_JOLIET);
    ck_assert_uint_eq(findings.of[KIWI_WARNING], 2);
    ck_assert_uint_eq(findings.count, 2);
    ck_assert_ptr_nonnull(strstr(findings.text, "ALLDATA.KWI|place|5188 bytes"));
    kiwi_disc_close(disc);
    free(copy);
}
END_TEST

struct overlay {
    const uint8_t *bytes;
    uint64_t last; /* last offset read */
};

static int overlay_read(void *context, uint64_t offset, void *buffer, size_t length, size_t *received)
{
    struct overlay *overlay = context;

    memset(buffer, 0, length);
    if (offset < bridge_size) {
        memcpy(buffer, overlay->bytes + offset,
               length < bridge_size - offset ? length : (size_t)(bridge_size - offset));
    }
    *received = length;
    overlay->last = offset;
    return 0;
}

/* The trap that genisoimage -udf -allow-limited-size makes (models.md C.1), without 4.4 GiB of disc. */
START_TEST(sizes_modulo_2_to_32)
{
    static const struct kiwi_source_operations operations = {overlay_read, NULL};
    const uint64_t size = UINT64_C(4718592000);
    struct overlay overlay;
    struct kiwi_source *source;
    struct kiwi_disc *disc;
    const struct kiwi_file *file;
    uint8_t *copy;
    uint8_t *entry;
    uint8_t *descriptor;
    uint32_t block;
    clock_t start;

    if (!have_images())
        return;
    copy = copy_bridge();
    ck_assert_int_eq(open_bytes(copy, bridge_size, &disc), KIWI_OK);
    ck_assert_uint_eq(
        set_iso_size(copy, file_of(disc, "ALLDATA.KWI")->extents[0].offset / 2048, 5188, 423624704), 2);
    kiwi_disc_close(disc);
    entry = find_file_entry(copy, 5188);
    kiwi_store32_little(entry + 56, (uint32_t)size);
    kiwi_store32_little(entry + 60, (uint32_t)(size >> 32));
    descriptor = entry + 176 + entry[168] + entry[169] * 256u;
    block = kiwi_load32_little(descriptor + 4);
    kiwi_store32_little(entry + 172, 5 * 8);
    for (uint64_t i = 0, left = size; i < 5; i++) {
        uint64_t length = left < 0x3FFFF800 ? left : 0x3FFFF800;

        kiwi_store32_little(descriptor + 8 * i, (uint32_t)length);
        kiwi_store32_little(descriptor + 8 * i + 4, block + (uint32_t)i * (0x3FFFF800 / 2048));
        left -= length;
    }
    overlay = (struct overlay){.bytes = copy};
    ck_assert_int_eq(kiwi_source_from_operations(&operations, &overlay, size + bridge_size, &source, NULL),
                     KIWI_OK);
    start = clock();
    ck_assert_int_eq(kiwi_disc_open_source(source, "big.iso", &options, &disc, NULL), KIWI_OK);
    ck_assert_int_lt(clock() - start,
                     CLOCKS_PER_SEC / 4); /* 50 ms are meant; sanitizers and other work take their share */
    ck_assert_uint_lt(kiwi_source_bytes_read(source), 1000000);
    file = file_of(disc, "ALLDATA.KWI");
    ck_assert_uint_eq(file->size, size);
    ck_assert_uint_eq(file->extent_count, 1);
    ck_assert_uint_eq(file->file_systems, KIWI_ISO9660 | KIWI_JOLIET | KIWI_UDF);
    ck_assert_uint_eq(file->disagreeing, 0);
    ck_assert_uint_eq(findings.of[KIWI_NOTE], 2);
    ck_assert_uint_eq(findings.count, 2);
    ck_assert_ptr_nonnull(strstr(findings.text, "ALLDATA.KWI|size modulo 2^32|4718592000 bytes"));
    kiwi_disc_close(disc);
    kiwi_source_unref(source);
    free(copy);
}
END_TEST

START_TEST(truncated_images_are_clipped)
{
    struct kiwi_disc *disc;
    uint64_t end;

    if (!have_images())
        return;
    ck_assert_int_eq(open_bytes(bridge, bridge_size, &disc), KIWI_OK);
    end = file_of(disc, "ALLDATA.KWI")->extents[0].offset;
    kiwi_disc_close(disc);
    ck_assert_int_eq(open_bytes(bridge, (size_t)end + 3000, &disc), KIWI_OK);
    ck_assert_uint_eq(file_of(disc, "ALLDATA.KWI")->size, 3000);
    ck_assert_uint_eq(file_of(disc, "ALLDATA.KWI")->recorded_size, 5188);
    ck_assert_uint_eq(file_of(disc, "VERSION.TXT")->size, 0);
    ck_assert_uint_ge(findings.of[KIWI_ERROR], 2);
    ck_assert_ptr_nonnull(
        strstr(findings.text, "ALLDATA.KWI|extent|5188 bytes inside the image|2188 bytes of them"));
    kiwi_disc_close(disc);
}
END_TEST

#if defined(__SANITIZE_ADDRESS__)
void __sanitizer_set_report_fd(void *descriptor);
#endif

/* libudfread writes to stderr about damage, thousands of lines here; sanitizers still have their say. */
static int silence_stderr(void)
{
    int saved = dup(STDERR_FILENO);
    int nowhere = open("/dev/null", O_WRONLY);

#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_set_report_fd((void *)(intptr_t)saved);
#endif
    dup2(nowhere, STDERR_FILENO);
    close(nowhere);
    return saved;
}

static void restore_stderr(int saved)
{
    dup2(saved, STDERR_FILENO);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_set_report_fd((void *)(intptr_t)STDERR_FILENO);
#endif
    close(saved);
}

/* Whatever is there after damage: every file must be readable to its end. */
static void read_everything(struct kiwi_disc *disc)
{
    for (size_t i = 0; disc && i < kiwi_disc_file_count(disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(disc, i);
        uint8_t bytes[256];
        size_t received;

        ck_assert_ptr_nonnull(file->source);
        if (kiwi_source_size(file->source) != file->size ||
            kiwi_source_read(file->source, file->size / 2, bytes, sizeof bytes, &received, NULL) != KIWI_OK)
            ck_abort_msg("%s cannot be read", file->path);
    }
    kiwi_disc_close(disc);
}

START_TEST(every_truncation_is_survived)
{
    int saved;

    if (!have_images())
        return;
    saved = silence_stderr();
    for (size_t length = 0; length <= bridge_size; length += 2048) {
        uint8_t *copy = malloc(length + 1); /* so that AddressSanitizer sees its end */
        struct kiwi_disc *disc;

        memcpy(copy, bridge, length);
        open_bytes(copy, length, &disc);
        read_everything(disc);
        free(copy);
    }
    restore_stderr(saved);
}
END_TEST

START_TEST(mutations_are_survived)
{
    uint64_t state = 42;
    uint8_t *copy;
    int saved;

    if (!have_images())
        return;
    copy = copy_bridge();
    saved = silence_stderr();
    for (int round = 0; round < 4000; round++) {
        size_t places[8];
        size_t count = 1 + next_random(&state) % 8;
        struct kiwi_disc *disc;

        for (size_t i = 0; i < count; i++) {
            uint64_t dice = next_random(&state);
            /* volume descriptors, the first 100 KB, and where genisoimage puts UDF and the directories */
            size_t begin = dice % 3 == 0 ? 0x8000 : dice % 3 == 1 ? 0 : (size_t)256 * 2048;
            size_t length = dice % 3 == 0 ? 16 * 2048 : dice % 3 == 1 ? 102400 : (size_t)48 * 2048;

            places[i] = begin + next_random(&state) % length;
            if (places[i] % 2048 > 256 && dice % 5 != 0) {
                places[i] -= places[i] % 2048 -
                             next_random(&state) % 256; /* most of a sector's meaning is at its start */
            }
            copy[places[i]] = (uint8_t)(dice % 4 == 0 ? 0xFF : next_random(&state));
        }
        open_bytes(copy, bridge_size, &disc);
        read_everything(disc);
        for (size_t i = 0; i < count; i++)
            copy[places[i]] = bridge[places[i]];
    }
    restore_stderr(saved);
    free(copy);
}
END_TEST

struct model {
    uint32_t lba[4];
    uint32_t count[4];
    unsigned lookups;
};

static uint32_t model_lookup(void *context, uint32_t block)
{
    struct model *model = context;

    model->lookups++;
    for (size_t i = 0; i < 4; i++) {
        if (block < model->count[i])
            return model->lba[i] != 0 ? model->lba[i] + block : 0;
        block -= model->count[i];
    }
    ck_abort_msg("asked beyond the file");
    return 0;
}

START_TEST(runs_are_found_exactly)
{
    uint64_t state = 3;

    for (int round = 0; round < 2000; round++) {
        struct model model = {.lookups = 0};
        uint32_t total = 0;
        uint32_t budget = round % 2 == 0 ? 1000000 : 0;
        uint32_t block = 0;

        for (size_t i = 0; i < 4; i++) {
            model.lba[i] = (uint32_t)(next_random(&state) % 5 == 0 ? 0
                                                                   : 1000 + next_random(&state) % 100000000);
            model.count[i] = 1 + (uint32_t)(next_random(&state) >> (44 + next_random(&state) % 20));
            total += model.count[i];
        }
        while (block < total) {
            struct kiwi_block_run run = kiwi_udf_find_run(model_lookup, &model, block, total, &budget);
            uint32_t expected = model_lookup(&model, block);

            ck_assert_uint_gt(run.count, 0);
            ck_assert_uint_le(run.count, total - block);
            ck_assert_uint_eq(run.lba, expected);
            if (expected == 0)
                break;
            ck_assert_uint_eq(model_lookup(&model, block + run.count - 1), expected + run.count - 1);
            if (run.count < total - block)
                ck_assert_uint_ne(model_lookup(&model, block + run.count), expected + run.count);
            block += run.count;
        }
        ck_assert_uint_lt(model.lookups, round % 2 == 0 ? 5000 : 500);
    }
}
END_TEST

START_TEST(runs_notice_a_stranger_at_a_descriptor_end)
{
    struct model model = {.lba = {1000, 7, 1000 + 2 * 524287 + 1, 9}, .count = {2 * 524287, 1, 3000000, 1}};
    uint32_t budget = 1000000;
    struct kiwi_block_run run = kiwi_udf_find_run(model_lookup, &model, 0, 4048576, &budget);

    ck_assert_uint_eq(run.count, 2 * 524287);
}
END_TEST

static void make_images(void)
{
    if (run("cd %s && genisoimage -quiet -udf -J -joliet-long -V TEST-VOLUME -o bridge.iso disc 2>/dev/null",
            folder) != 0) {
        fputs("test_disc: genisoimage is missing or failed\n", stderr);
        exit(1);
    }
    bridge = read_whole(in_folder("bridge.iso"), &bridge_size);
}

static TCase *image_tests(void)
{
    TCase *tests = tcase_create("image");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, images_have_all_their_files);
    tcase_add_test(tests, udf_alone_is_enough);
    tcase_add_test(tests, udf_without_an_end_is_left_alone);
    tcase_add_test(tests, findings_of_udf_can_be_printed);
    tcase_add_test(tests, findings_of_udf_have_an_end);
    tcase_add_test(tests, files_inside_their_udf_file_entry);
    tcase_add_test(tests, disagreement_is_a_finding_and_udf_wins);
    tcase_add_test(tests, sizes_modulo_2_to_32);
    tcase_add_test(tests, truncated_images_are_clipped);
    tcase_add_test(tests, every_truncation_is_survived);
    tcase_add_test(tests, mutations_are_survived);
    tcase_add_test(tests, runs_are_found_exactly);
    tcase_add_test(tests, runs_notice_a_stranger_at_a_descriptor_end);
    return tests;
}

static TCase *file_tests(void)
{
    TCase *tests = tcase_create("file");

    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, directory_is_a_disc);
    tcase_add_test(tests, names_are_found_as_corrections_row_28_says);
    tcase_add_test(tests, single_file_finds_its_siblings);
    tcase_add_test(tests, strangers_are_refused);
    tcase_add_test(tests, all_data_is_known_by_content_or_name);
    tcase_add_test(tests, many_files_need_few_descriptors);
    tcase_add_test(tests, sources_outlive_their_disc);
    tcase_add_test(tests, links_stay_inside);
    tcase_add_test(tests, directories_may_be_eight_deep);
    tcase_add_test(tests, names_are_made_utf8);
    return tests;
}

static Suite *disc_suite(void)
{
    Suite *suite = suite_create("disc");

    suite_add_tcase(suite, file_tests());
    suite_add_tcase(suite, image_tests());
    return suite;
}

int main(void)
{
    int failed;

    enter_folder();
    make_disc("disc");
    make_images();
    failed = run_suite(disc_suite());
    free(bridge);
    leave_folder();
    return failed;
}
