/* SPDX-License-Identifier: MIT */
/* Points that are added to a disc: reads them, has map and index changed, and copies the disc with these
 * changes. */
#include "add_points.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "add_index.h"
#include "add_map.h"
#include "base_classes.h"
#include "base_files.h"
#include "base_grid.h"
#include "base_open.h"
#include "datum.h"
#include "input/input.h"
#include "name_choice.h"
#include "points_of_interest.h"
#include "profile.h"
#include "target.h"

/** Of points that do not say what they are. */
#define USUAL_CATEGORY "favourite"

static const char unknown[] = "points have a category that the profile does not have";

/** Where points go. */
struct taker {
    struct network network;
    struct profile profile;
    struct report report;
    struct points_of_interest pois;
};

/** A category by its key, its title or its number. */
static const struct poi_category *find_category(const struct poi_profile *profile, const char *text)
{
    char *end;
    const long code = strtol(text, &end, 10);

    for (size_t i = 0; i < profile->category_count; i++) {
        const struct poi_category *category = &profile->categories[i];

        if (strcasecmp(category->key, text) == 0 || strcasecmp(category->title, text) == 0 ||
            (*text && !*end && category->code == code))
            return category;
    }
    return NULL;
}

static void pass_over_point(const struct taker *taker, const struct feature *feature, const char *reason)
{
    pass_over(taker->report.passed_over, 1, reason, "%s: %s %lld", taker->report.file, feature->name.word,
              (long long)feature->name.number);
}

/** By what it says itself, what GPX says, its other tags, or the usual one. */
static bool take_point(void *context, const struct feature *feature, struct failure *failure)
{
    struct taker *taker = context;
    const struct poi_profile *profile = taker->pois.profile;
    const char *said = tags_get(feature->tags, "category"), *type = tags_get(feature->tags, "type");
    const struct poi_category *category = find_category(profile, said ? said : type ? type : "");
    const size_t before = taker->network.place_count;

    (void)failure;
    if (feature->kind != SHAPE_POINT) {
        pass_over_point(taker, feature, "lines and areas are no points");
        return true;
    }
    if (!category && !said)
        points_of_interest_add(&taker->pois, feature, &taker->report);
    if (!category && !said && taker->network.place_count == before)
        category = find_category(profile, USUAL_CATEGORY);
    if (category)
        points_of_interest_add_one(&taker->pois, feature, category);
    if (taker->network.place_count == before)
        pass_over_point(taker, feature, unknown);
    return true;
}

static bool read_points(struct taker *taker, const struct base_disc *base, const struct options *options,
                        struct passed_over *passed_over, struct failure *failure)
{
    struct input input = {.sink = {.take = take_point, .context = taker}, .points = true};
    struct datum datum = {.geodetic = kiwi_disc_geodetic(base->disc), .sink = input.sink};
    bool done;

    taker->report = (struct report){&input.passed_over, options->add};
    taker->pois = (struct points_of_interest){&taker->network, &taker->profile.pois, {0}};
    if (datum.geodetic != KIWI_WGS84)
        input.sink = datum_sink(&datum);
    texts_set_languages(taker->network.texts, &taker->profile.languages);
    done = input_read(&input, options->add, failure);
    texts_set_languages(taker->network.texts, NULL);
    *passed_over = input.passed_over;
    input_free(&input);
    return done;
}

static bool start(struct taker *taker, const struct base_disc *base, const struct options *options,
                  struct failure *failure)
{
    if (!profile_read(&taker->profile, options->profile, failure))
        return false;
    if (options->languages)
        profile_set_languages(&taker->profile, options->languages);
    return network_start(&taker->network, &taker->profile, base->charset, failure);
}

static void warn(const struct taker *taker, const struct base_disc *base,
                 const struct passed_over *passed_over, const struct options *options)
{
    if (options->quiet)
        return;
    base_notes_print(&base->notes, base->path);
    passed_over_print(passed_over);
    texts_warn(taker->network.texts);
}

static bool write_disc(const struct taker *taker, const struct base_disc *base, const struct patches *patches,
                       const char *index_name, const struct options *options, struct failure *failure)
{
    char *title = base_disc_title(base);
    const char *volume_id = kiwi_disc_volume_id(base->disc);
    bool done = target_open(options->output, failure) && base_files_copy(base, patches, failure) &&
                add_index_write(&taker->network, index_name, failure) &&
                target_commit(*volume_id ? volume_id : title, options->quiet, failure);

    release(title);
    return done;
}

/** What the disc is like is read for what is added, and is no note. */
static bool open_base(struct base_disc *base, const struct options *options, struct failure *failure)
{
    bool done = base_disc_open(base, options->base, failure);

    base->notes.count = 0;
    return done;
}

static bool change(struct taker *taker, struct base_disc *base, const struct options *options,
                   struct passed_over *passed_over, struct failure *failure)
{
    char index_name[ADDED_FILE_NAME] = "";
    struct patches patches = {0};
    struct grid grid;
    bool done;

    if (taker->network.place_count == 0) {
        warn(taker, base, passed_over, options);
        return refuse(failure, EXIT_INPUT, "%s: has no point that can be added", options->add);
    }
    done = base_grid_cells(&grid, base, failure);
    if (done)
        base_classes_report(&grid, &taker->network, passed_over);
    done = done && add_to_map(base, &grid, &taker->network, &patches, passed_over, failure) &&
           add_to_index(base, &taker->network, &patches, index_name, failure);
    warn(taker, base, passed_over, options);
    done = done && write_disc(taker, base, &patches, index_name, options, failure);
    patches_free(&patches);
    return done;
}

bool add_points(const struct options *options, struct failure *failure)
{
    struct base_disc base = {0};
    struct taker taker = {0};
    struct passed_over passed_over = {0};
    bool done = open_base(&base, options, failure) && start(&taker, &base, options, failure) &&
                read_points(&taker, &base, options, &passed_over, failure) &&
                change(&taker, &base, options, &passed_over, failure);

    network_free(&taker.network);
    profile_free(&taker.profile);
    base_disc_close(&base);
    return done;
}
