/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_STREET_LABELS_H
#define KIWIBUILD_STREET_LABELS_H

#include "network.h"

/** Features of a disc have the names of streets as labels only: the road below each gets it, for the index.
 */
void street_labels_apply(struct network *network);

#endif
