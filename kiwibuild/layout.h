/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_LAYOUT_H
#define KIWIBUILD_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/failure.h"

enum {
    BASIC_LEVEL_RECORD = 40, /**< bytes of a level record without tables of display classes */
    LEVEL_COUNT = 3,         /**< that kiwibuild chooses */
    MOST_LEVELS = 16,        /**< that another disc may have */
    DIVISION_TYPES = 3,
    MOST_PARTS = 16,       /**< along one side of a divided parcel: the width of its fields */
    MOST_INTEGRATION = 8,  /**< parcels along one side of an integrated one (6.3.1.1) */
    AUTOMATIC = 0,         /**< integration: where nearly nothing is; division: where a frame is too small */
    LIST_TYPE_NAMES = 100, /**< slots with file names */
    MOST_STRING_TYPES = 8,
};

/** Parts of a divided parcel. */
struct parts {
    unsigned rows, columns;
};

/** Where a variant is used. */
enum pattern {
    PATTERN_ALL,
    PATTERN_CHECKERED, /**< every second parcel, or group of parcels, like the fields of a chessboard */
};

struct level_layout {
    unsigned integration; /**< AUTOMATIC, or parcels along a side: 1, 2, 4, 8 */
    unsigned division;    /**< AUTOMATIC, or a division type for parcels that are not integrated */
    enum pattern pattern;
};

/** What a parcel without content gets. */
enum empty_parcels {
    EMPTY_FRAME,  /**< a frame with the header of the background data, as on the 2007 Australian disc */
    EMPTY_HEADER, /**< a frame that is nothing but its own header */
    EMPTY_NONE,   /**< no frame */
};

enum adjacency {
    ADJACENCY_BELOW_TOP, /**< as on the 2007 Australian disc */
    ADJACENCY_ALL,
    ADJACENCY_NONE,
};

/** Optional parts of a multilink; those whose contents nobody knows are opaque bytes. */
struct road_layout {
    unsigned node_record_size;
    bool connections; /**< node/link connection records are there */
    bool link_ids, infra_links, route_numbers, guidance_offsets, selected, route_planning, temporal;
    bool street_address_header;
    unsigned slope;
    unsigned street_address, additional_node, altitude, passage_regulation, header_rest; /**< bytes */
    bool empty_lists; /**< each class has a list, also without multilinks */
};

struct background_layout {
    bool pen_up; /**< shapes of one kind and type in one record, where the gaps fit a step */
    bool name_offset, auxiliary, underground, temporal;
    unsigned trailer; /**< bytes behind what is known */
};

struct name_layout {
    unsigned street_types[MOST_STRING_TYPES], place_types[MOST_STRING_TYPES]; /**< used in turn */
    size_t street_type_count, place_type_count;
    unsigned placements; /**< of string type 4 */
    bool vertical, auxiliary, altitude, temporal;
    bool all_priorities; /**< -32 to 31 in turn */
    unsigned raw_body;   /**< bytes of string types whose layout is not known */
};

/** Route guidance (chapter 8) of each frame that has roads. */
struct guidance_layout {
    unsigned basic, extended; /**< data frames; there is none without */
    unsigned bytes;           /**< of each of them */
    bool lists, headers;      /**< what leads there: the parcel management, the main map */
};

/** Parameters (chapter 12) of each kind and headers of other data: bytes, 0 = there are none. */
struct other_data_layout {
    unsigned parameters, infrastructure, graphics, voice;
};

/** Which of the variants of the format a disc shows. */
struct layout {
    unsigned logical_sector_size;
    unsigned level_record_size;                 /**< 40 = without the tables of display classes */
    struct parts divisions[1 + DIVISION_TYPES]; /**< 0 = not divided */
    struct level_layout levels[MOST_LEVELS];    /**< coarsest first */
    unsigned integration_limit; /**< bytes that automatic integration may put into one frame */
    unsigned most_automatic;    /**< parcels along a side that it joins at most */
    unsigned extra_frames;      /**< data frames that headers of frames have room for, beside those written */
    bool upper_edges;           /**< 4096 on an inner edge of an integrated parcel is 0 of the next one */
    unsigned list_type;
    unsigned map_file_size; /**< the map is split into files of at most so many bytes; 0 = it is not */
    enum empty_parcels empty_parcels;
    enum adjacency adjacency;
    bool shift_jis; /**< else ISO 8859-1 */
    struct road_layout roads;
    struct background_layout backgrounds;
    struct name_layout names;
    struct guidance_layout guidance;
    struct other_data_layout other_data;
};

extern const struct layout layout_default;

/** Reads a layout file; what it does not mention is as in layout_default. */
bool layout_read(struct layout *layout, const char *path, struct failure *failure);

/** The same from JSON text; name appears in messages. */
bool layout_parse(struct layout *layout, const char *name, const char *text, size_t length,
                  struct failure *failure);

/** Parcels along a side of the largest integrated parcel that a level may have. */
unsigned layout_integration(const struct layout *layout, int level_index);

#endif
