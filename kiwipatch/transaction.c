/* SPDX-License-Identifier: MIT */
/* Changes an image so that it is old or new at any moment, also after a crash. */
#include "transaction.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum side { SIDE_OLD, SIDE_NEW };

static const uint8_t *side_of(const struct journal_record *record, enum side side)
{
    return side == SIDE_OLD ? record->old_bytes : record->new_bytes;
}

static bool fail_image(const struct image *image, int error, struct failure *failure)
{
    return refuse(failure, EXIT_SYSTEM, "%.300s: %s", image->path, strerror(error));
}

/** Reads length bytes of the image, which must all be there. */
static bool read_image(struct image *image, uint64_t offset, void *bytes, size_t length,
                       struct failure *failure)
{
    size_t received;
    int error = image->io->read(image->file, offset, bytes, length, &received);
    if (error != 0)
        return fail_image(image, error, failure);
    return received == length || refuse(failure, EXIT_REFUSED, "%.300s became shorter", image->path);
}

/* Planning again: the bytes of the image and the new ones must be what the plan was made of. */

static bool check_hashes(const struct image *image, const struct changes *changes, struct failure *failure)
{
    struct kiwi_source *overlay;
    uint8_t hash[HASH_SIZE];
    bool done = changes_overlay(changes, image->source, &overlay, failure);
    for (size_t i = 0; done && i < changes->count; i++) {
        const struct change *change = &changes->items[i];
        done = hash_source(image->source, change->offset, change->length, hash, failure);
        if (done && memcmp(hash, change->old_hash, HASH_SIZE) != 0)
            done = refuse(failure, EXIT_REFUSED, "%.200s: the bytes at %" PRIu64 " are not those of the plan",
                          image->path, change->offset);
        done = done && hash_source(overlay, change->offset, change->length, hash, failure);
        if (done && memcmp(hash, change->new_hash, HASH_SIZE) != 0)
            done = refuse(failure, EXIT_REFUSED, "%.200s: the new bytes are not those of the plan",
                          change->why);
    }
    kiwi_source_unref(overlay);
    return done;
}

/** The first sector at or behind sector that a change touches; UINT64_MAX if there is none. */
static uint64_t next_sector(const struct changes *changes, uint64_t sector)
{
    size_t index = changes_find(changes, sector * JOURNAL_SECTOR);
    if (index == changes->count)
        return UINT64_MAX;
    uint64_t first = changes->items[index].offset / JOURNAL_SECTOR;
    return first > sector ? first : sector;
}

static uint64_t count_sectors(const struct changes *changes)
{
    uint64_t count = 0;
    for (uint64_t sector = next_sector(changes, 0); sector != UINT64_MAX;
         sector = next_sector(changes, sector + 1))
        count++;
    return count;
}

static bool write_records(struct image *image, const struct changes *changes, struct journal *journal,
                          struct failure *failure)
{
    uint64_t index = 0;
    for (uint64_t sector = next_sector(changes, 0); sector != UINT64_MAX;
         sector = next_sector(changes, sector + 1)) {
        struct journal_record record = {.offset = sector * JOURNAL_SECTOR};
        uint64_t left = image->info.size - record.offset;
        record.length = left < JOURNAL_SECTOR ? (uint32_t)left : JOURNAL_SECTOR;
        if (!read_image(image, record.offset, record.old_bytes, record.length, failure))
            return false;
        memcpy(record.new_bytes, record.old_bytes, JOURNAL_SECTOR);
        if (!changes_apply(changes, record.offset, record.new_bytes, record.length, failure) ||
            !journal_write(journal, index++, &record, failure))
            return false;
    }
    return true;
}

/** Makes and seals the journal; if that fails, none is left and the image is as it was. */
static bool make_journal(struct image *image, const struct changes *changes, const uint8_t plan[HASH_SIZE],
                         unsigned number, struct journal *journal, struct failure *failure)
{
    char *path = journal_path(image->path, number);
    if (!path)
        return refuse_memory(failure);
    if (!journal_create(image->io, path, image->info.size, count_sectors(changes), plan, journal, failure))
        return false;
    if (write_records(image, changes, journal, failure) && journal_seal(journal, failure))
        return true;
    struct failure second;
    journal_discard(journal, &second);
    return false;
}

/* From journal to image. */

static bool is_mixed(const struct journal_record *record, const uint8_t *bytes)
{
    for (uint32_t i = 0; i < record->length; i++)
        if (bytes[i] != record->old_bytes[i] && bytes[i] != record->new_bytes[i])
            return false;
    return true;
}

static void classify(const struct journal_record *record, const uint8_t *bytes, struct sector_states *states)
{
    if (memcmp(bytes, record->old_bytes, record->length) == 0)
        states->old_sectors++;
    else if (memcmp(bytes, record->new_bytes, record->length) == 0)
        states->new_sectors++;
    else if (is_mixed(record, bytes))
        states->mixed++;
    else
        states->foreign++;
}

static bool ask(const struct image *image, const struct journal *journal, const char *stage, uint64_t index,
                struct failure *failure)
{
    uint64_t done = index * JOURNAL_SECTOR;
    uint64_t total = journal->count * JOURNAL_SECTOR;
    return !monitor_due(done, total) || monitor_ask(image->monitor, stage, done, total, failure);
}

/** While the image is between old and new nothing stops the work. */
static void tell(const struct image *image, const struct journal *journal, const char *stage, uint64_t index)
{
    uint64_t done = index * JOURNAL_SECTOR;
    uint64_t total = journal->count * JOURNAL_SECTOR;
    if (monitor_due(done, total))
        monitor_tell(image->monitor, stage, done, total);
}

bool transaction_inspect(struct image *image, struct journal *journal, struct sector_states *states,
                         struct failure *failure)
{
    struct journal_record record;
    uint8_t bytes[JOURNAL_SECTOR];
    *states = (struct sector_states){0};
    if (!journal_verify(journal, failure))
        return false;
    if (journal->image_size != image->info.size)
        return refuse(failure, EXIT_REFUSED,
                      "%.250s is a journal of another image: of %" PRIu64 " bytes, and this one has %" PRIu64,
                      journal->path, journal->image_size, image->info.size);
    for (uint64_t i = 0; i < journal->count; i++) {
        if (!ask(image, journal, "comparing with the journal", i, failure) ||
            !journal_read(journal, i, &record, failure) ||
            !read_image(image, record.offset, bytes, record.length, failure))
            return false;
        classify(&record, bytes, states);
    }
    return true;
}

/** Writes the sectors that differ from a side, in ascending order as the journal has them. */
static bool write_side(struct image *image, struct journal *journal, enum side side, struct failure *failure)
{
    struct journal_record record;
    uint8_t bytes[JOURNAL_SECTOR];
    for (uint64_t i = 0; i < journal->count; i++) {
        tell(image, journal, "writing", i);
        if (!journal_read(journal, i, &record, failure) ||
            !read_image(image, record.offset, bytes, record.length, failure))
            return false;
        if (memcmp(bytes, side_of(&record, side), record.length) == 0)
            continue;
        int error = image->io->write(image->file, record.offset, side_of(&record, side), record.length);
        if (error != 0)
            return fail_image(image, error, failure);
    }
    return true;
}

static bool read_back(struct image *image, struct journal *journal, enum side side, struct failure *failure)
{
    struct journal_record record;
    uint8_t bytes[JOURNAL_SECTOR];
    for (uint64_t i = 0; i < journal->count; i++) {
        tell(image, journal, "reading back", i);
        if (!journal_read(journal, i, &record, failure) ||
            !read_image(image, record.offset, bytes, record.length, failure))
            return false;
        if (memcmp(bytes, side_of(&record, side), record.length) != 0)
            return refuse(failure, EXIT_SYSTEM, "%.300s: what was written at %" PRIu64 " does not come back",
                          image->path, record.offset);
    }
    return true;
}

/** Makes the image one side of a sealed journal, on the medium, and looks whether it is. */
static bool bring(struct image *image, struct journal *journal, enum side side, struct failure *failure)
{
    if (!write_side(image, journal, side, failure))
        return false;
    int error = image->io->sync(image->file);
    if (error != 0)
        return fail_image(image, error, failure);
    image->io->drop_cache(image->file);
    return read_back(image, journal, side, failure);
}

static bool is_ours(struct image *image, struct journal *journal, struct failure *failure)
{
    struct sector_states states;
    if (!transaction_inspect(image, journal, &states, failure))
        return false;
    if (states.foreign == 0)
        return true;
    return refuse(failure, EXIT_REFUSED,
                  "%" PRIu64 " sector(s) of %.200s are neither old nor new to %.250s: changed by something "
                  "else, or another image's journal",
                  states.foreign, image->path, journal->path);
}

/** Says how to go on, as the journal is open now. */
static bool half_done(struct failure *failure)
{
    char *end = failure->text + strlen(failure->text);
    snprintf(end, sizeof failure->text - (size_t)(end - failure->text),
             "; the journal is open: kiwipatch undo, or resume");
    return false;
}

bool transaction_apply(struct image *image, const struct changes *changes, const uint8_t plan[HASH_SIZE],
                       char **journal_name, struct failure *failure)
{
    struct journals journals;
    struct journal journal;
    *journal_name = NULL;
    if (changes->count == 0)
        return refuse(failure, EXIT_REFUSED, "there is nothing to change");
    const struct change *last = &changes->items[changes->count - 1];
    if (last->offset > image->info.size || last->length > image->info.size - last->offset)
        return refuse(failure, EXIT_REFUSED, "%.300s: a change lies behind the end", image->path);
    if (!journals_refuse_open(image->io, image->path, failure) ||
        !journals_find(image->io, image->path, &journals, failure) || !check_hashes(image, changes, failure))
        return false;
    if (journals.last == JOURNAL_LIMIT)
        return refuse(failure, EXIT_REFUSED, "%.300s has too many journals", image->path);
    if (!make_journal(image, changes, plan, journals.last + 1, &journal, failure))
        return false;
    bool done = bring(image, &journal, SIDE_NEW, failure) &&
                journal_mark(&journal, JOURNAL_COMMITTED, failure);
    if (done) {
        *journal_name = journal.path;
        journal.path = NULL;
    }
    journal_close(&journal);
    return done || half_done(failure);
}

/** Back to old from a sealed journal of any state. */
static bool undo(struct image *image, struct journal *journal, struct failure *failure)
{
    if (!is_ours(image, journal, failure))
        return false;
    if (journal->state == JOURNAL_COMMITTED && !journal_mark(journal, JOURNAL_UNDOING, failure))
        return half_done(failure);
    return (bring(image, journal, SIDE_OLD, failure) && journal_mark(journal, JOURNAL_UNDONE, failure)) ||
           half_done(failure);
}

static bool open_number(struct image *image, unsigned number, struct journal *journal,
                        struct failure *failure)
{
    bool found = false;
    char *path = journal_path(image->path, number);
    if (!path)
        return refuse_memory(failure);
    bool done = journal_open(image->io, path, true, journal, &found, failure);
    free(path);
    return done && (found || refuse(failure, EXIT_SYSTEM, "the journal went away"));
}

bool transaction_undo(struct image *image, enum transaction_result *result, struct failure *failure)
{
    struct journals journals;
    struct journal journal;
    *result = TRANSACTION_NOTHING;
    if (!journals_find(image->io, image->path, &journals, failure))
        return false;
    if (journals.open == 0 && journals.committed == 0)
        return true;
    if (!open_number(image, journals.open ? journals.open : journals.committed, &journal, failure))
        return false;
    if (journal.state == JOURNAL_UNSEALED) {
        *result = TRANSACTION_DISCARDED;
        return journal_discard(&journal, failure);
    }
    *result = TRANSACTION_OLD;
    bool done = undo(image, &journal, failure);
    journal_close(&journal);
    return done;
}

bool transaction_resume(struct image *image, enum transaction_result *result, struct failure *failure)
{
    struct journals journals;
    struct journal journal;
    *result = TRANSACTION_NOTHING;
    if (!journals_find(image->io, image->path, &journals, failure))
        return false;
    if (journals.open == 0)
        return true;
    if (journals.open_state == JOURNAL_UNSEALED || journals.open_state == JOURNAL_UNDOING)
        return transaction_undo(image, result, failure);
    if (!open_number(image, journals.open, &journal, failure))
        return false;
    *result = TRANSACTION_NEW;
    bool done = is_ours(image, &journal, failure);
    if (done)
        done = (bring(image, &journal, SIDE_NEW, failure) &&
                journal_mark(&journal, JOURNAL_COMMITTED, failure)) ||
               half_done(failure);
    journal_close(&journal);
    return done;
}
