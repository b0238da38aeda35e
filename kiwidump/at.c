/* SPDX-License-Identifier: MIT */
/* --at: everything that the disc has for one place. */

#include "coverage.h"
#include "dump.h"
#include "features/converted.h"
#include "features/filter.h"
#include "features/shape_feature.h"
#include "sinks/geojson.h"
#include "value.h"

static void member(struct json *json, const char *key, uint64_t value)
{
    json_key(json, key);
    json_unsigned(json, value);
}

void dump_parcel(struct json *json, enum kiwi_geodetic datum, const struct kiwi_parcel *parcel)
{
    json_key(json, "level");
    json_signed(json, parcel->level->number);
    member(json, "column", parcel->column);
    member(json, "row", parcel->row);
    member(json, "block_set", parcel->block_set);
    member(json, "block", parcel->block);
    member(json, "slot", parcel->slot);
    json_key(json, "part");
    if (parcel->divided) {
        json_begin_object(json);
        member(json, "column", parcel->part_column);
        member(json, "row", parcel->part_row);
        member(json, "columns", parcel->part_columns);
        member(json, "rows", parcel->part_rows);
        json_end_object(json);
    } else {
        json_null(json);
    }
    member(json, "columns", parcel->columns);
    member(json, "rows", parcel->rows);
    json_key(json, "file");
    json_string(json, parcel->file->path);
    member(json, "offset", parcel->offset);
    member(json, "size", parcel->size);
    json_key(json, "bbox");
    value_box(json, kiwi_box_to_wgs84(datum, kiwi_parcel_box(parcel)));
}

/** Everything for one place. */
struct place {
    struct dump *dump;
    struct kiwi_map *map;
    struct kiwi_shapes *shapes;
    struct filter filter;
    struct shape_maker maker;
    struct converted converted;
    struct geojson geojson;
    uint64_t count;
    uint64_t parcels; /* that were found */
};

static bool wanted(struct place *place, const struct kiwi_parcel *parcel, const struct kiwi_shape *shape)
{
    if (!filter_type(&place->filter, shape_types(shape->kind), shape->type))
        return false;
    if (!shape_points(&place->maker, parcel, shape))
        shape_report(parcel, shape, findings_take, &place->dump->findings);
    return true;
}

static enum kiwi_status put_features(struct place *place, const struct kiwi_parcel *parcel,
                                     struct kiwi_error *error)
{
    struct json *json = &place->dump->json;
    struct shape_maker *maker = &place->maker;
    struct kiwi_shape shape;
    json_key(json, "features");
    json_begin_array(json);
    enum kiwi_status status = kiwi_shapes_start(place->shapes, parcel, filter_shapes(&place->dump->options),
                                                error);
    while (status == KIWI_OK && !dump_enough(place->dump, place->count) &&
           (status = kiwi_shapes_next(place->shapes, &shape, error)) == KIWI_OK) {
        if (!wanted(place, parcel, &shape))
            continue;
        const struct feature *feature = &maker->feature;
        status = shape_make(maker, parcel->file, parcel->level->number, &shape, error);
        if (status == KIWI_OK)
            status = converted_make(&place->converted, &feature, error);
        if (status != KIWI_OK)
            break;
        json_members(json, "", 0);
        place->count++;
        status = geojson_feature(&place->geojson, feature, error);
    }
    json_end_array(json);
    return status == KIWI_END ? KIWI_OK : status;
}

static enum kiwi_status put_level(struct place *place, const struct kiwi_level *level,
                                  struct kiwi_error *error)
{
    const struct options *options = &place->dump->options;
    struct json *json = &place->dump->json;
    struct kiwi_parcel parcel;
    const struct kiwi_place wanted_place = {options->latitude, options->longitude};
    const struct kiwi_place at = kiwi_from_wgs84(kiwi_disc_geodetic(place->dump->disc), wanted_place);
    enum kiwi_status status = kiwi_map_parcel_at(place->map, level, at, &parcel, error);
    if (status != KIWI_OK && status != KIWI_ERROR_NOT_FOUND)
        return status;
    json_begin_object(json);
    json_key(json, "level");
    json_signed(json, level->number);
    json_key(json, "parcel");
    if (status == KIWI_OK) {
        place->parcels++;
        json_begin_object(json);
        dump_parcel(json, place->converted.datum, &parcel);
        json_end_object(json);
        status = put_features(place, &parcel, error);
    } else {
        json_null(json);
        status = KIWI_OK;
    }
    json_end_object(json);
    return status;
}

enum kiwi_status dump_at(struct dump *dump, struct kiwi_error *error)
{
    static struct place place; /* too large for the stack of a thread */
    const struct options *options = &dump->options;
    struct json *json = &dump->json;
    place.dump = dump;
    place.filter = filter_of(options);
    place.maker.disc = dump->disc;
    place.converted.datum = kiwi_disc_geodetic(dump->disc);
    geojson_start(&place.geojson, dump->output);
    enum kiwi_status status = kiwi_map_open(dump->disc, &place.map, error);
    if (status == KIWI_OK)
        status = kiwi_shapes_open(place.map, &place.shapes, error);
    if (status == KIWI_OK) {
        coverage_check(dump, place.map);
        json_begin_object(json);
        json_key(json, "latitude");
        value_degrees(json, options->latitude);
        json_key(json, "longitude");
        value_degrees(json, options->longitude);
        json_key(json, "levels");
        json_begin_array(json);
        for (size_t i = 0; status == KIWI_OK && i < kiwi_map_level_count(place.map); i++) {
            const struct kiwi_level *level = kiwi_map_level(place.map, i);
            if (!options->has_level || level->number == options->level)
                status = put_level(&place, level, error);
        }
        json_end_array(json);
        json_end_object(json);
    }
    dump->nothing = place.parcels == 0;
    shape_maker_end(&place.maker);
    converted_end(&place.converted);
    kiwi_shapes_close(place.shapes);
    kiwi_map_close(place.map);
    return status;
}
