/* SPDX-License-Identifier: MIT */
/* Lists the files of a UDF volume through libudfread. */
#include "disc/udf.h"

#include "base/grow.h"
#include "bytes/findings.h"
#include "disc/udf_check.h"
#include "disc/udf_extents.h"
#include "disc/udf_input.h"
#include "disc/udf_quiet.h"
#include "bytes/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udfread/udfread.h>

/* Lookups of fine steps, and extents, that all files together may have. */
#define LOOKUP_LIMIT 1000000u
#define EXTENT_LIMIT 65536u

/* After so many the rest is left to ISO 9660. */
#define FAILURE_LIMIT 16u

/* What is kept of findings; a folder made for it has one for each of its entries. */
#define FINDING_LIMIT 1000u

struct folder {
    UDFDIR *stream;
    char *path;
    unsigned depth;
};

struct walk {
    struct kiwi_udf_input input;
    struct kiwi_listing *listing;
    const struct kiwi_reporter *reporter;
    struct kiwi_set visited;
    struct folder *folders; /* a queue that only grows */
    size_t count;
    size_t capacity;
    size_t entries; /* seen so far, readable or not */
    uint32_t lookups;
    uint32_t extents;
    unsigned failures;
    bool no_memory;
};

static void fail(struct walk *walk, const char *path, const char *field)
{
    kiwi_report(walk->reporter, KIWI_ERROR, path, KIWI_NULL, field, "readable in the UDF file system",
                "damaged");
    if (++walk->failures == FAILURE_LIMIT) {
        kiwi_report(walk->reporter, KIWI_ERROR, "", KIWI_NULL, "UDF file system", "readable",
                    "too many damaged entries; the rest of it is not read");
    }
}

static bool is_over(const struct walk *walk)
{
    return walk->no_memory || walk->failures >= FAILURE_LIMIT || walk->entries >= KIWI_FILE_LIMIT;
}

/* Takes stream and path. */
static void push(struct walk *walk, UDFDIR *stream, char *path, unsigned depth)
{
    struct folder *folders = path
                                 ? grow_array(walk->folders, &walk->capacity, walk->count, 1, sizeof *folders)
                                 : NULL;
    if (!folders) {
        udfread_closedir(stream);
        free(path);
        walk->no_memory = true;
        return;
    }
    walk->folders = folders;
    folders[walk->count++] = (struct folder){stream, path, depth};
}

/*
 * Takes path. A folder that was met before is known by the place of its file entry, the first block that
 * opening reads.
 */
static void add_folder(struct walk *walk, const struct folder *parent, const char *name, char *path)
{
    UDFDIR *stream;
    enum kiwi_set_result result;

    if (parent->depth >= KIWI_DEPTH_LIMIT) {
        kiwi_report(walk->reporter, KIWI_WARNING, path, KIWI_NULL, "folder", "at most 8 deep",
                    "deeper; it is left out");
        free(path);
        return;
    }
    kiwi_udf_input_begin(&walk->input);
    stream = udfread_opendir_at(parent->stream, name);
    if (!stream) {
        fail(walk, path, "folder");
        free(path);
        return;
    }
    result = walk->input.noted ? kiwi_set_add(&walk->visited, walk->input.first_lba) : KIWI_SET_OLD;
    if (result == KIWI_SET_NEW) {
        push(walk, stream, path, parent->depth + 1);
        return;
    }
    walk->no_memory = walk->no_memory || result == KIWI_SET_NO_MEMORY;
    kiwi_report(walk->reporter, KIWI_ERROR, path, KIWI_NULL, "folder", "a place of its own",
                "a folder met before; a loop");
    udfread_closedir(stream);
    free(path);
}

static uint32_t look_up(void *context, uint32_t block)
{
    return udfread_file_lba(context, block);
}

/* Extents of a file whose bytes lie in blocks of their own. */
static void add_extents(struct walk *walk, UDFFILE *file, struct kiwi_entry *entry)
{
    uint64_t image_blocks = kiwi_source_size(walk->input.source) / UDF_BLOCK_SIZE + 1;
    uint64_t blocks = entry->size / UDF_BLOCK_SIZE + (entry->size % UDF_BLOCK_SIZE != 0 ? 1 : 0);
    uint64_t left = entry->size;
    uint32_t count;

    /*
     * More blocks than the image has cannot be there; asking beyond the descriptors would make libudfread
     * write.
     */
    blocks = blocks < image_blocks ? blocks : image_blocks;
    count = blocks < UINT32_MAX ? (uint32_t)blocks : UINT32_MAX;
    for (uint32_t block = 0; block < count;) {
        struct kiwi_block_run run = kiwi_udf_find_run(look_up, file, block, count, &walk->lookups);
        uint64_t length = (uint64_t)run.count * UDF_BLOCK_SIZE;

        length = length < left ? length : left;
        if (run.lba == 0 || walk->extents >= EXTENT_LIMIT) {
            kiwi_report(walk->reporter, KIWI_ERROR, entry->path, KIWI_NULL, "allocation descriptors",
                        "a place for every block of the file",
                        run.lba == 0 ? "none for some" : "too many extents");
            return;
        }
        if (!kiwi_entry_add_extent(entry, (uint64_t)run.lba * UDF_BLOCK_SIZE, length)) {
            walk->no_memory = true;
            return;
        }
        walk->extents++;
        left -= length;
        block += run.count;
    }
}

/* Takes path. */
static void add_file(struct walk *walk, const struct folder *parent, const char *name, char *path)
{
    struct kiwi_entry *entry;
    uint64_t offset;
    uint64_t length;
    UDFFILE *file;
    int64_t size;

    kiwi_udf_input_begin(&walk->input);
    file = udfread_file_openat(parent->stream, name);
    size = file ? udfread_file_size(file) : -1;
    if (size < 0) {
        fail(walk, path, "file entry");
        udfread_file_close(file);
        free(path);
        return;
    }
    entry = kiwi_listing_add(walk->listing, path, (uint64_t)size);
    if (!entry) {
        walk->no_memory = true;
    } else if (kiwi_udf_input_embedded(&walk->input, &offset, &length)) {
        length = length < entry->size ? length : entry->size;
        walk->no_memory = !kiwi_entry_add_extent(entry, offset, length);
    } else {
        add_extents(walk, file, entry);
    }
    udfread_file_close(file);
}

static void read_folder(struct walk *walk, size_t index)
{
    struct folder folder = walk->folders[index]; /* push() may move the queue */
    struct udfread_dirent entry;

    while (!is_over(walk) && udfread_readdir(folder.stream, &entry)) {
        char *name = kiwi_safe_name(kiwi_utf8_from_mutf8(entry.d_name));
        char *path = name ? kiwi_join_path(folder.path, name) : NULL;

        free(name);
        walk->entries++;
        if (!path)
            walk->no_memory = true;
        else if (entry.d_type == UDF_DT_DIR)
            add_folder(walk, &folder, entry.d_name, path);
        else
            add_file(walk, &folder, entry.d_name, path);
    }
}

static void read_all(struct walk *walk, udfread *udf)
{
    UDFDIR *root = udfread_opendir(udf, "/");

    if (!root) {
        fail(walk, "", "root folder");
        return;
    }
    push(walk, root, strdup(""), 0);
    for (size_t i = 0; i < walk->count && !is_over(walk); i++)
        read_folder(walk, i);
    if (walk->entries >= KIWI_FILE_LIMIT) {
        kiwi_report(walk->reporter, KIWI_WARNING, "", KIWI_NULL, "files", "less than 65536",
                    "more; they are left out");
    }
    for (size_t i = 0; i < walk->count; i++) {
        udfread_closedir(walk->folders[i].stream);
        free(walk->folders[i].path);
    }
    free(walk->folders);
    kiwi_set_free(&walk->visited);
}

struct keeper {
    struct kiwi_findings findings;
    size_t more; /* only counted */
};

static void keep(void *context, const struct kiwi_finding *finding)
{
    struct keeper *keeper = context;
    if (keeper->findings.count < FINDING_LIMIT)
        kiwi_findings_keep(&keeper->findings, finding);
    else
        keeper->more++;
}

static void give(const struct keeper *keeper, const struct kiwi_reporter *reporter)
{
    char text[48];
    kiwi_findings_give(&keeper->findings, reporter->callback, reporter->context);
    snprintf(text, sizeof text, "%zu more findings", keeper->more);
    if (keeper->more > 0)
        kiwi_report(reporter, KIWI_ERROR, "", KIWI_NULL, "UDF file system", "readable", text);
}

enum kiwi_status kiwi_udf_list(struct kiwi_source *source, struct kiwi_listing *listing, bool *opened,
                               char *volume_id, size_t capacity, const struct kiwi_reporter *reporter,
                               struct kiwi_error *error)
{
    struct keeper keeper = {.more = 0}; /* whoever prints them can do so only afterwards */
    const struct kiwi_reporter quiet = {keep, &keeper};
    struct walk walk = {.listing = listing, .reporter = &quiet, .lookups = LOOKUP_LIMIT};
    udfread *udf = udfread_init();

    *opened = false;
    if (!udf)
        return kiwi_fail_memory(error);
    kiwi_udf_quiet_begin();
    kiwi_udf_input_init(&walk.input, source, KIWI_DIRECTORY_BYTES_LIMIT);
    if (kiwi_udf_is_sound(source) && udfread_open_input(udf, &walk.input.base) == 0) {
        const char *id = udfread_get_volume_id(udf);
        char *clean = kiwi_utf8_from_mutf8(id ? id : "");

        *opened = true;
        snprintf(volume_id, capacity, "%s", clean && strlen(clean) < capacity ? clean : "");
        free(clean);
        read_all(&walk, udf);
    } else {
        kiwi_report(&quiet, KIWI_ERROR, "", KIWI_NULL, "UDF file system", "readable",
                    "announced, but damaged; it is left out");
    }
    udfread_close(udf);
    kiwi_udf_quiet_end();
    kiwi_udf_input_free(&walk.input);
    give(&keeper, reporter);
    walk.no_memory = walk.no_memory || keeper.findings.failed;
    kiwi_findings_free(&keeper.findings);
    return walk.no_memory ? kiwi_fail_memory(error) : KIWI_OK;
}
