/* SPDX-License-Identifier: MIT */
/* Changes an image so that it is old or new at any moment, also after a crash. */
#include "salvage.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* The journal's bytes must be what the plan was made of: both sides are hashed on their way into it. */

struct plan_check {
    const struct image *image;
    const struct changes *changes;
    size_t index; /* of the change that comes next, or goes on */
    struct hasher old_bytes, new_bytes;
};

static bool end_change(struct plan_check *check, struct failure *failure)
{
    const struct change *change = &check->changes->items[check->index++];
    struct hashes old_bytes, new_bytes;
    hasher_end(&check->old_bytes, &old_bytes);
    hasher_end(&check->new_bytes, &new_bytes);
    if (memcmp(old_bytes.sha256, change->old_hash, HASH_SIZE) != 0)
        return refuse(failure, EXIT_REFUSED, "%.200s: the bytes at %" PRIu64 " are not those of the plan",
                      check->image->path, change->offset);
    return memcmp(new_bytes.sha256, change->new_hash, HASH_SIZE) == 0 ||
           refuse(failure, EXIT_REFUSED, "%.200s: the new bytes are not those of the plan", change->why);
}

static bool check_record(struct plan_check *check, const struct journal_record *record,
                         struct failure *failure)
{
    uint64_t end = record->offset + record->length;
    while (check->index < check->changes->count && check->changes->items[check->index].offset < end) {
        const struct change *change = &check->changes->items[check->index];
        uint64_t change_end = change->offset + change->length;
        size_t from = change->offset > record->offset ? (size_t)(change->offset - record->offset) : 0;
        size_t to = change_end < end ? (size_t)(change_end - record->offset) : record->length;
        if (change->offset >= record->offset) {
            hasher_begin(&check->old_bytes, HASH_SHA256);
            hasher_begin(&check->new_bytes, HASH_SHA256);
        }
        hasher_take(&check->old_bytes, record->old_bytes + from, to - from);
        hasher_take(&check->new_bytes, record->new_bytes + from, to - from);
        if (change_end > end)
            return true;
        if (!end_change(check, failure))
            return false;
    }
    return true;
}

static bool write_records(struct image *image, const struct changes *changes, struct journal *journal,
                          struct failure *failure)
{
    struct plan_check check = {.image = image, .changes = changes};
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
            !check_record(&check, &record, failure) || !journal_write(journal, index++, &record, failure))
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
    if (!journal_create(image->io, image->path, path, image->info.size, count_sectors(changes), plan, journal,
                        failure))
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

static bool check_journal(const struct image *image, struct journal *journal, struct failure *failure)
{
    if (!journal_verify(journal, failure))
        return false;
    return journal->image_size == image->info.size ||
           refuse(failure, EXIT_REFUSED,
                  "%.250s is a journal of another image: of %" PRIu64 " bytes, and this one has %" PRIu64,
                  journal->path, journal->image_size, image->info.size);
}

bool transaction_inspect(struct image *image, struct journal *journal, struct sector_states *states,
                         struct failure *failure)
{
    struct journal_record record;
    uint8_t bytes[JOURNAL_SECTOR];
    *states = (struct sector_states){0};
    if (!check_journal(image, journal, failure))
        return false;
    for (uint64_t i = 0; i < journal->count; i++) {
        size_t received = 0;
        if (!ask(image, journal, "comparing with the journal", i, failure) ||
            !journal_read(journal, i, &record, failure))
            return false;
        int error = image->io->read(image->file, record.offset, bytes, record.length, &received);
        if (error == 0 && received < record.length)
            return refuse(failure, EXIT_REFUSED, "%.300s became shorter", image->path);
        if (error != 0)
            states->unreadable++;
        else
            classify(&record, bytes, states);
    }
    return true;
}

static bool has_side(struct image *image, const struct journal_record *record, enum side side, bool *has,
                     struct failure *failure)
{
    uint8_t bytes[JOURNAL_SECTOR];
    if (!read_image(image, record->offset, bytes, record->length, failure))
        return false;
    *has = memcmp(bytes, side_of(record, side), record->length) == 0;
    return true;
}

/** Writes the sectors that differ from a side, or all of them unread; ascending, as the journal has them. */
static bool write_side(struct image *image, struct journal *journal, enum side side, bool unread,
                       struct failure *failure)
{
    struct journal_record record;
    for (uint64_t i = 0; i < journal->count; i++) {
        bool has = false;
        tell(image, journal, "writing", i);
        if (!journal_read(journal, i, &record, failure))
            return false;
        if (record.lost[side]) /* of a salvaged journal */
            continue;
        if (!unread && !has_side(image, &record, side, &has, failure))
            return false;
        if (has)
            continue;
        image->touched = true;
        int error = image->io->write(image->file, record.offset, side_of(&record, side), record.length);
        if (error != 0)
            return fail_image(image, error, failure);
    }
    return true;
}

static bool read_back(struct image *image, struct journal *journal, enum side side, struct failure *failure)
{
    struct journal_record record;
    for (uint64_t i = 0; i < journal->count; i++) {
        bool has = true;
        tell(image, journal, "reading back", i);
        if (!journal_read(journal, i, &record, failure) ||
            (!record.lost[side] && !has_side(image, &record, side, &has, failure)))
            return false;
        if (!has)
            return refuse(failure, EXIT_SYSTEM, "%.300s: what was written at %" PRIu64 " does not come back",
                          image->path, record.offset);
    }
    return true;
}

/** Makes the image one side of a sealed journal, on the medium, and looks whether it is. */
static bool bring(struct image *image, struct journal *journal, enum side side, bool unread,
                  struct failure *failure)
{
    if (!write_side(image, journal, side, unread, failure))
        return false;
    int error = image->io->sync(image->file);
    if (error != 0)
        return fail_image(image, error, failure);
    image->io->drop_cache(image->file);
    return read_back(image, journal, side, failure);
}

/** Whether the image is one that the journal can be used on; unread: as far as the journal can say. */
static bool is_ours(struct image *image, struct journal *journal, bool unread, struct failure *failure)
{
    struct sector_states states;
    if (unread)
        return check_journal(image, journal, failure);
    if (!transaction_inspect(image, journal, &states, failure))
        return false;
    if (states.unreadable > 0)
        return refuse(failure, EXIT_SYSTEM,
                      "%" PRIu64 " sector(s) of %.200s cannot be read; to write them without reading: "
                      "--override \"" TRANSACTION_UNREAD "\"",
                      states.unreadable, image->path);
    if (states.foreign == 0)
        return true;
    return refuse(failure, EXIT_REFUSED,
                  "%" PRIu64 " sector(s) of %.150s are neither old nor new to %.150s: changed by something "
                  "else, or another image's journal; to write them nevertheless: --override "
                  "\"" TRANSACTION_UNREAD "\"",
                  states.foreign, image->path, journal->path);
}

/** Says how to go on unless all is done, as the journal is open now; that nothing was written would not be
 * true. */
static bool end(bool done, const struct image *image, struct failure *failure)
{
    if (done)
        return true;
    const char *words = image->touched
                            ? "; the image was touched and the journal is open: kiwipatch undo, or resume"
                            : "; the journal is open: kiwipatch undo, or resume";
    size_t room = sizeof failure->text - strlen(words) - 1;
    size_t length = strlen(failure->text);
    strcpy(failure->text + (length < room ? length : room), words);
    failure->code = EXIT_SYSTEM;
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
        !journals_find(image->io, image->path, &journals, failure))
        return false;
    if (journals.last == JOURNAL_LIMIT)
        return refuse(failure, EXIT_REFUSED, "%.300s has too many journals", image->path);
    if (!make_journal(image, changes, plan, journals.last + 1, &journal, failure))
        return false;
    bool done = bring(image, &journal, SIDE_NEW, false, failure) &&
                journal_mark(&journal, JOURNAL_COMMITTED, failure);
    if (done) {
        *journal_name = journal.path;
        journal.path = NULL;
    }
    journal_close(&journal);
    return end(done, image, failure);
}

/** Makes the image one side of a damaged journal, as far as that goes. */
static bool salvage(struct image *image, struct journal *journal, enum side side, struct failure *failure)
{
    struct salvage found;
    if (!salvage_inspect(image, journal, side, &found, failure))
        return false;
    bool whole = salvage_is_whole(&found);
    if (!whole && found.other == found.kept) /* is one whole side as far as can be seen, and stays so */
        return salvage_refuse(image, journal, &found, failure);
    if (!bring(image, journal, side, false, failure))
        return end(false, image, failure);
    if (!whole)
        return salvage_refuse(image, journal, &found, failure);
    bool done = journal_mend(journal, failure) &&
                journal_mark(journal, side == SIDE_OLD ? JOURNAL_UNDONE : JOURNAL_COMMITTED, failure);
    return end(done, image, failure);
}

static bool needs_salvage(struct journal *journal, enum care care)
{
    struct failure why;
    return care == CARE_SALVAGE && !journal_verify(journal, &why);
}

/** Back to old from a sealed journal of any state. */
static bool undo(struct image *image, struct journal *journal, enum care care, struct failure *failure)
{
    bool unread = care == CARE_UNREAD;
    if (needs_salvage(journal, care))
        return salvage(image, journal, SIDE_OLD, failure);
    if (!is_ours(image, journal, unread, failure))
        return false;
    bool done = (journal->state != JOURNAL_COMMITTED || journal_mark(journal, JOURNAL_UNDOING, failure)) &&
                bring(image, journal, SIDE_OLD, unread, failure) &&
                journal_mark(journal, JOURNAL_UNDONE, failure);
    return end(done, image, failure);
}

/** On to new from a sealed one. */
static bool redo(struct image *image, struct journal *journal, enum care care, struct failure *failure)
{
    bool unread = care == CARE_UNREAD;
    if (needs_salvage(journal, care))
        return salvage(image, journal, SIDE_NEW, failure);
    if (!is_ours(image, journal, unread, failure))
        return false;
    bool done = bring(image, journal, SIDE_NEW, unread, failure) &&
                journal_mark(journal, JOURNAL_COMMITTED, failure);
    return end(done, image, failure);
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

/** Where nothing is open: removes what an apply left that had not begun to change anything. */
static bool sweep(const struct image *image, enum transaction_result *result, struct failure *failure)
{
    bool removed;
    if (!journal_sweep(image->io, image->path, &removed, failure))
        return false;
    *result = removed ? TRANSACTION_DISCARDED : TRANSACTION_NOTHING;
    return true;
}

bool transaction_undo(struct image *image, enum care care, enum transaction_result *result,
                      struct failure *failure)
{
    struct journals journals;
    struct journal journal;
    *result = TRANSACTION_NOTHING;
    if (!journals_find(image->io, image->path, &journals, failure) ||
        (journals.open == 0 && !sweep(image, result, failure)))
        return false;
    if (*result != TRANSACTION_NOTHING || (journals.open == 0 && journals.committed == 0))
        return true;
    if (!open_number(image, journals.open ? journals.open : journals.committed, &journal, failure))
        return false;
    *result = TRANSACTION_OLD;
    bool done = undo(image, &journal, care, failure);
    journal_close(&journal);
    return done;
}

bool transaction_resume(struct image *image, enum care care, enum transaction_result *result,
                        struct failure *failure)
{
    struct journals journals;
    struct journal journal;
    *result = TRANSACTION_NOTHING;
    if (!journals_find(image->io, image->path, &journals, failure))
        return false;
    if (journals.open == 0)
        return sweep(image, result, failure);
    if (journals.open_state == JOURNAL_UNDOING)
        return transaction_undo(image, care, result, failure);
    if (!open_number(image, journals.open, &journal, failure))
        return false;
    *result = TRANSACTION_NEW;
    bool done = redo(image, &journal, care, failure);
    journal_close(&journal);
    return done;
}
