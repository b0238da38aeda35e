/* SPDX-License-Identifier: MIT */
/* Counts the cases of the proofs, and keeps where the first ones failed. */
#include "prove/proof.h"

void prove_count(struct prover *prover, enum proof_number number, bool good, const struct site *site)
{
    struct score *score = &prover->scores[number];
    score->all++;
    score->good += good;
    if (!good && score->example_count < PROOF_EXAMPLES)
        score->examples[score->example_count++] = *site;
}

void prove_shape(struct prover *prover, enum proof_number number, bool good, const struct kiwi_shape *shape)
{
    const struct kiwi_parcel *parcel = &prover->parcel;
    const struct site site = {parcel->file, shape->offset, parcel->level->number};
    prove_count(prover, number, good, &site);
}
