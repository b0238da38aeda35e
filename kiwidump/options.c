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
    {"check", 'c', NULL, "findings and the account of every byte; exit 1 if there are errors"},
    {"schema", 's', NULL, "JSON Schema of all that kiwidump prints"},
    {"file", 'F', "NAME", "only this file of the disc"},
    {"level", 'l', "N", "only this level of the map"},
    {"bbox", 'b', "W,S,E,N", "only what touches this box, in degrees"},
    {"kind", 'k', "KIND,...", "only road, background or name"},
    {"type", 't', "TYPE", "only this type: a code or its name; with --records a record's name"},
    {"limit", 'n', "N", "stop after N records, features or findings"},
    {"format", 'o', "FORMAT", "of --features: geojsonl (one per line, default) or geojson (a collection)"},
    {"quiet", 'q', NULL, "nothing on stderr but what stops the work"},
    {"help", 'h', NULL, "this text"},
    {"version", 'V', NULL, "the version"},
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

static void help(void)
{
    puts("Usage: kiwidump [OPTION...] PATH\n"
         "Shows what is on a KIWI navigation disc, as JSON.\n"
         "PATH is a disc image (ISO 9660, UDF), a folder with a disc's files, one KIWI file, or - for standard input.\n"
         "Without a mode: one document with the structure of the disc.\n");
    for (size_t i = 0; i < ROW_COUNT; i++) {
        char left[40];
        snprintf(left, sizeof left, "--%s%s%s", rows[i].name, rows[i].argument ? " " : "", rows[i].argument ? rows[i].argument : "");
        printf("  -%c, %-20s %s\n", rows[i].letter, left, rows[i].help);
    }
    puts("\nExit status: 0 done, 1 done with errors found on the disc, 2 usage, 3 not a KIWI disc, 4 input or output failed.");
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

static bool read_limit(struct options *options, const char *text)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    options->has_limit = true;
    options->limit = value;
    return errno == 0 && end != text && *end == '\0' && text[0] != '-';
}

static bool read_box(struct options *options, const char *text)
{
    double values[4];
    for (int i = 0; i < 4; i++) {
        char *end;
        values[i] = strtod(text, &end);
        if (end == text || *end != (i < 3 ? ',' : '\0'))
            return false;
        text = end + 1;
    }
    options->has_box = true;
    options->box = (struct kiwi_box){values[0], values[1], values[2], values[3]};
    return values[0] >= -180 && values[0] <= 180 && values[2] >= -180 && values[2] <= 180 && values[1] >= -90 &&
           values[3] <= 90 && values[1] <= values[3];
}

static bool read_kinds(struct options *options, const char *text)
{
    static const struct {
        const char *name;
        unsigned kind;
    } kinds[] = {{"road", KIWI_ROAD}, {"background", KIWI_BACKGROUND}, {"name", KIWI_NAME}};
    while (*text) {
        size_t length = strcspn(text, ",");
        unsigned kind = 0;
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
            if (strlen(kinds[i].name) == length && memcmp(kinds[i].name, text, length) == 0)
                kind = kinds[i].kind;
        }
        if (kind == 0)
            return false;
        options->kinds |= kind;
        text += length + (text[length] == ',');
    }
    return options->kinds != 0;
}

static bool read_format(struct options *options, const char *text)
{
    options->collection = strcmp(text, "geojson") == 0;
    return options->collection || strcmp(text, "geojsonl") == 0;
}

/** Takes one option; false if its value is no good. */
static bool take(struct options *options, int letter, const char *value)
{
    switch (letter) {
    case 'r':
        options->mode = MODE_RECORDS;
        return true;
    case 'f':
        options->mode = MODE_FEATURES;
        return true;
    case 'c':
        options->mode = MODE_CHECK;
        return true;
    case 's':
        options->mode = MODE_SCHEMA;
        return true;
    case 'F':
        options->file = value;
        return true;
    case 'l':
        return read_level(options, value);
    case 'b':
        return read_box(options, value);
    case 'k':
        return read_kinds(options, value);
    case 't':
        options->type = value;
        return true;
    case 'n':
        return read_limit(options, value);
    case 'o':
        return read_format(options, value);
    default:
        options->quiet = true;
        return true;
    }
}

int options_read(struct options *options, int count, char **arguments)
{
    struct option table[ROW_COUNT + 1] = {{0}};
    char letters[2 * ROW_COUNT + 2] = ":";
    size_t used = 1;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        table[i] = (struct option){rows[i].name, rows[i].argument ? required_argument : no_argument, NULL, rows[i].letter};
        letters[used++] = rows[i].letter;
        if (rows[i].argument)
            letters[used++] = ':';
    }
    memset(options, 0, sizeof *options);
    int letter;
    while ((letter = getopt_long(count, arguments, letters, table, NULL)) != -1) {
        if (letter == '?' || letter == ':')
            return usage(letter == '?' ? "unknown option" : "an option lacks its value", arguments[optind - 1]);
        if (letter == 'h') {
            help();
            return EXIT_DONE;
        }
        if (letter == 'V') {
            puts("kiwidump " KIWI_VERSION);
            return EXIT_DONE;
        }
        if (!take(options, letter, optarg))
            return usage("not a good value", optarg);
    }
    if (options->mode == MODE_SCHEMA)
        return optind == count ? -1 : usage("--schema takes no path", "");
    if (optind + 1 != count)
        return usage(optind == count ? "which disc? give one path" : "only one path can be given", "");
    options->path = arguments[optind];
    return -1;
}
