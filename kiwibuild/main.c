/* SPDX-License-Identifier: MIT */
/* The command kiwibuild: reads options and input, and takes the steps from network to disc. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alldata.h"
#include "geojson.h"
#include "grid.h"
#include "index_file.h"
#include "loading_file.h"
#include "network.h"
#include "other_data.h"
#include "profile.h"
#include "region.h"
#include "small_files.h"
#include "target.h"
#include "volume.h"

struct options {
    const char *output, *profile, *layout, *loading, *title, *data_version;
    unsigned north, east;
    bool no_route_planning, quiet;
};

static void print_help(void)
{
    fputs("usage: kiwibuild [OPTION...] INPUT.geojson[.gz]... -o OUTPUT\n"
          "Builds a KIWI map disc from GeoJSON with OpenStreetMap tags.\n\n"
          "  -o, --output OUTPUT     an image if it ends with .iso, else a directory\n"
          "      --profile FILE      what tags become on the disc (default: built in, for OpenStreetMap)\n"
          "      --layout FILE       which variants of the format the disc shows (default: as needed)\n"
          "      --loading FILE      programs of the unit, for LOADING.KWI (default: no such file)\n"
          "      --title TEXT        title of the disc (default: KIWI)\n"
          "      --data-version V    yy/mm/dd/serial (default: 00/01/01/01; never the clock)\n"
          "      --repeat NxM        repeat the map N times to the north and M times to the east\n"
          "      --no-route-planning leave out the regions and their road graph; repeated maps have none\n"
          "  -q, --quiet             no warnings, no progress\n"
          "  -h, --help              print this\n"
          "      --version           print the version\n\n"
          "Exit codes: 0 done, 2 usage, 3 input, profile or layout cannot be used, 4 input/output error.\n",
          stdout);
}

static int complain(const char *text, const char *argument)
{
    fprintf(stderr, "kiwibuild: %s%s%s (see kiwibuild --help)\n", text, argument ? ": " : "",
            argument ? argument : "");
    return EXIT_USAGE;
}

static bool parse_repeat(const char *text, struct options *options)
{
    char *end;
    unsigned long north, east;

    if (*text < '0' || *text > '9')
        return false;
    north = strtoul(text, &end, 10);
    if (*end != 'x' || end[1] < '0' || end[1] > '9')
        return false;
    east = strtoul(end + 1, &end, 10);
    options->north = (unsigned)north;
    options->east = (unsigned)east;
    return !*end && north >= 1 && north <= 540 && east >= 1 && east <= 720;
}

/** Returns -1 to go on, else the exit code. */
static int parse_options(int argc, char **argv, struct options *options)
{
    static const struct option table[] = {
        {"output", required_argument, NULL, 'o'}, {"profile", required_argument, NULL, 'p'},
        {"layout", required_argument, NULL, 'l'}, {"loading", required_argument, NULL, 'L'},
        {"title", required_argument, NULL, 't'},  {"data-version", required_argument, NULL, 'd'},
        {"repeat", required_argument, NULL, 'r'}, {"no-route-planning", no_argument, NULL, 'R'},
        {"quiet", no_argument, NULL, 'q'},        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},      {NULL, 0, NULL, 0},
    };
    int code;

    opterr = 0;
    while ((code = getopt_long(argc, argv, ":o:qh", table, NULL)) != -1) {
        switch (code) {
        case 'o': options->output = optarg; break;
        case 'p': options->profile = optarg; break;
        case 'l': options->layout = optarg; break;
        case 'L': options->loading = optarg; break;
        case 't': options->title = optarg; break;
        case 'd': options->data_version = optarg; break;
        case 'R': options->no_route_planning = true; break;
        case 'q': options->quiet = true; break;
        case 'r':
            if (!parse_repeat(optarg, options))
                return complain("--repeat needs NxM", optarg);
            break;
        case 'h': print_help(); return EXIT_DONE;
        case 'V': printf("kiwibuild %s\n", VERSION); return EXIT_DONE;
        case ':': return complain("option needs a value", argv[optind - 1]);
        default: return complain("unknown option", argv[optind - 1]);
        }
    }
    if (optind == argc)
        return complain("no input", NULL);
    if (!options->output || !*options->output)
        return complain("no output, use -o", NULL);
    return -1;
}

struct input {
    struct network *network;
    const struct profile *profile;
};

static bool add_part(void *context, const struct part *part, struct failure *failure)
{
    struct input *input = context;

    (void)failure;
    network_add(input->network, input->profile, part);
    return true;
}

static bool read_inputs(char **paths, const struct options *options, const struct layout *layout,
                        struct network *network, struct failure *failure)
{
    struct profile profile;
    struct input input = {network, &profile};

    if (!profile_read(&profile, options->profile, failure))
        return false;
    bool done = network_start(network, &profile, layout->shift_jis ? CHARSET_SHIFT_JIS : CHARSET_LATIN_1,
                              failure);
    for (; done && *paths; paths++)
        done = geojson_read(*paths, add_part, &input, failure);
    profile_free(&profile);
    return done && network_finish(network, failure);
}

static void warn(const struct network *network, const struct options *options)
{
    if (options->quiet)
        return;
    if (texts_replaced(network->texts))
        fprintf(stderr, "kiwibuild: warning: %zu characters are not in %s, '?' written\n",
                texts_replaced(network->texts), texts_charset(network->texts));
    if (network->ignored)
        fprintf(stderr, "kiwibuild: warning: %zu geometries have no tag that the profile knows\n",
                network->ignored);
}

static bool write_disc(const struct volume *volume, struct network *network, const struct options *options,
                       const struct loading_file *loading, struct failure *failure)
{
    const char *title = texts_get(network->texts, texts_add(network->texts, options->title));
    struct alldata_options write_options = {
        title, options->data_version, !options->quiet && isatty(STDERR_FILENO), index_file_wanted(network)};

    return target_open(options->output, failure) && alldata_write(volume, &write_options, failure) &&
           small_files_write(options->data_version, volume->layout->shift_jis, failure) &&
           index_file_write(network, title, failure) &&
           (!options->loading || loading_file_write(loading, network->texts, failure)) &&
           target_commit(options->title, write_options.progress ? volume->size : 0, failure);
}

/** Route planning goes onto discs whose map is not repeated. */
static bool make_regions(struct regions *regions, const struct layout *layout, const struct network *network,
                         const struct options *options, struct failure *failure)
{
    return options->no_route_planning || options->north != 1 || options->east != 1 ||
           regions_make(regions, network, layout, failure);
}

/** Everything with addresses; without a road for it there is no route planning. */
static bool make_volume(struct volume *volume, const struct grid *grid, const struct network *network,
                        const struct regions *regions, struct failure *failure)
{
    bool planned = regions->levels[ROUTE_LEVEL_COUNT - 1].region_count > 0;

    return volume_make(volume, grid, network, planned ? regions : NULL, failure) &&
           (!planned || regions_place(volume, failure)) && other_data_place(volume, failure);
}

static bool build(char **paths, const struct options *options, struct failure *failure)
{
    struct network network = {0};
    struct volume volume = {0};
    struct regions regions = {0};
    struct grid grid;
    struct layout layout = layout_default;
    struct loading_file loading = {0};
    bool done = (!options->layout || layout_read(&layout, options->layout, failure)) &&
                (!options->loading || loading_file_read(&loading, options->loading, failure)) &&
                read_inputs(paths, options, &layout, &network, failure) &&
                grid_make(&grid, &network, &layout, options->north, options->east, failure);

    if (done) {
        warn(&network, options);
        done = make_regions(&regions, &layout, &network, options, failure) &&
               make_volume(&volume, &grid, &network, &regions, failure) &&
               write_disc(&volume, &network, options, &loading, failure);
    }
    loading_file_free(&loading);
    regions_free(&regions);
    volume_free(&volume);
    network_free(&network);
    return done;
}

int main(int argc, char **argv)
{
    struct options options = {.title = "KIWI", .data_version = "00/01/01/01", .north = 1, .east = 1};
    struct failure failure = {.exit_code = EXIT_SYSTEM};
    int code = parse_options(argc, argv, &options);

    if (code == EXIT_DONE && (fflush(stdout) || ferror(stdout))) {
        fprintf(stderr, "kiwibuild: stdout: %s\n", strerror(errno));
        return EXIT_SYSTEM;
    }
    if (code >= 0)
        return code;
    if (build(argv + optind, &options, &failure))
        return EXIT_DONE;
    fprintf(stderr, "kiwibuild: %s\n", failure.text);
    return (int)failure.exit_code;
}
