/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_MAP_H
#define KIWI_SRC_MAP_H

#include <kiwi/map.h>

#include "bytes/fail.h"
#include "bytes/view.h"

/** Level numbers are six signed bits and -32 is none: there are no more. */
enum { KIWI_LEVEL_LIMIT = 63 };
/** Of one level: 16 road, 32 background and 32 name classes (6.1.1.1). */
enum { KIWI_CLASS_LIMIT = 80 };

/** Both parts at the start of ALLDATA.KWI have this size (5). */
enum { KIWI_VOLUME_SIZE = 2048 };
/** Records of the management header table: as many as fit, since discs fill the maker's area with more (5.2).
 */
#define KIWI_HEADER_RECORDS (KIWI_VOLUME_SIZE / kiwi_type_management_header_record.fixed_size)

struct kiwi_map {
    struct kiwi_disc *disc;
    struct kiwi_reporter reporter;
    const struct kiwi_file *file; /* ALLDATA.KWI */
    struct kiwi_data_volume volume;
    struct kiwi_sectors sectors;
    const struct kiwi_file *header_file; /* of the distribution header; NULL if there is none */
    uint64_t header_offset;
    struct kiwi_parcel_related_distribution_header header;
    struct kiwi_level *levels;
    size_t level_count;
    uint64_t block_sets; /* of all levels */
    bool
        tables_sound; /* their tables of blocks lie one behind the other, each with a record for each block */
    uint16_t (*classes)[KIWI_CLASS_LIMIT];
    struct kiwi_window window;
};

/** kiwi_map_open() with findings to reporter instead of the disc's. */
enum kiwi_status kiwi_map_open_reporting(struct kiwi_disc *disc, const struct kiwi_reporter *reporter,
                                         struct kiwi_map **map, struct kiwi_error *error);

/** The file that a name field means, as seen from the file that holds it; empty = that file. NULL if there is
 * none. */
const struct kiwi_file *kiwi_map_named_file(const struct kiwi_map *map, const struct kiwi_file *from,
                                            const char *name, size_t length);

/** Where a field lies in records of a type, if always at the same place; else 0. */
uint64_t kiwi_field_offset(const struct kiwi_record_type *type, const char *field);

/** A finding with a record path, its numbers filled into the texts. */
void kiwi_map_report(const struct kiwi_map *map, enum kiwi_severity severity, const struct kiwi_file *file,
                     uint64_t offset, const char *path, const char *field, const char *expected,
                     const char *found);

/** The same about a field that always lies at the same place of a record of type at offset; found is a
 * number. */
void kiwi_map_report_field(const struct kiwi_map *map, enum kiwi_severity severity,
                           const struct kiwi_file *file, const struct kiwi_record_type *type, uint64_t offset,
                           const char *path, const char *field, const char *expected, uint64_t found);

/** The same about a field whose value was replaced by the one that the records around it bear out. */
void kiwi_map_report_derived(const struct kiwi_map *map, const struct kiwi_file *file,
                             const struct kiwi_record_type *type, uint64_t offset, const char *path,
                             const char *field, uint64_t derived, uint64_t found);

/** Column and row of the parcel that holds a place; false if it lies outside of the coverage. */
bool kiwi_level_cell(const struct kiwi_level *level, struct kiwi_place place, uint32_t *column,
                     uint32_t *row);

#endif
