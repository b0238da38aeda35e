/* SPDX-License-Identifier: MIT */
/* What of the map a disc has: a sample, or a scratched one, has not all of it. */
#include "prove/proof.h"

bool prove_has(const struct kiwi_parcel *parcel)
{
    struct kiwi_extent bad;
    return !parcel->file->source ||
           !kiwi_source_unreadable(parcel->file->source, parcel->offset, parcel->offset + parcel->size, &bad);
}

bool prove_step_out(const struct prover *prover, struct kiwi_point point, struct kiwi_point *out)
{
    *out = point;
    out->x += point.x == prover->east ? 1 : point.x == prover->west ? -1 : 0;
    out->y += point.y == prover->north ? 1 : point.y == prover->south ? -1 : 0;
    return out->x != point.x || out->y != point.y;
}

bool prove_is_cut(const struct prover *prover, struct kiwi_point end)
{
    struct kiwi_parcel parcel;
    struct kiwi_point out;
    return prover->sample && prove_step_out(prover, end, &out) &&
           kiwi_map_parcel_at(prover->map, prover->parcel.level, kiwi_parcel_place(&prover->parcel, out),
                              &parcel, NULL) == KIWI_OK &&
           !prove_has(&parcel);
}
