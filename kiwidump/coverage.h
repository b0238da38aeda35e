/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_COVERAGE_H
#define KIWIDUMP_COVERAGE_H

#include "dump.h"

/** Box of the parcels that the coarsest level has: what is declared may be larger. False if there are none.
 */
bool coverage_box(struct kiwi_map *map, struct kiwi_box *box);

/** Whether the map has something of --bbox or --at; if not, says so, with what it covers. */
bool coverage_check(struct dump *dump);

/** Whether a place lies outside of the map, and would not if its longitude came first. */
bool coverage_is_swapped(const struct kiwi_map *map, struct kiwi_place place);

#endif
