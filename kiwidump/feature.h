/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_FEATURE_H
#define KIWIDUMP_FEATURE_H

/* One shape of the map as a GeoJSON feature. */

#include "dump.h"

/** A link has at most 1,023 points and two nodes, a background 2,047 steps and its start. */
enum { FEATURE_POINTS = 2048 };

struct feature_writer {
    struct kiwi_disc *disc;
    const struct options *options;
    struct output *output;
    struct json json;
    const struct kiwi_shape *shape;
    int level;
    char id_head[OUTPUT_CAPACITY]; /* "ALLDATA.KWI without the closing quote, escaped: path of the file below
                                    */
    size_t id_head_length;
    const struct kiwi_file *id_file;
    uint32_t pieces; /* of a shape put together from several; 0 = not put together */
    bool has_type_code;
    uint32_t type_code;
    int32_t longitudes[FEATURE_POINTS], latitudes[FEATURE_POINTS]; /* of the shape's points, 10^-7 degrees */
};

/** options must outlive the writer. */
void feature_open(struct feature_writer *writer, struct kiwi_disc *disc, const struct options *options);
/** Where features go from here on. */
void feature_write_to(struct feature_writer *writer, struct output *output);

/** Makes a shape the current one; false if the filters of the command line leave it out. */
bool feature_take(struct feature_writer *writer, const struct kiwi_parcel *parcel,
                  const struct kiwi_shape *shape);

/** Prints the current shape, without a line feed. */
void feature_put(struct feature_writer *writer);

/** Makes a shape the current one whatever the filters; its points are not looked at. */
void feature_set(struct feature_writer *writer, const struct kiwi_file *file, int level,
                 const struct kiwi_shape *shape);

/** Prints the polygons that rings make, of which so many are no holes. */
struct rings;
void feature_put_rings(struct feature_writer *writer, const struct rings *rings, size_t outer);

/** Prints [longitude,latitude] in 10^-7 degrees. */
void feature_position(struct feature_writer *writer, int32_t longitude, int32_t latitude);

/* The same in steps, for a geometry of one's own: begin, geometry, properties, end. */
void feature_begin(struct feature_writer *writer);
void feature_properties(struct feature_writer *writer);
void feature_end(struct feature_writer *writer);

/** Kinds of shapes that the command line asks for. */
static inline unsigned feature_kinds(const struct options *options)
{
    const unsigned all = KIWI_ROAD | KIWI_BACKGROUND | KIWI_NAME;
    return options->kinds ? options->kinds & all : all;
}

#endif
