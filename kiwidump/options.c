/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** One home for options: getopt's table and --help are made from it. */
static const struct option_row {
    const char *name;
    char letter;
    const char *argument; /* NULL if it takes none */
    const char *help;
} rows[] = {
    {"records", 'r', NULL, "every record as one JSON object per line"},
    {"features", 'f', NULL, "roads, backgrounds and names as GeoJSON, one feature per line"},
    {"at", 'a', "LAT,LON", "the parcels at a place, one per level, and what is in them"},
    {"annotate", 'A', NULL, "every byte in file order: offset, bytes, path, field, value, meaning"},
    {"explain", 'e', "OFFSET", "the records, the field and the bits that a byte belongs to"},
    {"svg", 'S', NULL, "a picture of the map; see --bbox, --level, --width"},
    {"diff", 'd', NULL, "compare two discs record by record: give two paths; exit 1 if they differ"},
    {"extract", 'x', "DIR", "write the files of the disc into a new folder"},
    {"find", 'i', "TEXT",
     "streets, places and points of interest by name, through the disc's index, as GeoJSON"},
    {"route", 'R', "FROM TO", "the shortest way between two places (LAT,LON) over the disc's own road graph"},
    {"check", 'c', NULL, "findings and the account of every byte; exit 1 if there are errors"},
    {"schema", 's', NULL, "JSON Schema of all that kiwidump prints"},
    {"file", 'F', "NAME", "only this file of the disc"},
    {"level", 'l', "N", "only this level of the map"},
    {"bbox", 'b', "W,S,E,N", "only what touches this box, in degrees"},
    {"kind", 'k', "KIND,...",
     "only road, background or name; from the index: address, poi; from the regions: route"},
    {"type", 't', "TYPE", "only this type: a code or its name; with --records a record's name"},
    {"limit", 'n', "N", "stop after N records, features or findings"},
    {"format", 'o', "FORMAT", "of --features: geojsonl (one per line, default) or geojson (a collection)"},
    {"merge", 'm', NULL, "with --features: put shapes together that are cut at the edges of parcels"},
    {"offset", 'O', "N", "of --annotate: begin at this byte of the file"},
    {"length", 'L', "N", "of --annotate and --explain: so many bytes"},
    {"width", 'w', "N", "of --svg: width of the picture in pixels, 100 to 20000; 1200 if not given"},
    {"match", 'M', "HOW",
     "of --find: folded (begins with it, whatever case and accents; default), prefix or exact"},
    {"zone", 'z', "N", "of --find: only this zone of the index, from 0"},
    {"quiet", 'q', NULL, "nothing on stderr but what stops the work"},
    {"help", 'h', NULL, "this text"},
    {"version", 'V', NULL, "the version"},
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

static void help(void)
{
    puts("Usage: kiwidump [OPTION...] PATH\n"
         "Shows what is on a KIWI navigation disc, as JSON.\n"
         "PATH is a disc image (ISO 9660, UDF), a folder with a disc's files, one KIWI file, or - for "
         "standard input.\n"
         "--diff takes two paths. Without a mode: one document with the structure of the disc.\n");
    for (size_t i = 0; i < ROW_COUNT; i++) {
        char left[40];
        snprintf(left, sizeof left, "--%s%s%s", rows[i].name, rows[i].argument ? " " : "",
                 rows[i].argument ? rows[i].argument : "");
        printf("  -%c, %-20s %s\n", rows[i].letter, left, rows[i].help);
    }
    puts("\nExit status: 0 done, 1 errors or differences found, 2 usage, 3 not a KIWI disc, 4 input or "
         "output failed, 5 refused.");
}

static int usage(const char *what, const char *value)
{
    fprintf(stderr, "kiwidump: %s%s%s; see kiwidump --help\n", what, value[0] ? ": " : "", value);
    return EXIT_USAGE;
}

static bool read_level(struct options *options, const char *text)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    options->has_level = true;
    options->level = (int)value;
    return errno == 0 && end != text && *end == '\0' && value >= -31 && value <= 31;
}

static bool read_number(uint64_t *number, const char *text, int base)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, base);
    *number = value;
    return errno == 0 && end != text && *end == '\0' && text[0] >= '0' && text[0] <= '9';
}

/** Numbers separated by commas. */
static bool read_numbers(double *values, int count, const char *text)
{
    for (int i = 0; i < count; i++) {
        char *end;
        values[i] = strtod(text, &end);
        if (end == text || *end != (i + 1 < count ? ',' : '\0'))
            return false;
        text = end + 1;
    }
    return true;
}

static bool read_place(struct options *options, const char *text)
{
    double values[2];
    if (!read_numbers(values, 2, text))
        return false;
    options->mode = MODE_AT;
    options->latitude = values[0];
    options->longitude = values[1];
    return values[0] >= -90 && values[0] <= 90 && values[1] >= -180 && values[1] <= 180;
}

/** The first of the two places of --route; the second one is the argument behind it. */
static bool read_route(struct options *options, const char *text)
{
    bool good = read_place(options, text);
    options->mode = MODE_ROUTE;
    return good;
}

static bool read_goal(struct options *options, const char *text)
{
    struct options goal;
    bool good = text && read_place(&goal, text);
    options->to_latitude = good ? goal.latitude : 0;
    options->to_longitude = good ? goal.longitude : 0;
    return good;
}

static bool read_width(struct options *options, const char *text)
{
    uint64_t value;
    bool good = read_number(&value, text, 10) && value >= 100 && value <= 20000;
    options->width = good ? (uint32_t)value : 0;
    return good;
}

static bool read_box(struct options *options, const char *text)
{
    double values[4];
    if (!read_numbers(values, 4, text))
        return false;
    options->has_box = true;
    options->box = (struct kiwi_box){values[0], values[1], values[2], values[3]};
    return values[0] >= -180 && values[0] <= 180 && values[2] >= -180 && values[2] <= 180 &&
           values[1] >= -90 && values[3] <= 90 && values[1] <= values[3];
}

bool options_read_kinds(struct options *options, const char *text)
{
    static const struct {
        const char *name;
        unsigned kind;
    } kinds[] = {{"road", KIWI_ROAD}, {"background", KIWI_BACKGROUND},
                 {"name", KIWI_NAME}, {"address", KIND_ADDRESS},
                 {"poi", KIND_POI},   {"route", KIND_ROUTE}};
    while (*text) {
        size_t length = strcspn(text, ",");
        unsigned kind = 0;
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
            if (strlen(kinds[i].name) == length && memcmp(kinds[i].name, text, length) == 0)
                kind = kinds[i].kind;
        if (kind == 0)
            return false;
        options->kinds |= kind;
        text += length + (text[length] == ',');
    }
    return options->kinds != 0;
}

bool options_read_match(struct options *options, const char *text)
{
    static const char *const names[] = {
        [KIWI_MATCH_FOLDED] = "folded", [KIWI_MATCH_PREFIX] = "prefix", [KIWI_MATCH_EXACT] = "exact"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        options->match = (enum kiwi_match)i;
        if (strcmp(names[i], text) == 0)
            return true;
    }
    return false;
}

static bool read_format(struct options *options, const char *text)
{
    options->collection = strcmp(text, "geojson") == 0;
    return options->collection || strcmp(text, "geojsonl") == 0;
}

/** Takes an option that has a value; false if that is no good. */
static bool take_value(struct options *options, int letter, const char *value)
{
    switch (letter) {
    case 'a': return read_place(options, value);
    case 'R': return read_route(options, value);
    case 'e': options->mode = MODE_EXPLAIN; return read_number(&options->offset, value, 0);
    case 'x':
        options->mode = MODE_EXTRACT;
        options->folder = value;
        return value[0] != '\0';
    case 'i':
        options->mode = MODE_FIND;
        options->text = value;
        return true;
    case 'M': return options_read_match(options, value);
    case 'z': options->has_zone = true; return read_number(&options->zone, value, 10);
    case 'F': options->file = value; return true;
    case 'l': return read_level(options, value);
    case 'b': return read_box(options, value);
    case 'k': return options_read_kinds(options, value);
    case 't': options->type = value; return true;
    case 'n': options->has_limit = true; return read_number(&options->limit, value, 10);
    case 'O': return read_number(&options->offset, value, 0);
    case 'L': options->has_length = true; return read_number(&options->length, value, 0);
    case 'w': return read_width(options, value);
    default: return read_format(options, value);
    }
}

static void take_flag(struct options *options, int letter)
{
    static const struct {
        char letter;
        enum mode mode;
    } modes[] = {{'r', MODE_RECORDS}, {'f', MODE_FEATURES}, {'A', MODE_ANNOTATE}, {'S', MODE_SVG},
                 {'d', MODE_DIFF},    {'c', MODE_CHECK},    {'s', MODE_SCHEMA}};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
        if (modes[i].letter == letter)
            options->mode = modes[i].mode;
    options->merge = options->merge || letter == 'm';
    options->quiet = options->quiet || letter == 'q';
}

static int take_paths(struct options *options, int count, char **paths)
{
    int wanted = options->mode == MODE_SCHEMA ? 0 : options->mode == MODE_DIFF ? 2 : 1;
    if (count != wanted)
        return usage(wanted == 0   ? "--schema takes no path"
                     : wanted == 2 ? "--diff compares two discs; give two paths"
                     : count == 0  ? "which disc? give one path"
                                   : "only one path can be given",
                     "");
    options->path = count > 0 ? paths[0] : NULL;
    options->other = count > 1 ? paths[1] : NULL;
    return -1;
}

int options_read(struct options *options, int count, char **arguments)
{
    struct option table[ROW_COUNT + 1] = {{0}};
    char letters[2 * ROW_COUNT + 2] = ":";
    size_t used = 1;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        table[i] = (struct option){rows[i].name, rows[i].argument ? required_argument : no_argument, NULL,
                                   rows[i].letter};
        letters[used++] = rows[i].letter;
        if (rows[i].argument)
            letters[used++] = ':';
    }
    memset(options, 0, sizeof *options);
    int letter;
    while ((letter = getopt_long(count, arguments, letters, table, NULL)) != -1) {
        if (letter == '?' || letter == ':')
            return usage(letter == '?' ? "unknown option" : "an option lacks its value",
                         arguments[optind - 1]);
        if (letter == 'h') {
            help();
            return EXIT_DONE;
        }
        if (letter == 'V') {
            puts("kiwidump " KIWI_VERSION);
            return EXIT_DONE;
        }
        enum mode before = options->mode;
        if (!optarg)
            take_flag(options, letter);
        else if (!take_value(options, letter, optarg))
            return usage("not a good value", optarg);
        if (letter == 'R' && !read_goal(options, optind < count ? arguments[optind++] : NULL))
            return usage("--route takes two places: LAT,LON LAT,LON", "");
        if (before != MODE_DOCUMENT && options->mode != before)
            return usage("only one mode can be given", "");
    }
    if (options->merge && options->mode != MODE_FEATURES)
        return usage("--merge goes with --features", "");
    return take_paths(options, count - optind, arguments + optind);
}
