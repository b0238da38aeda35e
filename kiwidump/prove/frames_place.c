/* SPDX-License-Identifier: MIT */
/* A frame says where it lies; so does its place in the parcel management. The two are written apart. */
#include "prove/proof.h"

#include <math.h>

/** A word of latitude or longitude in degrees: a sign and 23 bits of 1/8 seconds. */
static double degrees(uint32_t word)
{
    double value = (double)(word & 0x7FFFFF) / KIWI_EIGHTHS_PER_DEGREE;
    return word & 0x800000 ? -value : value;
}

static bool is_at(const struct kiwi_pid *corner, struct kiwi_place place)
{
    const double unit = 1.5 / KIWI_EIGHTHS_PER_DEGREE; /* each is rounded */
    double turn = remainder(degrees(corner->longitude) - place.longitude, 360);
    return fabs(degrees(corner->latitude) - place.latitude) <= unit && fabs(turn) <= unit;
}

/** Whether a frame names its neighbours, by the size of its head: they stand behind the entries of data
 * frames. */
static bool has_neighbours(const struct kiwi_level *level,
                           const struct kiwi_main_map_distribution_header *header)
{
    enum { HEAD = 36, REGION = 4, ENTRY = 6 };
    const uint64_t frames = level->record.basic_frames + level->record.extended_frames;
    return header->header_size >= HEAD + REGION * (uint64_t)header->number_of_regions + ENTRY * (frames + 1);
}

void prove_frame_place(struct prover *prover)
{
    const struct kiwi_parcel *parcel = &prover->parcel;
    const struct site site = {parcel->file, parcel->offset, parcel->level->number};
    struct kiwi_main_map_distribution_header header;
    size_t length;
    const uint8_t *bytes = kiwi_shapes_frame(prover->shapes, &length);
    if (!bytes || !kiwi_main_map_distribution_header_decode(&header, bytes, length))
        return;
    /* Of a part: its own corner or that of the whole parcel; discs differ. */
    bool own = is_at(&header.lower_left,
                     kiwi_parcel_place(parcel, (struct kiwi_point){prover->west, prover->south}));
    bool whole = is_at(&header.lower_left, kiwi_parcel_place(parcel, (struct kiwi_point){0, 0}));
    prove_count(prover, PROOF_FRAMES_PLACE, own || whole, &site);
    if (prover->west > 0 || prover->south > 0) {
        prove_reading(prover, READING_CORNER_OWN, own);
        prove_reading(prover, READING_CORNER_WHOLE, whole);
    }
    bool neighbours = has_neighbours(parcel->level, &header);
    prove_reading(prover, READING_ADJACENCY_SET, header.adjacency == neighbours);
    prove_reading(prover, READING_ADJACENCY_CLEAR, header.adjacency != neighbours);
}
