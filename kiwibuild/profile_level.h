/* SPDX-License-Identifier: MIT */
#ifndef KIWIBUILD_PROFILE_LEVEL_H
#define KIWIBUILD_PROFILE_LEVEL_H

#include "common/json_node.h"

/** Reads "coarsest_level" of a class of a profile. */
bool profile_read_level(const struct json_node *node, int *level);

#endif
