/* SPDX-License-Identifier: MIT */
/* A disk in memory that loses what was not synced and fails on request. */
#include "fake_io.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct io_file {
    struct fake *fake;
    int index;
};

static struct fake *fake_of(const struct io *io)
{
    return io->context;
}

static int fault(struct fake *fake)
{
    fake->calls++;
    bool now = fake->fail_at != 0 &&
               (fake->calls == fake->fail_at || (fake->fail_on && fake->calls > fake->fail_at));
    return now ? fake->error : 0;
}

static void note(struct fake *fake, enum op_kind kind, int file, uint64_t offset, const void *bytes,
                 size_t length)
{
    if (fake->count == DISK_LOG)
        abort();
    struct op *op = &fake->log[fake->count++];
    *op = (struct op){.kind = kind, .file = file, .offset = offset, .length = length};
    if (bytes) {
        if (length > DISK_ARENA - fake->arena_used)
            abort();
        op->bytes = fake->arena + fake->arena_used;
        fake->arena_used += length;
        memcpy(op->bytes, bytes, length);
    }
}

struct disk_file *disk_find(struct disk *disk, const char *name)
{
    for (int i = 0; i < DISK_FILES; i++)
        if (disk->files[i].exists && strcmp(disk->files[i].name, name) == 0)
            return &disk->files[i];
    return NULL;
}

struct disk_file *disk_add(struct disk *disk, const char *name, const void *bytes, size_t size)
{
    int slot = -1;
    for (int i = DISK_FILES - 1; i >= 0; i--) {
        if (strcmp(disk->files[i].name, name) == 0) {
            slot = i; /* the same name has the same slot, so that logs differ by it */
            break;
        }
        if (disk->files[i].name[0] == '\0')
            slot = i;
    }
    if (slot < 0)
        abort();
    struct disk_file *file = &disk->files[slot];
    memset(file, 0, sizeof *file);
    strncpy(file->name, name, sizeof file->name - 1);
    file->exists = true;
    file->size = size;
    if (size > 0)
        memcpy(file->bytes, bytes, size);
    return file;
}

uint64_t disk_hash(const struct disk *disk)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (int i = 0; i < DISK_FILES; i++) {
        const struct disk_file *file = &disk->files[i];
        hash = (hash ^ (file->exists ? file->size + 1 : 0)) * UINT64_C(0x100000001B3);
        if (!file->exists)
            continue;
        for (size_t k = 0; k + 8 <= DISK_FILE_SIZE && k < file->size; k += 8) {
            uint64_t word;
            memcpy(&word, file->bytes + k, 8);
            hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
            hash ^= hash >> 29;
        }
    }
    return hash;
}

static int fake_open(const struct io *io, const char *path, enum io_open how, struct io_file **file)
{
    struct fake *fake = fake_of(io);
    int error = fault(fake);
    struct disk_file *found = disk_find(&fake->disk, path);
    *file = NULL;
    if (error != 0)
        return error;
    if (how == IO_CREATE && found)
        return EEXIST;
    if (how != IO_CREATE && !found)
        return ENOENT;
    *file = malloc(sizeof **file);
    if (!*file)
        return ENOMEM;
    if (how == IO_CREATE)
        found = disk_add(&fake->disk, path, NULL, 0);
    **file = (struct io_file){fake, (int)(found - fake->disk.files)};
    for (int i = 0; i <= DISK_HANDLES; i++) {
        if (i == DISK_HANDLES)
            abort();
        if (!fake->handles[i]) {
            fake->handles[i] = *file;
            break;
        }
    }
    if (how == IO_CREATE)
        note(fake, OP_CREATE, (*file)->index, 0, NULL, 0);
    return 0;
}

static void fake_close(struct io_file *file)
{
    for (int i = 0; i < DISK_HANDLES; i++)
        if (file->fake->handles[i] == file)
            file->fake->handles[i] = NULL;
    free(file);
}

static struct disk_file *here(struct io_file *file)
{
    return &file->fake->disk.files[file->index];
}

static int fake_info(struct io_file *file, struct io_info *info)
{
    *info = (struct io_info){true, true, here(file)->size, 1, 1, (uint64_t)file->index + 1};
    return fault(file->fake);
}

static int fake_read(struct io_file *file, uint64_t offset, void *bytes, size_t length, size_t *received)
{
    size_t size = here(file)->size;
    int error = fault(file->fake);
    *received = 0;
    if (error != 0 || offset >= size)
        return error;
    if (file->index == 0 && offset < file->fake->bad_to && offset + length > file->fake->bad_from)
        return EIO;
    *received = length < size - offset ? length : size - (size_t)offset;
    memcpy(bytes, here(file)->bytes + offset, *received);
    if (file->fake->spoiled && file->index != 0)
        memset(bytes, 0x5A, *received);
    return 0;
}

static int fake_write(struct io_file *file, uint64_t offset, const void *bytes, size_t length)
{
    int error = fault(file->fake);
    size_t kept = length;
    if (offset > DISK_FILE_SIZE || length > DISK_FILE_SIZE - offset)
        abort();
    if (error != 0)
        kept = length / 2 / 512 * 512; /* half of it got through, as on a full disk */
    if (file->fake->tampered == file->index)
        kept--;
    file->fake->spoiled |= file->fake->spoil && file->index == 0;
    if (file->index == 0 && error == 0)
        file->fake->bad_to = 0; /* a sector that is written can be read again */
    if (kept == 0)
        return error;
    memcpy(here(file)->bytes + offset, bytes, kept);
    if (here(file)->size < offset + kept)
        here(file)->size = (size_t)offset + kept;
    note(file->fake, OP_WRITE, file->index, offset, bytes, kept);
    return error;
}

static int fake_reserve(struct io_file *file, uint64_t size)
{
    int error = fault(file->fake);
    if (error != 0)
        return error;
    if (size > DISK_FILE_SIZE)
        return ENOSPC;
    here(file)->size = (size_t)size;
    note(file->fake, OP_SIZE, file->index, 0, NULL, (size_t)size);
    return 0;
}

static int fake_sync(struct io_file *file)
{
    int error = fault(file->fake);
    if (error == 0)
        note(file->fake, OP_SYNC, file->index, 0, NULL, 0);
    return error;
}

static void fake_drop_cache(struct io_file *file)
{
    (void)file;
}

static int fake_lock(struct io_file *file)
{
    return fault(file->fake);
}

static int fake_remove(const struct io *io, const char *path)
{
    struct fake *fake = fake_of(io);
    int error = fault(fake);
    struct disk_file *file = disk_find(&fake->disk, path);
    if (error != 0)
        return error;
    if (!file)
        return ENOENT;
    file->exists = false;
    note(fake, OP_REMOVE, (int)(file - fake->disk.files), 0, NULL, 0);
    return 0;
}

static int fake_rename(const struct io *io, const char *from, const char *to)
{
    struct fake *fake = fake_of(io);
    int error = fault(fake);
    struct disk_file *file = disk_find(&fake->disk, from);
    if (error != 0)
        return error;
    if (!file)
        return ENOENT;
    if (disk_find(&fake->disk, to))
        return EEXIST;
    struct disk_file *renamed = disk_add(&fake->disk, to, file->bytes, file->size);
    int old_index = (int)(file - fake->disk.files);
    int new_index = (int)(renamed - fake->disk.files);
    file->exists = false;
    for (int i = 0; i < DISK_HANDLES; i++)
        if (fake->handles[i] && fake->handles[i]->index == old_index)
            fake->handles[i]->index = new_index;
    note(fake, OP_RENAME, old_index, 0, NULL, 0);
    fake->log[fake->count - 1].to = new_index;
    return 0;
}

static int fake_list(const struct io *io, const char *path, io_name *take, void *context)
{
    struct fake *fake = fake_of(io);
    int error = fault(fake);
    (void)path;
    for (int i = 0; i < DISK_FILES && error == 0; i++)
        if (fake->disk.files[i].exists)
            take(context, fake->disk.files[i].name);
    return error;
}

static int fake_sync_folder(const struct io *io, const char *path)
{
    struct fake *fake = fake_of(io);
    int error = fault(fake);
    (void)path;
    if (error == 0)
        note(fake, OP_SYNC_FOLDER, -1, 0, NULL, 0);
    return error;
}

void fake_start(struct fake *fake, const struct disk *disk)
{
    fake_clear(fake);
    fake->io = (struct io){.open = fake_open,
                           .close = fake_close,
                           .info = fake_info,
                           .read = fake_read,
                           .write = fake_write,
                           .reserve = fake_reserve,
                           .sync = fake_sync,
                           .drop_cache = fake_drop_cache,
                           .lock = fake_lock,
                           .remove = fake_remove,
                           .rename = fake_rename,
                           .list = fake_list,
                           .sync_folder = fake_sync_folder,
                           .context = fake};
    fake->disk = *disk;
    fake->calls = 0;
    fake->fail_at = 0;
    fake->fail_on = false;
    fake->error = EIO;
    fake->tampered = -1;
    fake->spoil = fake->spoiled = false;
    fake->bad_from = fake->bad_to = 0;
    memset(fake->handles, 0, sizeof fake->handles);
}

void fake_clear(struct fake *fake)
{
    fake->count = 0;
    fake->arena_used = 0;
}
