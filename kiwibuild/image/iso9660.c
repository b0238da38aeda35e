/* SPDX-License-Identifier: MIT */
/* Folders, path tables and volume descriptors of ISO 9660 (ECMA-119), and of Joliet, which differs in
 * letters. */
#include "iso9660.h"

#include <stdio.h>
#include <string.h>

#include "common/bytes.h"

/* Volume descriptor: ECMA-119 8.4; offsets */
enum {
    TYPE = 0,
    TYPE_PRIMARY = 1,
    TYPE_SUPPLEMENTARY = 2, /* Joliet */
    TYPE_TERMINATOR = 255,
    STANDARD = 1,
    VERSION = 6,
    SYSTEM_ID = 8,
    VOLUME_ID = 40,
    ID_SIZE = 32,
    SPACE_SIZE = 80,
    ESCAPE_SEQUENCES = 88, /* Joliet */
    SET_SIZE = 120,
    SEQUENCE_NUMBER = 124,
    BLOCK_SIZE = 128,
    TABLE_SIZE = 132,
    TABLE_LITTLE = 140,
    TABLE_BIG = 148,
    ROOT = 156,
    SET_ID = 190,
    PUBLISHER_ID = 318,
    PREPARER_ID = 446,
    APPLICATION_ID = 574,
    LONG_ID_SIZE = 128,
    COPYRIGHT_FILE = 702,
    ABSTRACT_FILE = 739,
    BIBLIOGRAPHIC_FILE = 776,
    FILE_ID_SIZE = 37,
    CREATION_DATE = 813,
    MODIFICATION_DATE = 830,
    EXPIRATION_DATE = 847,
    EFFECTIVE_DATE = 864,
    DATE_SIZE = 17, /* digits, and the distance from UTC as a byte */
    STRUCTURE_VERSION = 881,
};

/* Directory record: 9.1 */
enum {
    RECORD_SIZE = 0,
    RECORD_EXTENT = 2,
    RECORD_LENGTH = 10,
    RECORD_DATE = 18,
    RECORD_FLAGS = 25,
    RECORD_IS_FOLDER = 2,
    RECORD_CONTINUES = 128,
    RECORD_SEQUENCE_NUMBER = 28,
    RECORD_NAME_SIZE = 32,
    RECORD_NAME = 33,
    RECORD_LIMIT = 255,
};

/* Record of a path table: 9.4 */
enum { TABLE_EXTENT = 2, TABLE_PARENT = 6, TABLE_NAME = 8 };

/** Bytes of a file that one record can have, in whole sectors; a file may have several records. */
#define EXTENT_LIMIT (UINT32_MAX - (UINT32_MAX & (SECTOR_SIZE - 1)))

static void store16_both(uint8_t *bytes, uint32_t value)
{
    store16_little(bytes, value);
    store16_big(bytes + 2, value);
}

static void store32_both(uint8_t *bytes, uint32_t value)
{
    store32_little(bytes, value);
    store32_big(bytes + 4, value);
}

/** What a record says beside the name. */
struct record {
    uint32_t sector, size;
    unsigned flags;
};

/** Returns the size of the record. */
static size_t make_record(uint8_t record[static RECORD_LIMIT], const struct record *what, const uint8_t *name,
                          size_t length)
{
    const size_t size = (RECORD_NAME + length + 1) & ~(size_t)1;

    memset(record, 0, RECORD_LIMIT);
    record[RECORD_SIZE] = (uint8_t)size;
    store32_both(record + RECORD_EXTENT, what->sector);
    store32_both(record + RECORD_LENGTH, what->size);
    record[RECORD_DATE] = IMAGE_YEAR - 1900;
    record[RECORD_DATE + 1] = IMAGE_MONTH;
    record[RECORD_DATE + 2] = IMAGE_DAY;
    record[RECORD_FLAGS] = (uint8_t)what->flags;
    store16_both(record + RECORD_SEQUENCE_NUMBER, 1);
    record[RECORD_NAME_SIZE] = (uint8_t)length;
    memcpy(record + RECORD_NAME, name, length);
    return size;
}

/** No record lies in two sectors. */
static void append_record(struct buffer *list, const struct record *what, const uint8_t *name, size_t length)
{
    uint8_t record[RECORD_LIMIT];
    const size_t size = make_record(record, what, name, length);

    if (list->size % SECTOR_SIZE + size > SECTOR_SIZE)
        buffer_pad(list, SECTOR_SIZE);
    buffer_append(list, record, size);
}

static struct record folder_record(const struct image_node *folder, enum image_view view)
{
    const struct image_list *list = &folder->lists[view];

    return (struct record){list->sector, list->sectors * SECTOR_SIZE, RECORD_IS_FOLDER};
}

/** A file of more than EXTENT_LIMIT has several records in a row (level 3). */
static void append_file(struct buffer *list, const struct image_node *file, const uint8_t *name,
                        size_t length)
{
    uint64_t left = file->size, sector = file->sector;

    for (;;) {
        const bool more = left > EXTENT_LIMIT;
        const struct record record = {(uint32_t)sector, more ? (uint32_t)EXTENT_LIMIT : (uint32_t)left,
                                      more ? RECORD_CONTINUES : 0};

        append_record(list, &record, name, length);
        if (!more)
            return;
        left -= record.size;
        sector += record.size / SECTOR_SIZE;
    }
}

/** All records of a folder. */
static void make_list(struct buffer *list, const struct image_node *folder, enum image_view view)
{
    static const uint8_t self = 0, parent = 1; /* what stands for their names */
    struct record record = folder_record(folder, view);

    append_record(list, &record, &self, 1);
    record = folder_record(folder->parent, view);
    append_record(list, &record, &parent, 1);
    for (size_t i = 0; i < folder->child_count; i++) {
        const struct image_node *node = folder->children[i];
        uint8_t name[UINT8_MAX];
        size_t length = node->identifiers[view][0];

        memcpy(name, node->identifiers[view] + 1, length);
        if (node->is_folder) {
            record = folder_record(node, view);
            append_record(list, &record, name, length);
            continue;
        }
        if (view == VIEW_ISO) { /* the version */
            name[length++] = ';';
            name[length++] = '1';
        }
        append_file(list, node, name, length);
    }
    buffer_pad(list, SECTOR_SIZE);
}

static void append_table_record(struct buffer *table, const struct image_node *folder, enum image_view view,
                                bool big)
{
    static const uint8_t root[] = {1, 0};
    const uint8_t *name = folder == folder->parent ? root : folder->identifiers[view];
    uint8_t head[TABLE_NAME] = {name[0]};

    (big ? store32_big : store32_little)(head + TABLE_EXTENT, folder->lists[view].sector);
    (big ? store16_big : store16_little)(head + TABLE_PARENT, folder->parent->lists[view].number);
    buffer_append(table, head, sizeof head);
    buffer_append(table, name + 1, name[0]);
    buffer_pad(table, 2);
}

static void make_table(struct buffer *table, const struct image_tree *tree, enum image_view view, bool big)
{
    for (size_t i = 0; i < tree->folder_count; i++)
        append_table_record(table, tree->folders[i], view, big);
}

void iso_plan(struct iso_volume *volume, struct image_tree *tree, uint64_t *sector)
{
    struct buffer bytes = {0};

    image_tree_arrange(tree, volume->view);
    make_table(&bytes, tree, volume->view, false);
    volume->table_size = (uint32_t)bytes.size;
    for (int i = 0; i < 2; i++) {
        volume->table_sectors[i] = (uint32_t)*sector;
        *sector += sectors_of(bytes.size);
    }
    for (size_t i = 0; i < tree->folder_count; i++) {
        struct image_list *list = &tree->folders[i]->lists[volume->view];

        bytes.size = 0;
        make_list(&bytes, tree->folders[i], volume->view);
        list->sector = (uint32_t)*sector;
        list->sectors = (uint32_t)(bytes.size / SECTOR_SIZE);
        *sector += list->sectors;
    }
    buffer_free(&bytes);
}

/** A text of a descriptor, filled up with spaces; in Joliet letters have two bytes. */
static void put_text(uint8_t *field, size_t size, const char *text, bool wide)
{
    const size_t length = strlen(text), unit = wide ? 2 : 1;

    for (size_t i = 0; i + unit <= size; i += unit) {
        const uint8_t letter = i / unit < length ? (uint8_t)text[i / unit] : ' ';

        field[i] = wide ? 0 : letter;
        field[i + unit - 1] = letter;
    }
}

/** Those that do not depend on the disc. */
static void put_texts(uint8_t *sector, bool wide)
{
    put_text(sector + SYSTEM_ID, ID_SIZE, "", wide);
    put_text(sector + SET_ID, LONG_ID_SIZE, "", wide);
    put_text(sector + PUBLISHER_ID, LONG_ID_SIZE, "", wide);
    put_text(sector + PREPARER_ID, LONG_ID_SIZE, "", wide);
    put_text(sector + APPLICATION_ID, LONG_ID_SIZE, "KIWIBUILD", wide);
    put_text(sector + COPYRIGHT_FILE, FILE_ID_SIZE, "", wide);
    put_text(sector + ABSTRACT_FILE, FILE_ID_SIZE, "", wide);
    put_text(sector + BIBLIOGRAPHIC_FILE, FILE_ID_SIZE, "", wide);
}

static void put_date(uint8_t *field, bool set)
{
    char digits[DATE_SIZE + 1];

    snprintf(digits, sizeof digits, "%04d%02d%02d00000000", set ? IMAGE_YEAR : 0, set ? IMAGE_MONTH : 0,
             set ? IMAGE_DAY : 0);
    memcpy(field, digits, DATE_SIZE - 1);
}

static void make_descriptor(uint8_t sector[static SECTOR_SIZE], const struct iso_volume *volume,
                            const struct image_tree *tree, const char *volume_id, uint64_t sectors)
{
    static const uint8_t root_name = 0;
    const bool joliet = volume->view == VIEW_JOLIET;
    const struct record root = folder_record(tree->nodes, volume->view);
    uint8_t record[RECORD_LIMIT];

    sector[TYPE] = joliet ? TYPE_SUPPLEMENTARY : TYPE_PRIMARY;
    memcpy(sector + STANDARD, "CD001", 5);
    sector[VERSION] = 1;
    put_text(sector + VOLUME_ID, ID_SIZE, volume_id, joliet);
    store32_both(sector + SPACE_SIZE, (uint32_t)sectors);
    if (joliet)
        memcpy(sector + ESCAPE_SEQUENCES, "%/E", 3); /* UCS-2, level 3 */
    store16_both(sector + SET_SIZE, 1);
    store16_both(sector + SEQUENCE_NUMBER, 1);
    store16_both(sector + BLOCK_SIZE, SECTOR_SIZE);
    store32_both(sector + TABLE_SIZE, volume->table_size);
    store32_little(sector + TABLE_LITTLE, volume->table_sectors[0]);
    store32_big(sector + TABLE_BIG, volume->table_sectors[1]);
    memcpy(sector + ROOT, record, make_record(record, &root, &root_name, 1));
    put_texts(sector, joliet);
    put_date(sector + CREATION_DATE, true);
    put_date(sector + MODIFICATION_DATE, true);
    put_date(sector + EXPIRATION_DATE, false);
    put_date(sector + EFFECTIVE_DATE, true);
    sector[STRUCTURE_VERSION] = 1;
}

bool iso_write(const struct iso_volume *volume, struct image_tree *tree, const char *volume_id,
               uint64_t sectors, const struct image_output *output, struct failure *failure)
{
    const uint64_t place = FIRST_VOLUME_SECTOR + (volume->view == VIEW_JOLIET);
    uint8_t descriptor[SECTOR_SIZE] = {0};
    struct buffer bytes = {0};
    bool done;

    image_tree_arrange(tree, volume->view);
    make_descriptor(descriptor, volume, tree, volume_id, sectors);
    done = image_put(output, place, descriptor, sizeof descriptor, failure);
    for (int i = 0; done && i < 2; i++) {
        make_table(&bytes, tree, volume->view, i == 1);
        done = image_put_buffer(output, volume->table_sectors[i], &bytes, failure);
    }
    for (size_t i = 0; done && i < tree->folder_count; i++) {
        make_list(&bytes, tree->folders[i], volume->view);
        done = image_put_buffer(output, tree->folders[i]->lists[volume->view].sector, &bytes, failure);
    }
    buffer_free(&bytes);
    return done;
}

bool iso_write_terminator(const struct image_output *output, struct failure *failure)
{
    uint8_t sector[SECTOR_SIZE] = {TYPE_TERMINATOR, 'C', 'D', '0', '0', '1', 1};

    return image_put(output, FIRST_VOLUME_SECTOR + 2, sector, sizeof sector, failure);
}
