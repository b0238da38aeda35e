/* SPDX-License-Identifier: MIT */
/* The operations on files that transactions need, on the files of this system. */
#include "file_io.h"

#include <errno.h>
#include <stdlib.h>

#include "base/duplicate.h"
#include "base/host.h"
#include "common/files.h"

struct io_file {
    int descriptor;
};

static int open_by(const char *path, enum io_open how, int *descriptor)
{
    struct kiwi_host_info info;
    return how == IO_READ    ? kiwi_host_open(path, descriptor, &info)
           : how == IO_WRITE ? files_open_update(path, descriptor)
                             : files_create(path, descriptor);
}

static int host_open(const struct io *io, const char *path, enum io_open how, struct io_file **file)
{
    (void)io;
    *file = malloc(sizeof **file);
    if (!*file)
        return ENOMEM;
    int error = open_by(path, how, &(*file)->descriptor);
    if (error != 0) {
        free(*file);
        *file = NULL;
    }
    return error;
}

static void host_close(struct io_file *file)
{
    if (file)
        files_close(file->descriptor);
    free(file);
}

static int host_info(struct io_file *file, struct io_info *info)
{
    struct kiwi_host_info found;
    int error = kiwi_host_info_of(file->descriptor, &found);
    if (error == 0)
        *info = (struct io_info){.regular = found.kind == KIWI_HOST_FILE,
                                 .writable = found.writable,
                                 .size = found.size,
                                 .links = found.links,
                                 .device = found.device,
                                 .inode = found.inode};
    return error;
}

static int host_read(struct io_file *file, uint64_t offset, void *bytes, size_t length, size_t *received)
{
    size_t got = 1;
    int error = 0;
    for (*received = 0; error == 0 && got > 0 && *received < length; *received += got)
        error = kiwi_host_read(file->descriptor, offset + *received, (char *)bytes + *received,
                               length - *received, &got);
    return error;
}

static int host_write(struct io_file *file, uint64_t offset, const void *bytes, size_t length)
{
    return files_write_at(file->descriptor, offset, bytes, length);
}

static int host_reserve(struct io_file *file, uint64_t size)
{
    return files_reserve(file->descriptor, size);
}

static int host_sync(struct io_file *file)
{
    return files_sync(file->descriptor);
}

static void host_drop_cache(struct io_file *file)
{
    files_forget(file->descriptor);
}

static int host_lock(struct io_file *file)
{
    return files_lock(file->descriptor);
}

static int host_remove(const struct io *io, const char *path)
{
    (void)io;
    return files_remove(path);
}

static int host_rename(const struct io *io, const char *from, const char *to)
{
    (void)io;
    return files_rename(from, to);
}

/** The folder that holds path, to be freed. */
static char *folder_of(const char *path)
{
    const char *name = kiwi_host_name(path);
    return name > path ? duplicate(path, (size_t)(name - path)) : duplicate(".", 1);
}

struct taking {
    io_name *take;
    void *context;
};

static bool take_name(void *context, const char *name)
{
    const struct taking *taking = context;
    taking->take(taking->context, name);
    return true;
}

static int host_list(const struct io *io, const char *path, io_name *take, void *context)
{
    struct taking taking = {take, context};
    char *folder = folder_of(path);
    (void)io;
    int error = folder ? kiwi_host_list(folder, take_name, &taking) : ENOMEM;
    free(folder);
    return error;
}

static int host_sync_folder(const struct io *io, const char *path)
{
    char *folder = folder_of(path);
    (void)io;
    int error = folder ? files_sync_folder(folder) : ENOMEM;
    free(folder);
    return error;
}

const struct io io_host = {
    .open = host_open,
    .close = host_close,
    .info = host_info,
    .read = host_read,
    .write = host_write,
    .reserve = host_reserve,
    .sync = host_sync,
    .drop_cache = host_drop_cache,
    .lock = host_lock,
    .remove = host_remove,
    .rename = host_rename,
    .list = host_list,
    .sync_folder = host_sync_folder,
};
