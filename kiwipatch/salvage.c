/* SPDX-License-Identifier: MIT */
/* Looks which sectors a damaged journal can still restore: each record has checksums of its own. */
#include "salvage.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

static void note_lost(struct salvage *salvage, uint64_t offset)
{
    size_t used = strlen(salvage->places);
    if (sizeof salvage->places - used > 30)
        snprintf(salvage->places + used, sizeof salvage->places - used, "%s%" PRIu64, used ? ", " : " at ",
                 offset);
    else if (salvage->places[used - 1] != '.')
        strcpy(salvage->places + used, " ...");
    salvage->lost++;
}

static bool is_between(const struct journal_record *record, const uint8_t *bytes)
{
    for (uint32_t i = 0; i < record->length; i++)
        if (bytes[i] != record->old_bytes[i] && bytes[i] != record->new_bytes[i])
            return false;
    return true;
}

/** Whether the bytes in the image are a side, by its checksum if the journal has not got it any more. */
static bool is_side(const struct journal_record *record, enum side side, const uint8_t bytes[JOURNAL_SECTOR])
{
    return crc32_z(0, bytes, JOURNAL_SECTOR) == record->crcs[side] &&
           (record->lost[side] ||
            memcmp(bytes, side == SIDE_OLD ? record->old_bytes : record->new_bytes, record->length) == 0);
}

/** Of a record whose sector is known. False: the sector is of another image. */
static bool judge(const struct journal_record *record, enum side side, const uint8_t bytes[JOURNAL_SECTOR],
                  struct salvage *salvage)
{
    enum side opposite = side == SIDE_OLD ? SIDE_NEW : SIDE_OLD;
    bool has = is_side(record, side, bytes), has_other = !has && is_side(record, opposite, bytes);
    if (record->lost[side] && !has) {
        note_lost(salvage, record->offset);
        return true;
    }
    salvage->kept++;
    salvage->other += has_other;
    return has || has_other || record->lost[opposite] || is_between(record, bytes);
}

bool salvage_inspect(struct image *image, struct journal *journal, enum side side, struct salvage *salvage,
                     struct failure *failure)
{
    struct journal_record record;
    uint64_t next = 0; /* sectors ascend */
    *salvage = (struct salvage){.kept = 0};
    if (!journal_salvage(journal, image->info.size, &salvage->nowhere, failure))
        return false;
    for (uint64_t i = 0; i < journal->count; i++) {
        uint8_t bytes[JOURNAL_SECTOR] = {0};
        size_t received = 0;
        if (!journal_read(journal, i, &record, failure))
            return false;
        salvage->nowhere += record.length == 0;
        if (record.length == 0)
            continue;
        int error = image->io->read(image->file, record.offset, bytes, record.length, &received);
        if (error != 0)
            return refuse_system(failure, image->path, error);
        if (record.offset < next || received < record.length || !judge(&record, side, bytes, salvage))
            return refuse(failure, EXIT_REFUSED,
                          "%.200s: the sector at %" PRIu64
                          " is neither old nor new to what is left of %.200s",
                          image->path, record.offset, journal->path);
        next = record.offset + JOURNAL_SECTOR;
    }
    return salvage->kept + salvage->lost > 0 ||
           refuse(failure, EXIT_REFUSED, "%.300s: the journal has no sector that fits its checksum",
                  journal->path);
}

bool salvage_refuse(const struct image *image, const struct journal *journal, const struct salvage *salvage,
                    struct failure *failure)
{
    return refuse(failure, image->touched ? EXIT_SYSTEM : EXIT_REFUSED,
                  "%s; %.150s lost %" PRIu64 " sector(s)%s of the image, and %" PRIu64
                  " whose place is not known; copy the disc again and move the journal away",
                  image->touched ? "the image was touched: all that is left was written"
                                 : "nothing was written, as it would not make the image whole",
                  journal->path, salvage->lost, salvage->places, salvage->nowhere);
}
