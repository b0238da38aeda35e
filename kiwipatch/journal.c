/* SPDX-License-Identifier: MIT */
/* The journal of a transaction: a file beside the image with the old and new sectors. */
#include "journal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "common/hash.h"

/*
 * Slots of 512 bytes, the unit that media write whole: preamble, seal, committed, undoing, undone. An empty
 * slot is zero. Numbers are little-endian. Every slot ends with the CRC-32 of what stands before it.
 */
#define SLOT 512u
#define HEADER 4096u
#define RECORD (SLOT + 2 * JOURNAL_SECTOR)
#define RECORD_LIMIT (UINT64_C(1) << 32)

enum slot { SLOT_PREAMBLE, SLOT_SEAL, SLOT_COMMITTED, SLOT_UNDOING, SLOT_UNDONE, SLOT_COUNT };

static const char magics[SLOT_COUNT][9] = {"KIWIPTCH", "KIWISEAL", "KIWIDONE", "KIWIBACK", "KIWIOLD."};

static void put(uint8_t *bytes, uint64_t value, unsigned width)
{
    for (unsigned i = 0; i < width; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get(const uint8_t *bytes, unsigned width)
{
    uint64_t value = 0;
    for (unsigned i = width; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

static uint32_t crc_of(const void *bytes, size_t length)
{
    return (uint32_t)crc32_z(0, bytes, length);
}

static void finish_slot(uint8_t bytes[SLOT], enum slot slot)
{
    memcpy(bytes, magics[slot], 8);
    put(bytes + SLOT - 4, crc_of(bytes, SLOT - 4), 4);
}

static bool slot_is_good(const uint8_t *bytes, enum slot slot)
{
    return memcmp(bytes, magics[slot], 8) == 0 && get(bytes + SLOT - 4, 4) == crc_of(bytes, SLOT - 4);
}

static bool slot_is_empty(const uint8_t *bytes)
{
    static const uint8_t zero[SLOT];
    return memcmp(bytes, zero, SLOT) == 0;
}

char *journal_path(const char *image, unsigned number)
{
    size_t room = strlen(image) + sizeof ".kiwipatch-0001" + 8;
    char *path = malloc(room);
    if (path)
        snprintf(path, room, "%s.kiwipatch-%04u", image, number);
    return path;
}

uint64_t journal_size(uint64_t count)
{
    return HEADER + count * RECORD;
}

/** Of a journal that is being made; no room is a refusal: nothing has happened yet. */
static bool fail_write(const struct journal *journal, int error, struct failure *failure)
{
    bool room = error == ENOSPC || error == EDQUOT || error == EFBIG;
    return refuse(failure, room ? EXIT_REFUSED : EXIT_SYSTEM,
                  room ? "%.300s: no room for the journal: %s" : "%.300s: %s", journal->path,
                  strerror(error));
}

static bool fail_damaged(struct journal *journal, const char *what, struct failure *failure)
{
    journal->state = JOURNAL_DAMAGED;
    journal->damage = what;
    return refuse(failure, EXIT_REFUSED, "%.400s: the journal is damaged: %s", journal->path, what);
}

static void read_header(struct journal *journal, const uint8_t *header, uint64_t size)
{
    const uint8_t *seal = header + SLOT_SEAL * SLOT;
    if (slot_is_empty(seal)) { /* whatever else stands there: the image is touched only after the seal */
        journal->state = JOURNAL_UNSEALED;
        return;
    }
    journal->state = JOURNAL_DAMAGED;
    journal->damage = "its header does not fit its checksum";
    if (!slot_is_good(header, SLOT_PREAMBLE) || !slot_is_good(seal, SLOT_SEAL))
        return;
    journal->damage = "it is of another version of kiwipatch";
    if (get(header + 8, 4) != 1 || get(header + 12, 4) != JOURNAL_SECTOR)
        return;
    journal->image_size = get(header + 16, 8);
    journal->count = get(seal + 8, 8);
    memcpy(journal->plan, header + 32, HASH_SIZE);
    memcpy(journal->body, seal + 16, HASH_SIZE);
    journal->damage = "its size does not fit its header";
    if (journal->count >= RECORD_LIMIT || journal->count != get(header + 24, 8) ||
        size != journal_size(journal->count))
        return;
    journal->damage = NULL;
    journal->state = JOURNAL_SEALED;
    for (enum slot slot = SLOT_COMMITTED; slot < SLOT_COUNT; slot++) {
        const uint8_t *bytes = header + slot * SLOT;
        /* A mark that is torn counts as not made: every state before it allows undo. */
        if (slot_is_good(bytes, slot) && memcmp(bytes + 8, journal->body, HASH_SIZE) == 0)
            journal->state = (enum journal_state)(JOURNAL_COMMITTED + (slot - SLOT_COMMITTED));
    }
}

bool journal_open(const struct io *io, const char *path, bool writable, struct journal *journal, bool *found,
                  struct failure *failure)
{
    uint8_t header[HEADER] = {0};
    struct io_info info;
    size_t received = 0;
    *journal = (struct journal){.io = io};
    int error = io->open(io, path, writable ? IO_WRITE : IO_READ, &journal->file);
    *found = error != ENOENT;
    if (error == ENOENT)
        return true;
    if (error != 0)
        return refuse(failure, error == EACCES || error == EROFS ? EXIT_REFUSED : EXIT_SYSTEM, "%.400s: %s",
                      path, strerror(error));
    journal->path = malloc(strlen(path) + 1);
    if (!journal->path) {
        journal_close(journal);
        return refuse_memory(failure);
    }
    strcpy(journal->path, path);
    error = io->info(journal->file, &info);
    if (error == 0)
        error = io->read(journal->file, 0, header, HEADER, &received);
    if (error != 0) {
        refuse(failure, EXIT_SYSTEM, "%.400s: %s", path, strerror(error));
        journal_close(journal);
        return false;
    }
    read_header(journal, header, info.size);
    if (received < HEADER && journal->state != JOURNAL_UNSEALED) {
        journal->state = JOURNAL_DAMAGED;
        journal->damage = "it is cut short";
    }
    return true;
}

bool journal_create(const struct io *io, char *path, uint64_t image_size, uint64_t count,
                    const uint8_t plan[HASH_SIZE], struct journal *journal, struct failure *failure)
{
    *journal = (struct journal){.io = io, .path = path, .image_size = image_size, .count = count};
    memcpy(journal->plan, plan, HASH_SIZE);
    int error = io->open(io, path, IO_CREATE, &journal->file);
    if (error != 0) {
        bool refused = error == EEXIST || error == EACCES || error == EROFS || error == EPERM;
        refuse(failure, refused ? EXIT_REFUSED : EXIT_SYSTEM, "cannot make the journal %.300s: %s", path,
               strerror(error));
        if (error == ENOSPC || error == EDQUOT)
            fail_write(journal, error, failure);
        journal_close(journal);
        return false;
    }
    error = io->reserve(journal->file, journal_size(count));
    uint8_t preamble[SLOT] = {0};
    put(preamble + 8, 1, 4);
    put(preamble + 12, JOURNAL_SECTOR, 4);
    put(preamble + 16, image_size, 8);
    put(preamble + 24, count, 8);
    memcpy(preamble + 32, plan, HASH_SIZE);
    finish_slot(preamble, SLOT_PREAMBLE);
    if (error == 0)
        error = io->write(journal->file, 0, preamble, SLOT);
    if (error == 0)
        return true;
    fail_write(journal, error, failure);
    struct failure second;
    journal_discard(journal, &second);
    return false;
}

static void encode(const struct journal_record *record, uint8_t bytes[RECORD])
{
    memset(bytes, 0, SLOT);
    put(bytes, record->offset, 8);
    put(bytes + 8, record->length, 4);
    put(bytes + 12, crc_of(record->old_bytes, JOURNAL_SECTOR), 4);
    put(bytes + 16, crc_of(record->new_bytes, JOURNAL_SECTOR), 4);
    put(bytes + 20, crc_of(bytes, 20), 4);
    memcpy(bytes + SLOT, record->old_bytes, JOURNAL_SECTOR);
    memcpy(bytes + SLOT + JOURNAL_SECTOR, record->new_bytes, JOURNAL_SECTOR);
}

bool journal_write(struct journal *journal, uint64_t index, const struct journal_record *record,
                   struct failure *failure)
{
    uint8_t bytes[RECORD];
    encode(record, bytes);
    int error = journal->io->write(journal->file, journal_size(index), bytes, RECORD);
    return error == 0 ? true : fail_write(journal, error, failure);
}

/** SHA-256 of the records as the file has them. */
static bool hash_body(struct journal *journal, uint8_t hash[HASH_SIZE], struct failure *failure)
{
    uint8_t bytes[RECORD];
    struct hasher hasher;
    struct hashes hashes;
    hasher_begin(&hasher, HASH_SHA256);
    for (uint64_t i = 0; i < journal->count; i++) {
        size_t received;
        int error = journal->io->read(journal->file, journal_size(i), bytes, RECORD, &received);
        if (error != 0)
            return refuse(failure, EXIT_SYSTEM, "%.400s: %s", journal->path, strerror(error));
        if (received < RECORD)
            return fail_damaged(journal, "it is cut short", failure);
        hasher_take(&hasher, bytes, RECORD);
    }
    hasher_end(&hasher, &hashes);
    memcpy(hash, hashes.sha256, HASH_SIZE);
    return true;
}

bool journal_seal(struct journal *journal, struct failure *failure)
{
    const struct io *io = journal->io;
    int error = io->sync(journal->file);
    if (error != 0)
        return fail_write(journal, error, failure);
    io->drop_cache(journal->file);
    if (!hash_body(journal, journal->body, failure))
        return false;
    uint8_t seal[SLOT] = {0};
    put(seal + 8, journal->count, 8);
    memcpy(seal + 16, journal->body, HASH_SIZE);
    finish_slot(seal, SLOT_SEAL);
    error = io->write(journal->file, SLOT_SEAL * SLOT, seal, SLOT);
    if (error == 0)
        error = io->sync(journal->file);
    if (error == 0)
        error = io->sync_folder(io, journal->path);
    if (error != 0)
        return fail_write(journal, error, failure);
    journal->state = JOURNAL_SEALED;
    return true;
}

bool journal_verify(struct journal *journal, struct failure *failure)
{
    uint8_t hash[HASH_SIZE];
    if (journal->state == JOURNAL_DAMAGED)
        return fail_damaged(journal, journal->damage, failure);
    if (!hash_body(journal, hash, failure))
        return false;
    return memcmp(hash, journal->body, HASH_SIZE) == 0 ||
           fail_damaged(journal, "its sectors do not fit their hash", failure);
}

bool journal_read(struct journal *journal, uint64_t index, struct journal_record *record,
                  struct failure *failure)
{
    uint8_t bytes[RECORD];
    size_t received;
    int error = journal->io->read(journal->file, journal_size(index), bytes, RECORD, &received);
    if (error != 0)
        return refuse(failure, EXIT_SYSTEM, "%.400s: %s", journal->path, strerror(error));
    if (received < RECORD || get(bytes + 20, 4) != crc_of(bytes, 20))
        return fail_damaged(journal, "a sector's header does not fit its checksum", failure);
    record->offset = get(bytes, 8);
    record->length = (uint32_t)get(bytes + 8, 4);
    memcpy(record->old_bytes, bytes + SLOT, JOURNAL_SECTOR);
    memcpy(record->new_bytes, bytes + SLOT + JOURNAL_SECTOR, JOURNAL_SECTOR);
    bool whole = record->length == JOURNAL_SECTOR || (record->length > 0 && record->length < JOURNAL_SECTOR &&
                                                      record->offset + record->length == journal->image_size);
    if (record->offset % JOURNAL_SECTOR != 0 || record->offset >= journal->image_size || !whole ||
        record->length > journal->image_size - record->offset)
        return fail_damaged(journal, "a sector lies outside the image", failure);
    if (get(bytes + 12, 4) != crc_of(record->old_bytes, JOURNAL_SECTOR) ||
        get(bytes + 16, 4) != crc_of(record->new_bytes, JOURNAL_SECTOR))
        return fail_damaged(journal, "a sector does not fit its checksum", failure);
    return true;
}

bool journal_mark(struct journal *journal, enum journal_state state, struct failure *failure)
{
    enum slot slot = (enum slot)(SLOT_COMMITTED + (state - JOURNAL_COMMITTED));
    uint8_t bytes[SLOT] = {0};
    memcpy(bytes + 8, journal->body, HASH_SIZE);
    finish_slot(bytes, slot);
    int error = journal->io->write(journal->file, slot * SLOT, bytes, SLOT);
    if (error == 0)
        error = journal->io->sync(journal->file);
    if (error != 0)
        return refuse(failure, EXIT_SYSTEM, "%.400s: %s", journal->path, strerror(error));
    journal->state = state;
    return true;
}

void journal_close(struct journal *journal)
{
    if (journal->file)
        journal->io->close(journal->file);
    journal->file = NULL;
    free(journal->path);
    journal->path = NULL;
}

bool journal_discard(struct journal *journal, struct failure *failure)
{
    const struct io *io = journal->io;
    int error = io->remove(io, journal->path);
    if (error == 0)
        error = io->sync_folder(io, journal->path);
    if (error != 0)
        refuse(failure, EXIT_SYSTEM, "cannot remove the unused journal %.300s: %s", journal->path,
               strerror(error));
    journal_close(journal);
    return error == 0;
}
