/* SPDX-License-Identifier: MIT */
/* A road that leaves a frame goes on in its neighbour, at the same point and with the same type. */
#include "prove/proof.h"

/** A point on the level. At 180 degrees of a coverage all around the earth it has two keys. */
static uint64_t key_of(const struct kiwi_parcel *parcel, struct kiwi_point point)
{
    int64_t x = (int64_t)parcel->column * KIWI_PARCEL_UNITS + point.x;
    int64_t y = (int64_t)parcel->row * KIWI_PARCEL_UNITS + point.y;
    return (uint64_t)y << 32 | (uint64_t)(x & 0xFFFFFFFF);
}

static void collect(struct prover *prover, const struct kiwi_shape *shape, struct kiwi_point end)
{
    const struct kiwi_parcel *parcel = &prover->parcel;
    struct kiwi_point out;
    if (!prove_step_out(prover, end, &out))
        return;
    struct sample *sample = samples_put(&prover->crossings, key_of(parcel, end));
    if (!sample)
        return;
    struct crossing *crossing = &sample->of.crossing;
    if (!sample->site.file) {
        sample->site = (struct site){parcel->file, shape->offset, parcel->level->number};
        crossing->frame = parcel->offset;
        crossing->beyond = kiwi_parcel_place(parcel, out);
    }
    unsigned side = crossing->frame != parcel->offset;
    crossing->roads[side]++;
    crossing->types[side] = shape->type;
}

void prove_collect_crossings(struct prover *prover, const struct kiwi_shape *shape)
{
    if (shape->kind != KIWI_ROAD || shape->point_count < 2)
        return;
    collect(prover, shape, shape->points[0]);
    collect(prover, shape, shape->points[shape->point_count - 1]);
}

/** Whether the map has a frame on the other side; where it ends, roads do. Two roads of one frame that meet
 * at its edge go on in each other. */
static bool has_neighbour(const struct prover *prover, const struct crossing *crossing)
{
    struct kiwi_parcel parcel;
    return kiwi_map_parcel_at(prover->map, prover->parcel.level, crossing->beyond, &parcel, NULL) ==
               KIWI_OK &&
           parcel.offset != crossing->frame && prove_has(&parcel);
}

void prove_crossings(struct prover *prover)
{
    for (size_t i = 0; i < SAMPLE_ROOM; i++) {
        const struct sample *sample = &prover->crossings.table[i];
        const struct crossing *crossing = &sample->of.crossing;
        if (!sample->used)
            continue;
        bool goes_on = crossing->roads[1] > 0;
        if (goes_on || (crossing->roads[0] == 1 && has_neighbour(prover, crossing)))
            prove_count(prover, PROOF_ROADS_GO_ON, goes_on, &sample->site);
        if (crossing->roads[0] == 1 && crossing->roads[1] == 1)
            prove_count(prover, PROOF_ROADS_AGREE, crossing->types[0] == crossing->types[1], &sample->site);
    }
}
