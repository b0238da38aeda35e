/* SPDX-License-Identifier: MIT */
/* Makes the image of a disc: finds a place for everything, then writes it. */
#include "image.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/host.h"
#include "common/files.h"
#include "common/progress.h"
#include "iso9660.h"
#include "udf.h"

enum {
    PATH_LIMIT = 5120,
    PIECE = 1 << 20,     /* bytes that are copied at a time */
    PADDING = 150,       /* sectors at the end, since drives read ahead and some lose the last ones */
    BURNT_TOGETHER = 16, /* sectors: a DVD has whole blocks, so a copy of it is as long as the image */
    VOLUME_ID_LENGTH = 32,
};

struct image {
    struct image_tree tree;
    struct iso_volume iso, joliet;
    struct udf_counts counts;
    uint64_t end, sectors; /* of the partition, and of the image */
    const char *directory;
    char volume_id[VOLUME_ID_LENGTH + 1];
    struct image_output output;
    struct progress progress;
};

static void make_volume_id(const char *title, char id[static VOLUME_ID_LENGTH + 1])
{
    size_t i;

    for (i = 0; i < VOLUME_ID_LENGTH && title[i]; i++)
        id[i] = (char)(isalnum((unsigned char)title[i]) ? toupper((unsigned char)title[i]) : '_');
    id[i] = '\0';
    if (!i)
        strcpy(id, "KIWI");
}

static bool source_path(const struct image *image, const struct image_node *node,
                        char path[static PATH_LIMIT], struct failure *failure)
{
    int length = snprintf(path, PATH_LIMIT, "%s/%s", image->directory, node->path);

    return (length >= 0 && length < PATH_LIMIT) || refuse_system(failure, node->path, ENAMETOOLONG);
}

static bool read_sizes(struct image *image, struct failure *failure)
{
    char path[PATH_LIMIT];

    for (size_t i = 0; i < image->tree.count; i++) {
        struct image_node *node = &image->tree.nodes[i];
        struct kiwi_host_info info;
        int error;

        if (node->is_folder)
            continue;
        if (!source_path(image, node, path, failure))
            return false;
        error = kiwi_host_info(path, false, &info);
        if (error != 0)
            return refuse_system(failure, path, error);
        node->size = info.size;
    }
    return true;
}

/** Files lie behind all that leads to them. */
static void plan_files(struct image_tree *tree, uint64_t *sector)
{
    image_tree_arrange(tree, VIEW_UDF);
    for (size_t i = 0; i < tree->folder_count; i++) {
        const struct image_node *folder = tree->folders[i];

        for (size_t k = 0; k < folder->child_count; k++) {
            struct image_node *node = folder->children[k];

            node->sector = node->size > 0 ? (uint32_t)*sector : 0;
            *sector += sectors_of(node->size);
        }
    }
}

static bool plan(struct image *image, struct failure *failure)
{
    uint64_t sector = UDF_FIRST_ENTRY_SECTOR;

    image->iso.view = VIEW_ISO;
    image->joliet.view = VIEW_JOLIET;
    if (!udf_plan(&image->tree, &sector, failure))
        return false;
    iso_plan(&image->iso, &image->tree, &sector);
    iso_plan(&image->joliet, &image->tree, &sector);
    plan_files(&image->tree, &sector);
    image->end = sector;
    image->sectors = (sector + PADDING + BURNT_TOGETHER - 1) / BURNT_TOGETHER * BURNT_TOGETHER;
    return image->sectors <= UINT32_MAX ||
           refuse(failure, EXIT_SYSTEM, "%s: an image has at most %lu sectors, not %llu", image->output.path,
                  (unsigned long)UINT32_MAX, (unsigned long long)image->sectors);
}

/** Zeros need not be written: so they take no room, where the file system can do that. */
static bool put_piece(const struct image_output *output, uint64_t offset, const uint8_t *bytes, size_t length,
                      struct failure *failure)
{
    int error = 0;

    if (bytes[0] != 0 || memcmp(bytes, bytes + 1, length - 1) != 0)
        error = files_write_at(output->file, offset, bytes, length);
    return error == 0 || refuse_system(failure, output->path, error);
}

/** from is open for reading. */
static bool copy_bytes(struct image *image, const struct image_node *node, int from, const char *path,
                       struct failure *failure)
{
    const uint64_t start = (uint64_t)node->sector * SECTOR_SIZE;
    uint8_t *bytes = allocate(PIECE, 1);
    bool done = true;

    for (uint64_t at = 0; done && at < node->size;) {
        const uint64_t left = node->size - at;
        size_t received;
        int error = kiwi_host_read(from, at, bytes, left < PIECE ? (size_t)left : PIECE, &received);

        if (error != 0)
            done = refuse_system(failure, path, error);
        else if (received == 0)
            done = refuse(failure, EXIT_SYSTEM, "%s: ends before byte %llu", path,
                          (unsigned long long)node->size);
        else
            done = put_piece(&image->output, start + at, bytes, received, failure);
        at += received;
        progress_show(&image->progress, start + at, image->end * SECTOR_SIZE);
    }
    release(bytes);
    return done;
}

static bool copy_file(struct image *image, const struct image_node *node, struct failure *failure)
{
    char path[PATH_LIMIT];
    struct kiwi_host_info info;
    int from;

    if (!source_path(image, node, path, failure))
        return false;
    int error = kiwi_host_open(path, &from, &info);
    if (error != 0)
        return refuse_system(failure, path, error);
    bool done = copy_bytes(image, node, from, path, failure);
    kiwi_host_close(from);
    return done;
}

static bool copy_files(struct image *image, struct failure *failure)
{
    for (size_t i = 0; i < image->tree.count; i++)
        if (image->tree.nodes[i].size > 0 && !copy_file(image, &image->tree.nodes[i], failure))
            return false;
    return true;
}

static bool write_all(struct image *image, struct failure *failure)
{
    const struct image_output *output = &image->output;

    return copy_files(image, failure) &&
           iso_write(&image->iso, &image->tree, image->volume_id, image->sectors, output, failure) &&
           iso_write(&image->joliet, &image->tree, image->volume_id, image->sectors, output, failure) &&
           iso_write_terminator(output, failure) &&
           udf_write_files(&image->tree, image->volume_id, output, &image->counts, failure) &&
           udf_write_volume(image->volume_id, &image->counts, image->end, image->sectors, output, failure);
}

static bool create(struct image *image, struct failure *failure)
{
    const char *path = image->output.path;
    int error = files_create(path, &image->output.file);

    if (error != 0)
        return refuse_system(failure, path, error);
    bool done = write_all(image, failure);
    error = done ? files_sync(image->output.file) : 0;
    if (error != 0)
        done = refuse_system(failure, path, error);
    error = files_close(image->output.file);
    return done && (error == 0 || refuse_system(failure, path, error));
}

bool image_write(const char *directory, const struct image_item *items, size_t count, const char *path,
                 const char *title, bool show_progress, uint64_t *size, struct failure *failure)
{
    struct image image = {.directory = directory, .output = {.path = path, .file = -1}};
    bool done;

    make_volume_id(title, image.volume_id);
    progress_start(&image.progress, show_progress);
    done = image_tree_make(&image.tree, items, count, failure) && read_sizes(&image, failure) &&
           plan(&image, failure) && create(&image, failure);
    progress_end(&image.progress);
    *size = image.sectors * SECTOR_SIZE;
    image_tree_free(&image.tree);
    return done;
}

const char *image_medium(uint64_t size)
{
    const uint64_t single_layer = 4700372992, dual_layer = 8543666176; /* DVD+R and DVD-R DL hold least */

    return size <= single_layer ? NULL
           : size <= dual_layer ? "burn it on a dual-layer DVD, as one layer holds 4,700,372,992 bytes"
                                : "no DVD holds it, as two layers are 8,543,666,176 bytes";
}
