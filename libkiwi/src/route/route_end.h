/* SPDX-License-Identifier: MIT */
#ifndef KIWI_SRC_ROUTE_END_H
#define KIWI_SRC_ROUTE_END_H

#include "route/graphs.h"

/** The node nearest to a place that a way can begin with (or end). KIWI_END if there is none, or if the
 * search met a bound. */
enum kiwi_status kiwi_route_end_find(struct kiwi_graphs *graphs, struct kiwi_place place, bool is_start,
                                     struct kiwi_route_end *end, struct kiwi_error *error);

#endif
