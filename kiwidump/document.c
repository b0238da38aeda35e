/* SPDX-License-Identifier: MIT */
/* The JSON document of a disc: files, map, index, route planning and findings. */
#include <stdio.h>
#include <stdlib.h>

#include "index_json.h"
#include "loading.h"
#include "value.h"

static void put_disc(struct json *json, struct kiwi_disc *disc)
{
    static const char *const containers[] = {"file", "directory", "image"};
    unsigned systems = kiwi_disc_file_systems(disc);
    json_key(json, "disc");
    json_begin_object(json);
    json_key(json, "container");
    json_string(json, containers[kiwi_disc_container(disc)]);
    json_key(json, "size");
    json_unsigned(json, kiwi_disc_size(disc));
    json_key(json, "volume_id");
    json_string(json, kiwi_disc_volume_id(disc));
    json_key(json, "file_systems");
    json_begin_array(json);
    if (systems & KIWI_ISO9660)
        json_string(json, "iso9660");
    if (systems & KIWI_JOLIET)
        json_string(json, "joliet");
    if (systems & KIWI_UDF)
        json_string(json, "udf");
    json_end_array(json);
    json_key(json, "charset");
    json_string(json, kiwi_disc_charset(disc));
    if (kiwi_disc_datum(disc)[0] && strcmp(kiwi_disc_datum(disc), "WGS84") != 0) {
        json_key(json, "datum");
        json_string(json, kiwi_disc_datum(disc));
    }
    json_end_object(json);
}

/** The name of a file may say nothing, and the index have led there. */
static void put_kind(struct json *json, const struct kiwi_file *file, const struct kiwi_index *index)
{
    bool indexed = file->kind == KIWI_FILE_UNKNOWN && index && kiwi_index_holds(index, file);
    json_key(json, "kind");
    json_string(json, kiwi_file_kind_name(indexed ? KIWI_FILE_INDEX : file->kind));
    json_key(json, "reason");
    json_string(json, indexed ? "the index leads here" : file->reason);
}

static void put_file(struct json *json, const struct kiwi_file *file, const struct kiwi_index *index)
{
    json_begin_object(json);
    json_key(json, "path");
    json_string(json, file->path);
    json_key(json, "size");
    json_unsigned(json, file->size);
    put_kind(json, file, index);
    if (file->extents) {
        json_key(json, "extents");
        json_begin_array(json);
        for (size_t i = 0; i < file->extent_count; i++) {
            json_begin_object(json);
            json_key(json, "offset");
            json_unsigned(json, file->extents[i].offset);
            json_key(json, "length");
            json_unsigned(json, file->extents[i].length);
            json_end_object(json);
        }
        json_end_array(json);
    }
    json_end_object(json);
}

static void put_files(struct dump *dump, const struct kiwi_index *index)
{
    json_key(&dump->json, "files");
    json_begin_array(&dump->json);
    for (size_t i = 0; i < kiwi_disc_file_count(dump->disc); i++) {
        const struct kiwi_file *file = kiwi_disc_file(dump->disc, i);
        if (!dump->options.file || file == kiwi_disc_find(dump->disc, dump->options.file, NULL))
            put_file(&dump->json, file, index);
    }
    json_end_array(&dump->json);
}

/** A record outside of the map's millions, with its offset. */
static void put_record(struct json *json, const struct values *values, const struct kiwi_item *item)
{
    json_key(json, "offset");
    json_unsigned(json, item->offset);
    json_key(json, "fields");
    value_fields(json, values, item->type, item->bytes, item->layout);
}

/** Kind of data that a record of the management header table leads to; records from 8 on differ by maker. */
static const char *header_kind(uint32_t number)
{
    const char *name = kiwi_enumeration_name(&kiwi_enum_management_header_kind, number);
    return name ? name : "other";
}

static bool is_used(const struct kiwi_item *item)
{
    struct kiwi_management_header_record record;
    if (!kiwi_management_header_record_decode(&record, item->bytes, item->length))
        return false;
    return record.size != 0 || record.file_name[0] != '\0' ||
           (record.address != 0 && record.address != KIWI_DSA_NULL);
}

static void put_blocks(struct json *json, struct kiwi_level_blocks blocks)
{
    json_key(json, "block_sets");
    json_unsigned(json, blocks.block_sets);
    json_key(json, "block_sets_with_data");
    json_unsigned(json, blocks.with_table);
    json_key(json, "listed_blocks");
    json_unsigned(json, blocks.listed);
}

static void put_level(struct dump *dump, struct kiwi_map *map, const struct values *values,
                      const struct kiwi_level *level, const struct kiwi_item *item)
{
    struct json *json = &dump->json;
    const struct kiwi_parcel whole = {
        .level = level, .columns = level->columns, .rows = level->rows, .part_columns = 1, .part_rows = 1};
    const struct kiwi_parcel one = {
        .level = level, .columns = 1, .rows = 1, .part_columns = 1, .part_rows = 1};
    struct kiwi_box cell = kiwi_parcel_box(&one);
    json_begin_object(json);
    json_key(json, "level");
    json_signed(json, level->number);
    json_key(json, "columns");
    json_unsigned(json, level->columns);
    json_key(json, "rows");
    json_unsigned(json, level->rows);
    json_key(json, "bbox");
    value_box(json, kiwi_parcel_box(&whole));
    json_key(json, "cell_width");
    value_degrees(json, kiwi_eighths_degrees(level->grid.width) / level->columns);
    json_key(json, "cell_height");
    value_degrees(json, cell.north - cell.south);
    put_blocks(json, kiwi_map_blocks(map, level));
    put_record(json, values, item);
    json_end_object(json);
}

/** Where the walk over the small records at the start of the map is. */
struct map_document {
    struct dump *dump;
    struct kiwi_map *map;
    struct values values;
    bool in_array;    /* of header records or levels */
    bool has_header;  /* there is a parcel-related header to come */
    uint32_t records; /* of the header table, so far */
    size_t levels;    /* so far */
};

static void begin_member(struct map_document *document, const char *key, bool array)
{
    struct json *json = &document->dump->json;
    if (document->in_array)
        json_end_array(json);
    document->in_array = array;
    json_key(json, key);
    if (array)
        json_begin_array(json);
}

static void put_single(struct map_document *document, const char *key, const struct kiwi_item *item)
{
    struct json *json = &document->dump->json;
    begin_member(document, key, false);
    json_begin_object(json);
    put_record(json, &document->values, item);
    json_end_object(json);
}

static void put_header_record(struct map_document *document, const struct kiwi_item *item)
{
    struct json *json = &document->dump->json;
    uint32_t number = ++document->records;
    if (!is_used(item))
        return;
    json_begin_object(json);
    json_key(json, "number");
    json_unsigned(json, number);
    json_key(json, "kind");
    json_string(json, header_kind(number));
    put_record(json, &document->values, item);
    json_end_object(json);
}

/** Handles one record; false when nothing of interest follows. */
static bool put_map_item(struct map_document *document, const struct kiwi_item *item)
{
    const struct options *options = &document->dump->options;
    size_t count = kiwi_map_level_count(document->map);
    if (item->type == &kiwi_type_data_volume) {
        put_single(document, "data_volume", item);
    } else if (item->type == &kiwi_type_management_header_table) {
        begin_member(document, "management_header_table", true);
    } else if (item->type == &kiwi_type_management_header_record) {
        put_header_record(document, item);
    } else if (item->type == &kiwi_type_parcel_related_distribution_header) {
        put_single(document, "parcel_related_data", item);
        if (count > 0)
            begin_member(document, "levels", true);
        return count > 0;
    } else if (item->type == &kiwi_type_level_management_record) {
        const struct kiwi_level *level = kiwi_map_level(document->map, document->levels++);
        if (level && (!options->has_level || level->number == options->level))
            put_level(document->dump, document->map, &document->values, level, item);
        return document->levels < count;
    } else if (!item->type && document->records > 0 && !document->has_header) {
        return false; /* the table ended, and it leads to no map */
    }
    return true;
}

/** Walks the small records at the start of the map: volume, table, parcel-related header, levels; not a
 * record further. */
static void put_map(struct dump *dump, struct kiwi_map *map, struct kiwi_walk *walk)
{
    const struct kiwi_file *file;
    uint64_t offset;
    struct map_document document = {.dump = dump,
                                    .map = map,
                                    .values = {dump->disc, kiwi_map_sectors(map)},
                                    .has_header = kiwi_map_header(map, &file, &offset)};
    struct kiwi_item item;
    while (kiwi_walk_next(walk, &item) != KIWI_EVENT_END && put_map_item(&document, &item)) {
    }
    if (document.in_array)
        json_end_array(&dump->json);
}

/** The text files, as text; of several of a kind the first. */
static void put_texts(struct dump *dump)
{
    static uint8_t bytes[65536];
    json_key(&dump->json, "texts");
    json_begin_object(&dump->json);
    for (enum kiwi_file_kind kind = KIWI_FILE_UNKNOWN; kind < KIWI_FILE_KIND_COUNT; kind++) {
        const struct kiwi_file *file = kiwi_disc_find_kind(dump->disc, kind);
        size_t received = 0;
        if (!kiwi_file_kind_is_text(kind) || !file || !file->source ||
            kiwi_source_read(file->source, 0, bytes, sizeof bytes, &received, NULL) != KIWI_OK)
            continue;
        json_key(&dump->json, kiwi_file_kind_name(kind));
        value_text(&dump->json, dump->disc, bytes, received);
    }
    json_end_object(&dump->json);
}

enum kiwi_status dump_document(struct dump *dump, struct kiwi_error *error)
{
    struct json *json = &dump->json;
    struct kiwi_map *map = NULL;
    struct kiwi_walk *walk = NULL;
    struct kiwi_index *index = NULL;
    const struct kiwi_walk_options options = {.size = sizeof options, .headers = true};
    enum kiwi_status status = kiwi_map_open(dump->disc, &map, error);
    if (status == KIWI_OK)
        status = kiwi_walk_open(dump->disc, &options, &walk, error);
    if (status == KIWI_ERROR_IO || status == KIWI_ERROR_MEMORY) {
        kiwi_map_close(map);
        return status;
    }
    json_begin_object(json);
    json_key(json, "kiwidump");
    json_string(json, KIWI_VERSION);
    put_disc(json, dump->disc);
    if (kiwi_index_open(dump->disc, &index, NULL) != KIWI_OK)
        index = NULL;
    put_files(dump, index);
    if (walk)
        put_map(dump, map, walk);
    if (walk && !dump->options.has_level)
        dump_other_data(dump, walk);
    if (map && !dump->options.has_level)
        dump_regions(dump, map);
    if (index)
        index_document(dump, index);
    status = loading_document(dump, error);
    put_texts(dump);
    json_end_object(json);
    kiwi_index_close(index);
    kiwi_walk_close(walk);
    kiwi_map_close(map);
    return status;
}
