/* SPDX-License-Identifier: MIT */
#ifndef KIWIPATCH_TESTS_FAKE_IO_H
#define KIWIPATCH_TESTS_FAKE_IO_H

/* A disk in memory that forgets what was not synced, tears sectors and fails on request. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "file_io.h"

enum { DISK_FILES = 4 };
enum { DISK_FILE_SIZE = 65536 };
enum { DISK_LOG = 256 };
enum { DISK_HANDLES = 4 };
#define DISK_ARENA (DISK_LOG * 4608)

struct disk_file {
    char name[40];
    bool exists;
    size_t size;
    uint8_t bytes[DISK_FILE_SIZE];
};

/** What is on the medium, or in the cache. Never a byte behind size that is not zero. */
struct disk {
    struct disk_file files[DISK_FILES];
};

enum op_kind { OP_CREATE, OP_REMOVE, OP_SIZE, OP_WRITE, OP_SYNC, OP_SYNC_FOLDER, OP_RENAME };

struct op {
    enum op_kind kind;
    int file;
    uint64_t offset;
    size_t length; /* of a write; of OP_SIZE the size */
    int to;        /* of a rename: the slot of the new name */
    uint8_t *bytes;
};

struct fake {
    struct io io;
    struct disk disk; /* as the running program sees it */
    struct op log[DISK_LOG];
    size_t count;
    uint8_t arena[DISK_ARENA]; /* bytes of the log: no malloc, which may be made to fail */
    size_t arena_used;
    unsigned calls;   /* all calls that can fail */
    unsigned fail_at; /* this call fails; 0 = none */
    bool fail_on;     /* and all that follow */
    int error;
    int tampered; /* writes of files at this slot lose their last byte: a medium that lies; -1 = none */
    bool spoil;   /* the first write of the image spoils all that is read of other files from then on */
    bool spoiled;
    uint64_t bad_from, bad_to; /* these bytes of the image cannot be read */
    struct io_file *handles[DISK_HANDLES];
};

void fake_start(struct fake *fake, const struct disk *disk);
void fake_clear(struct fake *fake); /* the log */

struct disk_file *disk_find(struct disk *disk, const char *name);
struct disk_file *disk_add(struct disk *disk, const char *name, const void *bytes, size_t size);
uint64_t disk_hash(const struct disk *disk);

#endif
