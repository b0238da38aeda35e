/* SPDX-License-Identifier: MIT */
/* Points of interest that are added to the index of another disc: a search file of their own, and a volume
 * management record that leads there. What the index has stays as it is. */
#include "add_index.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base_files.h"
#include "encoding.h"
#include "index_file.h"
#include "index_pois.h"
#include "target.h"

enum { INDEX_NUMBER = 3, MOST_ADDED = 99 };

/** The record must hold an address entry with a name of 16 characters. */
enum { LARGEST_RECORD = 4096 };

/** The head of the index. */
struct head {
    const struct kiwi_file *file;
    uint64_t start; /**< in the file: offsets count from there */
    struct kiwi_data_management_frame_header header;
};

static bool read_at(const struct kiwi_file *file, uint64_t offset, void *bytes, size_t size)
{
    struct kiwi_error error;
    size_t received = 0;

    return kiwi_source_read(file->source, offset, bytes, size, &received, &error) == KIWI_OK &&
           received == size;
}

static bool read_head(const struct base_disc *base, struct head *head)
{
    struct kiwi_management_header_record record;
    uint8_t bytes[INDEX_HEADER_SIZE];

    if (!kiwi_map_volume(base->map)->has_index || !base_header_file(base, INDEX_NUMBER, &record, &head->file))
        return false;
    head->start = kiwi_dsa_offset(record.address, kiwi_map_sectors(base->map));
    return head->file->source && read_at(head->file, head->start, bytes, sizeof bytes) &&
           kiwi_data_management_frame_header_decode(&head->header, bytes, sizeof bytes) &&
           memcmp(head->header.data_declaration, "DCTR", 4) == 0;
}

/** A name that no file of the disc has. */
static bool choose_name(const struct base_disc *base, char name[ADDED_FILE_NAME])
{
    for (unsigned i = 1; i <= MOST_ADDED; i++) {
        snprintf(name, ADDED_FILE_NAME, "IDX/POISR9%02u.IDX", i % 100);
        if (!kiwi_disc_find(base->disc, name, NULL))
            return true;
    }
    return false;
}

/** Puts the table of records where there is room for one more: it stays if nothing is behind it. */
static bool write_table(const struct head *head, const struct buffer *record, struct patches *patches)
{
    struct kiwi_data_management_frame_header header = head->header;
    const uint64_t count = header.number_of_volume_records, size = header.volume_record_size * count;
    const uint64_t old = head->start + header.volume_record_offset;
    uint8_t bytes[INDEX_HEADER_SIZE];

    if (header.volume_record_offset == KIWI_NULL || old > head->file->size || size > head->file->size - old)
        return false;
    if (old + size == head->file->size) {
        patches_add(patches, head->file, patches_grow(patches, head->file, record->size, 2), record->bytes,
                    record->size);
    } else {
        uint8_t *table = allocate((size_t)size, 1);
        uint64_t at = patches_grow(patches, head->file, size + record->size, 2);
        bool done = read_at(head->file, old, table, (size_t)size);

        patches_add(patches, head->file, at, table, (size_t)size);
        patches_add(patches, head->file, at + size, record->bytes, record->size);
        memset(table, 0, (size_t)size);
        patches_add(patches, head->file, old, table, (size_t)size);
        release(table);
        if (!done)
            return false;
        header.volume_record_offset = at - head->start;
    }
    header.number_of_volume_records++;
    if (kiwi_data_management_frame_header_encode(&header, bytes, sizeof bytes) != sizeof bytes)
        return false;
    patches_add(patches, head->file, head->start, bytes, sizeof bytes);
    return true;
}

bool add_to_index(struct base_disc *base, const struct network *network, struct patches *patches,
                  char name[ADDED_FILE_NAME], struct failure *failure)
{
    struct buffer record = {0};
    struct head head;
    bool done;

    name[0] = '\0';
    if (!index_pois_wanted(network))
        return true;
    if (!read_head(base, &head)) {
        base_note(&base->notes, NULL,
                  "the disc has no index that could be read; the points are on the map only");
        return true;
    }
    if (!choose_name(base, name))
        return refuse(failure, EXIT_INPUT, "%s: points were added %d times already", base->path, MOST_ADDED);
    index_volume_append(&record, network, name);
    done = record.size <= head.header.volume_record_size &&
           head.header.volume_record_size <= LARGEST_RECORD &&
           head.header.number_of_volume_records < UINT16_MAX;
    if (done) {
        buffer_pad(&record, (size_t)head.header.volume_record_size);
        done = write_table(&head, &record, patches);
    }
    buffer_free(&record);
    return done || refuse(failure, EXIT_INPUT, "%s: %s has no room for one more way to search", base->path,
                          head.file->path);
}

bool add_index_write(const struct network *network, const char *name, struct failure *failure)
{
    const struct territories none = {0};
    struct buffer buffer = {0};
    FILE *file;
    bool done;

    if (!*name)
        return true;
    file = target_create(name, failure);
    if (!file)
        return false;
    index_pois_append(&buffer, network, &none, name);
    done = fwrite(buffer.bytes, 1, buffer.size, file) == buffer.size ||
           refuse(failure, EXIT_SYSTEM, "%s: %s", name, strerror(errno));
    buffer_free(&buffer);
    return target_close_file(file, failure) && done;
}
