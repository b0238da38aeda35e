/* SPDX-License-Identifier: MIT */
/* Reads the folders of an ISO 9660 or Joliet tree (ECMA-119). */
#include "disc/iso9660.h"

#include "bytes/codec.h"
#include "base/grow.h"
#include "bytes/utf8.h"
#include "bytes/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Directory record, ECMA-119 section 9.1. Numbers stand there in both byte orders, one after the other. */
enum {
    RECORD_LENGTH = 0,
    EXTENDED_ATTRIBUTES = 1,
    EXTENT = 2,
    DATA_LENGTH = 10,
    FLAGS = 25,
    FILE_UNIT = 26,
    GAP = 27,
    SEQUENCE_NUMBER = 28,
    NAME_LENGTH = 32,
    NAME = 33,
};

enum {
    FLAG_DIRECTORY = 0x02,
    FLAG_ASSOCIATED = 0x04,
    FLAG_MORE = 0x80, /* another record with a further extent follows */
};

enum { FINDING_LIMIT = 1000 };

struct folder {
    char *path;
    uint64_t offset;
    uint64_t size;
    unsigned depth;
};

struct walk {
    struct kiwi_source *source;
    const struct kiwi_iso_tree *tree;
    struct kiwi_listing *listing;
    const struct kiwi_reporter *reporter;
    struct kiwi_window window;
    struct kiwi_set visited;
    struct folder *folders; /* a queue that only grows */
    size_t count;
    size_t capacity;
    uint64_t budget; /* bytes of directories still to be read */
    unsigned findings;
    bool no_memory;
    bool full;
    bool more;          /* the last record of this folder announced a further extent */
    size_t last_length; /* and had this name */
    uint8_t last_name[256];
};

/* A directory record, taken apart. */
struct record {
    uint64_t offset; /* of the record, for findings */
    uint64_t start;  /* of the data, in bytes */
    uint64_t size;
    uint8_t flags;
    const uint8_t *name;
    size_t name_length;
};

static void report(struct walk *walk, enum kiwi_severity severity, const char *file, uint64_t offset,
                   const char *field, const char *expected, const char *found)
{
    if (walk->findings++ < FINDING_LIMIT)
        kiwi_report(walk->reporter, severity, file, offset, field, expected, found);
}

/* The little-endian half counts; the other one is only compared. */
static uint32_t both_endian(struct walk *walk, const struct folder *folder, const uint8_t *bytes,
                            unsigned width, uint64_t offset, const char *field)
{
    uint32_t little = width == 2 ? kiwi_load16_little(bytes) : kiwi_load32_little(bytes);
    uint32_t big = width == 2 ? kiwi_load16(bytes + 2) : kiwi_load32(bytes + 4);
    char expected[48];
    char found[48];

    if (little != big) {
        snprintf(expected, sizeof expected, "%lu in both byte orders", (unsigned long)little);
        snprintf(found, sizeof found, "%lu in big-endian order", (unsigned long)big);
        report(walk, KIWI_WARNING, folder->path, offset, field, expected, found);
    }
    return little;
}

/* Takes path. */
static void push(struct walk *walk, char *path, uint64_t offset, uint64_t size, unsigned depth)
{
    struct folder *folders = path
                                 ? grow_array(walk->folders, &walk->capacity, walk->count, 1, sizeof *folders)
                                 : NULL;
    if (!folders) {
        free(path);
        walk->no_memory = true;
        return;
    }
    walk->folders = folders;
    folders[walk->count++] = (struct folder){path, offset, size, depth};
}

/* Without the version (";1") and the dot of an empty extension. */
static void strip_version(char *name)
{
    char *semicolon = strrchr(name, ';');
    size_t length;

    if (semicolon && semicolon[1 + strspn(semicolon + 1, "0123456789")] == '\0')
        *semicolon = '\0';
    length = strlen(name);
    if (length > 1 && name[length - 1] == '.')
        name[length - 1] = '\0';
}

static char *make_path(const struct walk *walk, const struct folder *folder, const struct record *record)
{
    char *name = walk->tree->joliet ? kiwi_utf8_from_utf16be(record->name, record->name_length)
                                    : kiwi_utf8_clean((const char *)record->name, record->name_length);
    char *path;

    if (name) {
        strip_version(name);
        name = kiwi_safe_name(name);
    }
    path = name ? kiwi_join_path(folder->path, name) : NULL;
    free(name);
    return path;
}

static void add_folder(struct walk *walk, const struct folder *folder, const struct record *record)
{
    char *path = make_path(walk, folder, record);

    if (!path) {
        walk->no_memory = true;
        return;
    }
    if (folder->depth >= KIWI_DEPTH_LIMIT) {
        report(walk, KIWI_WARNING, path, record->offset, "folder", "at most 8 deep",
               "deeper; it is left out");
        free(path);
        return;
    }
    switch (kiwi_set_add(&walk->visited, record->start)) {
    case KIWI_SET_NEW: push(walk, path, record->start, record->size, folder->depth + 1); return;
    case KIWI_SET_OLD:
        report(walk, KIWI_ERROR, path, record->offset, "folder", "a place of its own",
               "a folder met before; a loop");
        break;
    case KIWI_SET_NO_MEMORY: walk->no_memory = true; break;
    }
    free(path);
}

static bool continues(const struct walk *walk, const struct record *record)
{
    return walk->more && walk->listing->count > 0 && walk->last_length == record->name_length &&
           memcmp(walk->last_name, record->name, record->name_length) == 0;
}

/* A further extent was announced, and does not follow. */
static void end_extents(struct walk *walk, const struct folder *folder, uint64_t offset)
{
    if (walk->more)
        report(walk, KIWI_WARNING, folder->path, offset, "multi-extent",
               "a further extent of the file before it", "none");
    walk->more = false;
}

static void add_file(struct walk *walk, const struct folder *folder, const struct record *record)
{
    struct kiwi_entry *entry;

    if (!continues(walk, record))
        end_extents(walk, folder, record->offset);
    if (walk->more) {
        entry = &walk->listing->entries[walk->listing->count - 1];
        entry->size += record->size;
    } else if (walk->listing->count >= KIWI_FILE_LIMIT) {
        if (!walk->full) {
            report(walk, KIWI_WARNING, folder->path, record->offset, "files", "at most 65536",
                   "more; they are left out");
        }
        walk->full = true;
        return;
    } else {
        entry = kiwi_listing_add(walk->listing, make_path(walk, folder, record), record->size);
    }
    if (!entry || !kiwi_entry_add_extent(entry, record->start, record->size)) {
        walk->no_memory = true;
        return;
    }
    walk->more = (record->flags & FLAG_MORE) != 0;
    walk->last_length = record->name_length;
    memcpy(walk->last_name, record->name, record->name_length);
}

/* bytes: one record of length bytes, as its own length field says. */
static void read_record(struct walk *walk, const struct folder *folder, const uint8_t *bytes, size_t length,
                        uint64_t offset)
{
    struct record record = {
        .offset = offset, .flags = bytes[FLAGS], .name = bytes + NAME, .name_length = bytes[NAME_LENGTH]};

    if (record.name_length == 0 || record.name_length > length - NAME) {
        report(walk, KIWI_ERROR, folder->path, offset, "directory record", "a name inside the record",
               "a longer or no name");
        return;
    }
    record.start = both_endian(walk, folder, bytes + EXTENT, 4, offset + EXTENT, "location of extent");
    record.start = (record.start + bytes[EXTENDED_ATTRIBUTES]) * walk->tree->block_size;
    record.size = both_endian(walk, folder, bytes + DATA_LENGTH, 4, offset + DATA_LENGTH, "data length");
    both_endian(walk, folder, bytes + SEQUENCE_NUMBER, 2, offset + SEQUENCE_NUMBER, "volume sequence number");
    if (record.name_length == 1 && record.name[0] == 0 && record.start != folder->offset)
        report(walk, KIWI_WARNING, folder->path, offset + EXTENT, "location of extent",
               "that of the folder in its own record", "another one");
    if ((record.name_length == 1 && record.name[0] <= 1) || (record.flags & FLAG_ASSOCIATED) != 0)
        return; /* "." and ".."; resource forks */
    if (bytes[FILE_UNIT] != 0 || bytes[GAP] != 0) {
        report(walk, KIWI_ERROR, folder->path, offset + FILE_UNIT, "interleave", "0",
               "an interleaved file; it is read as if it were not");
    }
    if ((record.flags & FLAG_DIRECTORY) != 0) {
        end_extents(walk, folder, offset);
        add_folder(walk, folder, &record);
    } else {
        add_file(walk, folder, &record);
    }
}

/* Records do not cross the end of a sector; zeros fill it up. */
static void read_sector(struct walk *walk, const struct folder *folder, const struct kiwi_view *view)
{
    size_t position = 0;

    while (position < view->length && !walk->no_memory) {
        size_t length = view->bytes[position + RECORD_LENGTH];

        if (length == 0)
            return;
        if (length <= NAME || length > view->length - position) {
            report(walk, KIWI_ERROR, folder->path, view->offset + position, "directory record",
                   "a record inside its sector", "a length that does not fit");
            return;
        }
        read_record(walk, folder, view->bytes + position, length, view->offset + position);
        position += length;
    }
}

static void read_folder(struct walk *walk, size_t index)
{
    struct folder folder = walk->folders[index]; /* push() may move the queue */
    uint64_t image = kiwi_source_size(walk->source);
    uint64_t available = folder.offset < image ? image - folder.offset : 0;
    uint64_t size = folder.size < available ? folder.size : available;

    walk->more = false;
    if (size < folder.size)
        report(walk, KIWI_ERROR, folder.path, folder.offset, "folder", "inside the image", "beyond its end");
    if (size > walk->budget) {
        report(walk, KIWI_ERROR, folder.path, folder.offset, "folders", "at most 64 MiB of them",
               "more; the rest is left out");
        size = walk->budget;
    }
    walk->budget -= size;
    kiwi_window_stop_at(&walk->window, folder.offset + size);
    for (uint64_t done = 0; done < size && !walk->no_memory; done += KIWI_SECTOR) {
        uint64_t length = size - done < KIWI_SECTOR ? size - done : KIWI_SECTOR;
        struct kiwi_error error;
        struct kiwi_view view;

        if (kiwi_window_view(&walk->window, walk->source, folder.offset + done, length, &view, &error) !=
            KIWI_OK) {
            report(walk, KIWI_ERROR, folder.path, folder.offset + done, "folder", "readable", error.text);
            continue;
        }
        if (view.length < length)
            report(walk, KIWI_ERROR, folder.path, folder.offset + done, "folder", "readable",
                   "a sector that is not; what it lists is left out");
        read_sector(walk, &folder, &view);
    }
    end_extents(walk, &folder, folder.offset);
}

enum kiwi_status kiwi_iso_list(struct kiwi_source *source, const struct kiwi_iso_tree *tree,
                               struct kiwi_listing *listing, const struct kiwi_reporter *reporter,
                               struct kiwi_error *error)
{
    struct walk walk = {.source = source, .tree = tree, .listing = listing, .reporter = reporter};

    walk.budget = KIWI_DIRECTORY_BYTES_LIMIT;
    kiwi_window_init(&walk.window);
    walk.no_memory = kiwi_set_add(&walk.visited, tree->root_offset) == KIWI_SET_NO_MEMORY;
    push(&walk, strdup(""), tree->root_offset, tree->root_size, 0);
    for (size_t i = 0; i < walk.count && !walk.no_memory; i++)
        read_folder(&walk, i);
    for (size_t i = 0; i < walk.count; i++)
        free(walk.folders[i].path);
    free(walk.folders);
    kiwi_set_free(&walk.visited);
    kiwi_window_free(&walk.window);
    return walk.no_memory ? kiwi_fail_memory(error) : KIWI_OK;
}
