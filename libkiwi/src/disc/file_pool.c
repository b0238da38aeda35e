/* SPDX-License-Identifier: MIT */
/* Many files with few open descriptors. */
#include "disc/file_pool.h"

#include "base/host.h"
#include "bytes/fail.h"
#include "bytes/source.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct lazy_file {
    struct kiwi_file_pool *pool;
    char *path;
};

struct slot {
    const struct lazy_file *file; /* NULL: free */
    int descriptor;
    unsigned users; /* reads going on; such a slot cannot make room */
    uint64_t last_use;
};

struct kiwi_file_pool {
    pthread_mutex_t lock; /* of everything below; not held while reading */
    size_t references;
    uint64_t clock;
    struct slot slots[KIWI_FILE_POOL_LIMIT];
};

struct kiwi_file_pool *kiwi_file_pool_new(void)
{
    struct kiwi_file_pool *pool = calloc(1, sizeof *pool);

    if (!pool || pthread_mutex_init(&pool->lock, NULL) != 0) {
        free(pool);
        return NULL;
    }
    pool->references = 1;
    return pool;
}

void kiwi_file_pool_unref(struct kiwi_file_pool *pool)
{
    size_t left;

    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    left = --pool->references;
    pthread_mutex_unlock(&pool->lock);
    if (left == 0) {
        pthread_mutex_destroy(&pool->lock);
        free(pool);
    }
}

/*
 * The slot that has the file open, or the one that should make room for it, or NULL if all are in use. Under
 * the lock.
 */
static struct slot *find_slot(struct kiwi_file_pool *pool, const struct lazy_file *file)
{
    struct slot *best = NULL;

    for (size_t i = 0; i < KIWI_FILE_POOL_LIMIT; i++) {
        struct slot *slot = &pool->slots[i];

        if (slot->file == file)
            return slot;
        if (slot->users == 0 && (!best || slot->last_use < best->last_use))
            best = slot;
    }
    return best;
}

/* Opens file in slot. Under the lock: opening is rare, and two threads must not open the same file twice. */
static int open_in_slot(struct slot *slot, const struct lazy_file *file)
{
    struct kiwi_error error = {.system_error = 0};
    uint64_t size;

    if (slot->file) {
        kiwi_host_close(slot->descriptor);
        slot->file = NULL;
        slot->last_use = 0;
    }
    if (kiwi_source_open_descriptor(file->path, &slot->descriptor, &size, &error) != KIWI_OK)
        return error.system_error;
    slot->file = file;
    return 0;
}

static int read_without_slot(const struct lazy_file *file, uint64_t offset, void *buffer, size_t length,
                             size_t *received)
{
    struct slot once = {.file = NULL};
    int cause = open_in_slot(&once, file);

    if (cause == 0) {
        cause = kiwi_host_read(once.descriptor, offset, buffer, length, received);
        kiwi_host_close(once.descriptor);
    }
    return cause;
}

static int lazy_read(void *context, uint64_t offset, void *buffer, size_t length, size_t *received)
{
    const struct lazy_file *file = context;
    struct kiwi_file_pool *pool = file->pool;
    struct slot *slot;
    int cause = 0;

    *received = 0;
    pthread_mutex_lock(&pool->lock);
    slot = find_slot(pool, file);
    if (slot && slot->file != file)
        cause = open_in_slot(slot, file);
    if (slot && cause == 0) {
        slot->users++;
        slot->last_use = ++pool->clock;
    }
    pthread_mutex_unlock(&pool->lock);
    if (cause != 0)
        return cause;
    if (!slot)
        return read_without_slot(file, offset, buffer, length, received);
    cause = kiwi_host_read(slot->descriptor, offset, buffer, length, received);
    pthread_mutex_lock(&pool->lock);
    slot->users--;
    pthread_mutex_unlock(&pool->lock);
    return cause;
}

static void lazy_close(void *context)
{
    struct lazy_file *file = context;
    struct kiwi_file_pool *pool = file->pool;

    pthread_mutex_lock(&pool->lock);
    for (size_t i = 0; i < KIWI_FILE_POOL_LIMIT; i++) {
        if (pool->slots[i].file == file) {
            kiwi_host_close(pool->slots[i].descriptor);
            pool->slots[i] = (struct slot){.file = NULL};
        }
    }
    pthread_mutex_unlock(&pool->lock);
    kiwi_file_pool_unref(pool);
    free(file->path);
    free(file);
}

enum kiwi_status kiwi_file_pool_source(struct kiwi_file_pool *pool, const char *path, uint64_t size,
                                       struct kiwi_source **source, struct kiwi_error *error)
{
    static const struct kiwi_source_operations operations = {lazy_read, lazy_close};
    struct lazy_file *file = calloc(1, sizeof *file);
    enum kiwi_status status;

    *source = NULL;
    if (!file || !(file->path = strdup(path))) {
        free(file);
        return kiwi_fail_memory(error);
    }
    file->pool = pool;
    status = kiwi_source_from_operations(&operations, file, size, source, error);
    if (status != KIWI_OK) {
        free(file->path);
        free(file);
        return status;
    }
    pthread_mutex_lock(&pool->lock);
    pool->references++;
    pthread_mutex_unlock(&pool->lock);
    return KIWI_OK;
}
