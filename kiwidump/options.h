/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_OPTIONS_H
#define KIWIDUMP_OPTIONS_H

#include <kiwi/kiwi.h>

enum mode {
    MODE_DOCUMENT,
    MODE_RECORDS,
    MODE_FEATURES,
    MODE_AT,
    MODE_ANNOTATE,
    MODE_EXPLAIN,
    MODE_SVG,
    MODE_TILE,
    MODE_DIFF,
    MODE_EXTRACT,
    MODE_FIND,
    MODE_ROUTE,
    MODE_CHECK,
    MODE_PROVE,
    MODE_SAMPLE,
    MODE_REPORT,
    MODE_VERIFY,
    MODE_SUMMARY,
    MODE_SCHEMA,
};

/** Kind of --features that comes from route planning. */
enum route_kind { KIND_ROUTE = 1 << 18 };

/** Kinds of features beside those of enum kiwi_shape_kind: they come from the index. */
enum index_kind { KIND_ADDRESS = 1 << 16, KIND_POI = 1 << 17 };

/** A tile of the world in Mercator's projection, which is 2^zoom tiles wide and high; y counts from the
 * north. */
struct tile_id {
    unsigned zoom;
    uint32_t x, y;
};

enum { MOST_ZOOM = 16 };

struct program;
struct sink;

struct options {
    enum mode mode;
    const char *path;
    const char *output; /* --output, or NULL */
    const char *file;   /* --file, or NULL */
    bool has_level;
    int level;
    bool has_box;
    struct kiwi_box box;
    unsigned kinds;   /* bits of enum kiwi_shape_kind and enum index_kind; 0 = all of the map */
    const char *type; /* --type, or NULL: a code, its name, or the name of a record type */
    bool has_limit;
    uint64_t limit;
    const struct sink *sink;          /* --format, or what the name of --output says */
    bool merge;                       /* --merge: shapes cut at parcel edges put together again */
    bool deleted;                     /* --deleted: with what counts as deleted */
    double latitude, longitude;       /* --at */
    double to_latitude, to_longitude; /* --route; latitude and longitude are where it begins */
    uint64_t offset;                  /* --explain, --offset */
    bool has_length;
    uint64_t length;       /* --length */
    uint32_t width;        /* --width, or 0 */
    struct tile_id tile;   /* --tile */
    const char *folder;    /* --extract */
    const char *other;     /* --diff and --verify: the second path, or NULL */
    const char *mapfile;   /* --mapfile, or NULL */
    const char *charset;   /* --charset, or NULL */
    const char *datum;     /* --datum, or NULL */
    const char *text;      /* --find */
    enum kiwi_match match; /* --match */
    bool has_zone;
    uint64_t zone; /* --zone */
    unsigned jobs; /* --jobs, or 0 */
    bool quiet;    /* no progress and no findings on stderr */
};

/** The table of options. */
extern const struct program kiwidump_program;

/** Reads the command line; returns a value below zero to go on, else the exit code. */
int options_read(struct options *options, int count, char **arguments);

/** Kinds of features separated by commas, and a word for how to compare; false if text is none. */
bool options_read_kinds(struct options *options, const char *text);
bool options_read_match(struct options *options, const char *text);

#endif
