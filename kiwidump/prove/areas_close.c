/* SPDX-License-Identifier: MIT */
/* Areas end where they begin: one step that is read wrongly, and they do not. */
#include "prove/proof.h"

void prove_area_closes(struct prover *prover, const struct kiwi_shape *shape)
{
    size_t first, end = 0;
    bool good = true;
    if (shape->kind != KIWI_BACKGROUND || shape->shape_class != KIWI_SHAPE_CLASS_AREA)
        return;
    while (kiwi_shape_stroke(shape, &first, &end))
        good = good && shape->points[first].x == shape->points[end - 1].x &&
               shape->points[first].y == shape->points[end - 1].y;
    prove_shape(prover, PROOF_AREAS_CLOSE, good, shape);
}
