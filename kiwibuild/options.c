/* SPDX-License-Identifier: MIT */
/* The options of kiwibuild: one table for getopt and --help, and what their values mean. */
#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "common/result_file.h"

enum option_id {
    OPTION_PROFILE = OPTION_LONG,
    OPTION_LANGUAGE,
    OPTION_LAYOUT,
    OPTION_LOADING,
    OPTION_BASE,
    OPTION_ADD,
    OPTION_TITLE,
    OPTION_DATA_VERSION,
    OPTION_REPEAT,
    OPTION_NO_ROUTE_PLANNING,
};

static const struct option_row rows[] = {
    {"output", 'o', "OUTPUT", "an image if it ends with .iso, else a directory", NULL, NULL, "Options"},
    {"profile", OPTION_PROFILE, "FILE", "what tags become on the disc (default: built in, for OpenStreetMap)",
     NULL, NULL, NULL},
    {"language", OPTION_LANGUAGE, "LIST", "languages of names, such as sv,en, the most wanted first", NULL,
     NULL, NULL},
    {"layout", OPTION_LAYOUT, "FILE", "which variants of the format the disc shows (default: as needed)",
     NULL, NULL, NULL},
    {"loading", OPTION_LOADING, "FILE", "programs of the unit, for LOADING.KWI (default: no such file)", NULL,
     NULL, NULL},
    {"base", OPTION_BASE, "DISC",
     "keep all of this disc but its map and index, and write these in its grid and layout", NULL, NULL, NULL},
    {"add", OPTION_ADD, "FILE",
     "keep all of the base and add points of a GPX, CSV or GeoJSON file to its map and index", NULL, NULL,
     NULL},
    {"title", OPTION_TITLE, "TEXT", "title of the disc (default: KIWI, or that of the base)", NULL, NULL,
     NULL},
    {"data-version", OPTION_DATA_VERSION, "V",
     "yy/mm/dd/serial (default: 00/01/01/01, or that of the base; never the clock)", NULL, NULL, NULL},
    {"repeat", OPTION_REPEAT, "NxM", "repeat the map N times to the north and M times to the east",
     "NxM, such as 2x3, with N from 1 to 540 and M from 1 to 720", NULL, NULL},
    {"no-route-planning", OPTION_NO_ROUTE_PLANNING, NULL,
     "leave out the regions and their road graph; repeated maps have none", NULL, NULL, NULL},
    OPTION_QUIET,
    OPTION_HELP,
    OPTION_VERSION,
};

const struct program kiwibuild_program = {
    .name = "kiwibuild",
    .usage = "Usage: kiwibuild [OPTION...] INPUT... -o OUTPUT\n"
             "Builds a KIWI map disc from OpenStreetMap's data.\n"
             "INPUT is an .osm.pbf, .osm or GeoJSON file, plain or compressed with gzip, or -\n"
             "for standard input.\n",
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
};

static bool read_repeat(struct options *options, const char *text)
{
    char *end;
    if (*text < '0' || *text > '9')
        return false;
    unsigned long north = strtoul(text, &end, 10);
    if (*end != 'x' || end[1] < '0' || end[1] > '9')
        return false;
    unsigned long east = strtoul(end + 1, &end, 10);
    options->north = (unsigned)north;
    options->east = (unsigned)east;
    return !*end && north >= 1 && north <= 540 && east >= 1 && east <= 720;
}

static bool take(void *context, int id, const char *const *values, struct failure *failure)
{
    struct options *options = context;
    (void)failure;
    switch (id) {
    case 'o': options->output = values[0]; break;
    case OPTION_PROFILE: options->profile = values[0]; break;
    case OPTION_LANGUAGE: options->languages = values[0]; break;
    case OPTION_LAYOUT: options->layout = values[0]; break;
    case OPTION_LOADING: options->loading = values[0]; break;
    case OPTION_BASE: options->base = values[0]; break;
    case OPTION_ADD: options->add = values[0]; break;
    case OPTION_TITLE: options->title = values[0]; break;
    case OPTION_DATA_VERSION: options->data_version = values[0]; break;
    case OPTION_REPEAT: return read_repeat(options, values[0]);
    case OPTION_NO_ROUTE_PLANNING: options->no_route_planning = true; break;
    default: options->quiet = true; break;
    }
    return true;
}

static int wrong(const char *text)
{
    struct failure failure;
    refuse(&failure, EXIT_USAGE, "%s", text);
    return arguments_refuse(&kiwibuild_program, &failure);
}

/** Says so and returns an exit code if the disc would be written over what it is made from; else below zero.
 */
static int check_output(const struct options *options, const struct operands *inputs)
{
    const char *const read[] = {options->base, options->add, options->layout, options->loading,
                                options->profile};
    const size_t others = sizeof read / sizeof read[0];
    struct failure failure;
    for (size_t i = 0; i < others + (size_t)inputs->count; i++) {
        const char *input = i < others ? read[i] : inputs->texts[i - others];
        if (!input || strcmp(input, "-") == 0 || !result_is_input(options->output, input))
            continue;
        refuse(&failure, EXIT_REFUSED, "--output %.400s would write over the input", options->output);
        return failure_print(kiwibuild_program.name, &failure);
    }
    return -1;
}

int options_read(int argc, char **argv, struct options *options, struct operands *inputs)
{
    *options = (struct options){.north = 1, .east = 1};
    int code = arguments_read(&kiwibuild_program, argc, argv, take, options, inputs);
    if (code >= 0)
        return code;
    if (options->add && !options->base)
        return wrong("to which disc? --add needs --base");
    if (options->add &&
        (inputs->count > 0 || options->title || options->data_version || options->no_route_planning))
        return wrong("--add keeps the disc but for the points: give no INPUT, --title, --data-version or "
                     "--no-route-planning");
    if (!options->add && inputs->count == 0)
        return wrong("which input? give .osm.pbf, .osm or GeoJSON files, or - for standard input");
    if (!options->output || !*options->output)
        return wrong("where to? give --output: a name that ends with .iso, or a directory");
    if (options->base && (options->layout || options->loading))
        return wrong("--base has a layout and programs of its own: give neither --layout nor --loading");
    if (options->base && (options->north != 1 || options->east != 1))
        return wrong("--base has a coverage of its own: give no --repeat");
    return check_output(options, inputs);
}
