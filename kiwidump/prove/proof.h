/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_PROVE_PROOF_H
#define KIWIDUMP_PROVE_PROOF_H

/* Proofs that a disc is read as it was meant: what holds only if the bytes are read rightly, counted. */

#include <iconv.h>
#include <limits.h>

#include "dump.h"
#include "prove/readings.h"
#include "prove/samples.h"

enum { PROOF_EXAMPLES = 3 };

/** The level of a site that belongs to none. */
enum { PROVE_NO_LEVEL = INT_MIN };

/** How often a proof held, on one level or on all of them. */
struct score {
    uint64_t good, all;
    struct site examples[PROOF_EXAMPLES]; /* where it did not */
    size_t example_count;
};

/** The proofs in the order of their rows in proofs.c. */
enum proof_number {
    PROOF_FRAMES_PLACE,
    PROOF_ROADS_INSIDE,
    PROOF_ROADS_GO_ON,
    PROOF_ROADS_AGREE,
    PROOF_ROAD_CODES,
    PROOF_BACKGROUNDS_INSIDE,
    PROOF_AREAS_CLOSE,
    PROOF_BACKGROUND_CODES,
    PROOF_NAMES_INSIDE,
    PROOF_NAME_CODES,
    PROOF_TEXTS,
    PROOF_LINK_IDS,
    PROOF_LINK_NODES,
    PROOF_LINK_LENGTHS,
    PROOF_LINK_CLASSES,
    PROOF_ENTRY_TEXTS,
    PROOF_ENTRY_PLACES,
    PROOF_KEYS_ASCEND,
    PROOF_STREET_NAMES,
    PROOF_STREET_NUMBERS,
    PROOF_STREET_LINKS,
    PROOF_STREET_PLACES,
    PROOF_HOUSE_NUMBERS,
    PROOF_COUNT
};

/** Readings of what the format leaves open, in the order of their rows in readings.c. */
enum reading_number {
    READING_CORNER_OWN,
    READING_CORNER_WHOLE,
    READING_ADJACENCY_SET,
    READING_ADJACENCY_CLEAR,
    READING_WGS84,
    READING_TOKYO,
    READING_UTF_8,
    READING_SHIFT_JIS,
    READING_EUC_JP,
    READING_WINDOWS_1251,
    READING_ISO_8859_1,
    READING_COUNT,
    READING_FIRST_CHARSET = READING_UTF_8
};

/** A reading as the register has it. */
struct reading {
    const char *hypothesis, *name, *counts;
    const char **(*set)(
        struct options *options); /* where --assume puts its name; NULL: nothing is read by it */
};

extern const struct reading readings[READING_COUNT];

/** How often a reading fits. */
struct tally {
    uint64_t good, all;
};

/** What the proofs have in common while a level is read. */
struct prover {
    struct dump *dump;
    struct kiwi_map *map;
    struct kiwi_shapes *shapes;
    struct kiwi_parcel parcel;            /* before it */
    int32_t west, south, east, north;     /* of the frame, in its own units */
    struct samples crossings;             /* of the level */
    struct samples links;                 /* of the level that route planning and index are compared with */
    const struct kiwi_level *links_level; /* that level, or NULL */
    struct score scores[PROOF_COUNT];     /* of the level */
    struct score totals[PROOF_COUNT];
    uint8_t *names; /* bits, see names.c */
    bool has_names;
    bool sample; /* the disc is one: frames that it does not have prove nothing */
    struct tally tallies[READING_COUNT];
    iconv_t converters[READING_COUNT - READING_FIRST_CHARSET];
    uint64_t done; /* bytes */
    char text[4096];
};

enum verdict { VERDICT_ABSENT, VERDICT_HOLDS, VERDICT_DOUBTFUL, VERDICT_FAILS };

/** A proof as the register has it. */
struct proof {
    const char *name;
    const char *structure; /* that it is about */
    const char *counts;    /* what is counted */
    const char *holds;     /* what it means for an owner if it holds */
    const char *fails;     /* and if it does not */
    double least;          /* share at which it holds */
    double doubtful;       /* below which it does not hold */
    uint64_t fewest;       /* cases that say anything, if one is not enough */
};

extern const struct proof proofs[PROOF_COUNT];

/** Counts a case of a proof; site is where it stands. */
void prove_count(struct prover *prover, enum proof_number number, bool good, const struct site *site);

/** The same for a shape of the frame at hand. */
void prove_shape(struct prover *prover, enum proof_number number, bool good, const struct kiwi_shape *shape);

/** Whether the disc has all of a frame. */
bool prove_has(const struct kiwi_parcel *parcel);

/** A step out of the frame at hand where a point is on its edge; false if it is not. */
bool prove_step_out(const struct prover *prover, struct kiwi_point point, struct kiwi_point *out);

/** Whether a road that ends at a point of the frame goes on in a frame that a sample does not have. */
bool prove_is_cut(const struct prover *prover, struct kiwi_point end);

/* The proofs, one file for each kind */
void prove_frame_place(struct prover *prover);
void prove_inside(struct prover *prover, const struct kiwi_shape *shape);
void prove_codes(struct prover *prover, const struct kiwi_shape *shape);
void prove_area_closes(struct prover *prover, const struct kiwi_shape *shape);
void prove_text(struct prover *prover, const struct kiwi_shape *shape);
void prove_collect_crossings(struct prover *prover, const struct kiwi_shape *shape);
void prove_crossings(struct prover *prover);
void prove_collect_link(struct prover *prover, const struct kiwi_shape *shape);

/** Chooses the level of the map that has the links of route planning and of the index. */
void prove_choose_links(struct prover *prover);

/** Compares route planning with the links that were collected. */
enum kiwi_status prove_links(struct prover *prover, struct kiwi_regions *regions, struct kiwi_error *error);

/** Compares the index with the links and names that were collected. */
enum kiwi_status prove_streets(struct prover *prover, struct kiwi_index *index, struct kiwi_error *error);

/* Names that the map shows; utf8 ends with a NUL where it has no length. */
bool prove_open_names(struct prover *prover); /**< false if there is no memory */
void prove_collect_name(struct prover *prover, const char *utf8, size_t length);
bool prove_has_name(const struct prover *prover, const char *utf8);

/** Counts a case in which a reading fits or not. */
void prove_reading(struct prover *prover, enum reading_number number, bool good);

/* Character sets as readings of a text; nothing is counted for one that the C library does not have. */
void prove_open_charsets(struct prover *prover);
void prove_close_charsets(struct prover *prover);
void prove_charsets(struct prover *prover, const uint8_t *text, size_t length);

/* The report */
enum verdict score_verdict(const struct proof *proof, const struct score *score);
void report_level(struct prover *prover, int level); /**< an element of "levels" */
void report_readings(const struct prover *prover);   /**< the member "hypotheses" */
void print_readings(const struct prover *prover);    /**< lines of the page */
void report_end(struct prover *prover);              /**< the rest of the document, and the page */

#endif
