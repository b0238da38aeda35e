/* SPDX-License-Identifier: MIT */
#ifndef KIWI_MAP_H
#define KIWI_MAP_H

/* Typed iterators over the map: levels, their parcels, and the roads, backgrounds and names in a parcel. */

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/disc.h>
#include <kiwi/error.h>
#include <kiwi/records.h>
#include <kiwi/types.h>
#include <kiwi/place.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The map of a disc: ALLDATA.KWI and the files it names. Not thread-safe; open one per thread. */
struct kiwi_map;

/** The coverage of a level as the disc has it, in signed 1/8 seconds, for those who have to reckon exactly.
 */
struct kiwi_grid {
    int32_t south, west;
    int32_t height, width;
    double x_scale, y_scale; /**< 10^-7 degrees of a coordinate unit */
};

/** A level of the map; lives as long as the map. */
struct kiwi_level {
    int number;                                 /**< coarse levels are greater */
    uint32_t index;                             /**< position in the file */
    const struct kiwi_file *file;               /**< that holds its level management record */
    uint64_t offset;                            /**< of that record */
    uint32_t record_size;                       /**< of that record, bytes */
    uint32_t columns, rows;                     /**< parcels from west to east and from south to north */
    struct kiwi_box box;                        /**< the coverage; west = east is all around the earth */
    struct kiwi_grid grid;                      /**< the same, exact */
    struct kiwi_level_management_record record; /**< without its class tables */
    const uint16_t *road_classes;               /**< display class code of each road list */
    const uint16_t *background_classes;         /**< of each background element unit */
    const uint16_t *name_classes;               /**< of each name list */
    uint32_t road_class_count, background_class_count, name_class_count;
};

/** A main map data frame: one parcel, several integrated ones, or a part of a divided one. */
struct kiwi_parcel {
    const struct kiwi_level *level;
    const struct kiwi_file *file; /**< that holds the frame */
    uint64_t offset, size;        /**< of the frame, bytes */
    uint32_t column, row;         /**< of the south-western parcel, counted over the whole level */
    uint32_t columns, rows;       /**< parcels integrated in the frame; 1, 1 otherwise */
    bool divided;
    uint32_t part_column, part_row;   /**< of a divided parcel */
    uint32_t part_columns, part_rows; /**< parts of the divided parcel; 1, 1 otherwise */
    uint32_t block_set, block, slot;  /**< where the parcel is managed */
};

/** Opens the map of disc, which must outlive it. */
KIWI_API enum kiwi_status kiwi_map_open(struct kiwi_disc *disc, struct kiwi_map **map,
                                        struct kiwi_error *error);
KIWI_API void kiwi_map_close(struct kiwi_map *map); /**< NULL is allowed */

KIWI_API const struct kiwi_file *kiwi_map_file(const struct kiwi_map *map); /**< ALLDATA.KWI */
KIWI_API const struct kiwi_data_volume *kiwi_map_volume(const struct kiwi_map *map);
KIWI_API struct kiwi_sectors kiwi_map_sectors(const struct kiwi_map *map);
/** The distribution header of chapter 6, or NULL if there is none; *file and *offset say where it lies. */
KIWI_API const struct kiwi_parcel_related_distribution_header *kiwi_map_header(const struct kiwi_map *map,
                                                                               const struct kiwi_file **file,
                                                                               uint64_t *offset);

KIWI_API size_t kiwi_map_level_count(const struct kiwi_map *map);
KIWI_API const struct kiwi_level *kiwi_map_level(const struct kiwi_map *map,
                                                 size_t index); /**< in file order */
KIWI_API const struct kiwi_level *kiwi_map_level_by_number(const struct kiwi_map *map,
                                                           int number); /**< or NULL */

/** How much of a level's parcel management is there. */
struct kiwi_level_blocks {
    uint64_t block_sets; /**< of the level */
    uint64_t with_table; /**< that have a table of blocks */
    uint64_t listed;     /**< blocks that these tables have room for */
};

/** Reads the block set records of a level, as far as they can be read. */
KIWI_API struct kiwi_level_blocks kiwi_map_blocks(struct kiwi_map *map, const struct kiwi_level *level);

/** The parcel of a level at a place. KIWI_ERROR_NOT_FOUND if there is none, KIWI_ERROR_RANGE if the place is
 * not on the earth. */
KIWI_API enum kiwi_status kiwi_map_parcel_at(struct kiwi_map *map, const struct kiwi_level *level,
                                             struct kiwi_place place, struct kiwi_parcel *parcel,
                                             struct kiwi_error *error);

/** Box of a parcel. */
KIWI_API struct kiwi_box kiwi_parcel_box(const struct kiwi_parcel *parcel);

/** In frame units (kiwi_nz): 0..4096 per parcel, x east, y north. */
struct kiwi_point {
    int32_t x, y;
};

/** 10^-7 degrees that nobody has brought back to the earth: longitudes go on beyond 180. */
struct kiwi_place_wide {
    int64_t latitude, longitude;
};

/** Where a point of a parcel lies, counted from the edge of the coverage, so that it does not depend on the
 * parcel it is seen from; neighbours are near each other in numbers, too. */
static inline struct kiwi_place_wide kiwi_parcel_place_wide(const struct kiwi_parcel *parcel,
                                                            struct kiwi_point point)
{
    const struct kiwi_grid *grid = &parcel->level->grid;
    const double scale = 1e7 / KIWI_EIGHTHS_PER_DEGREE;
    const int64_t column = (int64_t)parcel->column * KIWI_PARCEL_UNITS + point.x;
    const int64_t row = (int64_t)parcel->row * KIWI_PARCEL_UNITS + point.y;
    struct kiwi_place_wide place;
    place.latitude = llrint(grid->south * scale + (double)row * grid->y_scale);
    place.longitude = llrint(grid->west * scale + (double)column * grid->x_scale);
    return place;
}

/** Where a point of a parcel lies. */
KIWI_API struct kiwi_place kiwi_parcel_place(const struct kiwi_parcel *parcel, struct kiwi_point point);

/** The same in whole numbers: a point seen from two parcels gives the same ones. */
KIWI_API struct kiwi_place_e7 kiwi_parcel_place_e7(const struct kiwi_parcel *parcel, struct kiwi_point point);

/** Iterates over the parcels of a level, each frame once. */
struct kiwi_parcels;

KIWI_API enum kiwi_status kiwi_parcels_open(struct kiwi_map *map, const struct kiwi_level *level,
                                            const struct kiwi_box *box, struct kiwi_parcels **parcels,
                                            struct kiwi_error *error);
KIWI_API void kiwi_parcels_close(struct kiwi_parcels *parcels); /**< NULL is allowed */
/** KIWI_OK, KIWI_END, or what went wrong. */
KIWI_API enum kiwi_status kiwi_parcels_next(struct kiwi_parcels *parcels, struct kiwi_parcel *parcel,
                                            struct kiwi_error *error);

enum kiwi_shape_kind {
    KIWI_ROAD = 1,
    KIWI_BACKGROUND = 2,
    KIWI_NAME = 4,
};

/** Beside the kinds: with what counts as deleted by its record, which otherwise is left out. */
enum { KIWI_DELETED = 8 };

/** A link of a road, a background shape or a name; pointers are valid until the next call. What it does not
 * say stands in its record, which the record's own decoder reads. */
struct kiwi_shape {
    enum kiwi_shape_kind kind;
    uint32_t list;                   /**< road list, background element unit or name list */
    uint32_t display_class;          /**< code of that list, or UINT32_MAX if the level has no table */
    uint32_t type;                   /**< road type, or type code */
    const struct kiwi_point *points; /**< a link begins and ends with a node */
    size_t point_count;
    uint64_t offset;       /**< of its record: link_shape, minimum_graphics_data_record or name_data_record */
    const uint8_t *record; /**< bytes of that record's fields */
    uint32_t record_length;
    uint32_t link;                     /**< roads: position in the chain */
    uint64_t multilink_offset;         /**< roads: of the chain */
    const uint8_t *multilink;          /**< roads: bytes of its multilink_header, else NULL */
    uint32_t multilink_length;         /**< roads */
    uint32_t link_id;                  /**< roads: line number, 0 if none */
    const uint8_t *text;               /**< names: in the charset of the disc, see kiwi_disc_text */
    size_t text_length;                /**< bytes without the padding */
    enum kiwi_shape_class shape_class; /**< backgrounds */
    bool pen_up;                       /**< backgrounds: a step (0,0) lifts the pen, see kiwi_shape_stroke */
    bool has_height;                   /**< backgrounds: what the decoder of their records asks for */
    bool deleted;                      /**< by the bit of its record, or of its chain; see KIWI_DELETED */
};

/** The stroke of a shape behind the one before *end, which is 0 for the first: points *first to *end - 1. One
 * is all that a shape has, unless its record lifts the pen with steps (0,0). False if there is none. */
KIWI_API bool kiwi_shape_stroke(const struct kiwi_shape *shape, size_t *first, size_t *end);

/** Iterates over what is drawn in parcels. */
struct kiwi_shapes;

KIWI_API enum kiwi_status kiwi_shapes_open(struct kiwi_map *map, struct kiwi_shapes **shapes,
                                           struct kiwi_error *error);
KIWI_API void kiwi_shapes_close(struct kiwi_shapes *shapes); /**< NULL is allowed */
/** Goes to a parcel; kinds is a set of enum kiwi_shape_kind, and KIWI_DELETED if that is wanted. */
KIWI_API enum kiwi_status kiwi_shapes_start(struct kiwi_shapes *shapes, const struct kiwi_parcel *parcel,
                                            unsigned kinds, struct kiwi_error *error);
/** The bytes of the frame that shapes went to, as far as they lie in the file; valid until the next start. */
KIWI_API const uint8_t *kiwi_shapes_frame(const struct kiwi_shapes *shapes, size_t *length);
/** KIWI_OK, KIWI_END, or what went wrong. Broken records are findings of the map and left out. */
KIWI_API enum kiwi_status kiwi_shapes_next(struct kiwi_shapes *shapes, struct kiwi_shape *shape,
                                           struct kiwi_error *error);

#ifdef __cplusplus
}
#endif

#endif
