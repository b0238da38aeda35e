/* SPDX-License-Identifier: MIT */
/* Finds and opens what is to be patched: a file of an image, of a folder, or for itself. */
#include "target.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/host.h"

#define SECTOR 2048u
#define SYSTEM_AREA 16u /* sectors before the first volume descriptor */

/** How well a file suits a name, or NULL, which means the programs; 0: not at all. */
static int suits(const struct kiwi_file *file, const char *name)
{
    size_t length = strlen(file->path);
    size_t wanted = name ? strlen(name) : 0;
    if (!name)
        return file->kind != KIWI_FILE_LOADING ? 0 : strcasecmp(file->path, "LOADING.KWI") == 0 ? 2 : 1;
    if (length < wanted || strcasecmp(file->path + (length - wanted), name) != 0)
        return 0;
    if (length == wanted)
        return strcmp(file->path, name) == 0 ? 3 : 2;
    return file->path[length - wanted - 1] == '/';
}

/** The file that suits best; if two do so equally, it is not for us to choose. */
static bool find_file(struct target *target, const char *path, const char *name, struct failure *failure)
{
    const struct kiwi_file *other = NULL;
    int best = 0;
    for (size_t i = 0; i < kiwi_disc_file_count(target->disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(target->disc, i);
        int found = suits(file, name);
        if (found > 0 && found == best)
            other = file;
        if (found > best) {
            best = found;
            other = NULL;
            target->file = file;
        }
    }
    return !other ||
           refuse(failure, EXIT_REFUSED, "%.200s: %.150s and %.150s may be meant; say which (--file)", path,
                  target->file->path, other->path);
}

static bool choose_file(struct target *target, const char *path, const char *name, struct failure *failure)
{
    if (!name && kiwi_disc_container(target->disc) == KIWI_CONTAINER_FILE)
        target->file = kiwi_disc_file(target->disc, 0);
    else if (!find_file(target, path, name, failure))
        return false;
    if (!target->file && name)
        target->file = kiwi_disc_find(target->disc, name, NULL);
    if (target->file && !target->file->source)
        return refuse(failure, EXIT_SYSTEM, "%.300s: %.200s cannot be read", path, target->file->path);
    if (target->file)
        return true;
    return refuse(failure, EXIT_INPUT, "%.300s: has no file %.200s", path, name ? name : "LOADING.KWI");
}

/** Sectors with sync pattern and error correction: changing 2,048 of their 2,352 bytes would break them. */
static bool refuse_raw(const struct image *image, struct failure *failure)
{
    static const uint8_t sync[12] = {0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0};
    uint8_t bytes[12];
    size_t received;
    struct kiwi_error error;
    if (kiwi_source_read(image->source, 0, bytes, sizeof bytes, &received, &error) != KIWI_OK)
        return refuse_kiwi(failure, image->path, &error);
    if (received == sizeof bytes && memcmp(bytes, sync, sizeof sync) == 0)
        return refuse(failure, EXIT_REFUSED,
                      "%.400s is an image of raw sectors (2352 bytes); make one of 2048", image->path);
    return true;
}

static bool overlaps(const struct kiwi_extent *a, const struct kiwi_extent *b)
{
    return a->offset < b->offset ? b->offset - a->offset < a->length : a->offset - b->offset < b->length;
}

static bool refuse_overlaps(const struct target *target, struct failure *failure)
{
    for (size_t i = 0; i < kiwi_disc_file_count(target->disc); i++) {
        const struct kiwi_file *other = kiwi_disc_file(target->disc, i);
        for (size_t k = 0; other != target->file && k < other->extent_count; k++) {
            if (overlaps(&target->file->extents[0], &other->extents[k]))
                return refuse(failure, EXIT_REFUSED, "%.200s and %.200s lie at the same place of the image",
                              target->file->path, other->path);
        }
    }
    return true;
}

static const char *file_system_names(unsigned set)
{
    static const char *const names[8] = {"none", "ISO 9660",         "Joliet",         "ISO 9660 and Joliet",
                                         "UDF",  "ISO 9660 and UDF", "Joliet and UDF", "all"};
    return names[set & 7];
}

static bool check_extents(struct target *target, struct failure *failure)
{
    const struct kiwi_file *file = target->file;
    unsigned all = kiwi_disc_file_systems(target->disc);
    if (file->disagreeing != 0)
        return refuse(failure, EXIT_REFUSED,
                      "%.200s: the file systems of the image do not agree about its place (%s against %s)",
                      file->path, file_system_names(file->disagreeing),
                      file_system_names(file->file_systems));
    if (file->file_systems != all)
        return refuse(failure, EXIT_REFUSED, "%.200s is in %s only, and the image has %s", file->path,
                      file_system_names(file->file_systems), file_system_names(all));
    if (file->recorded_size != file->size)
        return refuse(failure, EXIT_REFUSED, "%.200s goes beyond the end of the image, which is truncated",
                      file->path);
    if (file->extent_count != 1)
        return refuse(failure, EXIT_REFUSED,
                      "%.200s lies in %zu pieces; kiwipatch changes files in one piece only", file->path,
                      file->extent_count);
    if (file->extents[0].offset % SECTOR != 0 || file->extents[0].offset < (SYSTEM_AREA + 1) * SECTOR)
        return refuse(failure, EXIT_REFUSED, "%.200s lies where no file can lie", file->path);
    target->base = file->extents[0].offset;
    return refuse_overlaps(target, failure);
}

bool target_set_file(struct target *target, const struct kiwi_file *file, struct failure *failure)
{
    target->file = file;
    if (!file->source)
        return refuse(failure, EXIT_SYSTEM, "%.200s cannot be read", file->path);
    return check_extents(target, failure);
}

static bool open_image(const struct io *io, const char *path, const char *name, bool writable,
                       struct target *target, struct failure *failure)
{
    struct kiwi_error error;
    const char *slash = strrchr(path, '/');
    if (!journals_refuse_open(io, path, failure) ||
        !image_open(io, path, writable, &target->image, failure) || !refuse_raw(&target->image, failure))
        return false;
    if (kiwi_disc_open_source(target->image.source, slash ? slash + 1 : path, NULL, &target->disc, &error) !=
        KIWI_OK)
        return refuse_kiwi(failure, path, &error);
    if (kiwi_disc_sample(target->disc))
        return refuse(failure, EXIT_REFUSED, "%.200s is a sample of a disc, not the disc", path);
    const char *doubt = kiwi_disc_doubt(target->disc);
    if (doubt)
        return refuse(failure, EXIT_REFUSED, "%.200s: the image may be read in more than one way: %.300s",
                      path, doubt);
    if (!choose_file(target, path, name, failure))
        return false;
    return kiwi_disc_container(target->disc) != KIWI_CONTAINER_IMAGE || check_extents(target, failure);
}

/** Path on the host of a file in a folder; NULL: no memory. */
static char *join(const char *folder, const char *path)
{
    size_t room = strlen(folder) + strlen(path) + 2;
    char *joined = malloc(room);
    if (joined)
        snprintf(joined, room, "%s/%s", folder, path);
    return joined;
}

/** A journal of any other file of the folder that is open stands in the way, too. */
static bool refuse_open_in_folder(const struct io *io, const char *folder, const struct kiwi_disc *disc,
                                  struct failure *failure)
{
    bool done = true;
    for (size_t i = 0; done && i < kiwi_disc_file_count(disc); i++) {
        char *path = join(folder, kiwi_disc_file(disc, i)->path);
        char *end = path ? journal_end(path) : NULL;
        if (!path)
            return refuse_memory(failure);
        if (end) {
            *end = '\0';
            done = journals_refuse_open(io, path, failure);
        }
        free(path);
    }
    return done;
}

static bool open_folder(const struct io *io, const char *path, const char *name, bool writable,
                        struct target *target, struct failure *failure)
{
    struct kiwi_error error;
    if (kiwi_disc_open(path, NULL, &target->disc, &error) != KIWI_OK)
        return refuse_kiwi(failure, path, &error);
    if (!choose_file(target, path, name, failure) || !refuse_open_in_folder(io, path, target->disc, failure))
        return false;
    char *host = join(path, target->file->path);
    char *resolved = host ? kiwi_host_resolve(host) : NULL;
    bool done = host;
    if (!done)
        refuse_memory(failure);
    else if (!resolved || strcmp(resolved, host) != 0)
        done = refuse(failure, EXIT_REFUSED, "%.300s: is a link or cannot be found under that name", host);
    done = done && image_open(io, host, writable, &target->image, failure);
    if (done && target->image.info.size != target->file->size)
        done = refuse(failure, EXIT_REFUSED, "%.300s changed its size", host);
    free(host);
    free(resolved);
    return done;
}

static bool resolve(const char *path, char **resolved, bool *is_folder, struct failure *failure)
{
    struct kiwi_host_info info;
    *resolved = kiwi_host_resolve(path);
    int error = *resolved ? kiwi_host_info(*resolved, true, &info) : errno;
    if (error == 0) {
        *is_folder = info.kind == KIWI_HOST_FOLDER;
        if (*is_folder || info.kind == KIWI_HOST_FILE)
            return true;
        refuse(failure, EXIT_REFUSED,
               "%.400s is a device or the like; kiwipatch changes copies in files only", path);
    } else {
        refuse_system(failure, path, error);
    }
    free(*resolved);
    *resolved = NULL;
    return false;
}

bool target_open(const struct io *io, const char *path, const char *name, bool writable,
                 struct target *target, struct failure *failure)
{
    char *resolved;
    bool is_folder;
    *target = (struct target){.base = 0};
    if (!resolve(path, &resolved, &is_folder, failure))
        return false;
    bool done = (is_folder ? open_folder : open_image)(io, resolved, name, writable, target, failure);
    free(resolved);
    if (!done)
        target_close(target);
    return done;
}

void target_close(struct target *target)
{
    kiwi_disc_close(target->disc);
    target->disc = NULL;
    if (target->image.io)
        image_close(&target->image);
}

bool target_locate(const char *path, const char *name, char **host, struct failure *failure)
{
    struct kiwi_disc *disc;
    struct kiwi_error error;
    char *resolved;
    bool is_folder;
    *host = NULL;
    if (!resolve(path, &resolved, &is_folder, failure))
        return false;
    *host = resolved;
    if (!is_folder)
        return true;
    *host = NULL;
    if (kiwi_disc_open(resolved, NULL, &disc, &error) == KIWI_OK) {
        struct target target = {.disc = disc};
        if (choose_file(&target, path, name, failure)) {
            *host = join(resolved, target.file->path);
            if (!*host)
                refuse_memory(failure);
        }
        kiwi_disc_close(disc);
    } else {
        refuse_kiwi(failure, path, &error);
    }
    free(resolved);
    return *host;
}
