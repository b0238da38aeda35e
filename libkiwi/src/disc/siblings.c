/* SPDX-License-Identifier: MIT */
/* Files beside a single KIWI file, opened when something names them. */
#include "disc/siblings.h"

#include "base/duplicate.h"
#include "base/host.h"
#include "disc/disc.h"
#include "disc/file_pool.h"
#include "disc/listing.h"
#include "bytes/utf8.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Names that were looked for, found or not; a damaged disc may name any number. */
enum { NAME_LIMIT = 8192 };

struct sibling {
    struct sibling *next;
    char *name; /* as looked for */
    char *folder;
    bool found;
    char *path;
    struct kiwi_file file;
};

struct kiwi_siblings {
    pthread_mutex_t lock;
    char *directory;
    struct kiwi_file_pool *pool;
    struct sibling *first;
    size_t count;
};

struct kiwi_siblings *kiwi_siblings_new(const char *path, struct kiwi_file_pool *pool)
{
    struct kiwi_siblings *siblings = calloc(1, sizeof *siblings);
    size_t folder = (size_t)(kiwi_host_name(path) - path); /* with what separates it */

    if (!siblings)
        return NULL;
    siblings->directory = folder == 0 ? strdup(".") : duplicate(path, folder > 1 ? folder - 1 : 1);
    if (!siblings->directory || pthread_mutex_init(&siblings->lock, NULL) != 0) {
        free(siblings->directory);
        free(siblings);
        return NULL;
    }
    siblings->pool = pool;
    return siblings;
}

static void free_sibling(struct sibling *sibling)
{
    kiwi_source_unref(sibling->file.source);
    free(sibling->name);
    free(sibling->folder);
    free(sibling->path);
    free(sibling);
}

void kiwi_siblings_free(struct kiwi_siblings *siblings)
{
    if (!siblings)
        return;
    while (siblings->first) {
        struct sibling *next = siblings->first->next;

        free_sibling(siblings->first);
        siblings->first = next;
    }
    pthread_mutex_destroy(&siblings->lock);
    free(siblings->directory);
    free(siblings);
}

struct entry_search {
    const char *name;
    char *best;
};

static bool take_entry(void *context, const char *name)
{
    struct entry_search *search = context;
    bool exact = strcmp(name, search->name) == 0;

    if (kiwi_compare_case(name, search->name) != 0)
        return true;
    if (exact || !search->best || strcmp(name, search->best) < 0) {
        free(search->best);
        search->best = strdup(name);
    }
    return !exact && search->best;
}

/* Entry of a directory with that name, the same case preferred; owned by the caller, NULL if there is none.
 */
static char *find_entry(const char *directory, const char *name)
{
    struct entry_search search = {name, NULL};

    kiwi_host_list(directory, take_entry, &search); /* a folder that cannot be read has none */
    return search.best;
}

/* Path below root of the regular file that folder/name means, resolved part by part. Links are not followed.
 */
static char *resolve(const char *root, const char *folder, const char *name, uint64_t *size)
{
    char *wanted = kiwi_join_path(folder, name);
    char *path = strdup("");
    char *save = NULL;
    struct kiwi_host_info info = {.kind = KIWI_HOST_FOLDER};
    unsigned depth = 0;

    for (char *part = wanted ? strtok_r(wanted, "/\\", &save) : NULL; part && path;
         part = strtok_r(NULL, "/\\", &save)) {
        char *directory = kiwi_join_path(root, path);
        bool usable = info.kind == KIWI_HOST_FOLDER && depth++ <= KIWI_DEPTH_LIMIT &&
                      strcmp(part, "..") != 0 && strcmp(part, ".") != 0;
        char *entry = usable && directory ? find_entry(directory, part) : NULL;
        char *longer = entry ? kiwi_join_path(path, entry) : NULL;
        char *native = longer ? kiwi_join_path(root, longer) : NULL;

        free(path);
        path = longer;
        if (!native || kiwi_host_info(native, false, &info) != 0) {
            free(path);
            path = NULL;
        }
        free(directory);
        free(entry);
        free(native);
    }
    free(wanted);
    if (!path || info.kind != KIWI_HOST_FILE) {
        free(path);
        return NULL;
    }
    *size = info.size;
    return path;
}

struct folder_search {
    const char *root, *name;
    char *best;
    uint64_t size;
};

static bool take_folder(void *context, const char *folder)
{
    struct folder_search *search = context;
    char *native = folder[0] != '.' ? kiwi_join_path(search->root, folder) : NULL;
    struct kiwi_host_info info;
    uint64_t size;
    char *found = NULL;

    if (native && kiwi_host_info(native, false, &info) == 0 && info.kind == KIWI_HOST_FOLDER)
        found = resolve(search->root, folder, search->name, &size);
    if (found && (!search->best || strcmp(found, search->best) < 0)) {
        free(search->best);
        search->best = found;
        search->size = size;
    } else {
        free(found);
    }
    free(native);
    return true;
}

/* The same in the folders of root: the first one, byte-wise, that has it. */
static char *resolve_in_folders(const char *root, const char *name, uint64_t *size)
{
    struct folder_search search = {.root = root, .name = name};

    kiwi_host_list(root, take_folder, &search);
    *size = search.size;
    return search.best;
}

static void look_for(struct kiwi_siblings *siblings, struct sibling *sibling)
{
    uint64_t size = 0;
    char *path = resolve(siblings->directory, sibling->folder, sibling->name, &size);
    char *native;

    if (!path && sibling->folder[0] != '\0')
        path = resolve(siblings->directory, "", sibling->name, &size);
    if (!path)
        path = resolve_in_folders(siblings->directory, sibling->name, &size);
    native = path ? kiwi_join_path(siblings->directory, path) : NULL;
    sibling->path = path ? kiwi_utf8_clean(path, strlen(path)) : NULL;
    if (native && sibling->path) {
        sibling->found = true;
        sibling->file = (struct kiwi_file){.path = sibling->path, .size = size};
        sibling->file.kind = kiwi_kind_by_name(sibling->path, &sibling->file.reason);
        kiwi_file_pool_source(siblings->pool, native, size, &sibling->file.source, NULL);
    }
    free(native);
    free(path);
}

static struct sibling *add(struct kiwi_siblings *siblings, const char *name, const char *folder)
{
    struct sibling *sibling;

    if (siblings->count >= NAME_LIMIT)
        return NULL;
    sibling = calloc(1, sizeof *sibling);
    if (!sibling)
        return NULL;
    sibling->name = strdup(name);
    sibling->folder = strdup(folder);
    if (!sibling->name || !sibling->folder) {
        free_sibling(sibling);
        return NULL;
    }
    look_for(siblings, sibling);
    sibling->next = siblings->first;
    siblings->first = sibling;
    siblings->count++;
    return sibling;
}

const struct kiwi_file *kiwi_siblings_find(struct kiwi_siblings *siblings, const char *name,
                                           const char *folder)
{
    struct sibling *sibling;

    pthread_mutex_lock(&siblings->lock);
    for (sibling = siblings->first; sibling; sibling = sibling->next)
        if (strcmp(sibling->name, name) == 0 && strcmp(sibling->folder, folder) == 0)
            break;
    if (!sibling)
        sibling = add(siblings, name, folder);
    pthread_mutex_unlock(&siblings->lock);
    return sibling && sibling->found ? &sibling->file : NULL;
}

void kiwi_siblings_each(struct kiwi_siblings *siblings,
                        void (*call)(void *context, const struct kiwi_file *file), void *context)
{
    pthread_mutex_lock(&siblings->lock);
    for (const struct sibling *sibling = siblings->first; sibling; sibling = sibling->next)
        if (sibling->found)
            call(context, &sibling->file);
    pthread_mutex_unlock(&siblings->lock);
}
