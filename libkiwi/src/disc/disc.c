/* SPDX-License-Identifier: MIT */
/* A disc: an image, a folder or one file of it, opened as a list of files. */
#include "disc/disc.h"

#include "base/host.h"
#include "bytes/options.h"
#include "bytes/source.h"
#include "bytes/utf8.h"
#include "disc/iso9660.h"
#include "disc/sample.h"
#include "disc/stranger.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void take_finding(void *context, const struct kiwi_finding *finding)
{
    struct kiwi_disc *disc = context;
    kiwi_findings_keep(&disc->findings, finding);
    if (disc->listener.callback)
        disc->listener.callback(disc->listener.context, finding);
}

static enum kiwi_status new_disc(const struct kiwi_disc_options *options, struct kiwi_disc **disc,
                                 struct kiwi_error *error)
{
    struct kiwi_disc_options ours = {.finding = NULL};
    enum kiwi_status status = kiwi_options_take(&ours, sizeof ours, options, error);
    if (status != KIWI_OK)
        return status;
    *disc = calloc(1, sizeof **disc);
    if (!*disc)
        return kiwi_fail_memory(error);
    kiwi_text_init(&(*disc)->text);
    (*disc)->reporter = (struct kiwi_reporter){take_finding, *disc};
    (*disc)->listener = (struct kiwi_reporter){ours.finding, ours.context};
    (*disc)->mapfile = ours.mapfile;
    (*disc)->charset = ours.charset;
    (*disc)->chosen_datum = ours.datum;
    return KIWI_OK;
}

void kiwi_disc_close(struct kiwi_disc *disc)
{
    if (!disc)
        return;
    kiwi_text_free(&disc->text);
    kiwi_findings_free(&disc->findings);
    if (disc->again) {
        free(disc);
        return;
    }
    for (size_t i = 0; i < disc->file_count; i++)
        kiwi_source_unref(disc->files[i].source);
    free(disc->files);
    free(disc->names);
    kiwi_siblings_free(disc->siblings);
    kiwi_file_pool_unref(disc->pool);
    kiwi_sample_unref(disc->sample);
    kiwi_source_unref(disc->source);
    kiwi_listing_free(&disc->listing);
    free(disc);
}

static int compare_names(const void *a, const void *b)
{
    const struct kiwi_disc_name *left = a;
    const struct kiwi_disc_name *right = b;
    int order = kiwi_compare_case(left->name, right->name);

    return order != 0 ? order : strcmp(left->file->path, right->file->path);
}

static void open_file(struct kiwi_disc *disc, struct kiwi_file *file, const struct kiwi_entry *entry)
{
    struct kiwi_error error = {.text = ""};
    enum kiwi_status status = KIWI_OK;

    switch (disc->container) {
    case KIWI_CONTAINER_FILE: file->source = kiwi_source_ref(disc->source); break;
    case KIWI_CONTAINER_DIRECTORY:
        status = disc->sample
                     ? kiwi_sample_source(disc->sample, entry->path, &file->source, &error)
                     : kiwi_file_pool_source(disc->pool, entry->native, entry->size, &file->source, &error);
        break;
    case KIWI_CONTAINER_IMAGE:
        status = kiwi_source_from_extents(disc->source, entry->extents, entry->extent_count, &file->source,
                                          &error);
        break;
    }
    if (status != KIWI_OK)
        kiwi_report(&disc->reporter, KIWI_ERROR, file->path, KIWI_NULL, "file", "readable", error.text);
}

/* From the listing to the files, their kinds, and the index by name. */
static enum kiwi_status make_files(struct kiwi_disc *disc, struct kiwi_error *error)
{
    size_t count = disc->listing.count;

    kiwi_listing_sort(&disc->listing);
    disc->files = calloc(count + 1, sizeof *disc->files);
    disc->names = calloc(count + 1, sizeof *disc->names);
    if (!disc->files || !disc->names)
        return kiwi_fail_memory(error);
    for (size_t i = 0; i < count; i++) {
        const struct kiwi_entry *entry = &disc->listing.entries[i];
        struct kiwi_file *file = &disc->files[i];

        *file = (struct kiwi_file){.path = entry->path, .size = entry->size, .recorded_size = entry->size};
        if (disc->container == KIWI_CONTAINER_IMAGE) {
            file->extents = entry->extents;
            file->extent_count = entry->extent_count;
            file->recorded_size = entry->recorded_size;
            file->file_systems = entry->file_systems;
            file->disagreeing = entry->disagreeing;
        } else {
            disc->size += entry->size;
        }
        open_file(disc, file, entry);
        disc->names[i] = (struct kiwi_disc_name){kiwi_base_name(file->path), file};
    }
    disc->file_count = count;
    if (count > 1)
        qsort(disc->names, count, sizeof *disc->names, compare_names);
    kiwi_kind_classify(disc);
    return KIWI_OK;
}

static bool has_kiwi_file(const struct kiwi_disc *disc)
{
    for (size_t i = 0; i < disc->file_count; i++)
        if (kiwi_kind_is_kiwi(&disc->files[i]) ||
            (disc->container == KIWI_CONTAINER_FILE && disc->files[i].kind != KIWI_FILE_UNKNOWN))
            return true;
    return false;
}

static enum kiwi_status refuse_strangers(const struct kiwi_disc *disc, const char *name,
                                         struct kiwi_error *error)
{
    static const char *const what[] = {
        [KIWI_CONTAINER_FILE] = "neither its content nor its name is that of a KIWI file or of a disc image",
        [KIWI_CONTAINER_DIRECTORY] = "the directory has no KIWI file (such as ALLDATA.KWI) in it",
        [KIWI_CONTAINER_IMAGE] = "the disc image has no KIWI file (such as ALLDATA.KWI) in it",
    };
    const bool known = has_kiwi_file(disc);
    /* What is in a LOADING.KWI is its maker's affair, an archive too (loading/loading.c). */
    const bool loading = kiwi_disc_find_kind(disc, KIWI_FILE_LOADING);
    const char *stranger = disc->container != KIWI_CONTAINER_FILE || loading ? NULL
                           : known ? kiwi_stranger_by_head(disc->source)
                                   : kiwi_stranger(disc->source, name);
    if (stranger)
        return kiwi_fail(error, KIWI_ERROR_NOT_KIWI, 0, KIWI_NULL, "'%s' is %s", name, stranger);
    if (known)
        return KIWI_OK;
    if (disc->recorded_size > disc->size)
        return kiwi_fail(error, KIWI_ERROR_NOT_KIWI, 0, KIWI_NULL,
                         "'%s' is no KIWI disc: the image ends at %llu of %llu bytes, and has no KIWI file "
                         "(such as ALLDATA.KWI) up to there",
                         name, (unsigned long long)disc->size, (unsigned long long)disc->recorded_size);
    return kiwi_fail(error, KIWI_ERROR_NOT_KIWI, 0, KIWI_NULL, "'%s' is no KIWI disc: %s", name,
                     what[disc->container]);
}

static enum kiwi_status choose_charset(struct kiwi_disc *disc, struct kiwi_error *error)
{
    return !disc->charset || kiwi_text_choose(&disc->text, disc->charset)
               ? KIWI_OK
               : kiwi_fail(error, KIWI_ERROR_RANGE, 0, KIWI_NULL,
                           "nobody here knows a character set '%.60s' that holds ASCII", disc->charset);
}

static enum kiwi_status read_metadata(struct kiwi_disc *disc, struct kiwi_error *error)
{
    const struct kiwi_file *file = kiwi_disc_find_kind(disc, KIWI_FILE_METADATA);
    size_t length;
    char *bytes;

    if (!file)
        file = kiwi_disc_find(disc, "METADATA.KWI", NULL);
    if (!file || !file->source)
        return KIWI_OK;
    length = file->size < KIWI_METADATA_LIMIT ? (size_t)file->size : KIWI_METADATA_LIMIT;
    bytes = malloc(length + 1);
    if (!bytes)
        return kiwi_fail_memory(error);
    if (kiwi_source_read_before(file->source, 0, bytes, length, &length, NULL) != KIWI_OK)
        kiwi_report(&disc->reporter, KIWI_ERROR, file->path, 0, "CHCD", "readable", "an input/output error");
    if (!kiwi_text_read_metadata(&disc->text, bytes, length) && !disc->charset) {
        kiwi_report(&disc->reporter, KIWI_WARNING, file->path, 0, "CHCD",
                    "a known character set (ISO 8859-1 is taken)", disc->text.declared);
    }
    if (!disc->chosen_datum) {
        kiwi_text_find_metadata(bytes, length, "COOR", disc->datum);
        kiwi_datum_declare(disc, file);
    }
    free(bytes);
    return KIWI_OK;
}

static enum kiwi_status finish(struct kiwi_disc *disc, const char *name, struct kiwi_error *error)
{
    enum kiwi_status status = make_files(disc, error);

    if (status == KIWI_OK)
        status = refuse_strangers(disc, name, error);
    if (status == KIWI_OK)
        status = read_metadata(disc, error);
    if (status == KIWI_OK)
        status = choose_charset(disc, error);
    if (status == KIWI_OK && disc->chosen_datum)
        status = kiwi_datum_choose(disc, disc->chosen_datum, error);
    if (status == KIWI_OK && disc->findings.failed)
        status = kiwi_fail_memory(error);
    return status;
}

static enum kiwi_status apply_mapfile(const struct kiwi_disc *disc, struct kiwi_error *error)
{
    if (!disc->mapfile)
        return KIWI_OK;
    if (!disc->source || kiwi_source_memory(disc->source))
        return kiwi_fail(error, KIWI_ERROR_RANGE, 0, KIWI_NULL,
                         "a map file belongs to an image or to a file, not to %s",
                         disc->source ? "bytes in memory" : "a directory");
    return kiwi_source_apply_mapfile(disc->source, disc->mapfile, error);
}

static enum kiwi_status fill_from_directory(struct kiwi_disc *disc, const char *path,
                                            struct kiwi_error *error)
{
    enum kiwi_status status = apply_mapfile(disc, error);

    if (status != KIWI_OK)
        return status;
    disc->container = KIWI_CONTAINER_DIRECTORY;
    disc->pool = kiwi_file_pool_new();
    if (!disc->pool)
        return kiwi_fail_memory(error);
    status = kiwi_directory_list(path, &disc->listing, &disc->reporter, error);
    return status == KIWI_OK ? finish(disc, path, error) : status;
}

/* Sectors of 2,352 bytes begin with this; the 2,048 bytes of data in each lie 16 or 24 bytes behind it. */
static bool is_raw_image(struct kiwi_source *source)
{
    static const uint8_t sync[12] = {0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00};
    uint8_t start[sizeof sync];
    size_t received;

    return kiwi_source_read_before(source, 0, start, sizeof start, &received, NULL) == KIWI_OK &&
           received == sizeof start && memcmp(start, sync, sizeof sync) == 0;
}

static enum kiwi_status add_single_file(struct kiwi_disc *disc, const char *name, const char *native,
                                        struct kiwi_error *error)
{
    const char *base = kiwi_base_name(name);
    char *path = kiwi_utf8_clean(base, strlen(base));

    disc->container = KIWI_CONTAINER_FILE;
    if (!kiwi_listing_add(&disc->listing, path, kiwi_source_size(disc->source)))
        return kiwi_fail_memory(error);
    if (!native)
        return KIWI_OK;
    disc->pool = kiwi_file_pool_new();
    disc->siblings = disc->pool ? kiwi_siblings_new(native, disc->pool) : NULL;
    return disc->siblings ? KIWI_OK : kiwi_fail_memory(error);
}

/* What nobody knows for a disc may be one whose first sectors are scratched. */
static enum kiwi_status blame_scratches(const struct kiwi_disc *disc, enum kiwi_status status,
                                        struct kiwi_error *error)
{
    struct kiwi_extent bad;

    if (status != KIWI_ERROR_NOT_KIWI || !disc->source ||
        !kiwi_source_unreadable(disc->source, 0, UINT64_MAX, &bad))
        return status;
    return kiwi_fail(
        error, KIWI_ERROR_IO, EIO, bad.offset,
        "%llu bytes from byte %llu (sector %llu) on cannot be read, and nothing else says what is on "
        "the disc",
        (unsigned long long)bad.length, (unsigned long long)bad.offset,
        (unsigned long long)bad.offset / 2048);
}

/* native: the path of the source on the host, or NULL. */
static enum kiwi_status recognise(struct kiwi_disc *disc, const char *name, const char *native,
                                  struct kiwi_error *error)
{
    enum kiwi_status status;

    if (is_raw_image(disc->source)) {
        return kiwi_fail(
            error, KIWI_ERROR_NOT_KIWI, 0, 0,
            "'%s' is a raw image with sectors of 2352 bytes: convert it to sectors of 2048 bytes first, "
            "for example with bchunk or ccd2iso",
            name);
    }
    if (kiwi_iso_detect(disc->source)) {
        disc->container = KIWI_CONTAINER_IMAGE;
        disc->size = kiwi_source_size(disc->source);
        status = kiwi_image_list(disc, error);
    } else {
        status = add_single_file(disc, name, native, error);
    }
    return status == KIWI_OK ? finish(disc, name, error) : status;
}

static void report_sample(const struct kiwi_disc *disc)
{
    char found[96];
    uint64_t had;
    uint64_t all;
    kiwi_sample_share(disc->sample, &had, &all);
    snprintf(found, sizeof found, "a sample: %llu of %llu bytes, with other texts", (unsigned long long)had,
             (unsigned long long)all);
    kiwi_report(&disc->reporter, KIWI_NOTE, "", KIWI_NULL, "disc", "a whole disc", found);
}

/* A sample shows itself as what it was taken of. */
static enum kiwi_status fill_from_sample(struct kiwi_disc *disc, struct kiwi_source *packed, const char *name,
                                         struct kiwi_error *error)
{
    enum kiwi_status status = kiwi_sample_open(packed, name, &disc->sample, error);
    if (status != KIWI_OK)
        return status;
    if (disc->mapfile)
        return kiwi_fail(error, KIWI_ERROR_RANGE, 0, KIWI_NULL,
                         "a map file belongs to an image or to a file, not to a sample");
    report_sample(disc);
    disc->container = kiwi_sample_container(disc->sample);
    if (disc->container == KIWI_CONTAINER_DIRECTORY) {
        status = kiwi_sample_list(disc->sample, &disc->listing, error);
        return status == KIWI_OK ? finish(disc, name, error) : status;
    }
    status = kiwi_sample_source(disc->sample, NULL, &disc->source, error);
    return status == KIWI_OK
               ? recognise(disc,
                           disc->container == KIWI_CONTAINER_FILE ? kiwi_sample_name(disc->sample) : name,
                           NULL, error)
               : status;
}

/* Takes the reference of source. */
static enum kiwi_status fill_from_source(struct kiwi_disc *disc, struct kiwi_source *source, const char *name,
                                         const char *native, struct kiwi_error *error)
{
    enum kiwi_status status;
    if (kiwi_sample_detect(source)) {
        status = fill_from_sample(disc, source, name, error);
        kiwi_source_unref(source);
        return status;
    }
    disc->source = source;
    status = apply_mapfile(disc, error);
    return status == KIWI_OK ? blame_scratches(disc, recognise(disc, name, native, error), error) : status;
}

static enum kiwi_status give(struct kiwi_disc *filled, enum kiwi_status status, struct kiwi_disc **disc)
{
    filled->mapfile = filled->charset = filled->chosen_datum = NULL;
    if (status != KIWI_OK) {
        kiwi_disc_close(filled);
        filled = NULL;
    }
    *disc = filled;
    return status;
}

enum kiwi_status kiwi_disc_open(const char *path, const struct kiwi_disc_options *options,
                                struct kiwi_disc **disc, struct kiwi_error *error)
{
    struct kiwi_disc *filled;
    struct kiwi_source *source;
    struct kiwi_host_info info;
    enum kiwi_status result;

    assert(path && disc);
    *disc = NULL;
    result = new_disc(options, &filled, error);
    if (result != KIWI_OK)
        return result;
    if (kiwi_host_info(path, true, &info) == 0 && info.kind == KIWI_HOST_FOLDER)
        return give(filled, fill_from_directory(filled, path, error), disc);
    result = kiwi_source_open(path, &source, error);
    if (result == KIWI_OK)
        result = fill_from_source(filled, source, path, path, error);
    return give(filled, result, disc);
}

enum kiwi_status kiwi_disc_open_source(struct kiwi_source *source, const char *name,
                                       const struct kiwi_disc_options *options, struct kiwi_disc **disc,
                                       struct kiwi_error *error)
{
    struct kiwi_disc *filled;

    assert(source && name && disc);
    *disc = NULL;
    enum kiwi_status status = new_disc(options, &filled, error);
    if (status != KIWI_OK)
        return status;
    return give(filled, fill_from_source(filled, kiwi_source_ref(source), name, NULL, error), disc);
}

enum kiwi_status kiwi_disc_open_again(const struct kiwi_disc *disc, kiwi_finding_callback *finding,
                                      void *context, struct kiwi_disc **again, struct kiwi_error *error)
{
    assert(disc && again);
    struct kiwi_disc *made = malloc(sizeof *made);
    *again = NULL;
    if (!made)
        return kiwi_fail_memory(error);
    *made = *disc;
    made->again = true;
    made->findings = (struct kiwi_findings){.items = NULL};
    made->reporter.context = made;
    made->listener = (struct kiwi_reporter){finding, context};
    if (!kiwi_text_open_again(&made->text)) {
        kiwi_disc_close(made);
        return kiwi_fail_memory(error);
    }
    *again = made;
    return KIWI_OK;
}

enum kiwi_container kiwi_disc_container(const struct kiwi_disc *disc)
{
    return disc->container;
}

unsigned kiwi_disc_file_systems(const struct kiwi_disc *disc)
{
    return disc->file_systems;
}

const char *kiwi_disc_volume_id(const struct kiwi_disc *disc)
{
    return disc->volume_id;
}

const char *kiwi_disc_sample(const struct kiwi_disc *disc)
{
    assert(disc);
    return disc->sample ? kiwi_sample_manifest(disc->sample) : NULL;
}

const char *kiwi_disc_doubt(const struct kiwi_disc *disc)
{
    return disc->doubt[0] != '\0' ? disc->doubt : NULL;
}

struct kiwi_source *kiwi_disc_image(const struct kiwi_disc *disc)
{
    assert(disc);
    return disc->container == KIWI_CONTAINER_IMAGE ? disc->source : NULL;
}

uint64_t kiwi_disc_size(const struct kiwi_disc *disc)
{
    return disc->size;
}

uint64_t kiwi_disc_recorded_size(const struct kiwi_disc *disc)
{
    return disc->recorded_size;
}

size_t kiwi_disc_file_count(const struct kiwi_disc *disc)
{
    return disc->file_count;
}

const struct kiwi_file *kiwi_disc_file(const struct kiwi_disc *disc, size_t index)
{
    assert(index < disc->file_count);
    return &disc->files[index];
}

const struct kiwi_file *kiwi_disc_find_kind(const struct kiwi_disc *disc, enum kiwi_file_kind kind)
{
    for (size_t i = 0; i < disc->file_count; i++)
        if (disc->files[i].kind == kind)
            return &disc->files[i];
    return NULL;
}

void kiwi_disc_findings(const struct kiwi_disc *disc, kiwi_finding_callback *finding, void *context)
{
    assert(disc && finding);
    kiwi_findings_give(&disc->findings, finding, context);
}

const char *kiwi_disc_iconv_charset(const struct kiwi_disc *disc)
{
    return disc->text.charset;
}

const char *kiwi_disc_datum(const struct kiwi_disc *disc)
{
    return disc->datum;
}

const char *kiwi_disc_charset(const struct kiwi_disc *disc)
{
    return disc->text.declared;
}

size_t kiwi_disc_text(struct kiwi_disc *disc, const void *bytes, size_t length, char *utf8, size_t capacity)
{
    assert(disc && (bytes || length == 0) && (utf8 || capacity == 0));
    return kiwi_text_convert(&disc->text, bytes, length, utf8, capacity);
}
