/* SPDX-License-Identifier: MIT */
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
#include "network.h"
#include "profile.h"
#include "small_files.h"
#include "target.h"
#include "volume.h"

struct options {
    const char *output, *profile, *title, *data_version;
    unsigned north, east;
    bool quiet;
};

static void print_help(void)
{
    fputs("usage: kiwibuild [OPTION...] INPUT.geojson[.gz]... -o OUTPUT\n"
          "Builds a KIWI map disc from GeoJSON with OpenStreetMap tags.\n\n"
          "  -o, --output OUTPUT     an image if it ends with .iso, else a directory\n"
          "      --profile FILE      what tags become on the disc (default: built in, for OpenStreetMap)\n"
          "      --title TEXT        title of the disc (default: KIWI)\n"
          "      --data-version V    yy/mm/dd/serial (default: 00/01/01/01; never the clock)\n"
          "      --repeat NxM        repeat the map N times to the north and M times to the east\n"
          "  -q, --quiet             no warnings, no progress\n"
          "  -h, --help              print this\n"
          "      --version           print the version\n\n"
          "Exit codes: 0 done, 2 usage, 3 input or profile cannot be used, 4 input/output error.\n",
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
        {"output", required_argument, NULL, 'o'},
        {"profile", required_argument, NULL, 'p'},
        {"title", required_argument, NULL, 't'},
        {"data-version", required_argument, NULL, 'd'},
        {"repeat", required_argument, NULL, 'r'},
        {"quiet", no_argument, NULL, 'q'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {NULL, 0, NULL, 0},
    };
    int code;

    opterr = 0;
    while ((code = getopt_long(argc, argv, ":o:qh", table, NULL)) != -1) {
        switch (code) {
        case 'o': options->output = optarg; break;
        case 'p': options->profile = optarg; break;
        case 't': options->title = optarg; break;
        case 'd': options->data_version = optarg; break;
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

static bool read_inputs(char **paths, const struct options *options, struct network *network,
                        struct failure *failure)
{
    struct profile profile;
    struct input input = {network, &profile};
    bool done = true;

    if (!profile_read(&profile, options->profile, failure))
        return false;
    network_start(network, &profile);
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
        fprintf(stderr, "kiwibuild: warning: %zu characters are not in ISO 8859-1, '?' written\n",
                texts_replaced(network->texts));
    if (network->holes)
        fprintf(stderr, "kiwibuild: warning: %zu holes of areas left out\n", network->holes);
    if (network->ignored)
        fprintf(stderr, "kiwibuild: warning: %zu geometries have no tag that the profile knows\n",
                network->ignored);
}

static bool write_disc(const struct volume *volume, struct network *network, const struct options *options,
                       struct failure *failure)
{
    const char *title = texts_get(network->texts, texts_add(network->texts, options->title));
    struct alldata_options write_options = {title, options->data_version,
                                            !options->quiet && isatty(STDERR_FILENO)};
    FILE *file;
    bool done;

    if (!target_open(options->output, failure))
        return false;
    file = target_create("ALLDATA.KWI", failure);
    if (!file)
        return false;
    done = alldata_write(volume, &write_options, file, failure);
    if (!done)
        fclose(file);
    return done && target_close_file(file, failure) && small_files_write(options->data_version, failure) &&
           target_commit(options->title, failure);
}

static bool build(char **paths, const struct options *options, struct failure *failure)
{
    struct network network = {0};
    struct volume volume = {0};
    struct grid grid;
    bool done = read_inputs(paths, options, &network, failure) &&
                grid_make(&grid, &network, options->north, options->east, failure);

    if (done) {
        warn(&network, options);
        done =
            volume_make(&volume, &grid, &network, failure) && write_disc(&volume, &network, options, failure);
    }
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
