/* SPDX-License-Identifier: MIT */
/* What a frame draws lies within it: steps that are read with a wrong sign, width or factor soon leave it. */
#include "prove/proof.h"

static bool is_inside(const struct prover *prover, struct kiwi_point point)
{
    return point.x >= prover->west && point.x <= prover->east && point.y >= prover->south &&
           point.y <= prover->north;
}

void prove_inside(struct prover *prover, const struct kiwi_shape *shape)
{
    enum proof_number number = shape->kind == KIWI_ROAD         ? PROOF_ROADS_INSIDE
                               : shape->kind == KIWI_BACKGROUND ? PROOF_BACKGROUNDS_INSIDE
                                                                : PROOF_NAMES_INSIDE;
    bool good = true;
    for (size_t i = 0; i < shape->point_count; i++)
        good = good && is_inside(prover, shape->points[i]);
    if (shape->point_count > 0)
        prove_shape(prover, number, good, shape);
}
