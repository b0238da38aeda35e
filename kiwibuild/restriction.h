/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_RESTRICTION_H
#define KIWIBUILD_RESTRICTION_H

#include "network.h"
#include "route_graph.h"

/** Takes over a relation that restricts turns of cars; others are not its business. */
void restriction_add(struct network *network, const struct profile *profile, const struct relation *relation,
                     const struct report *report);

/** Finds the vertices where the restrictions are, while the network still has the ids of nodes. */
void restrictions_place(struct network *network);

/**
 * Adds what the restrictions prohibit to the nodes of a graph. What cannot be said by turns from one link of
 * a node to another is counted, unless passed_over is NULL.
 */
void restrictions_apply(const struct network *network, struct route_graph *graph,
                        struct passed_over *passed_over);

#endif
