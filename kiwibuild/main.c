/* SPDX-License-Identifier: MIT */
/* The command kiwibuild: reads options and input, and takes the steps from network to disc. */
#include <stdio.h>
#include <unistd.h>

#include "add_points.h"
#include "alldata.h"
#include "base_classes.h"
#include "base_files.h"
#include "base_grid.h"
#include "base_kept.h"
#include "base_open.h"
#include "common/standard_streams.h"
#include "coverage.h"
#include "datum.h"
#include "disc_feature.h"
#include "grid.h"
#include "index_file.h"
#include "input/input.h"
#include "lay_out.h"
#include "loading_file.h"
#include "network.h"
#include "options.h"
#include "other_data.h"
#include "points_of_interest.h"
#include "profile.h"
#include "region.h"
#include "restriction.h"
#include "sea.h"
#include "small_files.h"
#include "stage.h"
#include "street_labels.h"
#include "target.h"

#define DEFAULT_TITLE "KIWI"

/** Where features go. */
struct taker {
    struct network *network;
    const struct profile *profile;
    struct report report;
    struct points_of_interest pois;
    struct gazetteer *gazetteer;
    struct sea sea;
    struct coverage *coverage;
};

/** What the index has of a feature, beside its name; false if that is nothing. */
static bool take_entries(struct taker *taker, const struct feature *feature)
{
    struct texts *texts = taker->network->texts;
    bool poi = points_of_interest_add(&taker->pois, feature, &taker->report);
    bool house = addresses_add(&taker->gazetteer->addresses, texts, feature, taker->report.file,
                               taker->report.passed_over);

    return poi || house;
}

static bool take_feature(void *context, const struct feature *given, struct failure *failure)
{
    struct taker *taker = context;
    struct feature clipped;
    const struct feature *feature = &clipped;
    bool of_disc = disc_feature_is(given);
    bool territory = !of_disc &&
                     territories_add(&taker->gazetteer->territories, taker->network->texts, given);

    (void)failure;
    if (!coverage_clip(taker->coverage, given, &clipped, taker->report.file, taker->report.passed_over))
        return true;
    const char *reason = of_disc ? disc_feature_add(taker->network, feature)
                                 : network_add(taker->network, taker->profile, feature, &taker->report);
    bool entry = !of_disc && take_entries(taker, feature);
    bool coast = !of_disc && sea_add(&taker->sea, taker->profile, feature);

    if (reason && !entry && !territory && !coast)
        pass_over(taker->report.passed_over, 1, reason, "%s: %s %lld", taker->report.file, feature->name.word,
                  (long long)feature->name.number);
    return true;
}

static bool take_relation(void *context, const struct relation *relation, struct failure *failure)
{
    struct taker *taker = context;
    struct texts *texts = taker->network->texts;

    (void)failure;
    restriction_add(taker->network, taker->profile, relation, &taker->report);
    addresses_add_relation(&taker->gazetteer->addresses, texts, relation);
    territories_add_relation(&taker->gazetteer->territories, texts, relation, taker->report.passed_over);
    return true;
}

static bool read_inputs(char **paths, const struct options *options, const struct layout *layout,
                        const struct base_disc *base, struct coverage *coverage, struct network *network,
                        struct gazetteer *gazetteer, struct passed_over *passed_over, struct failure *failure)
{
    struct profile profile;
    struct input input = {.sink = {.take = take_feature, .take_relation = take_relation}};
    struct taker taker = {.network = network,
                          .profile = &profile,
                          .report = {&input.passed_over, NULL},
                          .pois = {network, &profile.pois, {0}},
                          .gazetteer = gazetteer,
                          .coverage = coverage};

    if (!profile_read(&profile, options->profile, failure))
        return false;
    if (options->languages)
        profile_set_languages(&profile, options->languages);
    input.sink.context = &taker;
    struct datum datum = {.sink = input.sink};
    if (base && kiwi_disc_geodetic(base->disc) != KIWI_WGS84) {
        datum.geodetic = kiwi_disc_geodetic(base->disc);
        input.sink = datum_sink(&datum);
    }
    bool done = network_start(network, &profile, layout->shift_jis ? CHARSET_SHIFT_JIS : CHARSET_LATIN_1,
                              failure);
    if (done)
        texts_set_languages(network->texts, &profile.languages);
    if (base) {
        network->disc_levels = base_disc_levels(base);
        network->finest_disc_level = base_disc_finest_level(base);
    }
    for (; done && *paths; paths++) {
        taker.report.file = *paths;
        done = input_read(&input, *paths, failure);
    }
    stage_begin("putting the network together");
    addresses_finish(&gazetteer->addresses, &input.passed_over);
    network_unwrap_all(network);
    sea_finish(&taker.sea, &profile, network, &input.passed_over);
    sea_free(&taker.sea);
    *passed_over = input.passed_over;
    input_free(&input);
    if (network->texts)
        texts_set_languages(network->texts, NULL);
    profile_free(&profile);
    if (!done || !network_finish(network, failure))
        return false;
    street_labels_apply(network);
    restrictions_place(network);
    network_forget_nodes(network);
    territories_finish(&gazetteer->territories, network);
    return true;
}

static void warn(const struct network *network, const struct base_disc *base,
                 const struct passed_over *passed_over, const struct options *options)
{
    if (options->quiet)
        return;
    if (base)
        base_notes_print(&base->notes, base->path);
    passed_over_print(passed_over);
    if (network->texts)
        texts_warn(network->texts);
}

static const char *data_version(const struct options *options)
{
    return options->data_version ? options->data_version : "00/01/01/01";
}

/** Files beside map and index: those of the base, or what every disc has. */
static bool write_others(const struct volume *volume, const struct network *network,
                         const struct options *options, const struct base_disc *base,
                         const struct loading_file *loading, struct failure *failure)
{
    if (base)
        return base_files_copy(base, NULL, failure);
    return small_files_write(data_version(options), volume->layout->shift_jis, failure) &&
           (!options->loading || loading_file_write(loading, network->texts, failure));
}

/** What the image is called: as the user says, or like the base if that is an image, or like its title. */
static const char *volume_title(const struct options *options, const struct base_disc *base,
                                const char *base_title)
{
    if (options->title || !base)
        return options->title ? options->title : DEFAULT_TITLE;
    return *kiwi_disc_volume_id(base->disc) ? kiwi_disc_volume_id(base->disc) : base_title;
}

static bool write_index(struct network *network, const struct gazetteer *gazetteer, const char *title,
                        struct failure *failure)
{
    stage_begin("writing the index");
    bool done = index_file_write(network, gazetteer, title, failure);
    stages_end();
    return done;
}

static bool write_disc(const struct volume *volume, struct network *network,
                       const struct gazetteer *gazetteer, const struct options *options,
                       const struct base_disc *base, const struct loading_file *loading,
                       struct failure *failure)
{
    char *base_title = base ? base_disc_title(base) : NULL;
    const char *title = options->title ? options->title : base ? base_title : DEFAULT_TITLE;
    const char *encoded = texts_get(network->texts, texts_add(network->texts, title));
    struct alldata_options write_options = {.title = options->title || !base ? encoded : NULL,
                                            .data_version = base ? options->data_version
                                                                 : data_version(options),
                                            .progress = !options->quiet && isatty(STDERR_FILENO),
                                            .index = index_file_wanted(network),
                                            .base = base};
    stages_end();
    bool done = target_open(options->output, failure) &&
                write_others(volume, network, options, base, loading, failure) &&
                alldata_write(volume, &write_options, failure) &&
                write_index(network, gazetteer, encoded, failure) &&
                target_commit(volume_title(options, base, base_title), options->quiet, failure);

    release(base_title);
    return done;
}

/** Route planning goes onto discs whose map is not repeated. */
static bool make_regions(struct regions *regions, const struct layout *layout, const struct network *network,
                         const struct options *options, struct passed_over *passed_over,
                         struct failure *failure)
{
    return options->no_route_planning || options->north != 1 || options->east != 1 ||
           regions_make(regions, network, layout, passed_over, failure);
}

/** Everything with addresses; without a road for it there is no route planning. */
static bool make_volume(struct volume *volume, const struct grid *grid, const struct network *network,
                        const struct regions *regions, uint64_t head_size, struct failure *failure)
{
    bool planned = regions->levels[ROUTE_LEVEL_COUNT - 1].region_count > 0;

    return volume_make(volume, grid, network, planned ? regions : NULL, head_size, failure) &&
           (!planned || regions_place(volume, failure)) && other_data_place(volume, failure);
}

/** What the base has in ALLDATA.KWI beside its map stays where it is: the map lies before that if there is
 * room, or behind. */
static bool make_volume_around(struct volume *volume, const struct grid *grid, const struct network *network,
                               const struct regions *regions, const struct base_disc *base,
                               struct failure *failure)
{
    const uint64_t end = base ? (base_kept_end(base) + SECTOR - 1) / SECTOR * SECTOR : 0;
    const uint64_t head = DATA_VOLUME_SIZE + HEADER_TABLE_SIZE;
    bool split = grid->levels[0].layout->map_file_size > 0;

    if (end == 0)
        return make_volume(volume, grid, network, regions, head, failure);
    if (!split && make_volume(volume, grid, network, regions, head, failure) &&
        volume->alldata_size <= base_kept_start(base)) {
        volume->alldata_size = volume->size = end;
        return true;
    }
    volume_free(volume);
    return make_volume(volume, grid, network, regions, end, failure);
}

/** The grid of the base, or one around the network. */
static bool make_grid(struct grid *grid, struct base_disc *base, const struct network *network,
                      const struct layout *layout, const struct options *options,
                      struct passed_over *passed_over, struct failure *failure)
{
    if (!options->base)
        return grid_make(grid, network, layout, options->north, options->east, failure);
    if (!base_grid_make(grid, base, network, failure))
        return false;
    base_classes_report(grid, network, passed_over);
    return true;
}

static bool read_layout(struct layout *layout, struct base_disc *base, const struct options *options,
                        struct failure *failure)
{
    if (options->base) {
        bool done = base_disc_open(base, options->base, failure);

        *layout = base->levels[0].layout;
        return done;
    }
    return !options->layout || layout_read(layout, options->layout, failure);
}

static bool build(char **paths, const struct options *options, struct failure *failure)
{
    struct network network = {0};
    struct gazetteer gazetteer = {0};
    struct volume volume = {0};
    struct regions regions = {0};
    struct grid grid;
    struct layout layout = layout_default;
    struct loading_file loading = {0};
    struct passed_over passed_over = {0};
    struct base_disc base = {0};
    struct coverage coverage = {0};
    const struct base_disc *kept = options->base ? &base : NULL;
    stages_start(!options->quiet && isatty(STDERR_FILENO));
    bool done = read_layout(&layout, &base, options, failure) &&
                (!options->loading || loading_file_read(&loading, options->loading, failure)) &&
                (!kept || coverage_read(&coverage, &base, failure)) &&
                read_inputs(paths, options, &layout, kept, &coverage, &network, &gazetteer, &passed_over,
                            failure) &&
                make_grid(&grid, &base, &network, &layout, options, &passed_over, failure);

    if (done)
        stage_begin("planning routes");
    done = done && make_regions(&regions, &layout, &network, options, &passed_over, failure);
    stages_end();
    warn(&network, kept, &passed_over, options); /* also if nothing was left: it says why */
    done = done && make_volume_around(&volume, &grid, &network, &regions, kept, failure) &&
           write_disc(&volume, &network, &gazetteer, options, kept, &loading, failure);
    stages_end();
    coverage_free(&coverage);
    base_disc_close(&base);
    loading_file_free(&loading);
    regions_free(&regions);
    volume_free(&volume);
    network_free(&network);
    addresses_free(&gazetteer.addresses);
    territories_free(&gazetteer.territories);
    return done;
}

int main(int argc, char **argv)
{
    struct options options;
    struct failure failure = {.code = EXIT_SYSTEM};
    struct operands inputs;
    standard_streams_keep();
    int code = options_read(argc, argv, &options, &inputs);
    if (code >= 0)
        return code;
    bool done = options.add ? add_points(&options, &failure) : build(inputs.texts, &options, &failure);
    return done ? EXIT_DONE : failure_print("kiwibuild", &failure);
}
