/* SPDX-License-Identifier: MIT */
#ifndef KIWIDUMP_COVERAGE_H
#define KIWIDUMP_COVERAGE_H

#include "dump.h"

/** Box of the parcels that the coarsest level has, in the datum of the disc: what is declared may be larger.
 * False if there are none.
 */
bool coverage_box(struct kiwi_map *map, struct kiwi_box *box);

/** Sees whether the map has something of --bbox or --at; if not, says so, with what it covers. */
void coverage_check(struct dump *dump, struct kiwi_map *map);

/** The same for a --bbox of modes that do not call it with their own map. */
void coverage_check_box(struct dump *dump);

/** Whether a place lies outside of the map, and would not if its longitude came first. */
bool coverage_is_swapped(const struct dump *dump, const struct kiwi_map *map, struct kiwi_place place);

#endif
