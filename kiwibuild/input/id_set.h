/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_ID_SET_H
#define KIWIBUILD_ID_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Ids of objects. As neighbours stand together, all ids that OpenStreetMap has used take some 300 MB. */
struct id_set {
    struct id_chunk *chunks; /* open addressing */
    size_t count, capacity;
};

/** False if it was there already. */
bool id_set_add(struct id_set *set, int64_t id);
bool id_set_has(const struct id_set *set, int64_t id);
void id_set_free(struct id_set *set);

#endif
