/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_FILE_IO_H
#define KIWIPATCH_FILE_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * All that a transaction asks of the operating system, so that tests can put faults and power cuts between
 * the two. Functions return 0 or an errno. Nothing here can extend, cut, rename or map a file that was not
 * just created.
 */

enum io_open { IO_READ, IO_WRITE, IO_CREATE /* which must not exist yet; reading and writing */ };

struct io_info {
    bool regular;
    bool writable; /* by its permissions, whoever asks */
    uint64_t size;
    uint64_t links;
    uint64_t device, inode;
};

struct io_file;

typedef void io_name(void *context, const char *name);

struct io {
    int (*open)(const struct io *io, const char *path, enum io_open how, struct io_file **file);
    void (*close)(struct io_file *file);
    int (*info)(struct io_file *file, struct io_info *info);
    /** Up to length bytes; fewer only at the end. */
    int (*read)(struct io_file *file, uint64_t offset, void *bytes, size_t length, size_t *received);
    /** All of length bytes, or an error. */
    int (*write)(struct io_file *file, uint64_t offset, const void *bytes, size_t length);
    /** Makes sure that size bytes of a created file can be written; the file has that size then. */
    int (*reserve)(struct io_file *file, uint64_t size);
    /** Contents and size are on the medium when this returns. */
    int (*sync)(struct io_file *file);
    /** What is read next comes from the medium, as far as the system allows; a hint. */
    void (*drop_cache)(struct io_file *file);
    /** For writing, against others and against a second kiwipatch; EAGAIN if it is taken. Ends with close. */
    int (*lock)(struct io_file *file);
    int (*remove)(const struct io *io, const char *path);
    /** Within a folder; EEXIST if there is something at to. */
    int (*rename)(const struct io *io, const char *from, const char *to);
    /** Hands out the names in the folder that holds path, in any order. */
    int (*list)(const struct io *io, const char *path, io_name *take, void *context);
    /** The names in the folder that holds path are on the medium when this returns. */
    int (*sync_folder)(const struct io *io, const char *path);
    void *context;
};

/** The real one. */
extern const struct io io_host;

#endif
