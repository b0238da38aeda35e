/* SPDX-License-Identifier: MIT */
/* The options of kiwidump: one table for getopt and --help, and what their values mean. */
#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/arguments.h"
#include "common/crew.h"
#include "common/result_file.h"
#include "prove/readings.h"
#include "sinks/sink.h"
#include "types.h"

static const struct option_row rows[] = {
    {"summary", 'u', NULL, "a page that says what disc this is, what is on it and whether it is whole", NULL,
     NULL, "Modes"},
    {"records", 'r', NULL, "every record as one JSON object per line", NULL, NULL, NULL},
    {"features", 'f', NULL, "roads, backgrounds and names as GeoJSON, one feature per line", NULL, NULL,
     NULL},
    {"at", 'a', "LAT,LON", "the parcels at a place, one per level, and what is in them", "LAT,LON in degrees",
     NULL, NULL},
    {"annotate", 'A', NULL, "every byte in file order: offset, bytes, path, field, value, meaning", NULL,
     NULL, NULL},
    {"explain", 'e', "OFFSET", "the records, the field and the bits that a byte belongs to",
     "the offset of a byte, decimal or hexadecimal after 0x", NULL, NULL},
    {"svg", 'S', NULL, "a picture of the map", NULL, NULL, NULL},
    {"tile", 'Z', "ZOOM/X/Y", "a vector tile of the map (MVT), for web maps and GIS programs",
     "ZOOM/X/Y, of a tile at zoom 0 to 16", NULL, NULL},
    {"diff", 'd', NULL, "compare two discs record by record: give two paths", NULL, NULL, NULL},
    {"extract", 'x', "DIR", "write the files of the disc into a new folder", "the name of a folder", NULL,
     NULL},
    {"find", 'i', "TEXT",
     "streets, places and points of interest by name, through the disc's index, as GeoJSON", NULL, NULL,
     NULL},
    {"route", 'R', "FROM TO", "the shortest way between two places (LAT,LON) over the disc's own road graph",
     "two places, LAT,LON LAT,LON in degrees", NULL, NULL},
    {"check", 'c', NULL, "findings and the account of every byte", NULL, NULL, NULL},
    {"prove", 'p', NULL, "whether this disc is read as it was meant: proofs with their shares, and a verdict",
     NULL, NULL, NULL},
    {"verify", 'v', NULL,
     "whether the image is whole and on what it fits; and with a second path, whether that is equal", NULL,
     NULL, NULL},
    {"sample", 'y', "FILE", "a small file with some of the disc and none of its texts, to be sent to others",
     "the name of a new file", NULL, NULL},
    {"report", 'P', NULL, "what a report on this disc should say of it, without any text of the disc", NULL,
     NULL, NULL},
    {"schema", 's', NULL, "JSON Schema of all that kiwidump prints", NULL, NULL, NULL},
    {"mapfile", 'B', "FILE", "the map file of GNU ddrescue: what it did not rescue of PATH is unreadable",
     NULL, NULL, "Input"},
    {"charset", 'C', "NAME",
     "of the texts, whatever METADATA.KWI says: a name that iconv knows, such as CP1251",
     "the name of a character set", NULL, NULL},
    {"datum", 'G', "NAME", "of the places, whatever METADATA.KWI says: WGS84 or TOKYO", NULL, NULL, NULL},
    {"assume", 'H', "NAME", "read the disc by this reading of --prove, whichever fits best", NULL, NULL,
     NULL},
    {"file", 'F', "NAME", "only this file of the disc", NULL, NULL, "Filters"},
    {"level", 'l', "N", "only this level of the map", "the number of a level, -31 to 31", NULL, NULL},
    {"bbox", 'b', "W,S,E,N", "only what touches this box, in degrees", "W,S,E,N in degrees",
     "records features svg diff find check prove", NULL},
    {"kind", 'k', "KIND,...",
     "only road, background or name; from the index: address, poi; from the regions: route",
     "kinds separated by commas", "records features at find svg tile", NULL},
    {"type", 't', "TYPE", "only this type: a code or its name; with --records a record's name", NULL,
     "records features at tile", NULL},
    {"deleted", 'D', NULL, "with what is marked as deleted", NULL, "features at tile", NULL},
    {"limit", 'n', "N", "stop after N records, features or findings", "a number",
     "records features at find diff check tile", NULL},
    {"match", 'M', "HOW", "folded (whatever case and accents; default), contains, prefix or exact", NULL,
     "find", NULL},
    {"zone", 'z', "N", "only this zone of the index, from 0", "a number", "find", NULL},
    {"offset", 'O', "N", "begin at this byte of the file", "a number of bytes", "annotate", "Output"},
    {"length", 'L', "N", "so many bytes", "a number of bytes", "annotate explain", NULL},
    {"merge", 'm', NULL, "put shapes together that are cut at the edges of parcels", NULL, "features", NULL},
    {"format", 'T', "NAME", "of the features; if not given by the name of --output, else geojsonl:", NULL,
     "features find route", NULL},
    {"width", 'w', "N", "of the picture in pixels, 100 to 20000; 1200 if not given",
     "a number of pixels, 100 to 20000", "svg", NULL},
    {"output", 'o', "FILE", "into this file instead of standard output", NULL, NULL, NULL},
    {"jobs", 'j', "N", "threads that do the work; if not given one for each processor, at most 4",
     "a number of threads, 1 to 64", "records features check", NULL},
    OPTION_QUIET,
    OPTION_HELP,
    OPTION_VERSION,
};

/** The formats, below --format. */
static void list_formats(int id)
{
    for (size_t i = 0; id == 'T' && sinks[i]; i++) {
        char left[40];
        snprintf(left, sizeof left, "        %s", sinks[i]->name);
        help_row(left, sinks[i]->description);
    }
}

/** Names of --kind, and their bits. */
static const struct {
    const char *name;
    unsigned kind;
} kinds[] = {{"road", KIWI_ROAD}, {"background", KIWI_BACKGROUND},
             {"name", KIWI_NAME}, {"address", KIND_ADDRESS},
             {"poi", KIND_POI},   {"route", KIND_ROUTE}};
enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

static const char *const match_names[] = {[KIWI_MATCH_FOLDED] = "folded",
                                          [KIWI_MATCH_PREFIX] = "prefix",
                                          [KIWI_MATCH_EXACT] = "exact",
                                          [KIWI_MATCH_CONTAINS] = "contains"};
enum { MATCH_COUNT = sizeof match_names / sizeof match_names[0] };

static const char *word(int id, size_t index)
{
    switch (id) {
    case 'G': return index < 2 ? (const char *const[]){"WGS84", "TOKYO"}[index] : NULL;
    case 'H': return reading_to_assume(index);
    case 'k': return index < KIND_COUNT ? kinds[index].name : NULL;
    case 'M': return index < MATCH_COUNT ? match_names[index] : NULL;
    case 'T': return sinks[index] ? sinks[index]->name : NULL;
    default: return NULL;
    }
}

const struct program kiwidump_program = {
    .name = "kiwidump",
    .usage = "Usage: kiwidump [OPTION...] PATH\n"
             "Shows what is on a KIWI navigation disc, as JSON.\n"
             "PATH is a disc image (ISO 9660, UDF), a folder with a disc's files, one KIWI\n"
             "file, or - for standard input. --diff takes two paths, --verify one or two.\n"
             "Without a mode: one document with the structure of the disc.\n",
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .help_more = list_formats,
    .word = word,
};

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

static bool read_route(struct options *options, const char *const *places)
{
    struct options goal;
    bool good = read_place(&goal, places[1]) && read_place(options, places[0]);
    options->mode = MODE_ROUTE;
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

/** Whole numbers separated by slashes. */
static bool read_tile(struct options *options, const char *text)
{
    uint64_t numbers[3] = {0};
    for (int i = 0; i < 3; i++) {
        char *end;
        errno = 0;
        numbers[i] = strtoull(text, &end, 10);
        if (text[0] < '0' || text[0] > '9' || errno != 0 || *end != (i < 2 ? '/' : '\0'))
            return false;
        text = end + 1;
    }
    options->mode = MODE_TILE;
    options->tile = (struct tile_id){(unsigned)numbers[0], (uint32_t)numbers[1], (uint32_t)numbers[2]};
    return numbers[0] <= MOST_ZOOM && numbers[1] >> numbers[0] == 0 && numbers[2] >> numbers[0] == 0;
}

static bool read_jobs(struct options *options, const char *text)
{
    uint64_t value;
    bool good = read_number(&value, text, 10) && value >= 1 && value <= CREW_LIMIT;
    options->jobs = good ? (unsigned)value : 0;
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
    while (*text) {
        size_t length = strcspn(text, ",");
        unsigned kind = 0;
        for (size_t i = 0; i < KIND_COUNT; i++)
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
    for (size_t i = 0; i < MATCH_COUNT; i++) {
        options->match = (enum kiwi_match)i;
        if (strcmp(match_names[i], text) == 0)
            return true;
    }
    return false;
}

/** The format that was not given. */
static void choose_format(struct options *options)
{
    if (!options->sink && options->output)
        options->sink = sink_of_file(options->output);
    if (!options->sink)
        options->sink = sinks[0];
}

/** Takes an option that has a value; false if that is no good. */
static bool take_value(struct options *options, int letter, const char *const *values)
{
    const char *value = values[0];
    switch (letter) {
    case 'a': return read_place(options, value);
    case 'Z': return read_tile(options, value);
    case 'R': return read_route(options, values);
    case 'e': options->mode = MODE_EXPLAIN; return read_number(&options->offset, value, 0);
    case 'x':
        options->mode = MODE_EXTRACT;
        options->folder = value;
        return value[0] != '\0';
    case 'y':
        options->mode = MODE_SAMPLE;
        options->output = value;
        return value[0] != '\0';
    case 'i':
        options->mode = MODE_FIND;
        options->text = value;
        return true;
    case 'M': return options_read_match(options, value);
    case 'z': options->has_zone = true; return read_number(&options->zone, value, 10);
    case 'F': options->file = value; return true;
    case 'B': options->mapfile = value; return true;
    case 'T': options->sink = sink_find(value); return options->sink;
    case 'C': options->charset = value; return value[0] != '\0';
    case 'G': options->datum = value; return value[0] != '\0';
    case 'H': return reading_assume(options, value);
    case 'o': options->output = value; return true;
    case 'j': return read_jobs(options, value);
    case 'l': return read_level(options, value);
    case 'b': return read_box(options, value);
    case 'k': return options_read_kinds(options, value);
    case 't': options->type = value; return true;
    case 'n': options->has_limit = true; return read_number(&options->limit, value, 10);
    case 'O': return read_number(&options->offset, value, 0);
    case 'L': options->has_length = true; return read_number(&options->length, value, 0);
    default: return read_width(options, value);
    }
}

static void take_flag(struct options *options, int letter)
{
    static const struct {
        char letter;
        enum mode mode;
    } modes[] = {{'r', MODE_RECORDS}, {'f', MODE_FEATURES}, {'A', MODE_ANNOTATE}, {'S', MODE_SVG},
                 {'d', MODE_DIFF},    {'c', MODE_CHECK},    {'s', MODE_SCHEMA},   {'v', MODE_VERIFY},
                 {'P', MODE_REPORT},  {'u', MODE_SUMMARY},  {'p', MODE_PROVE}};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
        if (modes[i].letter == letter)
            options->mode = modes[i].mode;
    options->merge = options->merge || letter == 'm';
    options->deleted = options->deleted || letter == 'D';
    options->quiet = options->quiet || letter == 'q';
}

static bool take(void *context, int letter, const char *const *values, struct failure *failure)
{
    struct options *options = context;
    enum mode before = options->mode;
    if (!values[0])
        take_flag(options, letter);
    else if (!take_value(options, letter, values))
        return false;
    return before == MODE_DOCUMENT || options->mode == before ||
           refuse(failure, EXIT_USAGE, "only one mode can be given");
}

static bool take_paths(struct options *options, const struct operands *paths, struct failure *failure)
{
    int wanted = options->mode == MODE_SCHEMA ? 0 : options->mode == MODE_DIFF ? 2 : 1;
    bool both = options->mode == MODE_VERIFY && paths->count == 2;
    if (paths->count != wanted && !both)
        return refuse(failure, EXIT_USAGE, "%s",
                      wanted == 0         ? "--schema takes no path"
                      : wanted == 2       ? "--diff compares two discs; give two paths"
                      : paths->count == 0 ? "which disc? give one path"
                                          : "only one path can be given");
    options->path = wanted > 0 ? paths->texts[0] : NULL;
    options->other = wanted > 1 || both ? paths->texts[1] : NULL;
    return true;
}

int options_read(struct options *options, int count, char **arguments)
{
    struct operands paths;
    struct failure failure;
    memset(options, 0, sizeof *options);
    int code = arguments_read(&kiwidump_program, count, arguments, take, options, &paths);
    choose_format(options);
    if (code >= 0 || (take_paths(options, &paths, &failure) && types_check(options, &failure) &&
                      result_begin(options->output, paths.texts, paths.count, &failure)))
        return code;
    return arguments_refuse(&kiwidump_program, &failure);
}
