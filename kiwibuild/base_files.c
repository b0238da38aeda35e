/* SPDX-License-Identifier: MIT */
/* Which files of another disc are its map, its index and its route planning, and copying all others. */
#include "base_files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <kiwi/walk.h>

#include "encoding.h"
#include "target.h"

enum { COPY_SIZE = 1 << 20, LARGEST_MAP_FILE = 1 << 30, HEADER_RECORDS = 113, OWN_HEADER_RECORDS = 3 };

static void replace(struct base_disc *base, const struct kiwi_file *file)
{
    const size_t count = kiwi_disc_file_count(base->disc);

    for (size_t i = 0; i < count; i++)
        if (kiwi_disc_file(base->disc, i) == file)
            base->replaced[i] = true;
}

static bool is_replaced(const struct base_disc *base, const struct kiwi_file *file)
{
    const size_t count = kiwi_disc_file_count(base->disc);

    for (size_t i = 0; i < count; i++)
        if (kiwi_disc_file(base->disc, i) == file)
            return base->replaced[i];
    return false;
}

/* Lists of parcels */

/** What the parcel management of all levels shows. */
struct lists {
    struct base_disc *base;
    const struct kiwi_file *last; /**< marked already */
    int type;                     /**< of the lists; -1: none was met */
    bool mixed;
    uint64_t largest; /**< bytes of a file with frames, beside ALLDATA.KWI */
};

static void take_list(struct lists *lists, const struct kiwi_item *item)
{
    struct kiwi_parcel_management_information head;

    if (!kiwi_parcel_management_information_decode(&head, item->bytes, item->length))
        return;
    lists->mixed = lists->mixed || (lists->type >= 0 && lists->type != head.list_type);
    lists->type = lists->type < 0 ? head.list_type : lists->type;
}

static void take_item(struct lists *lists, const struct kiwi_item *item)
{
    if (item->file != lists->last)
        replace(lists->base, item->file);
    lists->last = item->file;
    if (item->type == &kiwi_type_parcel_management_information)
        take_list(lists, item);
    if (!item->type && item->gap == KIWI_GAP_FRAME && item->file != kiwi_map_file(lists->base->map) &&
        item->file->size > lists->largest)
        lists->largest = item->file->size;
}

static bool read_level_lists(struct lists *lists, int level, struct failure *failure)
{
    const struct kiwi_walk_options options = {.size = sizeof options, .level = &level, .whole_frames = true};
    struct kiwi_walk *walk = NULL;
    struct kiwi_error error;
    struct kiwi_item item;
    bool good = kiwi_walk_open(lists->base->disc, &options, &walk, &error) == KIWI_OK;

    while (good && kiwi_walk_next(walk, &item) != KIWI_EVENT_END)
        take_item(lists, &item);
    good = good && kiwi_walk_status(walk, &error) == KIWI_OK;
    kiwi_walk_close(walk);
    return good || refuse_kiwi(failure, lists->base->path, &error);
}

static bool set_lists(const struct lists *lists, struct failure *failure)
{
    struct base_disc *base = lists->base;
    const unsigned type = lists->type < 0 ? 0 : (unsigned)lists->type;

    if (type > 2 && type != LIST_TYPE_NAMES)
        return refuse(failure, EXIT_INPUT,
                      "%s: parcels are listed in type %u; 0, 1, 2 and 100 can be written", base->path, type);
    if (lists->mixed)
        base_note(&base->notes, NULL, "parcels are listed in several ways; all are listed in type %u", type);
    for (int i = 0; i < base->level_count; i++) {
        struct layout *layout = &base->levels[i].layout;

        layout->list_type = type;
        layout->map_file_size = (unsigned)(lists->largest < LARGEST_MAP_FILE ? lists->largest
                                                                             : LARGEST_MAP_FILE);
    }
    return true;
}

/* The head of ALLDATA.KWI */

static bool read_head(struct base_disc *base, struct failure *failure)
{
    const struct kiwi_file *file = kiwi_map_file(base->map);
    struct kiwi_error error;
    size_t received;

    if (kiwi_source_read(file->source, 0, base->head, sizeof base->head, &received, &error) != KIWI_OK)
        return refuse_kiwi(failure, base->path, &error);
    return true;
}

static struct kiwi_management_header_record read_record(const struct base_disc *base, int number)
{
    const size_t size = kiwi_type_management_header_record.fixed_size;
    const size_t at = BASE_HEAD_SIZE / 2 + (size_t)(number - 1) * size;
    struct kiwi_management_header_record record = {.address = KIWI_DSA_NULL};

    if (number <= HEADER_RECORDS)
        kiwi_management_header_record_decode(&record, base->head + at, size);
    return record;
}

/** The file that a header record names; NULL: none, or one that is not there. */
static const struct kiwi_file *file_of(const struct base_disc *base,
                                       const struct kiwi_management_header_record *record)
{
    char name[sizeof record->file_name + 1] = {0};

    memcpy(name, record->file_name, sizeof record->file_name);
    return name[0] ? kiwi_disc_find(base->disc, name, kiwi_map_file(base->map)) : NULL;
}

struct kiwi_management_header_record base_header_record(const struct base_disc *base, int number)
{
    struct kiwi_management_header_record record = read_record(base, number);
    const struct kiwi_file *file = file_of(base, &record);

    if (file ? !is_replaced(base, file) : base->kept_count > 0 && !record.file_name[0])
        return record;
    if (record.size || file)
        record.address = KIWI_DSA_NULL;
    record.size = 0;
    memset(record.file_name, 0, sizeof record.file_name);
    return record;
}

bool base_header_file(const struct base_disc *base, int number, struct kiwi_management_header_record *record,
                      const struct kiwi_file **file)
{
    *record = read_record(base, number);
    *file = record->file_name[0] ? file_of(base, record) : kiwi_map_file(base->map);
    return *file && record->address != KIWI_DSA_NULL && record->size > 0;
}

/* Files */

static void mark_files(struct base_disc *base)
{
    const size_t count = kiwi_disc_file_count(base->disc);
    struct kiwi_management_header_record record;
    const struct kiwi_file *file;

    for (size_t i = 0; i < count; i++) {
        file = kiwi_disc_file(base->disc, i);
        base->replaced[i] = base->replaced[i] || file->kind == KIWI_FILE_ALLDATA ||
                            file->kind == KIWI_FILE_INDEX ||
                            (base->index && kiwi_index_holds(base->index, file));
    }
    for (int number = 1; number <= OWN_HEADER_RECORDS; number++) {
        record = read_record(base, number);
        file = file_of(base, &record);
        if (file)
            replace(base, file);
    }
}

/** What of a disc's index has no counterpart. */
static void note_index(struct base_disc *base)
{
    static const char *const written[] = {"FSLZ", "FSAD", "FPOI", "FMNC"};
    size_t count = 0;
    const struct kiwi_index_volume *volumes = base->index ? kiwi_index_volumes(base->index, &count) : NULL;

    for (size_t i = 0; i < count; i++) {
        bool known = false;

        for (size_t k = 0; k < sizeof written / sizeof written[0]; k++)
            known = known || strcmp(volumes[i].function, written[k]) == 0;
        if (!known)
            base_note(&base->notes, NULL, "the index is written without the function %s",
                      volumes[i].function);
    }
}

bool base_lists_read(struct base_disc *base, struct failure *failure)
{
    struct lists lists = {.base = base, .type = -1};
    bool done = read_head(base, failure);

    base->replaced = allocate(kiwi_disc_file_count(base->disc), sizeof *base->replaced);
    for (int i = 0; done && i < base->level_count; i++)
        done = read_level_lists(&lists, base->levels[i].level->number, failure);
    if (!done || !set_lists(&lists, failure))
        return false;
    mark_files(base);
    note_index(base);
    return true;
}

static bool copy_bytes(const struct base_disc *base, const struct kiwi_file *file, FILE *target,
                       struct failure *failure)
{
    uint8_t *bytes = allocate(COPY_SIZE, 1);
    struct kiwi_error error;
    bool done = true;

    for (uint64_t at = 0; done && at < file->size;) {
        const uint64_t rest = file->size - at;
        size_t wanted = rest < COPY_SIZE ? (size_t)rest : COPY_SIZE, received = 0;

        if (kiwi_source_read(file->source, at, bytes, wanted, &received, &error) != KIWI_OK)
            done = refuse_kiwi(failure, file->path, &error);
        else if (received < wanted)
            done = refuse(failure, EXIT_SYSTEM, "%s: %s: ends early", base->path, file->path);
        else if (fwrite(bytes, 1, received, target) < received)
            done = refuse(failure, EXIT_SYSTEM, "%s: %s", file->path, strerror(errno));
        at += received;
    }
    release(bytes);
    return done;
}

static bool copy_file(const struct base_disc *base, const struct kiwi_file *file,
                      const struct patches *patches, struct failure *failure)
{
    FILE *target;

    if (!file->source || file->recorded_size > file->size)
        return refuse(failure, EXIT_SYSTEM, "%s: %s: cannot be read whole", base->path, file->path);
    target = target_create(file->path, failure);
    if (!target)
        return false;
    if (!copy_bytes(base, file, target, failure) ||
        (patches && !patches_apply(patches, file, target, failure))) {
        fclose(target);
        return false;
    }
    return target_close_file(target, failure);
}

bool base_files_copy(const struct base_disc *base, const struct patches *patches, struct failure *failure)
{
    const size_t count = kiwi_disc_file_count(base->disc);

    for (size_t i = 0; i < count; i++)
        if ((patches || !base->replaced[i]) &&
            !copy_file(base, kiwi_disc_file(base->disc, i), patches, failure))
            return false;
    return true;
}
