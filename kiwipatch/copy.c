/* SPDX-License-Identifier: MIT */
/* Copies an image, a drive or a folder, and registers the original. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kiwi/kiwi.h>

#include "aside.h"
#include "base/duplicate.h"
#include "base/host.h"
#include "common/files.h"
#include "common/tree.h"
#include "copy_bytes.h"
#include "in_use.h"
#include "mark.h"
#include "originals.h"
#include "patch.h"

/** What copying one file or a folder of them needs. */
struct copying {
    const struct patch_request *request;
    const struct patch_copy_reports *reports;
    struct failure *failure;
    const char *aside, *copy; /* of a folder: where it is made, and where it will be */
};

static bool add_original(const struct copying *copying, const char *original, uint64_t size,
                         const uint8_t hash[HASH_SIZE], const char *mark)
{
    char *resolved = kiwi_host_resolve(original);
    if (!resolved)
        return refuse_system(copying->failure, original, errno);
    bool done = originals_add(resolved, hash, size, mark, copying->failure);
    free(resolved);
    return done;
}

/** The file of the disc that a byte of it belongs to, or NULL. */
static const char *file_at(const struct kiwi_disc *disc, uint64_t offset)
{
    for (size_t i = 0; disc && i < kiwi_disc_file_count(disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(disc, i);
        for (size_t k = 0; k < file->extent_count; k++)
            if (offset >= file->extents[k].offset &&
                offset - file->extents[k].offset < file->extents[k].length)
                return file->path;
    }
    return NULL;
}

/** Says which bytes of the original are zeros in the copy, since nobody can read them. */
static uint64_t report_unreadable(const struct copying *copying, const char *original,
                                  struct kiwi_source *source)
{
    struct kiwi_disc *disc = NULL;
    struct kiwi_extent extent, next;
    uint64_t bytes = 0;
    uint64_t size = kiwi_source_size(source);
    for (uint64_t from = 0; kiwi_source_unreadable(source, from, size, &extent);
         from = extent.offset + extent.length) {
        while (kiwi_source_unreadable(source, extent.offset + extent.length, size, &next) &&
               next.offset == extent.offset + extent.length)
            extent.length += next.length;
        if (!disc && bytes == 0)
            kiwi_disc_open_source(source, original, NULL, &disc, NULL);
        bytes += extent.length;
        const struct patch_unreadable unreadable = {original, extent.offset, extent.length,
                                                    file_at(disc, extent.offset)};
        copying->reports->unreadable(copying->reports->context, &unreadable);
    }
    kiwi_disc_close(disc);
    return bytes;
}

static void report_copied(const struct copying *copying, const char *original, struct kiwi_source *source,
                          const char *copy, const uint8_t hash[HASH_SIZE], const char *used)
{
    char text[HASH_TEXT], path[FILES_PATH_LIMIT];
    bool inside = copying->aside;
    snprintf(path, sizeof path, "%s%s", inside ? copying->copy : copy,
             inside ? copy + strlen(copying->aside) : "");
    hash_text(hash, text);
    const struct patch_copied copied = {path, text, report_unreadable(copying, original, source),
                                        used[0] ? used : NULL};
    copying->reports->copied(copying->reports->context, &copied);
}

/** Fills the copy and compares; a clone of what cannot be read whole cannot be read either. */
static bool fill(const struct copying *copying, const char *original, struct kiwi_source *source, int file,
                 const char *copy, uint8_t hash[HASH_SIZE])
{
    const struct monitor *monitor = copying->request->monitor;
    struct kiwi_extent extent;
    if (!copying->request->mapfile && copy_clone(original, file)) {
        if (copy_compare(source, file, copy, hash, monitor, copying->failure))
            return true;
        if (!kiwi_source_unreadable(source, 0, kiwi_source_size(source), &extent))
            return false;
    }
    return copy_bytes(source, file, copy, monitor, copying->failure) &&
           copy_compare(source, file, copy, hash, monitor, copying->failure);
}

/** Marks the copy, registers its original and gives it its name. */
static bool publish(const struct copying *copying, const char *original, uint64_t size,
                    const uint8_t hash[HASH_SIZE], struct aside *aside, const char *copy)
{
    char mark[MARK_TEXT];
    bool beside = false;
    bool done = mark_make(mark, copying->failure) &&
                mark_set(aside->descriptor, copy, mark, &beside, copying->failure) &&
                add_original(copying, original, size, hash, mark) &&
                aside_finish(aside, copy, copying->failure);
    if (!done && beside && aside->path)
        mark_remove_beside(copy);
    return done;
}

static bool open_original(const struct copying *copying, const char *original, struct kiwi_source **source)
{
    struct kiwi_host_info info;
    struct kiwi_error error;
    int cause = kiwi_host_info(original, true, &info);
    if (cause != 0)
        return refuse_system(copying->failure, original, cause);
    if (info.kind != KIWI_HOST_FILE && info.kind != KIWI_HOST_DRIVE)
        return refuse(copying->failure, EXIT_REFUSED, "%.400s: the original is no plain file and no drive",
                      original);
    if (info.kind == KIWI_HOST_FILE && !journals_refuse_open(&io_host, original, copying->failure))
        return false;
    if (kiwi_source_open(original, source, &error) != KIWI_OK)
        return refuse_kiwi(copying->failure, original, &error);
    if (!copying->request->mapfile ||
        kiwi_source_apply_mapfile(*source, copying->request->mapfile, &error) == KIWI_OK)
        return true;
    kiwi_source_unref(*source);
    return refuse_kiwi(copying->failure, copying->request->mapfile, &error);
}

static bool copy_file(const struct copying *copying, const char *original, const char *copy)
{
    struct kiwi_source *source;
    struct aside aside;
    uint8_t hash[HASH_SIZE];
    char used[IN_USE_TEXT];
    if (!open_original(copying, original, &source))
        return false;
    in_use(original, true, used);
    bool done = aside_begin(&aside, copy, false, copying->failure);
    if (done) {
        done = fill(copying, original, source, aside.descriptor, copy, hash) &&
               publish(copying, original, kiwi_source_size(source), hash, &aside, copy);
        aside_end(&aside);
    }
    if (done)
        report_copied(copying, original, source, copy, hash, used);
    kiwi_source_unref(source);
    return done;
}

/** What walking through a folder needs. */
struct tree_copy {
    const struct copying *copying;
    const char *copy;
    size_t root; /* length of the path of the original, without separators at its end */
    bool done;
};

static bool make_folder(const struct copying *copying, const char *path)
{
    int error = files_make_folder(path);
    return error == 0 || refuse_system(copying->failure, path, error);
}

static bool copy_entry(const struct copying *copying, const struct tree_entry *entry, const char *target)
{
    switch (entry->step) {
    case TREE_FOLDER: return entry->depth == 0 || make_folder(copying, target);
    case TREE_FOLDER_END: return true;
    case TREE_OTHER:
        if (entry->kind != KIWI_HOST_LINK)
            return mark_is_beside(kiwi_host_name(entry->path)) || copy_file(copying, entry->path, target);
        break;
    case TREE_UNREADABLE: break;
    }
    return refuse(copying->failure, EXIT_REFUSED, "%.300s: is a link or cannot be read", entry->path);
}

static bool visit(void *context, const struct tree_entry *entry)
{
    struct tree_copy *tree = context;
    char target[FILES_PATH_LIMIT];
    int length = snprintf(target, sizeof target, "%s%s", tree->copy, entry->path + tree->root);
    tree->done = length > 0 && length < FILES_PATH_LIMIT
                     ? copy_entry(tree->copying, entry, target)
                     : refuse(tree->copying->failure, EXIT_INPUT, "%.300s: the path is too long",
                              entry->path);
    return tree->done;
}

static bool copy_tree(const struct copying *copying, const char *original, const char *copy)
{
    struct tree_copy tree = {copying, copy, strlen(original), true};
    while (tree.root > 1 && original[tree.root - 1] == '/')
        tree.root--;
    tree_walk(original, visit, &tree);
    return tree.done;
}

/** Whether something at path would lie in a folder: it would be copied into itself again and again. */
static bool lies_inside(const char *folder, const char *path)
{
    size_t before = (size_t)(kiwi_host_name(path) - path);
    char *parent = before > 0 ? duplicate(path, before) : duplicate(".", 1);
    char *around = parent ? kiwi_host_resolve(parent) : NULL;
    char *resolved = kiwi_host_resolve(folder);
    size_t length = resolved ? strlen(resolved) : 0;
    bool inside = around && resolved && strncmp(around, resolved, length) == 0 &&
                  (around[length] == '/' || around[length] == '\0');
    free(resolved);
    free(around);
    free(parent);
    return inside;
}

static bool copy_folder(const struct copying *copying, const char *original, const char *copy)
{
    struct aside aside;
    if (copying->request->mapfile)
        return refuse(copying->failure, EXIT_USAGE,
                      "a map file belongs to an image or to a file, not to a folder");
    if (lies_inside(original, copy))
        return refuse(copying->failure, EXIT_REFUSED, "%.400s lies in the folder that is to be copied", copy);
    if (!aside_begin(&aside, copy, true, copying->failure))
        return false;
    const struct copying inside = {copying->request, copying->reports, copying->failure, aside.path, copy};
    bool done = copy_tree(&inside, original, aside.path) && aside_finish(&aside, copy, copying->failure);
    aside_end(&aside);
    return done;
}

bool patch_copy(const struct patch_request *request, const struct patch_copy_reports *reports,
                struct failure *failure)
{
    const struct copying copying = {request, reports, failure, NULL, NULL};
    struct kiwi_host_info info;
    char *copy = strdup(request->output);
    if (!copy)
        return refuse_memory(failure);
    for (size_t length = strlen(copy); length > 1 && copy[length - 1] == '/'; length--)
        copy[length - 1] = '\0';
    int error = kiwi_host_info(request->disc, true, &info);
    bool done = error == 0 || refuse_system(failure, request->disc, error);
    done = done && (info.kind == KIWI_HOST_FOLDER ? copy_folder : copy_file)(&copying, request->disc, copy);
    free(copy);
    return done;
}
