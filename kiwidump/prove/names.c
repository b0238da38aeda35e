/* SPDX-License-Identifier: MIT */
/* The names that the map shows, as bits of a table: whether the map has a name of the index, without keeping
 * any. */
#include "prove/proof.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_BITS = 1 << 22 };

/** FNV-1a of the name without case and accents. */
static uint64_t hash_name(const char *utf8, size_t length)
{
    char folded[512];
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    length = kiwi_fold(utf8, length, folded, sizeof folded);
    length = length < sizeof folded ? length : sizeof folded - 1;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (uint8_t)folded[i]) * UINT64_C(0x100000001B3);
    return hash;
}

/** Two bits for each name: beside 100,000 names, 2 of a thousand others seem to be there, too; beside a
 * million, one of 7. */
static void places_of(const char *utf8, size_t length, uint32_t places[2])
{
    uint64_t hash = hash_name(utf8, length);
    places[0] = (uint32_t)(hash % NAME_BITS);
    places[1] = (uint32_t)((hash >> 32) % NAME_BITS);
}

bool prove_open_names(struct prover *prover)
{
    prover->names = calloc(NAME_BITS / 8, 1);
    return prover->names;
}

void prove_collect_name(struct prover *prover, const char *utf8, size_t length)
{
    uint32_t places[2];
    places_of(utf8, length, places);
    for (int i = 0; i < 2; i++)
        prover->names[places[i] / 8] |= (uint8_t)(1 << places[i] % 8);
    prover->has_names = true;
}

bool prove_has_name(const struct prover *prover, const char *utf8)
{
    uint32_t places[2];
    places_of(utf8, strlen(utf8), places);
    return (prover->names[places[0] / 8] >> places[0] % 8 & 1) &&
           (prover->names[places[1] / 8] >> places[1] % 8 & 1);
}
