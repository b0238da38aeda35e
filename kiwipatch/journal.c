/* SPDX-License-Identifier: MIT */
/* The journal of a transaction: a file beside the image with the old and new sectors. */
#include "journal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/host.h"
#include "common/hash.h"

enum { ASIDE_LIMIT = 9 };

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

static char *path_beside(const char *image, const char *format, unsigned number)
{
    size_t room = strlen(image) + sizeof JOURNAL_MARK + 16;
    char *path = malloc(room);
    if (path)
        snprintf(path, room, format, image, number);
    return path;
}

char *journal_path(const char *image, unsigned number)
{
    return path_beside(image, "%s" JOURNAL_MARK "%04u", number);
}

char *journal_aside_path(const char *image, unsigned number)
{
    return path_beside(image, "%s" JOURNAL_MARK "part%u", number);
}

unsigned journal_number(const char *image, const char *name)
{
    const char *base = kiwi_host_name(image);
    size_t length = strlen(base);
    unsigned number = 0;
    if (strncmp(name, base, length) != 0 ||
        strncmp(name + length, JOURNAL_MARK, sizeof JOURNAL_MARK - 1) != 0)
        return 0;
    const char *digits = name + length + sizeof JOURNAL_MARK - 1;
    if (strlen(digits) != 4 || strspn(digits, "0123456789") != 4)
        return 0;
    for (; *digits; digits++)
        number = 10 * number + (unsigned)(*digits - '0');
    return number;
}

char *journal_end(char *path)
{
    char *end = NULL;
    for (char *next = path; (next = strstr(next, JOURNAL_MARK)); next++)
        end = next;
    return end && !strchr(end, '/') ? end : NULL; /* a folder may have such a name */
}

uint64_t journal_size(uint64_t count)
{
    return HEADER + count * RECORD;
}

static bool is_full(int error)
{
#ifdef EDQUOT /* which Windows does not know */
    if (error == EDQUOT)
        return true;
#endif
    return error == ENOSPC;
}

/** Of a journal that is being made; no room is a refusal: nothing has happened yet. */
static bool fail_write(const struct journal *journal, int error, struct failure *failure)
{
    bool room = is_full(error) || error == EFBIG;
    return refuse(failure, room ? EXIT_REFUSED : EXIT_SYSTEM,
                  room ? "%.300s: no room for the journal: %s" : "%.300s: %s", journal->path,
                  strerror(error));
}

static bool fail_damaged(struct journal *journal, const char *what, struct failure *failure)
{
    journal->state = JOURNAL_DAMAGED;
    journal->damage = what;
    return refuse(
        failure, EXIT_REFUSED,
        "%.300s: the journal is damaged: %s; to write what it has left: --override \"" JOURNAL_SALVAGE
        "\"; once you are sure of the image, or have copied it again, move the journal away",
        journal->path, what);
}

/* The header. */

static void encode_preamble(const struct journal *journal, uint8_t slot[SLOT])
{
    memset(slot, 0, SLOT);
    put(slot + 8, 1, 4);
    put(slot + 12, JOURNAL_SECTOR, 4);
    put(slot + 16, journal->image_size, 8);
    put(slot + 24, journal->count, 8);
    memcpy(slot + 32, journal->plan, HASH_SIZE);
    finish_slot(slot, SLOT_PREAMBLE);
}

static void encode_seal(const struct journal *journal, uint8_t slot[SLOT])
{
    memset(slot, 0, SLOT);
    put(slot + 8, journal->count, 8);
    memcpy(slot + 16, journal->body, HASH_SIZE);
    finish_slot(slot, SLOT_SEAL);
}

/** What is wrong with it, or NULL. One under its name was whole once: nothing of it is excused. */
static const char *read_header(struct journal *journal, const uint8_t *header, uint64_t size)
{
    const uint8_t *seal = header + SLOT_SEAL * SLOT;
    if (memcmp(header, magics[SLOT_PREAMBLE], 8) != 0)
        return "it does not begin as a journal does";
    if (slot_is_empty(seal))
        return "its seal is missing";
    if (!slot_is_good(header, SLOT_PREAMBLE) || !slot_is_good(seal, SLOT_SEAL))
        return "its header does not fit its checksum";
    if (get(header + 8, 4) != 1 || get(header + 12, 4) != JOURNAL_SECTOR)
        return "it is of another version of kiwipatch";
    journal->image_size = get(header + 16, 8);
    journal->count = get(seal + 8, 8);
    memcpy(journal->plan, header + 32, HASH_SIZE);
    memcpy(journal->body, seal + 16, HASH_SIZE);
    if (journal->count >= RECORD_LIMIT || journal->count != get(header + 24, 8) ||
        size != journal_size(journal->count))
        return "its size does not fit its header";
    journal->state = JOURNAL_SEALED;
    for (enum slot slot = SLOT_COMMITTED; slot < SLOT_COUNT; slot++) {
        const uint8_t *bytes = header + slot * SLOT;
        /* A mark that is torn counts as not made: every state before it allows undo. */
        if (slot_is_good(bytes, slot) && memcmp(bytes + 8, journal->body, HASH_SIZE) == 0)
            journal->state = (enum journal_state)(JOURNAL_COMMITTED + (slot - SLOT_COMMITTED));
    }
    return NULL;
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
        return refuse(failure,
                      error == EACCES || error == EROFS || error == EISDIR ? EXIT_REFUSED : EXIT_SYSTEM,
                      "%.400s: %s", path, strerror(error));
    journal->path = malloc(strlen(path) + 1);
    if (!journal->path) {
        journal_close(journal);
        return refuse_memory(failure);
    }
    strcpy(journal->path, path);
    error = io->info(journal->file, &info);
    if (error == 0 && info.regular)
        error = io->read(journal->file, 0, header, HEADER, &received);
    if (error != 0) {
        refuse(failure, EXIT_SYSTEM, "%.400s: %s", path, strerror(error));
        journal_close(journal);
        return false;
    }
    journal->damage = !info.regular       ? "it is no file"
                      : received < HEADER ? "it is cut short"
                                          : read_header(journal, header, info.size);
    if (journal->damage)
        journal->state = JOURNAL_DAMAGED;
    return true;
}

/* What stands aside. */

/** Whether it is what a journal is before it has room, or one that has not got its name. */
static bool is_ours(const struct io *io, struct io_file *file)
{
    uint8_t slot[SLOT];
    struct io_info info;
    size_t received;
    if (io->info(file, &info) != 0 || !info.regular || io->read(file, 0, slot, SLOT, &received) != 0)
        return false;
    return received < SLOT ? received == 0
                           : slot_is_good(slot, SLOT_PREAMBLE) || (info.size == SLOT && slot_is_empty(slot));
}

/** 0 if there is a file and it is ours; else EEXIST, ENOENT or what happened. */
static int look_aside(const struct io *io, const char *path)
{
    struct io_file *file;
    int error = io->open(io, path, IO_READ, &file);
    if (error != 0)
        return error == EACCES || error == ELOOP ? EEXIST : error;
    bool ours = is_ours(io, file);
    io->close(file);
    return ours ? 0 : EEXIST;
}

bool journal_left(const struct io *io, const char *image, char **path, struct failure *failure)
{
    int error = ENOENT;
    *path = NULL;
    for (unsigned number = 1; number <= ASIDE_LIMIT && (error == ENOENT || error == EEXIST); number++) {
        free(*path);
        *path = journal_aside_path(image, number);
        error = *path ? look_aside(io, *path) : ENOMEM;
    }
    if (error == 0)
        return true;
    free(*path);
    *path = NULL;
    return error == ENOENT || error == EEXIST || refuse_system(failure, image, error);
}

bool journal_sweep(const struct io *io, const char *image, bool *removed, struct failure *failure)
{
    char *path;
    *removed = false;
    while (journal_left(io, image, &path, failure)) {
        if (!path)
            return true;
        int error = io->remove(io, path);
        if (error == 0)
            error = io->sync_folder(io, path);
        if (error != 0)
            refuse(failure, EXIT_SYSTEM, "cannot remove the unused journal %.300s: %s", path,
                   strerror(error));
        free(path);
        if (error != 0)
            return false;
        *removed = true;
    }
    return false;
}

/** Opens a new file under the first name aside that nobody else has. */
static int open_aside(struct journal *journal, const char *image)
{
    int error = EEXIST;
    for (unsigned number = 1; number <= ASIDE_LIMIT && error == EEXIST; number++) {
        free(journal->aside);
        journal->aside = journal_aside_path(image, number);
        if (!journal->aside)
            return ENOMEM;
        error = look_aside(journal->io, journal->aside);
        if (error == 0)
            error = journal->io->remove(journal->io, journal->aside);
        if (error == 0 || error == ENOENT)
            error = journal->io->open(journal->io, journal->aside, IO_CREATE, &journal->file);
    }
    return error;
}

static bool fail_create(const struct journal *journal, int error, struct failure *failure)
{
    bool refused = error == EEXIST || error == EACCES || error == EROFS || error == EPERM;
    if (is_full(error))
        return fail_write(journal, error, failure);
    return refuse(failure, refused ? EXIT_REFUSED : EXIT_SYSTEM, "cannot make the journal %.300s: %s",
                  journal->path, strerror(error));
}

bool journal_create(const struct io *io, const char *image, char *path, uint64_t image_size, uint64_t count,
                    const uint8_t plan[HASH_SIZE], struct journal *journal, struct failure *failure)
{
    uint8_t preamble[SLOT];
    *journal = (struct journal){.io = io, .path = path, .image_size = image_size, .count = count};
    memcpy(journal->plan, plan, HASH_SIZE);
    hasher_begin(&journal->hasher, HASH_SHA256);
    int error = open_aside(journal, image);
    if (error != 0) {
        fail_create(journal, error, failure);
        journal_close(journal);
        return false;
    }
    encode_preamble(journal, preamble);
    error = io->write(journal->file, 0, preamble, SLOT);
    if (error == 0) /* before it takes room: what a cut leaves must be known as ours */
        error = io->sync(journal->file);
    if (error == 0)
        error = io->reserve(journal->file, journal_size(count));
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
    hasher_take(&journal->hasher, bytes, RECORD);
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

/** Writes a slot and sees that it comes back from the medium. */
static bool write_slot(struct journal *journal, enum slot slot, const uint8_t bytes[SLOT],
                       struct failure *failure)
{
    const struct io *io = journal->io;
    uint8_t found[SLOT];
    size_t received;
    int error = io->write(journal->file, slot * SLOT, bytes, SLOT);
    if (error == 0)
        error = io->sync(journal->file);
    if (error == 0) {
        io->drop_cache(journal->file);
        error = io->read(journal->file, slot * SLOT, found, SLOT, &received);
    }
    if (error != 0)
        return fail_write(journal, error, failure);
    return (received == SLOT && memcmp(found, bytes, SLOT) == 0) ||
           refuse(failure, EXIT_SYSTEM, "%.300s: what was written does not come back", journal->path);
}

/** Whether what the medium has is what was meant. */
static bool check_written(struct journal *journal, struct failure *failure)
{
    uint8_t header[HEADER], meant[HEADER] = {0}, body[HASH_SIZE];
    size_t received;
    encode_preamble(journal, meant + SLOT_PREAMBLE * SLOT);
    encode_seal(journal, meant + SLOT_SEAL * SLOT);
    int error = journal->io->read(journal->file, 0, header, HEADER, &received);
    if (error != 0)
        return fail_write(journal, error, failure);
    if (!hash_body(journal, body, failure))
        return false;
    return (received == HEADER && memcmp(header, meant, HEADER) == 0 &&
            memcmp(body, journal->body, HASH_SIZE) == 0) ||
           refuse(failure, EXIT_SYSTEM, "%.300s: what was written does not come back", journal->path);
}

bool journal_seal(struct journal *journal, struct failure *failure)
{
    const struct io *io = journal->io;
    uint8_t seal[SLOT];
    struct hashes hashes;
    hasher_end(&journal->hasher, &hashes);
    memcpy(journal->body, hashes.sha256, HASH_SIZE);
    encode_seal(journal, seal);
    if (!write_slot(journal, SLOT_SEAL, seal, failure) || !check_written(journal, failure))
        return false;
    int error = io->rename(io, journal->aside, journal->path);
    if (error != 0)
        return fail_create(journal, error, failure);
    free(journal->aside);
    journal->aside = NULL;
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

bool journal_salvage(struct journal *journal, uint64_t image_size, uint64_t *missing, struct failure *failure)
{
    uint8_t header[HEADER] = {0};
    struct io_info info;
    size_t received;
    int error = journal->io->info(journal->file, &info);
    if (error == 0 && info.regular)
        error = journal->io->read(journal->file, 0, header, HEADER, &received);
    if (error != 0)
        return refuse(failure, EXIT_SYSTEM, "%.400s: %s", journal->path, strerror(error));
    const uint8_t *seal = header + SLOT_SEAL * SLOT;
    bool named = slot_is_good(header, SLOT_PREAMBLE);
    uint64_t body = info.regular && info.size > HEADER ? info.size - HEADER : 0;
    uint64_t meant = named                           ? get(header + 24, 8)
                     : slot_is_good(seal, SLOT_SEAL) ? get(seal + 8, 8)
                                                     : body / RECORD + (body % RECORD != 0);
    if (named && get(header + 16, 8) != image_size)
        return refuse(failure, EXIT_REFUSED, "%.300s is a journal of another image", journal->path);
    journal->count = body / RECORD < meant ? body / RECORD : meant;
    *missing = meant - journal->count;
    journal->image_size = image_size;
    journal->salvaged = true;
    return true;
}

bool journal_mend(struct journal *journal, struct failure *failure)
{
    static const enum slot marks[] = {SLOT_COMMITTED, SLOT_UNDOING, SLOT_UNDONE};
    uint8_t slot[SLOT] = {0};
    if (!hash_body(journal, journal->body, failure))
        return false;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (!write_slot(journal, marks[i], slot, failure))
            return false;
    encode_preamble(journal, slot);
    if (!write_slot(journal, SLOT_PREAMBLE, slot, failure))
        return false;
    encode_seal(journal, slot);
    return write_slot(journal, SLOT_SEAL, slot, failure);
}

bool journal_read(struct journal *journal, uint64_t index, struct journal_record *record,
                  struct failure *failure)
{
    uint8_t bytes[RECORD];
    size_t received = 0;
    int error = journal->io->read(journal->file, journal_size(index), bytes, RECORD, &received);
    if (error != 0 && !journal->salvaged)
        return refuse(failure, EXIT_SYSTEM, "%.400s: %s", journal->path, strerror(error));
    bool good = error == 0 && received == RECORD && get(bytes + 20, 4) == crc_of(bytes, 20);
    if (!good && !journal->salvaged)
        return fail_damaged(journal, "a sector's header does not fit its checksum", failure);
    *record = (struct journal_record){.lost = {true, true}};
    if (!good)
        return true;
    record->offset = get(bytes, 8);
    record->length = (uint32_t)get(bytes + 8, 4);
    memcpy(record->old_bytes, bytes + SLOT, JOURNAL_SECTOR);
    memcpy(record->new_bytes, bytes + SLOT + JOURNAL_SECTOR, JOURNAL_SECTOR);
    record->crcs[SIDE_OLD] = (uint32_t)get(bytes + 12, 4);
    record->crcs[SIDE_NEW] = (uint32_t)get(bytes + 16, 4);
    record->lost[SIDE_OLD] = record->crcs[SIDE_OLD] != crc_of(record->old_bytes, JOURNAL_SECTOR);
    record->lost[SIDE_NEW] = record->crcs[SIDE_NEW] != crc_of(record->new_bytes, JOURNAL_SECTOR);
    bool inside = record->offset < journal->image_size && record->offset % JOURNAL_SECTOR == 0;
    uint64_t left = inside ? journal->image_size - record->offset : 0;
    if (!inside || record->length != (left < JOURNAL_SECTOR ? left : JOURNAL_SECTOR))
        return fail_damaged(journal, "a sector lies outside the image", failure);
    if (!journal->salvaged && (record->lost[SIDE_OLD] || record->lost[SIDE_NEW]))
        return fail_damaged(journal, "a sector does not fit its checksum", failure);
    return true;
}

bool journal_mark(struct journal *journal, enum journal_state state, struct failure *failure)
{
    enum slot slot = (enum slot)(SLOT_COMMITTED + (state - JOURNAL_COMMITTED));
    uint8_t bytes[SLOT] = {0};
    memcpy(bytes + 8, journal->body, HASH_SIZE);
    finish_slot(bytes, slot);
    if (!write_slot(journal, slot, bytes, failure)) {
        failure->code = EXIT_SYSTEM; /* something has happened already */
        return false;
    }
    journal->state = state;
    return true;
}

void journal_close(struct journal *journal)
{
    if (journal->file)
        journal->io->close(journal->file);
    journal->file = NULL;
    free(journal->path);
    free(journal->aside);
    journal->path = journal->aside = NULL;
}

bool journal_discard(struct journal *journal, struct failure *failure)
{
    const struct io *io = journal->io;
    const char *path = journal->aside ? journal->aside : journal->path;
    int error = io->remove(io, path);
    if (error == 0)
        error = io->sync_folder(io, path);
    if (error != 0)
        refuse(failure, EXIT_SYSTEM, "cannot remove the unused journal %.300s: %s", path, strerror(error));
    journal_close(journal);
    return error == 0;
}
