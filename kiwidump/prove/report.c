/* SPDX-License-Identifier: MIT */
/* What the proofs showed: a document, and a line for people. */
#include "prove/proof.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "value.h"

static const char *const verdict_names[] = {[VERDICT_ABSENT] = "not_on_this_disc",
                                            [VERDICT_HOLDS] = "holds",
                                            [VERDICT_DOUBTFUL] = "doubtful",
                                            [VERDICT_FAILS] = "does_not_hold"};

static double share_of(const struct score *score)
{
    return (double)score->good / (double)score->all;
}

enum verdict score_verdict(const struct proof *proof, const struct score *score)
{
    if (score->all == 0 || score->all < proof->fewest)
        return VERDICT_ABSENT;
    double share = share_of(score);
    return share >= proof->least      ? VERDICT_HOLDS
           : share >= proof->doubtful ? VERDICT_DOUBTFUL
                                      : VERDICT_FAILS;
}

static void put_examples(struct json *json, const struct score *score)
{
    json_key(json, "examples");
    json_begin_array(json);
    for (size_t i = 0; i < score->example_count; i++) {
        const struct site *site = &score->examples[i];
        json_begin_object(json);
        value_site(json, site->file, site->offset);
        json_key(json, "level");
        if (site->level == PROVE_NO_LEVEL)
            json_null(json);
        else
            json_signed(json, site->level);
        json_end_object(json);
    }
    json_end_array(json);
}

/** Members of a proof that has a score, into an object that is open. */
static void put_score(struct json *json, const struct proof *proof, const struct score *score)
{
    json_key(json, "name");
    json_string(json, proof->name);
    json_key(json, "verdict");
    json_string(json, verdict_names[score_verdict(proof, score)]);
    json_key(json, "good");
    json_unsigned(json, score->good);
    json_key(json, "all");
    json_unsigned(json, score->all);
    json_key(json, "share");
    if (score->all > 0)
        json_e7(json, (int64_t)floor(share_of(score) * 1e7)); /* 1 is all of them, not nearly all */
    else
        json_null(json);
}

void report_level(struct prover *prover, int level)
{
    struct json *json = &prover->dump->json;
    json_begin_object(json);
    json_key(json, "level");
    json_signed(json, level);
    json_key(json, "proofs");
    json_begin_array(json);
    for (size_t i = 0; i < PROOF_COUNT; i++) {
        if (prover->scores[i].all == 0)
            continue;
        json_begin_object(json);
        put_score(json, &proofs[i], &prover->scores[i]);
        json_end_object(json);
    }
    json_end_array(json);
    json_end_object(json);
}

/** The worst verdict of the proofs about a structure; all of them if it is NULL. */
static enum verdict worst(const struct prover *prover, const char *structure)
{
    enum verdict verdict = VERDICT_ABSENT;
    for (size_t i = 0; i < PROOF_COUNT; i++) {
        enum verdict one = score_verdict(&proofs[i], &prover->totals[i]);
        if ((!structure || strcmp(structure, proofs[i].structure) == 0) && one > verdict)
            verdict = one;
    }
    return verdict;
}

/** Whether no proof before it is about the same structure. */
static bool is_first(size_t number)
{
    for (size_t i = 0; i < number; i++)
        if (strcmp(proofs[i].structure, proofs[number].structure) == 0)
            return false;
    return true;
}

static void put_structures(const struct prover *prover, struct json *json)
{
    json_key(json, "structures");
    json_begin_object(json);
    for (size_t i = 0; i < PROOF_COUNT; i++) {
        const char *structure = proofs[i].structure;
        if (!is_first(i))
            continue;
        json_key(json, structure);
        json_string(json, verdict_names[worst(prover, structure)]);
    }
    json_end_object(json);
}

static const char *says(const struct proof *proof, enum verdict verdict)
{
    return verdict == VERDICT_ABSENT  ? "The disc has nothing, or not enough, that this could be proved with."
           : verdict == VERDICT_HOLDS ? proof->holds
                                      : proof->fails;
}

static void put_totals(const struct prover *prover, struct json *json)
{
    json_key(json, "proofs");
    json_begin_array(json);
    for (size_t i = 0; i < PROOF_COUNT; i++) {
        const struct score *total = &prover->totals[i];
        json_begin_object(json);
        put_score(json, &proofs[i], total);
        json_key(json, "structure");
        json_string(json, proofs[i].structure);
        json_key(json, "counts");
        json_string(json, proofs[i].counts);
        json_key(json, "says");
        json_string(json, says(&proofs[i], score_verdict(&proofs[i], total)));
        put_examples(json, total);
        json_end_object(json);
    }
    json_end_array(json);
}

/** The page for people: what each proof says of this disc. */
static void print_page(const struct prover *prover)
{
    static const char *const marks[] = {"-", "holds", "doubtful", "DOES NOT HOLD"};
    for (size_t i = 0; i < PROOF_COUNT; i++) {
        const struct score *total = &prover->totals[i];
        enum verdict verdict = score_verdict(&proofs[i], total);
        if (verdict != VERDICT_ABSENT)
            fprintf(stderr, "%-14s %-18s %llu of %llu  %s\n", marks[verdict], proofs[i].name,
                    (unsigned long long)total->good, (unsigned long long)total->all,
                    says(&proofs[i], verdict));
    }
}

void report_end(struct prover *prover)
{
    struct dump *dump = prover->dump;
    enum verdict verdict = worst(prover, NULL);
    put_totals(prover, &dump->json);
    put_structures(prover, &dump->json);
    report_readings(prover);
    json_key(&dump->json, "verdict");
    json_string(&dump->json, verdict_names[verdict]);
    dump->different = verdict > VERDICT_HOLDS;
    json_end_object(&dump->json);
    output_flush(dump->output); /* the page stands below the document */
    if (dump->terminal)
        output_flush(dump->terminal);
    if (!dump->options.quiet)
        print_page(prover);
    if (!dump->options.quiet)
        print_readings(prover);
}
