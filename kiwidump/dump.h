/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_DUMP_H
#define KIWIDUMP_DUMP_H

#include "fail.h"
#include "findings.h"
#include "options.h"

struct progress;

/** What every mode works with. */
struct dump {
    struct options options;
    struct kiwi_disc *disc;
    struct output *output;
    struct output *terminal; /* where what is laid out goes to; NULL if output is the end */
    struct json json;
    struct findings findings;
    bool different;  /* --diff or --verify found something, or --prove has doubts */
    bool nothing;    /* the filters let nothing through */
    bool outside;    /* the map has nothing of the box or place asked for */
    bool unreadable; /* some of what was read could not be */
};

/** Says what could not be read of a disc; exit codes heed it. */
void dump_unreadable(struct dump *dump, const struct kiwi_disc *disc);

/* The modes. They return KIWI_OK or why they could not go on, with error filled. */
enum kiwi_status dump_document(struct dump *dump, struct kiwi_error *error);
enum kiwi_status dump_records(struct dump *dump, struct kiwi_error *error);
enum kiwi_status dump_features(struct dump *dump, struct kiwi_error *error);
enum kiwi_status dump_at(struct dump *dump, struct kiwi_error *error);
enum kiwi_status dump_explain(struct dump *dump, struct kiwi_error *error);
enum kiwi_status dump_annotate(struct dump *dump, struct kiwi_error *error);
enum kiwi_status dump_svg(struct dump *dump, struct kiwi_error *error);
enum kiwi_status dump_tile(struct dump *dump, struct kiwi_error *error);
enum kiwi_status dump_diff(struct dump *dump, struct kiwi_error *error);
enum kiwi_status dump_extract(struct dump *dump, struct kiwi_error *error);
enum kiwi_status dump_route(struct dump *dump, struct kiwi_error *error);
enum kiwi_status dump_check(struct dump *dump, struct kiwi_error *error);
enum kiwi_status dump_prove(struct dump *dump, struct kiwi_error *error);
enum kiwi_status dump_sample(struct dump *dump, struct kiwi_error *error);
enum kiwi_status dump_report(struct dump *dump, struct kiwi_error *error);
enum kiwi_status dump_verify(struct dump *dump, struct kiwi_error *error);
enum kiwi_status dump_summary(struct dump *dump, struct kiwi_error *error);
void dump_schema(struct dump *dump);

/** The member of the document about route planning, if the disc has it. */
void dump_regions(struct dump *dump, struct kiwi_map *map);

/** Nodes and links of the finest level of route planning; false if there is none. */
bool dump_regions_sum(struct kiwi_map *map, uint64_t *nodes, uint64_t *links);

/** What is left of a walk over headers: parameters, images, voice and the like. */
void dump_other_data(struct dump *dump, struct kiwi_walk *walk);

/** Opens a walk with the filters of the command line. */
enum kiwi_status dump_open_walk(struct dump *dump, bool check, struct kiwi_walk **walk,
                                struct kiwi_error *error);

/** Shows how far a walk is, every so many calls. */
void dump_show_progress(const struct kiwi_walk *walk, struct progress *progress);

/** Members that say which parcel it is, into an object that is open. */
void dump_parcel(struct json *json, enum kiwi_geodetic datum, const struct kiwi_parcel *parcel);

/** True if --limit is reached after count lines. */
static inline bool dump_enough(const struct dump *dump, uint64_t count)
{
    return (dump->options.has_limit && count >= dump->options.limit) || dump->output->error != 0;
}

/** Notes that a mode which goes by filters is through after count lines. */
static inline void dump_count(struct dump *dump, uint64_t count)
{
    const struct options *options = &dump->options;
    dump->nothing = count == 0 && (!options->has_limit || options->limit > 0) &&
                    (options->text || options->type || options->has_box || options->kinds ||
                     options->has_level);
}

#endif
