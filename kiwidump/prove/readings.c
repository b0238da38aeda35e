/* SPDX-License-Identifier: MIT */
/* Where the format leaves a choice, each way to read it is a reading with a name and a score.
 * docs/design/variants.md lists them. */
#include "prove/proof.h"

#include <stdio.h>
#include <string.h>

static const char **charset(struct options *options)
{
    return &options->charset;
}

static const char **datum(struct options *options)
{
    return &options->datum;
}

/* In the order of enum reading_number; readings of a hypothesis follow each other. */
const struct reading readings[READING_COUNT] = {
    [READING_CORNER_OWN] = {"corner_of_parts", "own", "a part of a divided parcel says its own corner", NULL},
    [READING_CORNER_WHOLE] = {"corner_of_parts", "whole",
                              "a part of a divided parcel says the corner of the parcel", NULL},
    [READING_ADJACENCY_SET] = {"adjacency_bit", "set", "the bit is set in frames that name their neighbours",
                               NULL},
    [READING_ADJACENCY_CLEAR] = {"adjacency_bit", "clear",
                                 "the bit is clear in frames that name their neighbours", NULL},
    [READING_WGS84] = {"datum", "WGS84", "nothing on a disc shows it", datum},
    [READING_TOKYO] = {"datum", "TOKYO", "nothing on a disc shows it", datum},
    [READING_UTF_8] = {"charset", "UTF-8", "texts are likely ones in UTF-8", charset},
    [READING_SHIFT_JIS] = {"charset", "CP932", "texts are likely ones in Shift-JIS", charset},
    [READING_EUC_JP] = {"charset", "EUC-JP", "texts are likely ones in EUC-JP", charset},
    [READING_WINDOWS_1251] = {"charset", "CP1251", "texts are likely ones in Windows' Cyrillic", charset},
    [READING_ISO_8859_1] = {"charset", "ISO-8859-1", "texts are likely ones in ISO 8859-1", charset},
};

const char *reading_to_assume(size_t index)
{
    for (size_t i = 0; i < READING_COUNT; i++)
        if (readings[i].set && index-- == 0)
            return readings[i].name;
    return NULL;
}

bool reading_assume(struct options *options, const char *name)
{
    for (size_t i = 0; i < READING_COUNT; i++) {
        if (!readings[i].set || strcmp(readings[i].name, name) != 0)
            continue;
        *readings[i].set(options) = readings[i].name;
        return true;
    }
    return false;
}

/** Two readings fit equally if their shares are no farther from each other. */
static const double alike = 0.005;

void prove_reading(struct prover *prover, enum reading_number number, bool good)
{
    prover->tallies[number].all++;
    prover->tallies[number].good += good;
}

/** The first reading of the next hypothesis. */
static size_t end_of(size_t first)
{
    size_t end = first;
    while (end < READING_COUNT && strcmp(readings[end].hypothesis, readings[first].hypothesis) == 0)
        end++;
    return end;
}

static double share_of(const struct prover *prover, size_t i)
{
    const struct tally *tally = &prover->tallies[i];
    return tally->all > 0 ? (double)tally->good / (double)tally->all : 0;
}

/** The best share of a hypothesis; readings that come near it fit, too. */
static double best_of(const struct prover *prover, size_t first, size_t end)
{
    double best = 0;
    for (size_t i = first; i < end; i++)
        best = share_of(prover, i) > best ? share_of(prover, i) : best;
    return best;
}

static bool is_best(const struct prover *prover, size_t i, double best)
{
    return prover->tallies[i].all > 0 && share_of(prover, i) >= best - alike;
}

static void put_reading(const struct prover *prover, size_t i)
{
    struct json *json = &prover->dump->json;
    const struct tally *tally = &prover->tallies[i];
    json_begin_object(json);
    json_key(json, "name");
    json_string(json, readings[i].name);
    json_key(json, "counts");
    json_string(json, readings[i].counts);
    json_key(json, "good");
    json_unsigned(json, tally->good);
    json_key(json, "all");
    json_unsigned(json, tally->all);
    json_end_object(json);
}

static void put_hypothesis(const struct prover *prover, size_t first, size_t end)
{
    struct json *json = &prover->dump->json;
    double best = best_of(prover, first, end);
    json_begin_object(json);
    json_key(json, "name");
    json_string(json, readings[first].hypothesis);
    json_key(json, "best");
    json_begin_array(json);
    for (size_t i = first; i < end; i++)
        if (is_best(prover, i, best))
            json_string(json, readings[i].name);
    json_end_array(json);
    json_key(json, "readings");
    json_begin_array(json);
    for (size_t i = first; i < end; i++)
        put_reading(prover, i);
    json_end_array(json);
    json_end_object(json);
}

void report_readings(const struct prover *prover)
{
    struct json *json = &prover->dump->json;
    json_key(json, "hypotheses");
    json_begin_array(json);
    for (size_t first = 0; first < READING_COUNT; first = end_of(first))
        put_hypothesis(prover, first, end_of(first));
    json_end_array(json);
}

void print_readings(const struct prover *prover)
{
    for (size_t first = 0; first < READING_COUNT; first = end_of(first)) {
        size_t end = end_of(first);
        double best = best_of(prover, first, end);
        const char *between = "";
        bool scored = prover->tallies[first].all > 0;
        if (!scored)
            continue;
        fprintf(stderr, "%-14s %-18s ", "best reading", readings[first].hypothesis);
        for (size_t i = first; i < end; i++)
            if (is_best(prover, i, best)) {
                fprintf(stderr, "%s%s (%llu of %llu)", between, readings[i].name,
                        (unsigned long long)prover->tallies[i].good,
                        (unsigned long long)prover->tallies[i].all);
                between = " and ";
            }
        fputc('\n', stderr);
    }
}
