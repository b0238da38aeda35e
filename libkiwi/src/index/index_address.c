/* SPDX-License-Identifier: MIT */
/* Reads heads of an index, and what their addresses mean. */
#include "index/index_take.h"

#include <stdio.h>
#include <string.h>

#include "disc/disc.h"
#include "bytes/source.h"
#include "bytes/utf8.h"

/* Longest name of an additional address entry that is followed; 16 on the disc known best. */
enum { NAME_LIMIT = 256 };

size_t kiwi_index_read(const struct kiwi_file *file, uint64_t offset, void *bytes, size_t length)
{
    size_t received = 0;
    if (!file->source || offset >= file->size ||
        kiwi_source_read_before(file->source, offset, bytes, length, &received, NULL) != KIWI_OK)
        return 0;
    return received;
}

void kiwi_index_report(const struct kiwi_index_pieces *pieces, const struct kiwi_file *file, uint64_t offset,
                       const char *field, const char *expected, const char *found)
{
    kiwi_report(&pieces->reporter, KIWI_ERROR, file->path, offset, field, expected, found);
}

void kiwi_index_report_number(const struct kiwi_index_pieces *pieces, const struct kiwi_file *file,
                              uint64_t offset, const char *field, const char *expected, uint64_t found)
{
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)found);
    kiwi_index_report(pieces, file, offset, field, expected, text);
}

/** A file that was opened alone has no folder: then it is its own name that counts, and what lies beside it.
 */
const struct kiwi_file *kiwi_index_find_file(const struct kiwi_index_pieces *pieces, const char *text,
                                             const struct kiwi_file *from)
{
    char name[NAME_LIMIT + 1];
    size_t length = strnlen(text, NAME_LIMIT);
    memcpy(name, text, length);
    name[length] = '\0';
    for (char *c = name; *c; c++)
        *c = *c == '\\' ? '/' : *c;
    const struct kiwi_file *file = kiwi_disc_find(pieces->disc, name, from);
    if (file)
        return file;
    if (kiwi_compare_case(kiwi_base_name(name), kiwi_base_name(from->path)) == 0)
        return from;
    return kiwi_disc_find(pieces->disc, kiwi_base_name(name), from);
}

bool kiwi_index_resolve(const struct kiwi_index_pieces *pieces, const struct kiwi_file *file, uint64_t record,
                        uint64_t record_size, uint64_t address, struct kiwi_index_place *place)
{
    uint8_t bytes[6 + NAME_LIMIT];
    char name[NAME_LIMIT + 1];
    struct kiwi_additional_address_entry entry;
    if (address == KIWI_NULL || address == 0 || address >= record_size)
        return false;
    size_t length = (size_t)(record_size - address < sizeof bytes ? record_size - address : sizeof bytes);
    length = kiwi_index_read(file, record + address, bytes, length);
    if (!kiwi_additional_address_entry_decode(&entry, bytes, length) || entry.offset == KIWI_NULL)
        return false;
    if (entry.file_name_length > 0)
        memcpy(name, entry.file_name, entry.file_name_length);
    name[entry.file_name_length] = '\0';
    place->offset = entry.offset;
    place->file = name[0] ? kiwi_index_find_file(pieces, name, file) : file;
    return place->file && place->file->source && place->offset < place->file->size;
}
