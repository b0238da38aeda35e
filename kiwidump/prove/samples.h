/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_PROVE_SAMPLES_H
#define KIWIDUMP_PROVE_SAMPLES_H

/* Things that two readings have in common, kept by a key in a table of one size. When it fills up, or
 * one place of it does, half of all keys are given up, by their hash: what stays is complete for its keys,
 * whatever the order was that they came in. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kiwi/kiwi.h>

enum { SAMPLE_ROOM = 1 << 15, SAMPLE_ENDS = 4 };

/** Where something stands on the disc. */
struct site {
    const struct kiwi_file *file;
    uint64_t offset;
    int level;
};

/** A road's end at the edge of a frame. */
struct crossing {
    uint64_t frame;           /* offset of the frame that it was met in first */
    struct kiwi_place beyond; /* on the other side of the edge */
    uint32_t roads[2];        /* met here: in that frame, and in others */
    uint32_t types[2];        /* of the last one of them */
};

/** A link of the map, all pieces of it. */
struct map_link {
    double length;                          /* metres */
    struct kiwi_place_e7 ends[SAMPLE_ENDS]; /* where only one piece begins or ends */
    uint32_t end_count, type;
    bool tangled; /* more ends than there is room for, or some of it is not there */
};

struct sample {
    uint64_t key;
    bool used;
    struct site site;
    union {
        struct crossing crossing;
        struct map_link link;
    } of;
};

struct samples {
    struct sample *table; /* SAMPLE_ROOM of them */
    size_t count;
    unsigned halvings; /* one key in 2^halvings is kept */
};

bool samples_open(struct samples *samples); /**< false if there is no memory */
void samples_close(struct samples *samples);
void samples_clear(struct samples *samples);

/** Whether a key is one of those that are kept. */
bool samples_takes(const struct samples *samples, uint64_t key);

/** The sample of a key, or NULL. */
struct sample *samples_find(const struct samples *samples, uint64_t key);

/** The same, made if it is not there: all zero but for its key. NULL if the key is given up. */
struct sample *samples_put(struct samples *samples, uint64_t key);

#endif
